"""Where the corrected subtitle goes, and what stands in its way."""

from __future__ import annotations

import errno
import os
import re

import pytest

from syncalign.formats import read_subtitles

pytestmark = pytest.mark.usefixtures("heard")


def first_start(path) -> float:
    return float(read_subtitles(path).starts[0])


def test_by_default_it_stands_beside_the_subtitle(work, call):
    (work / "season 1").mkdir()
    (work / "late.srt").rename(work / "season 1" / "late.en.srt")
    call("sync", "film.mkv", "season 1/late.en.srt", writes=("season 1/late.en.synced.srt",))
    synced = work / "season 1" / "late.en.synced.srt"
    assert first_start(synced) == pytest.approx(first_start("right.srt"), abs=0.05)


def test_only_digits_of_times_change(work, call):
    call("sync", "film.mkv", "late.srt", "-o", "out.srt", writes=("out.srt",))
    stamp = re.compile(rb"\d\d:\d\d:\d\d,\d\d\d")
    late, out = (work / "late.srt").read_bytes(), (work / "out.srt").read_bytes()
    assert late != out
    assert stamp.sub(b"", late) == stamp.sub(b"", out)


def test_a_dash_writes_the_file_to_standard_output_and_the_text_to_standard_error(work, call):
    done = call("sync", "film.mkv", "late.srt", "-o", "-")
    call("sync", "film.mkv", "late.srt", "-o", "out.srt", writes=("out.srt",))
    assert done.stdout == (work / "out.srt").read_bytes()
    assert done.stderr.startswith("synced")
    assert done.stderr.endswith("\nwritten to standard output\n")
    assert call("sync", "film.mkv", "late.srt", "-o", "-", "-q").stderr == ""


def test_a_dash_for_a_right_subtitle_copies_it(work, call):
    done = call("sync", "film.mkv", "right.srt", "-o", "-")
    assert done.stdout == (work / "right.srt").read_bytes()
    assert done.stderr.endswith("\nwritten to standard output\n")


def test_a_dash_with_a_refusal_prints_no_file(call):
    done = call("sync", "film.mkv", "other.srt", "-o", "-")
    assert done.code == 4
    assert done.stdout == b""
    assert "nothing was written" in done.stderr


def test_an_output_for_a_right_subtitle_is_a_byte_copy(work, call):
    call("sync", "film.mkv", "right.srt", "-o", "out.srt", writes=("out.srt",))
    assert (work / "out.srt").read_bytes() == (work / "right.srt").read_bytes()


def test_in_place_keeps_the_old_file(work, call):
    before = (work / "late.srt").read_bytes()
    done = call("sync", "film.mkv", "late.srt", "--in-place", "--json",
                writes=("late.srt.bak",), changes=("late.srt",))  # fmt: skip
    assert done.json["output"] == "late.srt"
    assert (work / "late.srt.bak").read_bytes() == before


def test_in_place_names_the_backup_that_it_kept(work, call):
    (work / "late.srt.bak").write_text("an earlier one")
    done = call("sync", "film.mkv", "late.srt", "--in-place",
                writes=("late.srt.bak.1",), changes=("late.srt",))  # fmt: skip
    assert done.text.endswith("written: late.srt (what it held is kept as late.srt.bak.1)\n")


@pytest.mark.parametrize(("name", "code"), [("right", 0), ("other", 4)])
def test_in_place_writes_nothing_where_nothing_is_to_be_written(name, code, call):
    assert call("sync", "film.mkv", f"{name}.srt", "--in-place").code == code


@pytest.mark.usefixtures("deaf")
@pytest.mark.parametrize("options", [(), ("-o", "late.synced.srt")])
def test_an_existing_output_is_kept_and_nothing_is_decoded(options, work, call):
    (work / "late.synced.srt").write_bytes(b"mine")
    done = call("sync", "film.mkv", "late.srt", *options, "--json")
    assert done.code == 3
    assert done.json["error"] == {"type": "OutputError", "path": "late.synced.srt", "line": None}
    assert "--force" in done.json["reasons"][0]


def test_force_replaces_it(work, call):
    (work / "late.synced.srt").write_bytes(b"mine")
    assert call("sync", "film.mkv", "late.srt", "--force", changes=("late.synced.srt",)).code == 0


def test_force_does_not_replace_it_by_a_refusal(work, call):
    (work / "other.synced.srt").write_bytes(b"mine")
    assert call("sync", "film.mkv", "other.srt", "--force").code == 4


@pytest.mark.usefixtures("deaf")
class TestUnusable:
    @pytest.mark.parametrize(
        "output",
        [".", "late.srt/below.srt", "no/such/folder/out.srt", "x" * 300, "/proc/out.srt"],
        ids=["folder", "below a file", "no folder", "name too long", "proc"],
    )
    def test_is_found_before_anything_is_decoded(self, output, call):
        done = call("sync", "film.mkv", "late.srt", "-o", output, "--json")
        assert done.code == 3
        assert done.json["status"] == "error"
        assert done.json["error"]["type"] == "OutputError"
        assert done.json["error"]["path"] == output
        assert done.stderr.count("\n") == 1

    def test_a_default_name_that_is_too_long(self, work, call):
        name = "x" * 251 + ".srt"
        (work / "late.srt").rename(work / name)
        assert call("sync", "film.mkv", name, "--json").json["error"]["type"] == "OutputError"

    @pytest.mark.parametrize(
        ("output", "remedy"),
        [
            ("late.srt", "use --in-place to replace it"),
            ("./late.srt", "use --in-place to replace it"),
            ("film.mkv", "name another file"),
        ],
    )
    def test_an_input_is_no_output(self, output, remedy, call):
        done = call("sync", "film.mkv", "late.srt", "-o", output, "--force", "--json")
        assert done.code == 2
        assert f"is an input; {remedy}" in done.stderr
        assert done.stdout == b""

    def test_a_link_to_an_input_is_no_output(self, work, call):
        (work / "link.srt").symlink_to("late.srt")
        assert call("sync", "film.mkv", "late.srt", "-o", "link.srt", "--force").code == 2


@pytest.mark.parametrize("options", [(), ("--in-place",), ("-o", "late.synced.srt", "--force")])
def test_a_full_disk_leaves_nothing_behind(options, monkeypatch, call):
    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    done = call("sync", "film.mkv", "late.srt", *options, "--json")
    assert done.code == 3
    assert "No space left on device" in done.json["reasons"][0]
    assert done.json["error"]["type"] == "OutputError"
