"""Errors carry their data, also to another process, and say one sentence on one line."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import syncalign
from syncalign.errors import (
    DependencyError,
    FormatError,
    InputError,
    MediaError,
    OutputError,
    ParameterError,
    SyncalignError,
    printable,
)

#: A value for each argument that an error of the tree takes. A new one belongs here.
ARGUMENTS = {
    "path": "season 1/film\n.srt",
    "message": "no such file",
    "line": 12,
    "what": "torch is missing",
    "remedy": "pip install 'syncalign[speech]'",
}


def error_classes() -> list[type[SyncalignError]]:
    for module in pkgutil.walk_packages(syncalign.__path__, "syncalign."):
        # An error defined anywhere else must not escape: import whatever can be imported.
        if not module.name.endswith("__main__"):
            try:
                importlib.import_module(module.name)
            except ImportError:
                continue  # of an extra that is not installed

    def below(parent: type[SyncalignError]) -> Iterator[type[SyncalignError]]:
        yield parent
        for child in parent.__subclasses__():
            yield from below(child)

    return sorted(set(below(SyncalignError)), key=lambda kind: kind.__name__)


def instance(kind: type[SyncalignError]) -> SyncalignError:
    if not inspect.isfunction(kind.__init__):  # that of Exception itself, which takes anything
        return kind("a sentence")
    return kind(**{name: ARGUMENTS[name] for name in inspect.signature(kind).parameters})


@pytest.mark.parametrize("kind", error_classes())
def test_every_error_survives_pickling_with_all_its_data(kind):
    error = instance(kind)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        copy = pickle.loads(pickle.dumps(error, protocol))
        assert type(copy) is kind
        assert str(copy) == str(error)
        assert copy.args == error.args
        assert vars(copy) == vars(error)


@pytest.mark.parametrize("kind", error_classes())
def test_every_error_says_one_line(kind):
    sentence = str(instance(kind))
    assert sentence
    assert len(sentence.splitlines()) == 1


def test_the_tree_is_the_one_that_exit_codes_rely_on():
    assert {MediaError, FormatError, OutputError} <= set(InputError.__subclasses__())
    assert issubclass(ParameterError, ValueError)
    for kind in (InputError, DependencyError, ParameterError):
        assert SyncalignError in kind.__mro__


def test_an_error_about_a_line_says_where_and_what():
    error = FormatError(Path("film.srt"), "end before start", 12)
    assert str(error) == "film.srt, line 12: end before start"
    assert (error.path, error.message, error.line) == ("film.srt", "end before start", 12)


def test_an_error_without_a_path_is_its_message():
    assert str(InputError(None, "the memory is not enough")) == "the memory is not enough"


def test_a_missing_thing_comes_with_the_command_that_adds_it():
    error = DependencyError("torch is missing", "pip install 'syncalign[speech]'")
    assert str(error) == "torch is missing. To add it: pip install 'syncalign[speech]'"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("plain film.mkv", "plain film.mkv"),
        ("a film\n.mkv", "a film\\n.mkv"),
        ("a\r\x1b[31mb\x00", "a\\r\\x1b[31mb\\x00"),
        ("caf\udce9.srt", "caf\\udce9.srt"),
        ("線\u2028路.srt", "線\\u2028路.srt"),
        ("🎬 été.mkv", "🎬 été.mkv"),
        ("back\\slash", "back\\slash"),
    ],
)
def test_paths_are_shown_on_one_line_that_any_terminal_takes(path, shown):
    assert printable(path) == shown
    sentence = str(MediaError(path, "no such file"))
    assert sentence == f"{shown}: no such file"
    assert len(sentence.splitlines()) == 1
    sentence.encode("utf-8")
