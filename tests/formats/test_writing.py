import pytest

from syncalign.errors import ParameterError
from syncalign.formats import parse_subtitles, write_timeline
from syncalign.timebase import Cue, Segment, Timeline

LINE = Timeline(
    (
        Cue(Segment(3.0, 4.5), "later\nsecond line"),
        Cue(Segment(0.25, 1.0), "Tom & <Jerry> é"),
        Cue(Segment(3661.5, 3662.0), "you"),
    )
)


@pytest.mark.parametrize("name", ["srt", "vtt", "ass"])
def test_a_written_file_is_read_back_as_it_was(name: str) -> None:
    data = write_timeline(LINE, format=name)
    file = parse_subtitles(data)
    assert (file.format, file.encoding) == (name, "utf-8")
    assert file.timeline == LINE


def test_a_subrip_file_looks_as_players_expect() -> None:
    assert write_timeline(Timeline(LINE.cues[:1]), format="srt") == (
        b"1\n00:00:03,000 --> 00:00:04,500\nlater\nsecond line\n\n"
    )


@pytest.mark.parametrize("name", ["srt", "vtt"])
def test_an_empty_line_cannot_end_a_cue_early(name: str) -> None:
    data = write_timeline(Timeline((Cue(Segment(0, 1), "a\n\n \nb\n"),)), format=name)
    assert parse_subtitles(data).timeline[0].text == "a\nb"


def test_braces_are_text_in_webvtt() -> None:
    data = write_timeline(Timeline((Cue(Segment(0, 1), "{a} --> b"),)), format="vtt")
    assert b"{a} --&gt; b" in data


@pytest.mark.parametrize(
    ("segment", "name", "sentence"),
    [
        (Segment(-1, 2), "srt", "cue 0: srt holds times from 0 to 360000 s, not -1 to 2"),
        (Segment(1, 36000), "ass", "cue 0: ass holds times from 0 to 36000 s"),
        (Segment(1, 2), "xyz", "no writer for 'xyz'; known are srt, vtt, ass"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(segment: Segment, name: str, sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        write_timeline(Timeline((Cue(segment, "x"),)), format=name)
