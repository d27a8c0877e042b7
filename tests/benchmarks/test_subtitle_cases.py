"""The subtitle benchmark's perturbations keep the truth, and its scores say what happened."""

import sys

import numpy as np
import pytest

from benchmarks.subtitles import perturb
from benchmarks.subtitles.material import Recording, draw_film_like_times
from benchmarks.subtitles.prompts import RATE, find_speech, half_of
from benchmarks.subtitles.reliability import calibrate_files, calibrate_pieces, plot_reliability
from benchmarks.subtitles.score import Answer, score_file, summarise_trust
from benchmarks.subtitles.script import (
    ABSENT,
    EXTRA,
    SPOKEN,
    moved,
    read_srt_starts,
    script_of,
    without_negative,
    write_srt,
)
from benchmarks.subtitles.targets import TARGETS, target_table
from benchmarks.subtitles.timing import Timing, run_process


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.fixture
def recording(rng):
    starts, ends = draw_film_like_times(rng, 200)
    texts = tuple(f"line {i}" for i in range(200))
    return Recording("film", np.zeros(0, np.float32), starts, ends, texts, ("a",) * 200)


def case_of(script, tmp_path, **more):
    return perturb.Case("film/x", "row", "P1", tmp_path / "film.flac", script, **more)


def test_the_level_rule_finds_a_tone_to_five_milliseconds_and_ignores_a_click():
    time = np.arange(2 * RATE) / RATE
    tone = np.sin(2 * np.pi * 300 * time) * ((time >= 0.5) & (time < 1.5))
    tone[round(0.2 * RATE)] = 1.0
    onset, end, level = find_speech(tone)
    assert onset == pytest.approx(0.5, abs=0.006)
    assert end == pytest.approx(1.5, abs=0.006)
    assert level == pytest.approx(np.sqrt(0.5), rel=0.05)


def test_silence_has_no_speech():
    assert find_speech(np.zeros(40)) is None


def test_both_halves_hold_prompts():
    halves = [half_of(f"prompt-{i}") for i in range(100)]
    assert 30 < halves.count("train") < 70


def test_gaps_move_the_cues_after_each_place_and_never_reorder_them(recording, rng):
    script = script_of(recording, rng)
    broken = perturb.with_gaps(script, rng, 4, 20.0, 90.0)
    moves = broken.starts - broken.truth
    steps = np.flatnonzero(abs(np.diff(moves)) > 1e-9) + 1
    assert steps.tolist() == broken.breaks.tolist()
    assert len(steps) == 4
    assert (np.diff(broken.starts) > 0).all()


def test_scenes_that_the_medium_lacks_hold_absent_cues_and_delay_the_rest(recording, rng):
    script = script_of(recording, rng)
    longer = perturb.with_scenes(script, rng, recording, 2)
    heard = longer.roles == SPOKEN
    assert set(np.round((longer.starts - longer.truth)[heard]).tolist()) == {0, 60, 120}
    assert (longer.roles == ABSENT).sum() >= 10
    assert np.isnan(longer.truth[~heard]).all()


def test_extra_cues_are_never_scored(recording, rng, tmp_path):
    script = perturb.with_extra(script_of(recording, rng), rng, perturb.SDH, 0.2, 1.0)
    assert (script.roles == EXTRA).sum() == 40
    score = score_file(case_of(script, tmp_path), Answer("synced", starts=script.starts))
    assert score.cues == 200
    assert score.median == 0.0


def test_nothing_is_clamped_at_zero(recording, rng, tmp_path):
    early = moved(script_of(recording, rng), -30.0)
    with pytest.raises(ValueError, match="negative"):
        write_srt(early, tmp_path / "early.srt")
    kept = without_negative(early)
    assert 0 < len(kept) < 200
    assert np.allclose(kept.truth - kept.starts, 30.0)


def test_cues_are_known_by_their_serial_when_a_tool_loses_one(recording, rng, tmp_path):
    path = write_srt(script_of(recording, rng), tmp_path / "in.srt")
    blocks = path.read_text(encoding="utf-8").split("\n\n")
    path.write_text("\n\n".join(blocks[1:]), encoding="utf-8")
    starts, serials = read_srt_starts(path)
    assert serials == list(range(1, 200))
    assert np.allclose(starts, recording.starts[1:], atol=0.0006)


def test_a_file_is_right_when_95_percent_of_its_cues_are_within_250_ms(recording, rng, tmp_path):
    script = script_of(recording, rng)
    case = case_of(script, tmp_path, rate=1.0)
    off = script.truth + 0.04
    off[:10] += 1.0
    score = score_file(case, Answer("synced", starts=off))
    assert score.success
    assert score.within == (0.95, 0.95, 0.95, 0.95)
    off[10] += 1.0
    assert not score_file(case, Answer("synced", starts=off)).success


