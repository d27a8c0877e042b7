"""``--points``: places set by hand, from the command line."""

from __future__ import annotations

import pytest

from syncalign.formats import read_subtitles

pytestmark = pytest.mark.usefixtures("heard")


@pytest.fixture
def points(work):
    def write(text: str) -> str:
        (work / "points.txt").write_text(text)
        return "points.txt"

    return write


def test_the_map_passes_through_them(work, call, points):
    start = float(read_subtitles("late.srt").starts[0])
    told = call("check", "film.mkv", "right.srt", "--points", points("60 60.02\n"), "--json").json
    assert told["offset"] == pytest.approx(0.02)
    assert "1 point was kept." in told["reasons"]
    given = ("--points", points(f"@1 {start - 12.65:.3f}\n"))
    assert call("sync", "film.mkv", "late.srt", *given, "-o", "o.srt", writes=("o.srt",)).code == 0
    assert read_subtitles("o.srt").starts[0] == pytest.approx(start - 12.65, abs=0.001)


def test_two_of_them_alone_are_written_where_a_guess_is_accepted(work, call, points):
    given = ("other.srt", "--points", points("30 31\n110 111.5\n"), "--json")
    refused = call("sync", "film.mkv", *given)
    assert (refused.code, refused.json["status"]) == (4, "unsure")
    assert call("check", "film.mkv", *given).code == 4
    accepted = ("--accept", "unsure", "-o", "out.srt")
    assert call("sync", "film.mkv", *given, *accepted, writes=("out.srt",)).code == 0


@pytest.mark.parametrize("command", ["sync", "check"])
def test_one_that_cannot_be_read_is_told_with_its_line(call, points, command):
    done = call(command, "film.mkv", "late.srt", "--points", points("1 2\nx\n"), "--json")
    assert done.code == 3
    assert done.json["error"] == {"type": "FormatError", "path": "points.txt", "line": 2}
    assert call(command, "film.mkv", "late.srt", "--points", "none.txt").code == 3
    assert call(command, "film.mkv", "late.srt", "--points", "-").code == 3


def test_an_output_never_replaces_them(call, points):
    given = ("--points", points("60 47.3\n"), "-o", "points.txt", "--force")
    assert call("sync", "film.mkv", "late.srt", *given).code == 2


def test_they_are_read_before_the_sound(call, points, deaf):
    assert call("sync", "film.mkv", "late.srt", "--points", points("x\n")).code == 3
