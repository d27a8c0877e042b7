"""Names of files that few programs expect."""

from __future__ import annotations

import os
import shutil

import pytest

from cli.conftest import FILM

NAMES = {
    "newline": "a\nb",
    "emoji": "🎬 film",
    "no text": os.fsdecode(b"caf\xe9"),
    "spaces": "  two  ",
    "option": "-rf",
    "address": "http:film",
    "pattern": "%03d*?",
    "quotes": 'it\'s "it"',
    "backslash": "a\\nb",
}


@pytest.fixture(params=NAMES.values(), ids=NAMES)
def name(request, work) -> str:
    try:
        shutil.copy("late.srt", f"{request.param}.srt")
    except (OSError, UnicodeError):
        pytest.skip("this file system does not take the name")
    return request.param


def latin(name: str) -> str:
    return os.fsencode(name).decode("latin-1")


def test_a_subtitle(name, heard, call):
    done = call("sync", "--json", "--", "film.mkv", f"{name}.srt",
                writes=(latin(f"{name}.synced.srt"),))  # fmt: skip
    assert done.code == 0
    if name.isprintable():
        assert done.json["output"] == f"{name}.synced.srt"
    else:
        assert done.json["output"].endswith(".synced.srt")


def test_text_stays_on_one_line(name, heard, call):
    done = call("sync", "--", "film.mkv", f"{name}.srt", writes=(latin(f"{name}.synced.srt"),))
    assert done.text.splitlines()[-1].startswith("written: ")


def test_a_medium(name, work, call):
    (work / f"{name}.mkv").symlink_to(FILM)
    assert call("probe", "--json", "--", f"{name}.mkv").code == 0
    assert call("check", "--json", "--", f"{name}.mkv", "late.srt").json["status"] == "synced"


def test_a_missing_medium(name, call):
    done = call("probe", "--json", "--", f"missing {name}.mkv")
    assert done.code == 3
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["sync", "check"])
def test_a_name_longer_than_any_file_has(command, call):
    done = call(command, "x" * 5000 + ".mkv", "late.srt", "--json")
    assert done.code == 3
    done = call(command, "film.mkv", "x" * 5000 + ".srt", "-o" if command == "sync" else "-q",
                *(["out.srt"] if command == "sync" else []), "--json")  # fmt: skip
    assert done.code == 3
    assert done.json["error"]["type"] == "FormatError"
