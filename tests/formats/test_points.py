"""Points files: what users write is read, and what cannot be is told with its line."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.errors import FormatError
from syncalign.formats import read_points

STARTS = np.array([1.5, 62.0, 100.0])


def read(tmp_path, text: str | bytes):
    path = tmp_path / "film.points"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_points(path, STARTS)


@pytest.mark.parametrize(
    "line",
    [
        "0:01:02.500 0:01:03.250",
        "00:01:02,500 00:01:03,250",
        "00:01:02,500 --> 00:01:03,250",
        "1:02.5->1:03.25",
        "1:02.5 => 1:03.25",
        "62.5\t63.25",
        "62,5; 63,25",
        "62,5, 63,25",
        "62.5,63.25",
        "  62.5   63.25  # the door",
    ],
)
def test_what_users_write_is_read(tmp_path, line):
    assert read(tmp_path, line) == ((62.5, 63.25),)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_comments_empty_lines_encodings_and_any_order(tmp_path, encoding):
    text = "# caf\u00e9\r\n\r\n90 91\r\n10 9\r\n90 91\r\n"
    assert read(tmp_path, text.encode(encoding)) == ((10.0, 9.0), (90.0, 91.0))


def test_a_cue_may_stand_for_its_start(tmp_path):
    assert read(tmp_path, "@3 1:41\n@1 2.25\n") == ((1.5, 2.25), (100.0, 101.0))


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("10 11\nhello\n", 2, "'hello' is no point; write"),
        ("10\n", 1, "is no point"),
        ("10 11 12", 1, "is no point"),
        ("62,65,70", 1, "is no point"),
        ("-5 3", 1, "is no point"),
        ("0:75:30 2", 1, "0:75:30 is no time"),
        ("1:60 2", 1, "1:60 is no time"),
        ("@0 5", 1, "no cue @0; the file has @1 to @3"),
        ("1 2\n@4 5", 2, "no cue @4"),
        ("10 20\n\n30 15", 3, "contradicts line 1, 00:00:10.000 -> 00:00:20.000"),
        ("30 15\n10 20", 2, "contradicts line 1, 00:00:30.000 -> 00:00:15.000"),
        ("10 20\n10 21", 2, "contradicts line 1"),
        ("10 20\n11 20", 2, "contradicts line 1"),
        ("", None, "has no points"),
        ("# nothing yet\n", None, "has no points"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 1, "is no point"),
        (b"1 2\n" * 300_000, None, "larger than 1 MiB"),
    ],
)
def test_what_is_no_point_is_told_with_its_line(tmp_path, text, line, words):
    with pytest.raises(FormatError, match="film") as caught:
        read(tmp_path, text)
    assert words in str(caught.value)
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read(tmp_path):
    with pytest.raises(FormatError, match="does not exist"):
        read_points(tmp_path / "none", STARTS)
    with pytest.raises(FormatError, match="name a points file"):
        read_points(tmp_path, STARTS)
