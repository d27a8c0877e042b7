"""Text tracks as files: what stands beside a packet is kept, and never breaks the file."""

from __future__ import annotations

import pytest

from syncalign.formats import parse_subtitles
from syncalign.formats.embedded import Payload, write_track

STYLE = b"STYLE\n::cue { color: red }\n\nREGION\nid:low"


@pytest.mark.parametrize("header", [STYLE, b"WEBVTT\n\n" + STYLE + b"\n\0"])
def test_styles_and_regions_of_webvtt_are_kept(header: bytes) -> None:
    data = write_track("webvtt", header, [Payload(1.0, 2.0, b"Hello", b"a", b"region:low")])
    head = b"WEBVTT\n\n" + STYLE
    assert data == head + b"\n\na\n00:00:01.000 --> 00:00:02.000 region:low\nHello\n"


def test_what_stands_beside_a_cue_makes_no_other() -> None:
    evil = b"00:00:08.000 --> 00:00:09.000"
    cue = Payload(1.0, 2.0, b"Hello", evil, b"line:0\n\n" + evil + b"\nNo")
    file = parse_subtitles(write_track("webvtt", b"", [cue]))
    assert [found.text for found in file.timeline] == ["Hello"]
