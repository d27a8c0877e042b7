"""What `import syncalign` promises: names that exist, are documented, and are what tools see."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import syncalign

PACKAGES = [
    module.name
    for module in pkgutil.walk_packages(syncalign.__path__, "syncalign.")
    if module.ispkg
]


def test_names_are_sorted_and_unique():
    assert syncalign.__all__ == sorted(set(syncalign.__all__))


@pytest.mark.parametrize("name", syncalign.__all__)
def test_every_name_can_be_imported_and_says_what_it_is(name):
    thing = getattr(syncalign, name)
    assert (inspect.getdoc(thing) or "").strip()
    if inspect.isclass(thing) or inspect.isfunction(thing):
        assert thing.__name__ == name
        # Inherited and generated docstrings say nothing about this thing.
        assert thing.__doc__
        assert not thing.__doc__.startswith(f"{name}(")


def test_all_is_what_is_public():
    listed = {name for name in dir(syncalign) if not name.startswith("_")}
    assert listed == set(syncalign.__all__)
    everything: dict[str, object] = {}
    exec("from syncalign import *", everything)
    assert set(everything) - {"__builtins__"} == set(syncalign.__all__)


def test_type_checkers_see_the_same_names():
    tree = ast.parse(Path(syncalign.__file__).read_text(encoding="utf-8"))
    seen = {
        alias.asname or alias.name
        for branch in tree.body
        if isinstance(branch, ast.If)  # if TYPE_CHECKING
        for statement in branch.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    assert seen == set(syncalign.__all__)


def test_the_version_is_told():
    assert isinstance(syncalign.__version__, str)
    assert syncalign.__version__


def test_an_unknown_name_is_an_attribute_error_that_names_it():
    with pytest.raises(AttributeError, match="no_such_thing"):
        syncalign.no_such_thing  # noqa: B018


@pytest.mark.parametrize("package", PACKAGES)
def test_names_that_a_package_exports_exist_and_are_documented(package):
    try:
        module = importlib.import_module(package)
    except ModuleNotFoundError as exc:
        if (exc.name or "").startswith("syncalign"):
            raise
        pytest.skip(f"{exc.name} is not installed")
    names = getattr(module, "__all__", [])
    assert len(names) == len(set(names))
    for name in names:
        assert (inspect.getdoc(getattr(module, name)) or "").strip(), name
