import gzip
import io
import os
import sqlite3
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from syncalign.errors import FormatError, ParameterError
from syncalign.formats import detect, parse_subtitles, read_subtitles, registry

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"
ASS = b"[Script Info]\n\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,Hello\n"


@pytest.mark.parametrize(("data", "name"), [(SRT, "srt"), (VTT, "vtt"), (ASS, "ass")])
@pytest.mark.parametrize("hint", [None, "a.srt", "b.vtt", "c.ASS", "d.txt"])
def test_the_content_decides_what_a_file_is(data: bytes, name: str, hint: str | None) -> None:
    assert detect(data, hint) == name


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "film.ssa"
    path.write_bytes(ASS)
    file = read_subtitles(path)
    assert (file.format, file.timeline[0].text) == ("ass", "Hello")


def _zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("film.srt", SRT)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\r\n", "is empty: only blank space"),
        (b"\xff\xfe", "is empty: only blank space"),
        (b"WEBVTT\n\nNOTE nothing\n", r"has no cues \(read as vtt\)"),
        (b"[Script Info]\n\n[Events]\n", r"has no cues \(read as ass\)"),
        (b"\x1aE\xdf\xa3\x01\0\0\0", r"binary data \(looks like Matroska or WebM\)"),
        (b"\0\0\0\x20ftypisom\0\0\2\0", r"binary data \(looks like MP4 or QuickTime\)"),
        (b"RIFF\0\0\0\0AVI LIST", r"binary data \(looks like AVI\)"),
        (b"RIFF\0\0\0\0WAVEfmt ", r"binary data \(looks like WAV\)"),
        (b"OggS\0\2\0\0", r"binary data \(looks like Ogg\)"),
        (b"ID3\3\0\0", r"binary data \(looks like MP3\)"),
        (b"fLaC\0\0", r"binary data \(looks like FLAC\)"),
        ((b"G" + bytes(187)) * 4, r"binary data \(looks like MPEG transport stream\)"),
        (_zipped(), r"binary data \(looks like ZIP; unpack it first\)"),
        (gzip.compress(SRT), r"binary data \(looks like gzip; unpack it first\)"),
        (b"\x89PNG\r\n\x1a\n", r"binary data \(looks like PNG\)"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", r"binary data \(looks like JPEG\)"),
        (b"%PDF-1.7\n", r"binary data \(looks like PDF\)"),
        (bytes(range(256)) * 20, "is not a subtitle file: binary data"),
        (bytes(5000), "is not a subtitle file: binary data"),
        (b"\0\0\x01\xbaD\0\4\0", r"picture subtitles \(VobSub, or another MPEG programme stream\)"),
        (b"# VobSub index file, v7\n", r"picture subtitles \(the index of a VobSub pair\)"),
        (
            b"PG" + bytes(8) + b"\x16\0\x13" + bytes(19),
            r"picture subtitles \(PGS, from a Blu-ray\)",
        ),
        (
            b"<!DOCTYPE html>\n<html><body>404</body></html>",
            "is an HTML page; give a subtitle file",
        ),
        (b"<?xml version='1.0'?>\n<tt xmlns='x'></tt>", r"has no cues \(read as ttml\)"),
        (b"<SAMI><BODY></BODY></SAMI>", r"has no cues \(read as sami\)"),
        (b"{20}{60}Hello\n", "counts frames .*; give --fps"),
        (b"Scenarist_SCC V1.0\n", "is SCC captions, which are not supported"),
        (b'{"segments": []}', "is JSON"),
        (b"{\\rtf1 hello}", "is an RTF document"),
        (b"Chapter 1\nIt was a dark night.\n", "is not a subtitle file: text without times"),
        (b"1\n00:00:xx,000 --> 00:00:02,000\nHello\n", "not a time: '00:00:xx,000 --> 00:00:02"),
    ],
)
def test_what_is_no_subtitle_file_is_named(data: bytes, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "film.bin"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=sentence) as caught:
        read_subtitles(path)
    assert caught.value.path == str(path)


def test_a_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "film.srt"
    connection = sqlite3.connect(path)
    connection.execute("create table a (b)")
    connection.commit()
    connection.close()
    with pytest.raises(FormatError, match=r"binary data \(looks like SQLite\)"):
        read_subtitles(path)