def test_an_invented_frame_rate_is_seen_without_being_told(recording, rng, tmp_path):
    script = script_of(recording, rng)
    case = case_of(script, tmp_path, rate=1.0)
    assert score_file(case, Answer("synced", starts=script.starts * 25 / 24)).invented_rate
    assert not score_file(case, Answer("synced", starts=script.starts + 90)).invented_rate


def test_an_accepted_wrong_file_and_a_refused_right_one_are_counted(recording, rng, tmp_path):
    script = script_of(recording, rng)
    wrong = score_file(
        case_of(script, tmp_path, must_refuse=True), Answer("synced", starts=script.starts)
    )
    right = score_file(case_of(script, tmp_path), Answer("refused"))
    trust = summarise_trust([wrong, right])
    assert (trust["wrong_accepted"], trust["right_refused"]) == (1, 1)
    assert not wrong.success


def test_jitter_spoils_a_file_but_not_its_map(recording, rng, tmp_path):
    script = perturb.jittered(moved(script_of(recording, rng), 5.0), rng, 0.3)
    score = score_file(case_of(script, tmp_path), Answer("synced", starts=script.starts - 5.0))
    assert score.map_right
    assert not score.success


def test_breaks_count_as_found_within_one_cue(recording, rng, tmp_path):
    script = perturb.with_gaps(script_of(recording, rng), rng, 2, 20.0, 90.0)
    first, second = script.breaks.tolist()
    answer = Answer("synced", starts=script.truth, breaks=(first + 1, second, second + 5))
    score = score_file(case_of(script, tmp_path), answer)
    assert (score.right_breaks, score.invented_breaks) == (2, 1)


def test_calibration_is_zero_for_honest_and_large_for_boastful_confidence(recording, rng, tmp_path):
    script = script_of(recording, rng)
    case = case_of(script, tmp_path)

    def scores(confidence_when_wrong):
        return [
            score_file(
                case,
                Answer(
                    "synced",
                    starts=script.truth + (0.0 if i % 2 else 5.0),
                    confidence=1.0 if i % 2 else confidence_when_wrong,
                ),
            )
            for i in range(100)
        ]

    assert calibrate_files(scores(0.0)).ece == 0.0
    assert calibrate_files(scores(1.0)).ece == pytest.approx(0.5)


def test_confidence_is_judged_by_the_time_map_and_not_by_what_was_written(recording, rng, tmp_path):
    script = script_of(recording, rng)
    written = Answer("synced", starts=script.truth, guess=script.truth + 5.0, confidence=0.1)
    score = score_file(case_of(script, tmp_path), written)
    assert score.success
    assert not score.guess_success


def test_a_refused_map_is_judged_too_and_no_map_is_a_failure(recording, rng, tmp_path):
    script = script_of(recording, rng)
    shown = Answer("unsure", guess=script.truth, confidence=0.4)
    assert score_file(case_of(script, tmp_path), shown).guess_success
    hidden = Answer("refused", confidence=0.4)
    assert not score_file(case_of(script, tmp_path), hidden).guess_success


def test_each_piece_is_judged_by_the_cues_in_it(recording, rng, tmp_path):
    script = script_of(recording, rng)
    guess = script.truth.copy()
    guess[100:150] += 0.3
    guess[150:153] += 1.0
    answer = Answer(
        "synced",
        starts=guess,
        guess=guess,
        piece=np.repeat([0, 1, 2, -1], 50)[: len(script)],
        piece_confidence=(0.9, 0.8, 0.7),
    )
    pieces = score_file(case_of(script, tmp_path), answer).pieces
    assert [(p.confidence, p.cues, p.right, p.off) for p in pieces] == [
        (0.9, 50, True, False),
        (0.8, 50, True, False),
        (0.7, 50, False, True),
    ]


def test_a_piece_of_cues_that_the_medium_lacks_is_wrong_unless_they_are_named(
    recording, rng, tmp_path
):
    script = perturb.absent(script_of(recording, rng))
    told = {"guess": script.starts, "piece": np.zeros(200, int), "piece_confidence": (0.9,)}
    case = case_of(script, tmp_path)
    (piece,) = score_file(case, Answer("synced", **told)).pieces
    assert piece.off
    named = Answer("synced", unmatched=frozenset(range(200)), **told)
    assert score_file(case, named).pieces == ()


def test_pieces_of_a_wrong_file_are_wrong(recording, rng, tmp_path):
    script = script_of(recording, rng)
    answer = Answer("synced", guess=script.truth, piece=np.zeros(200, int), piece_confidence=(0.9,))
    (piece,) = score_file(case_of(script, tmp_path, must_refuse=True), answer).pieces
    assert not piece.right


