"""The text benchmark carries the truth through what it does, and its scores say what happened."""

import json
import math
import sys

import numpy as np
import pytest

from benchmarks.text import perturb
from benchmarks.text.cases import Case
from benchmarks.text.chunked import align as align_in_chunks
from benchmarks.text.ours import read_answer
from benchmarks.text.process import Done, run
from benchmarks.text.reading import (
    RATE,
    Line,
    Piece,
    SpokenWord,
    Truth,
    Unwritten,
    place,
    read_truth,
    render,
    write,
)
from benchmarks.text.score import (
    Answer,
    Placed,
    auroc,
    drift,
    errors,
    quantiles,
    score,
    told,
    unwritten_speech,
)
from benchmarks.text.tables import line_table, trust_table, word_table
from benchmarks.text.targets import TARGETS, target_table


@pytest.fixture
def rng():
    return np.random.default_rng(3)


def tone(index, seconds=1.0):
    """A piece of a pitch of its own, silent for its first and last tenth of a second."""
    time = np.arange(round((seconds + 0.2) * RATE)) / RATE
    clip = 0.3 * np.sin(2 * np.pi * (200 + 20 * index) * time)
    clip[: RATE // 10] = clip[-RATE // 10 :] = 0
    words = (SpokenWord("a", 0.1, 0.4), SpokenWord(f"w{index}", 0.4, 0.1 + seconds))
    return Piece(f"a w{index}", clip.astype(np.float32), 0.1, 0.1 + seconds, words, pause=0.5)


@pytest.fixture
def pieces():
    return [tone(index) for index in range(40)]


def truth_of(pieces, seconds=100.0, grade="exact"):
    lines, unwritten = place(pieces, 2.0)
    return Truth("reading", "it", "test", grade, seconds, lines, unwritten)


def case_of(truth, tmp_path, *, is_right=True, row="35 min, clean"):
    return Case("reading", row, tmp_path / "a.flac", tmp_path / "a.txt", "it", truth, is_right)


def perfect(truth, shift=0.0, confidence=0.9):
    """The answer of a tool that is `shift` seconds late everywhere."""
    return Answer(
        "aligned",
        tuple(
            Placed(None, None, 0.9, "not_spoken")
            if line.start is None
            else Placed(
                line.start + shift,
                line.end + shift,
                confidence,
                "ok",
                tuple(Placed(w.start + shift, w.end + shift, 0.8) for w in line.words),
            )
            for line in truth.lines
        ),
        seconds=2.0,
        peak_mb=100.0,
    )


def loudness(samples, start, end):
    return np.sqrt(np.mean(samples[round(start * RATE) : round(end * RATE)] ** 2))


def pitch(samples, line):
    part = samples[round((line.start + 0.1) * RATE) : round((line.start + 0.6) * RATE)]
    return np.argmax(np.abs(np.fft.rfft(part))) / 0.5


def test_truth_is_where_the_sound_is(pieces):
    samples = np.concatenate(list(render(pieces, 2.0, 1.0)))
    for index, line in enumerate(truth_of(pieces).lines):
        assert pitch(samples, line) == pytest.approx(200 + 20 * index, abs=2)
        assert loudness(samples, line.start - 0.09, line.start) < 1e-6
        assert loudness(samples, line.start, line.start + 0.05) > 0.1
        assert loudness(samples, line.end, line.end + 0.09) < 1e-6
        assert line.words[0].start == line.start
        assert line.words[1].end == pytest.approx(line.end)


def test_unread_lines_stand_in_the_text_and_change_no_time(pieces, rng):
    changed = truth_of(perturb.with_unread(pieces, [f"x{i}" for i in range(7)], rng, blocks=3))
    unread = [line.text for line in changed.lines if line.start is None]
    assert unread == [f"x{i}" for i in range(7)]
    assert [line for line in changed.lines if line.start is not None] == list(
        truth_of(pieces).lines
    )


def test_lines_without_text_are_unwritten_speech(pieces, rng):
    plain = truth_of(pieces)
    changed = truth_of(perturb.without_text(pieces, rng, blocks=3, lines=4))
    assert len(changed.lines) == 28
    assert set(changed.lines) < set(plain.lines)
    gone = sorted(set(plain.lines) - set(changed.lines), key=lambda line: line.start)
    assert [(u.start, u.end, u.kind) for u in changed.unwritten] == [
        (line.start, line.end, "speech") for line in gone
    ]
    assert len(unwritten_speech(changed)) == 3


def test_reordered_passages_keep_the_text_and_swap_the_sound(pieces, rng):
    changed_pieces = perturb.reordered(pieces, rng)
    changed = truth_of(changed_pieces)
    assert [line.text for line in changed.lines] == [piece.text for piece in pieces]
    samples = np.concatenate(list(render(changed_pieces, 2.0)))
    for index, line in enumerate(changed.lines):
        assert pitch(samples, line) == pytest.approx(200 + 20 * index, abs=2)
    assert sum(line.moved for line in changed.lines) == 8
    assert any(a.start > b.start for a, b in zip(changed.lines, changed.lines[1:], strict=False))


def test_a_retake_is_heard_twice_and_written_once(pieces, rng):
    changed = truth_of(perturb.retaken(pieces, rng, takes=3, lines=2))
    assert len(changed.lines) == 40
    again = [line for line in changed.lines if line.takes]
    assert len(again) == 6
    assert [(u.start, u.end) for u in changed.unwritten] == [line.takes[0] for line in again]
    assert all(u.kind == "retake" for u in changed.unwritten)
    assert all(line.takes[0][0] < line.start for line in again)


def test_sounds_between_lines_move_what_follows(pieces, rng):
    sounds = [Piece(None, np.zeros(5 * RATE, np.float32), 0.0, 5.0, kind="music")] * 4
    changed = truth_of(perturb.between(pieces, sounds, rng))
    moved = [b.start - a.start for a, b in zip(truth_of(pieces).lines, changed.lines, strict=True)]
    assert moved[0] == 0
    assert moved[-1] == pytest.approx(4 * 5.6)
    assert [u.kind for u in changed.unwritten] == ["music"] * 4


def test_another_tempo_moves_onset_and_words_with_the_sound(pieces, rng):
    slowed = perturb.retimed(pieces, rng, slowest=0.8, fastest=0.800001, sections=1)
    samples = np.concatenate(list(render(slowed, 2.0)))
    for index, line in enumerate(truth_of(slowed).lines):
        assert line.end - line.start == pytest.approx(1.25, abs=0.08)
        assert pitch(samples, line) == pytest.approx(200 + 20 * index, abs=4)
        assert loudness(samples, line.start - 0.06, line.start - 0.03) < 0.01
        assert loudness(samples, line.start + 0.05, line.start + 0.09) > 0.1
        assert line.words[1].start == pytest.approx(line.start + 0.3 / 0.8, abs=0.06)


def test_sound_text_and_truth_lie_beside_each_other(pieces, tmp_path):
    import soundfile

    truth = write(tmp_path / "a.flac", truth_of(pieces, 0.0), render(pieces, 2.0, 1.0))
    assert read_truth(tmp_path / "a.flac") == truth
    assert (tmp_path / "a.txt").read_text() == "".join(f"{piece.text}\n" for piece in pieces)
    samples, rate = soundfile.read(tmp_path / "a.flac")
    assert rate == RATE
    assert truth.seconds == pytest.approx(len(samples) / RATE)
    assert pitch(samples, truth.lines[7]) == pytest.approx(340, abs=2)


def test_a_late_tool_is_late_by_as_much(pieces, tmp_path):
    truth = truth_of(pieces)
    result = score(case_of(truth, tmp_path), "synth", perfect(truth, 0.12))
    figures = quantiles(errors(result.lines))
    assert figures["median"] == pytest.approx(0.12)
    assert figures["within 0.1"] == 0
    assert figures["within 0.25"] == 1
    assert quantiles(errors(result.words))["mean"] == pytest.approx(0.12)
    assert result.accepted


def test_a_line_without_a_time_is_a_miss_but_no_error(pieces, tmp_path):
    truth = truth_of(pieces)
    answer = perfect(truth)
    answer = Answer("aligned", (Placed(None, None, 0.1, "not_spoken"), *answer.lines[1:]))
    figures = quantiles(errors(score(case_of(truth, tmp_path), "synth", answer).lines))
    assert figures["max"] == 0
    assert figures["within 1"] == pytest.approx(39 / 40)


def test_an_unread_line_with_a_time_counts_as_wrong(pieces, rng, tmp_path):
    truth = truth_of(perturb.with_unread(pieces, ["x"], rng, blocks=1))
    answer = perfect(truth)
    placed = tuple(Placed(1.0, 2.0, 0.7, "ok") if p.start is None else p for p in answer.lines)
    result = score(case_of(truth, tmp_path), "synth", Answer("aligned", placed))
    assert [m.is_placed for m in result.lines if not m.is_spoken] == [True]
    assert (0.7, False) in told(result.lines, 0.25)
    assert "1 of 1" in line_table([result])


def test_any_take_of_a_line_is_right(tmp_path):
    line = Line("a", 10.0, 11.0, takes=((7.0, 8.0),))
    truth = Truth("t", "it", "", "exact", 20.0, (line,))
    for start in (7.02, 10.02):
        answer = Answer("aligned", (Placed(start, start + 1.0),))
        assert errors(score(case_of(truth, tmp_path), "synth", answer).lines) == pytest.approx(0.02)


def test_gaps_are_told_when_half_of_them_is(tmp_path):
    unwritten = (
        Unwritten(10, 12, "speech"),
        Unwritten(13, 15, "speech"),
        Unwritten(40, 60, "music"),
    )
    truth = Truth("t", "it", "", "exact", 90.0, (Line("a", 20.0, 22.0),), unwritten)
    line = (Placed(20.0, 22.0),)
    for gap, found, wrong in (((10, 13), 1, 0), ((10, 12), 0, 0), ((9, 21), 1, 1)):
        result = score(case_of(truth, tmp_path), "synth", Answer("aligned", line, (gap,)))
        assert (result.gaps, result.gaps_found, result.gap_seconds_wrong) == (1, found, wrong)


def test_another_number_of_lines_is_a_failure(pieces, tmp_path):
    truth = truth_of(pieces)
    result = score(case_of(truth, tmp_path), "synth", Answer("aligned", (Placed(1.0, 2.0),)))
    assert (result.status, result.accepted) == ("failed", False)


def test_drift_is_told_in_seconds_an_hour(tmp_path):
    lines = tuple(Line("a", 10.0 * i, 10.0 * i + 1) for i in range(1, 500))
    truth = Truth("t", "it", "", "exact", 5000.0, lines)
    late = tuple(Placed(x.start * (1 + 0.1 / 3600) + 0.2, x.end) for x in lines)
    result = score(case_of(truth, tmp_path), "synth", Answer("aligned", late))
    slope, _ = drift([result])
    assert slope == pytest.approx(0.1)


def test_auroc_counts_ties_half():
    assert auroc([(0.9, True), (0.8, True), (0.2, False)]) == 1
    assert auroc([(0.5, True), (0.5, False)]) == 0.5
    assert auroc([(0.2, True), (0.8, False)]) == 0
    assert auroc([(0.2, True)]) is None


def our_json(**more):
    unit = {"start": 1.0, "end": 2.0, "status": "ok", "confidence": 0.9, "words": []}
    return json.dumps({"status": "aligned", "units": [unit], "reasons": [], **more})


def test_our_answer_is_read_from_the_json_object():
    answer = read_answer(
        Done(0, our_json(audio_gaps=[{"start": 3, "end": 9, "kind": "speech"}]), "", 1.5, 90)
    )
    assert answer.lines == (Placed(1.0, 2.0, 0.9, "ok"),)
    assert (answer.gaps, answer.seconds, answer.peak_mb) == (((3, 9),), 1.5, 90)
    assert read_answer(Done(4, our_json(status="refused"), "", 1, 1)).status == "refused"
    assert read_answer(Done(3, our_json(status="error"), "", 1, 1)).status == "failed"
    broken = read_answer(Done(1, "", "Traceback: boom", 1, 1))
    assert (broken.status, broken.reason) == ("failed", "exit 1: Traceback: boom")
    assert read_answer(Done(None, "", "", 1, 1)).status == "timeout"


def test_a_command_is_watched_to_its_end(tmp_path):
    done = run([sys.executable, "-c", "print('said'); exit(3)"], tmp_path, timeout=30)
    assert (done.code, done.output.strip()) == (3, "said")
    assert 0 < done.seconds < 30
    assert done.peak_mb > 1
    late = run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, timeout=0.5)
    assert late.code is None


