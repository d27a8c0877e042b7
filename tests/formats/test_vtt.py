import re

import pytest

from syncalign.formats import parse_subtitles

FILE = """WEBVTT - a title --> with an arrow
Kind: captions

NOTE 00:00:00.000 --> 00:00:09.000 is not a cue
1
00:00:01.000 --> 00:00:02.000

STYLE
::cue(b) { color: red }

REGION
id:fred
width:40%

intro
00:01.000 --> 00:03.000 line:0 position:20% align:start
<v Roger>Fish &amp; <00:01.500><c>chips</c> <00:00:02.000>now

STYLE
59:59.000 --> 01:00:02.500
not a style

00:00:10.000 --> 00:00:12.000
one
00:00:13.000 --> 00:00:14.000
two
"""


def test_only_cues_are_cues() -> None:
    file = parse_subtitles(FILE.encode())
    assert file.format == "vtt"
    assert file.starts.tolist() == [1.0, 3599.0, 10.0, 13.0]
    assert [cue.text for cue in file.timeline] == ["Fish & chips now", "not a style", "one", "two"]
    assert file.notes == ("The times jump back by more than a minute at cue 3.",)


def test_a_shift_moves_the_stamps_inside_a_text_and_leaves_the_rest() -> None:
    file = parse_subtitles(FILE.encode())
    assert [inner.time for inner in file.stamps[0].inner] == [1.5, 2.0]
    new = file.retimed(file.starts + 1, file.ends + 1).decode()
    assert "00:02.000 --> 00:04.000 line:0 position:20% align:start\n" in new
    assert "<v Roger>Fish &amp; <00:02.500><c>chips</c> <00:00:03.000>now" in new
    assert "01:00:00.000 --> 01:00:03.500" in new
    # Times inside notes, styles and the header are not stamps.
    assert new.split("intro")[0] == FILE.split("intro")[0]


def test_stamps_inside_a_text_stretch_with_the_cue() -> None:
    file = parse_subtitles(FILE.encode())
    starts, ends = file.starts, file.ends
    ends[0] = 5.0
    assert "<00:02.000><c>chips</c> <00:00:03.000>" in file.retimed(starts, ends).decode()


def test_a_live_stream_segment_is_kept_and_said() -> None:
    header = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n"
    file = parse_subtitles((header + "00:01.000 --> 00:02.000\nx\n").encode())
    assert re.search(r"00:00:00.000 is 10.000 s of the stream", file.notes[0])
    assert file.retimed([5], [6]).decode() == header + "00:05.000 --> 00:06.000\nx\n"


def test_a_cue_may_follow_the_header_at_once() -> None:
    assert len(parse_subtitles(b"WEBVTT\n00:01.000 --> 00:02.000\nx")) == 1


def test_one_broken_cue_is_left_alone_and_said() -> None:
    file = parse_subtitles(b"WEBVTT\n\n00:01.000 --> 00:02.000\nx\n\n00:aa.000 --> 00:03.000\ny\n")
    assert len(file) == 1
    assert file.notes[0].startswith("1 cue without readable times was left alone (line 6: ")


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\r\r\n"])
def test_line_ends_do_not_matter(line_end: str) -> None:
    file = parse_subtitles(FILE.replace("\n", line_end).encode())
    assert file.starts.tolist() == [1.0, 3599.0, 10.0, 13.0]
    assert file.timeline[0].text == "Fish & chips now"
