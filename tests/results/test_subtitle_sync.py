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
