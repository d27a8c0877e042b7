"""Single lines follow their speech; the reference is a subtitle in sync (synthetic evidence)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from syncalign.formats import parse_subtitles, read_subtitles
from syncalign.pipelines.cue_sync import limited, sync_cues
from syncalign.pipelines.speech_evidence import cue_evidence
from syncalign.pipelines.subtitles import sync_subtitles

TEXTS = Path(__file__).parents[2] / "samples" / "texts"
RIGHT = read_subtitles(TEXTS / "harbour.srt")
HEARD = cue_evidence(RIGHT)


def scattered(seed=1, offset=5.0, deviation=0.3, file=RIGHT):
    scatter = offset + np.random.default_rng(seed).normal(0, deviation, len(file))
    scatter = np.maximum(scatter, -file.starts)
    return parse_subtitles(file.retimed(file.starts + scatter, file.ends + scatter))


def test_scattered_lines_come_home():
    file = scattered()
    rigid, result = sync_cues(HEARD, file), sync_cues(HEARD, file, retime=True)
    before, after = np.abs(rigid.starts - RIGHT.starts), np.abs(result.starts - RIGHT.starts)
    assert result.is_trusted
    assert np.median(before) > 0.15
    assert np.median(after) < 0.08
    assert (after - before)[before < 0.1].max() < 0.15
    assert np.count_nonzero(result.moves) > 15
    assert (result.kind, result.offset) == (rigid.kind, rigid.offset)
    assert result.time_map == rigid.time_map
    assert "lines were moved alone, by up to" in result.reasons[-1]
    assert "confidence is that of the time map before" in result.reasons[-1]


def test_lengths_and_order_are_kept_and_no_overlap_is_made():
    for seed in range(5):
        file = scattered(seed)
        rigid, result = sync_cues(HEARD, file), sync_cues(HEARD, file, retime=True)
        assert result.ends - result.starts == pytest.approx(rigid.ends - rigid.starts)
        assert np.abs(np.array(result.moves)).max() <= 1
        order = np.argsort(rigid.starts, kind="stable")
        apart = rigid.starts[order][1:] >= rigid.ends[order][:-1]
        assert (np.diff(result.starts[order]) >= -1e-6).all()
        assert (result.starts[order][1:] >= result.ends[order][:-1] - 1e-6)[apart].all()


def test_it_is_not_done_unasked():
    assert sync_cues(HEARD, scattered()).moves == ()


@pytest.mark.parametrize("name", ["harbour", "harbour.shifted", "harbour.cut", "harbour.25fps"])
def test_lines_that_are_right_stay(name):
    file = read_subtitles(TEXTS / f"{name}.srt")
    result = sync_cues(HEARD, file, retime=True)
    assert result.moves == ()
    assert result.to_bytes() == sync_cues(HEARD, file).to_bytes()
    assert result.reasons[-1] == "No line had to move alone."


def test_a_lead_in_of_all_lines_stays_what_the_map_made_of_it():
    early = parse_subtitles(RIGHT.retimed(RIGHT.starts + 4.8, RIGHT.ends + 5))
    assert sync_cues(HEARD, early, retime=True).moves == ()


def test_a_file_that_is_in_sync_but_for_its_scatter_is_synced():
    file = scattered(offset=0.0, seed=2)
    assert sync_cues(HEARD, file).kind == "identity"
    result = sync_cues(HEARD, file, retime=True)
    assert (result.kind, result.status, result.rate) == ("identity", "synced", 1)
    assert result.to_bytes() != file.data
    assert np.flatnonzero(result.starts != file.starts).tolist() == [
        place for place, move in enumerate(result.moves) if move
    ]


def test_lines_that_begin_together_move_together():
    twice = b"".join(
        b"%d\n%s\n%s\n\n" % (2 * n + k + 1, times, words)
        for n, (times, words) in enumerate(_blocks(scattered().data))
        for k in range(2)
    )
    moves = np.array(sync_cues(HEARD, parse_subtitles(twice), retime=True).moves)
    assert np.count_nonzero(moves) > 20
    assert (moves[::2] == moves[1::2]).all()


def test_lines_that_nobody_speaks_stay():
    result = sync_cues(HEARD, scattered(), retime=True)
    unspoken = [n for n, cue in enumerate(RIGHT.timeline) if cue.text.startswith("[")]
    assert len(unspoken) > 3
    assert not any(result.moves[n] for n in unspoken)


def test_a_map_that_is_not_trusted_is_left_alone(monkeypatch):
    monkeypatch.setattr("syncalign.pipelines.cue_sync.TRUSTED", 2.0)
    result = sync_cues(HEARD, scattered(), retime=True)
    assert result.status == "unsure"
    assert result.moves == ()


def test_the_largest_offset_bounds_single_lines_too():
    file = scattered()
    result = sync_cues(HEARD, file, retime=True)
    farthest = float(np.abs(result.starts - file.starts).max())
    for limit, status in ((farthest + 0.01, "synced"), (farthest - 0.01, "refused")):
        assert limited(result, limit).status == status


def test_it_is_an_option_of_the_whole_sync(tmp_path):
    (tmp_path / "scattered.srt").write_bytes(scattered().data)
    given = TEXTS / "harbour.srt", tmp_path / "scattered.srt"
    assert sync_subtitles(*given, retime=True).moves
    assert not sync_subtitles(*given).moves


def _blocks(data):
    for block in data.replace(b"\r\n", b"\n").strip().split(b"\n\n"):
        _, times, words = block.split(b"\n", 2)
        yield times, words
