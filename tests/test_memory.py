"""How much memory may be filled: what the machine has, or the container."""

from __future__ import annotations

import pytest

from syncalign import memory


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """A machine of 10 bytes, and the folder of its control groups."""
    monkeypatch.setattr(memory, "_physical_memory", lambda: 10.0)
    monkeypatch.setattr(memory, "_GROUPS", tmp_path)
    return tmp_path


def test_a_machine_has_some_memory():
    assert 2**26 < memory.memory_to_fill() < 2**60


def test_without_a_limit_it_is_that_of_the_machine(machine):
    assert memory.memory_to_fill() == 8
    (machine / "memory.max").write_text("max\n")
    assert memory.memory_to_fill() == 8


@pytest.mark.parametrize("name", ["memory.max", "memory/memory.limit_in_bytes"])
def test_a_container_may_have_less(machine, name):
    (machine / name).parent.mkdir(exist_ok=True)
    (machine / name).write_text("5\n")
    assert memory.memory_to_fill() == 4
