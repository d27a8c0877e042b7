"""The published schemas are schemas, and refuse what the contract refuses."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

import syncalign.results
from syncalign.results import load_schema

#: Of files that commands write; the others are of what commands print.
FILES = {"text-alignment", "time-map", "transcript"}
COMMANDS = sorted(
    {
        path.name.removesuffix(".schema.json")
        for path in (Path(syncalign.results.__file__).parent / "schemas").iterdir()
    }
    - FILES
)
ERROR = {
    "status": "error",
    "confidence": None,
    "reasons": ["film.mkv: no such file"],
    "seconds": 0.1,
    "version": "0.1.0",
    "error": {"type": "MediaError", "path": "film.mkv", "line": None},
}
SYNCED = {
    "schema": "syncalign.sync/1",
    "status": "synced",
    "confidence": 0.99,
    "reasons": ["The subtitle moves 1.000 s later."],
    "seconds": 1.5,
    "version": "0.1.0",
    "kind": "offset",
    "offset": 1.0,
    "rate": 1.0,
    "time_map": [{"source": [0.0, 9.0], "target": [1.0, 10.0], "confidence": 0.9}],
    "restarts": [],
    "unmatched": [],
    "retimed": [{"cue": 3, "move": -0.25}],
    "output": "film.synced.srt",
}


def is_valid(document: dict, command: str = "sync") -> bool:
    return jsonschema.Draft202012Validator(load_schema(command)).is_valid(document)


def test_every_command_of_the_command_line_has_one():
    from syncalign.cli.main import _COMMANDS

    assert set(COMMANDS) == set(_COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_is_a_schema_and_takes_errors(command):
    jsonschema.Draft202012Validator.check_schema(load_schema(command))
    assert is_valid({"schema": f"syncalign.{command}/1", **ERROR}, command)


@pytest.mark.parametrize("name", FILES)
def test_a_file_has_a_schema_and_is_no_error(name):
    jsonschema.Draft202012Validator.check_schema(load_schema(name))
    assert not is_valid({"schema": f"syncalign.{name}/1", **ERROR}, name)


def test_the_right_answer_is_valid():
    assert is_valid(SYNCED)
    assert is_valid({**SYNCED, "status": "in_sync", "kind": "identity", "retimed": []})


@pytest.mark.parametrize(
    "wrong",
    [
        {"schema": "syncalign.check/1"},
        {"status": "ok"},
        {"confidence": None},
        {"confidence": 1.2},
        {"kind": None},
        {"kind": "pieces"},
        {"offset": None},
        {"time_map": []},
        {"time_map": [{"source": [0.0], "target": [1.0, 10.0], "confidence": 0.9}]},
        {"unmatched": [-1]},
        {"retimed": [{"cue": 3, "move": 1.5}]},
        {"retimed": [3]},
        {"status": "in_sync"},
        {"status": "in_sync", "kind": "identity"},
        {"status": "error", "confidence": None},
        {"surprise": 1},
    ],
    ids=str,
)
def test_a_wrong_answer_is_not(wrong):
    assert not is_valid({**SYNCED, **wrong})


@pytest.mark.parametrize("key", SYNCED)
def test_no_key_may_be_missing(key):
    assert not is_valid({name: value for name, value in SYNCED.items() if name != key})


def test_an_error_has_no_confidence():
    assert not is_valid({"schema": "syncalign.sync/1", **ERROR, "confidence": 0.0})


def test_an_unknown_command_has_none():
    with pytest.raises(FileNotFoundError):
        load_schema("nonsense")