def test_every_target_can_be_met_and_missed(pieces, rng, tmp_path):
    """A tool that is right meets its targets, one that is not misses them."""
    clean = truth_of(pieces, seconds=2100.0)
    unread = truth_of(perturb.with_unread(pieces, ["x", "y"], rng, blocks=2))
    jobs = [case_of(clean, tmp_path), case_of(unread, tmp_path, row="35 min, unread")]
    good = [score(case, "synth", perfect(case.truth)) for case in jobs]
    bad = [score(case, "synth", perfect(case.truth, 3.0)) for case in jobs]
    for wrong, scores in ((Answer("refused"), good), (perfect(clean), bad)):
        case = case_of(clean, tmp_path, is_right=False, row="wrong: other half")
        scores += [score(case, "synth", wrong)] * 100
    passed, missed = target_table(good), target_table(bad)
    for target in ("line starts, clean reading", "the lines around them", "wrong texts"):
        assert next(r for r in passed.splitlines() if target in r).endswith("PASS |")
        assert next(r for r in missed.splitlines() if target in r).endswith("MISS |")
    assert "100 of 100" in trust_table(bad)
    assert "100 % within 250 ms" in passed
    assert len({target.case for target in TARGETS}) == len(TARGETS)


def test_words_have_a_table_where_their_times_are_known(pieces, tmp_path):
    result = score(case_of(truth_of(pieces), tmp_path), "synth", perfect(truth_of(pieces)))
    assert "| 80 | 0.000 |" in word_table([result])
    bare = truth_of([Piece("a", p.clip, p.onset, p.end) for p in pieces])
    none = score(case_of(bare, tmp_path), "synth", perfect(bare))
    assert word_table([none]).count("\n") == 2
    assert not math.isnan(none.lines[0].start)


def test_chunks_go_on_from_the_last_word_kept(monkeypatch):
    """Every word takes half a second: a stand-in for the aligner says so of any chunk."""

    def timed(samples, words):
        return [SpokenWord(word, 0.5 * i, 0.5 * i + 0.5) for i, word in enumerate(words)]

    monkeypatch.setattr("benchmarks.text.chunked.time_words", timed)
    times = align_in_chunks(np.zeros(60 * RATE, np.float32), ["word"] * 100)
    assert times == [(0.5 * i, 0.5 * i + 0.5) for i in range(100)]
