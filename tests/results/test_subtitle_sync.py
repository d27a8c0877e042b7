"""A result's corrected times, and what it writes."""

from __future__ import annotations

import pytest

from syncalign.errors import OutputError, ParameterError
from syncalign.formats import parse_subtitles
from syncalign.results import SubtitleSync
from syncalign.timebase import Segment, TimeMap

TEXT = b"".join(
    b"%d\n00:00:%02d,000 --> 00:00:%02d,500\nHello\n\n" % (n + 1, 5 * n, 5 * n + 1)
    for n in range(4)
)


def result(offset: float, **fields) -> SubtitleSync:
    given = {
        "subtitles": parse_subtitles(TEXT),
        "status": "synced",
        "confidence": 0.9,
        "reasons": ("because",),
        "time_map": TimeMap.linear(Segment(5, 20), offset=offset),
        "piece_confidence": (0.9,),
        "kind": "offset",
        "offset": offset,
        "rate": 1.0,
    }
    return SubtitleSync(**{**given, **fields})


def test_a_positive_offset_moves_cues_later():
    assert result(2.0).starts.tolist() == [2, 7, 12, 17]
    assert result(2.0).ends.tolist() == [3.5, 8.5, 13.5, 18.5]


def test_no_time_is_negative():
    assert result(-1.0).starts.tolist() == [0, 4, 9, 14]
    assert result(-1.0).ends[0] == 1.5


def test_an_unmatched_cue_that_would_be_negative_stays_where_it_was():
    moved = result(-7.0, unmatched=(0,))
    assert (moved.starts[0], moved.ends[0]) == (0, 1.5)
    assert moved.starts[3] == 8


def test_an_identity_is_a_byte_copy():
    assert result(0.0, kind="identity", status="in_sync").to_bytes() == TEXT


def test_what_was_refused_is_not_written(tmp_path):
    refused = SubtitleSync(
        subtitles=parse_subtitles(TEXT), status="refused", confidence=0.0, reasons=("noise",)
    )
    with pytest.raises(ParameterError, match="noise"):
        refused.save(tmp_path / "out.srt")
    assert not list(tmp_path.iterdir())
    with pytest.raises(ParameterError):
        result(1.0, status="refused").to_bytes()


def test_an_existing_file_is_kept(tmp_path):
    (tmp_path / "out.srt").write_bytes(b"mine")
    with pytest.raises(OutputError):
        result(1.0).save(tmp_path / "out.srt")
    result(1.0).save(tmp_path / "out.srt", overwrite=True)
    assert b"00:00:06,000" in (tmp_path / "out.srt").read_bytes()


@pytest.mark.parametrize(
    ("status", "trusted"),
    [("synced", True), ("in_sync", True), ("unsure", False), ("refused", False)],
)
def test_only_two_answers_may_be_acted_on(status, trusted):
    assert result(0.0, status=status).is_trusted is trusted


def test_a_line_that_moves_alone_keeps_its_length():
    moved = result(2.0, moves=(0.0, 0.25, 0.0, -0.5))
    assert moved.starts.tolist() == [2, 7.25, 12, 16.5]
    assert moved.ends.tolist() == [3.5, 8.75, 13.5, 18]
    assert b"00:00:07,250 --> 00:00:08,750" in moved.to_bytes()
    assert moved.to_json()["retimed"] == [{"cue": 1, "move": 0.25}, {"cue": 3, "move": -0.5}]


def test_an_identity_with_lines_that_move_is_no_copy():
    moved = result(0.0, kind="identity", moves=(0.0, 0.25, 0.0, 0.0))
    assert not moved.is_unchanged
    assert moved.to_bytes() == TEXT.replace(
        b"00:00:05,000 --> 00:00:06,500", b"00:00:05,250 --> 00:00:06,750"
    )


def test_no_line_moves_before_the_beginning():
    assert result(0.0, moves=(-0.5, 0.0, 0.0, 0.0)).starts[0] == 0
