"""Files of this package's own models: safetensors with a card; nothing in them can run code."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from syncalign.errors import FormatError, OutputError
from syncalign.storage import ensure_writable, write_atomically
from syncalign.version import VERSION

_PICKLE_MARKS = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class ModelFile:
    """A model as it is kept.

    Parameters
    ----------
    kind : str
        What it is: ``fusion``, ``lipsync``, ...
    format : int
        Number of the layout of its weights and settings; raised where they change.
    settings : mapping
        What the network is built from; plain values that JSON can hold.
    weights : dict of str to np.ndarray
        Its numbers.
    card : str
        Data, split, command, figures and limits, as Markdown for people.
    """

    kind: str
    format: int
    settings: Mapping[str, Any]
    weights: Arrays
    card: str = ""

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the model, and its card beside it as ``NAME.md``.

        Raises
        ------
        OutputError
            A file exists and may not be replaced, or the folder takes none.
        """
        from safetensors.numpy import save

        facts = {"kind": self.kind, "format": self.format, "version": VERSION}
        facts |= {"settings": dict(self.settings), "card": self.card}
        whole = {name: np.ascontiguousarray(value) for name, value in self.weights.items()}
        data = save(whole, metadata={"syncalign": json.dumps(facts)})
        text = self.card.encode("utf-8", "backslashreplace")  # names of files may be no text
        card = ensure_model_writable(path, overwrite=overwrite)
        write_atomically(path, data, overwrite=overwrite)
        write_atomically(card, text, overwrite=overwrite)


def ensure_model_writable(path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Refuse a model that could not be written, before it is trained; return where its card goes.

    Raises
    ------
    OutputError
        It has the name of its card, a file exists and may not be replaced, or the folder takes
        none.
    """
    card = Path(path).with_suffix(".md")
    if card == Path(path):
        raise OutputError(path, "is where the model's card goes; name it .safetensors")
    for file in (path, card):
        ensure_writable(file, overwrite=overwrite)
    return card


def read_model(path: str | os.PathLike[str], kind: str, format: int) -> ModelFile:
    """Read a model of a kind and a format.

    Parameters
    ----------
    path : path-like
        The safetensors file.
    kind : str
        What it has to be.
    format : int
        The layout that the reader knows.

    Raises
    ------
    FormatError
        The file is missing, damaged, a pickle, no model of this package, of another kind or of
        another format.
    """
    from safetensors import SafetensorError, safe_open

    _refuse_pickle(path)
    try:
        with safe_open(path, framework="np") as file:
            metadata = file.metadata() or {}
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        facts = json.loads(metadata.get("syncalign", "null"))
    except (SafetensorError, OSError, ValueError, TypeError) as exc:  # bfloat16: TypeError
        raise FormatError(path, f"is no whole safetensors file: {exc}") from exc
    if not isinstance(facts, dict) or not {"kind", "format", "settings"} <= facts.keys():
        raise FormatError(path, "is a safetensors file, but no model that syncalign wrote")
    if facts["kind"] != kind:
        raise FormatError(path, f"is a model of the kind {facts['kind']!r}; {kind!r} is needed")
    if facts["format"] != format:
        age = "an older" if facts["format"] in range(format) else "a newer"
        raise FormatError(
            path,
            f"was written by {age} syncalign ({facts.get('version')}, format {facts['format']}); "
            f"this one reads format {format}: train it anew, or use that version",
        )
    return ModelFile(kind, format, facts["settings"], weights, facts.get("card", ""))


def _refuse_pickle(path: str | os.PathLike[str]) -> None:
    try:
        with Path(path).open("rb") as file:
            head = file.read(4)
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or exc
        raise FormatError(path, f"cannot be read: {reason}") from exc
    if head.startswith(_PICKLE_MARKS):
        raise FormatError(
            path, "is a pickle, which may run code when it is read; models are safetensors files"
        )
