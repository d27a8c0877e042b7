"""The rooms stay tidy: small files named by what they hold, each saying what that is."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "syncalign"
MODULES = sorted(PACKAGE.rglob("*.py"))
SCRIPTS = [
    path for folder in ("tests", "samples") for path in sorted((ROOT / folder).rglob("*.py"))
]
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
MOST_LINES = 400


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_every_module_says_what_it_holds(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", MODULES + SCRIPTS, ids=named)
def test_no_name_says_nothing(path):
    nothing = {"utils", "util", "common", "helpers", "helper", "misc", "tools", "stuff"}
    assert not nothing & {*path.relative_to(ROOT).with_suffix("").parts}


@pytest.mark.parametrize("path", MODULES + SCRIPTS, ids=named)
def test_no_file_is_too_long_to_be_read_at_once(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_every_folder_of_the_package_is_a_package():
    folders = {path.parent for path in MODULES}
    assert not [named(folder) for folder in folders if not (folder / "__init__.py").exists()]


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_is_on_the_architecture_page(room):
    assert f"`{room}/`" in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_every_word_for_time_is_in_the_glossary():
    from syncalign import timebase

    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    types = [name for name in timebase.__all__ if name[0].isupper()]
    assert not [name for name in types if f"`{name}" not in glossary]
