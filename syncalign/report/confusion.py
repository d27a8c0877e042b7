"""The confusion matrix of an evaluation as a picture."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np

from syncalign.errors import DependencyError, OutputError
from syncalign.results.fusion import FusionEvaluation
from syncalign.storage import ensure_writable, write_atomically

FORMATS = ("png", "svg", "pdf")


def ensure_drawable(path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Refuse a picture that could not be drawn or written, before the work is done.

    Raises
    ------
    DependencyError
        matplotlib is not installed.
    OutputError
        The ending is of no known format, the file exists and may not be replaced, or its folder
        takes none.
    """
    import importlib.util

    if importlib.util.find_spec("matplotlib") is None:
        raise DependencyError(
            "pictures need matplotlib, which is not installed", "pip install 'syncalign[plot]'"
        )
    if _format(path) not in FORMATS:
        raise OutputError(os.fspath(path), f"name a picture that ends in {', '.join(FORMATS)}")
    ensure_writable(path, overwrite=overwrite)


def draw_confusion(
    found: FusionEvaluation, path: str | os.PathLike[str], *, overwrite: bool = False
) -> None:
    """Draw how often each class (a row) is taken for each (a column), as a share of the row.

    Parameters
    ----------
    found : FusionEvaluation
        Its matrix is that of the first level of noise.
    path : path-like
        A picture: ``.png``, ``.svg`` or ``.pdf``.
    overwrite : bool
        Whether an existing file may be replaced.

    Raises
    ------
    DependencyError
        matplotlib is not installed.
    OutputError
        The picture cannot be written.
    """
    ensure_drawable(path, overwrite=overwrite)
    from matplotlib.figure import Figure

    shares = found.confusion / np.maximum(found.confusion.sum(axis=1, keepdims=True), 1)
    side = 2 + 0.22 * len(found.classes)
    figure = Figure(figsize=(side, side), layout="constrained")
    axes = figure.add_subplot()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    places = range(len(found.classes))
    axes.set_xticks(places, found.classes, rotation=90)
    axes.set_yticks(places, found.classes)
    axes.set_xlabel("answered")
    axes.set_ylabel("said")
    figure.colorbar(image, ax=axes, shrink=0.7, label="share of the row")
    file = io.BytesIO()
    figure.savefig(file, format=_format(path), dpi=150)
    write_atomically(path, file.getvalue(), overwrite=overwrite)


def _format(path: str | os.PathLike[str]) -> str:
    return Path(path).suffix.removeprefix(".").lower()
