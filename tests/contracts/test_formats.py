"""What other people's readers say of the same files, and the contract of every row of the table."""

import warnings

import numpy as np
import pysrt
import pysubs2
import pytest

from syncalign.formats import FORMATS, SubtitleFile, parse_subtitles

CLEAN = {
    "srt": "".join(
        f"{n + 1}\n00:{n:02d}:01,{n:03d} --> 00:{n:02d}:03,250\n<i>Line {n}</i>\nsecond\n\n"
        for n in range(40)
    ),
    "vtt": "WEBVTT\n\n"
    + "".join(
        f"00:{n:02d}:01.{n:03d} --> 00:{n:02d}:03.250\nLine {n}\nsecond\n\n" for n in range(40)
    ),
    "ass": "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    + "".join(
        f"Dialogue: 0,0:{n:02d}:01.{n:02d},0:{n:02d}:03.25,Default,,0,0,0,,"
        f"{{\\an8}}Line {n},\\Nsecond\n"
        for n in range(40)
    ),
}


def opened(name: str) -> SubtitleFile:
    return parse_subtitles(CLEAN[name].encode())


def test_pysrt_reads_the_same_from_a_clean_file() -> None:
    file, peer = opened("srt"), pysrt.from_string(CLEAN["srt"])
    np.testing.assert_allclose(file.starts, [item.start.ordinal / 1000 for item in peer])
    np.testing.assert_allclose(file.ends, [item.end.ordinal / 1000 for item in peer])
    assert [cue.text for cue in file.timeline] == [item.text_without_tags for item in peer]


@pytest.mark.parametrize("name", list(CLEAN))
def test_pysubs2_reads_the_same_from_a_clean_file(name: str) -> None:
    file = opened(name)
    peer = pysubs2.SSAFile.from_string(CLEAN[name])
    np.testing.assert_allclose(file.starts, [event.start / 1000 for event in peer])
    np.testing.assert_allclose(file.ends, [event.end / 1000 for event in peer])
    assert [cue.text for cue in file.timeline] == [event.plaintext for event in peer]


@pytest.mark.parametrize("name", list(CLEAN))
def test_a_retimed_file_says_the_new_times_to_other_readers(name: str) -> None:
    file = opened(name)
    new = file.retimed(file.starts * 1.04 + 7, file.ends * 1.04 + 7).decode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = pysubs2.SSAFile.from_string(new)
    step = file.notation.step
    starts = [event.start / 1000 for event in peer]
    np.testing.assert_allclose(starts, file.starts * 1.04 + 7, atol=step / 2 + 1e-6)


@pytest.mark.parametrize("format_", FORMATS, ids=lambda row: row.name)
def test_every_row_of_the_table_knows_its_own_files_and_no_others(format_: object) -> None:
    assert format_ in FORMATS
    for row in FORMATS:
        assert opened(row.name).format == row.name
        assert len(opened(row.name)) == len(opened(row.name).timeline) == 40
        assert all(ending.startswith(".") for ending in row.extensions)