def rigid_scores(script, tmp_path, count, *, error=0.0, snr_db=10, status="synced"):
    starts = script.truth + error if status == "synced" else None
    answer = Answer(status, starts=starts)
    case = perturb.Case("x", "offsets to 60 s", "P1", tmp_path, script, rate=1.0, snr_db=snr_db)
    return [score_file(case, answer)] * count


def verdict_of(table, case):
    (line,) = [line for line in table.splitlines() if line.startswith(f"| {case}")]
    return line.split("|")[4].strip(" *")


def test_a_row_passes_or_misses_by_its_target(recording, rng, tmp_path):
    script = script_of(recording, rng)
    right = rigid_scores(script, tmp_path, 99)
    late = rigid_scores(script, tmp_path, 1, error=0.3)
    rigid, noisy = "in sync, offsets", "the same at 3 dB"
    assert verdict_of(target_table(right, None, {}), rigid) == "PASS"
    assert verdict_of(target_table(right + late, None, {}), rigid) == "MISS"
    assert verdict_of(target_table(right, None, {}), noisy) == ""
    at_3_db = rigid_scores(script, tmp_path, 97, snr_db=3)
    refused = rigid_scores(script, tmp_path, 3, snr_db=3, status="refused")
    wrong = rigid_scores(script, tmp_path, 1, error=0.3, snr_db=3)
    assert verdict_of(target_table(at_3_db + refused, None, {}), noisy) == "PASS"
    assert verdict_of(target_table(at_3_db + refused * 2, None, {}), noisy) == "MISS"
    assert verdict_of(target_table(at_3_db + wrong, None, {}), noisy) == "MISS"


def test_never_is_not_said_after_a_few_trials(recording, rng, tmp_path):
    script = script_of(recording, rng)
    case = perturb.Case("x", "wrong file", "P10", tmp_path, script, must_refuse=True)
    refused, accepted = (score_file(case, Answer(status)) for status in ("refused", "synced"))
    row = "wrong file"
    assert verdict_of(target_table([refused] * 599, None, {}), row) == ""
    assert verdict_of(target_table([refused] * 600, None, {}), row) == "PASS"
    assert verdict_of(target_table([refused] * 9 + [accepted], None, {}), row) == "MISS"


def test_no_row_breaks_where_every_file_was_refused(recording, rng, tmp_path):
    script = script_of(recording, rng)
    for target in TARGETS:
        rows = ("in sync", "drift of 50 ppm", "2 scenes missing from the medium", "wrong file")
        for row in (target.case, *rows):
            case = perturb.Case("x", row, "P0", tmp_path, script, snr_db=10)
            target.finding([score_file(case, Answer("refused"))], "all")


def test_time_and_memory_rows_come_from_the_timings(recording, rng, tmp_path):
    timings = [
        Timing("ours", 2.0, 2.0, 2.0, 0.5, 310.0),
        Timing("ours-cached", 0.4, 0.4, 0.4, 0.1, 90.0),
        Timing("alass", 4.0, 4.0, 4.0, 1.0, 60.0),
    ]
    table = target_table([], None, {"a film": timings})
    assert verdict_of(table, "first run, a film") == "PASS"
    assert verdict_of(table, "second run, cached, a film") == "PASS"
    assert verdict_of(table, "memory of the first run, a film") == "MISS"


def test_the_plot_has_a_curve_for_files_and_one_for_pieces(recording, rng, tmp_path):
    pytest.importorskip("matplotlib")
    script = script_of(recording, rng)
    answer = Answer(
        "synced",
        starts=script.truth,
        guess=script.truth,
        confidence=0.9,
        piece=np.zeros(200, int),
        piece_confidence=(0.8,),
    )
    scores = [score_file(case_of(script, tmp_path), answer)] * 20
    curves = {"files": calibrate_files(scores), "pieces": calibrate_pieces(scores)}
    assert curves["files"].ece == pytest.approx(0.1)
    assert curves["pieces"].ece == pytest.approx(0.2)
    assert plot_reliability(curves, tmp_path / "curves.png")
    assert (tmp_path / "curves.png").stat().st_size > 1000


def test_a_process_is_charged_its_own_memory_and_not_its_parents():
    ballast = bytearray(300_000_000)
    wall, peak = run_process([sys.executable, "-S", "-c", "x = bytearray(60_000_000)"], {})
    assert len(ballast) > 1e6 * peak > 60_000_000
    assert wall > 0


def test_a_tool_that_fails_ends_the_measuring_with_its_message():
    with pytest.raises(RuntimeError, match="no such film"):
        run_process([sys.executable, "-S", "-c", "raise SystemExit('no such film')"], {})
