"""Models are read as what they are, or refused in one sentence."""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from syncalign.errors import FormatError, OutputError
from syncalign.models.model_file import ModelFile, read_model

MODEL = ModelFile(
    "fusion", 3, {"classes": ["a", "b"]}, {"w": np.arange(6.0).reshape(2, 3)}, "# Card\n"
)


def test_a_model_comes_back_with_its_card(tmp_path):
    path = tmp_path / "m.safetensors"
    MODEL.save(path)
    read = read_model(path, "fusion", 3)
    assert (read.settings, read.card) == ({"classes": ["a", "b"]}, "# Card\n")
    assert np.array_equal(read.weights["w"], MODEL.weights["w"])
    assert (tmp_path / "m.md").read_text() == "# Card\n"


def test_existing_files_are_kept(tmp_path):
    (tmp_path / "m.md").write_text("mine")
    with pytest.raises(OutputError, match="exists already"):
        MODEL.save(tmp_path / "m.safetensors")
    assert not (tmp_path / "m.safetensors").exists()
    MODEL.save(tmp_path / "m.safetensors", overwrite=True)


@pytest.mark.parametrize(("format", "age"), [(2, "an older syncalign"), (4, "a newer syncalign")])
def test_another_format_is_told_with_its_age(tmp_path, format, age):
    replace(MODEL, format=format).save(tmp_path / "m.safetensors")
    with pytest.raises(FormatError, match=age):
        read_model(tmp_path / "m.safetensors", "fusion", 3)


def test_another_kind_is_refused(tmp_path):
    MODEL.save(tmp_path / "m.safetensors")
    with pytest.raises(FormatError, match="of the kind 'fusion'; 'lipsync' is needed"):
        read_model(tmp_path / "m.safetensors", "lipsync", 3)


def test_a_pickle_is_never_opened(tmp_path):
    import torch

    class Dangerous:
        def __reduce__(self):
            return (print, ("code ran",))

    (tmp_path / "one.pt").write_bytes(pickle.dumps(Dangerous()))
    torch.save({"w": torch.zeros(2)}, tmp_path / "two.pt")
    for name in ("one.pt", "two.pt"):
        with pytest.raises(FormatError, match="may run code"):
            read_model(tmp_path / name, "fusion", 3)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x08\0\0\0\0\0\0\0{}      "])
def test_what_is_no_model_is_told(tmp_path, content):
    (tmp_path / "m.safetensors").write_bytes(content)
    with pytest.raises(FormatError, match=r"no whole safetensors|no model that syncalign wrote"):
        read_model(tmp_path / "m.safetensors", "fusion", 3)


def test_a_damaged_and_a_missing_file_are_told(tmp_path):
    path = tmp_path / "m.safetensors"
    with pytest.raises(FormatError, match="cannot be read"):
        read_model(path, "fusion", 3)
    MODEL.save(path)
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(FormatError, match="no whole safetensors"):
        read_model(path, "fusion", 3)