def test_mostly_unreadable_times_are_refused_with_the_first_line() -> None:
    data = SRT + b"\n2\n00:00:aa,0 --> 00:00:02,000\nx\n\n3\n1:2:3:4:5 --> 2\ny\n"
    with pytest.raises(
        FormatError, match=r"not a time: '00:00:aa.*\(2 of 3 cues are so\)"
    ) as caught:
        parse_subtitles(data)
    assert caught.value.line == 6
    with pytest.raises(FormatError, match=r"not a time: 'Dialogue: 0,soon,later") as caught:
        parse_subtitles(b"[Script Info]\n[Events]\nDialogue: 0,soon,later,D,,0,0,0,,x\n")
    assert caught.value.line == 3


def test_a_subtitle_extension_asks_for_cues() -> None:
    with pytest.raises(FormatError, match=r"has no cues \(read as srt\)"):
        parse_subtitles(b"Hello\n", name_hint="film.srt")


def test_a_path_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"absent\.srt: does not exist"):
        read_subtitles(tmp_path / "absent.srt")
    with pytest.raises(FormatError, match="is a folder; name a subtitle file"):
        read_subtitles(tmp_path)
    with pytest.raises(FormatError, match="cannot be read"):
        read_subtitles("a\0b.srt")


def test_a_huge_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(registry, "LARGEST_FILE", 2**20)
    path = tmp_path / "film.srt"
    path.write_bytes(SRT * 40_000)
    with pytest.raises(FormatError, match="larger than 1 MiB"):
        read_subtitles(path)


def test_too_many_cues_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("syncalign.formats.subtitle_file.MOST_CUES", 10)
    with pytest.raises(FormatError, match="has more than 10 cues; that is no film"):
        parse_subtitles((SRT + b"\n") * 11)


@pytest.mark.parametrize(
    ("head", "unit"),
    [
        (b"", b"1\n00:00:01,000 --> 00:00:02,000\nx\n\n"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n", b"<00:01.500>"),
        (b"", b"[00:01.00]"),
        (b"[00:01.00]", b"<00:01.00>"),
        (b"<SAMI><BODY>", b"<SYNC Start=1>"),
        (b"[Events]\n", b"Dialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,x\n"),
        (b"", b'{"start": 1, "end": 2, "text": "x"}\n'),
    ],
)
def test_no_more_is_kept_of_far_too_many_times(head: bytes, unit: bytes, monkeypatch) -> None:
    for module in ("subtitle_file", "vtt", "lrc"):
        monkeypatch.setattr(f"syncalign.formats.{module}.MOST_CUES", 1000)
    data = head + unit * 40_000
    tracemalloc.start()
    with pytest.raises(FormatError, match=r"has more than 1000 .*; that is no film"):
        parse_subtitles(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * len(data) + 2**21  # it was 50 times the data


def test_a_long_line_of_double_bytes_takes_little_memory() -> None:
    data = SRT + "\u8fd9\u662f\u4e00\u4e2a\u5f88\u597d\u7684\u65e5\u5b50".encode("gbk") * 50_000
    parse_subtitles(data[:1000])  # the detector's models are none of the file's
    tracemalloc.start()
    assert parse_subtitles(data).encoding == "gb18030"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * len(data)


@pytest.mark.skipif(os.name != "posix", reason="makes a named pipe")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe.srt")
    for path in (tmp_path / "pipe.srt", "/dev/null"):
        with pytest.raises(FormatError, match="is a device or a pipe, not a file"):
            read_subtitles(path)


def test_an_unknown_format_is_a_wrong_parameter() -> None:
    with pytest.raises(ParameterError, match="no format named 'xyz'; known are srt, vtt, ass"):
        parse_subtitles(SRT, format="xyz")


@pytest.mark.parametrize(
    ("starts", "ends", "sentence"),
    [
        ([1], [2, 3], "1 cues need as many starts and ends"),
        ([-0.1], [2], "cue 0: a time in a subtitle file must lie between 0 and"),
        ([float("nan")], [2], "cue 0: a time must be finite"),
        ([1], [float("inf")], "cue 0: a time must be finite"),
        ([1e12], [1e12], "cue 0: a time in a subtitle file must lie between 0 and"),
    ],
)
def test_times_that_cannot_be_written_are_refused(
    starts: list[float], ends: list[float], sentence: str
) -> None:
    with pytest.raises(ParameterError, match=sentence):
        parse_subtitles(SRT).retimed(starts, ends)
