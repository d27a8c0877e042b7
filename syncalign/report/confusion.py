"""The confusion matrix of an evaluation as a picture."""

from __future__ import annotations

import os

import numpy as np

from syncalign.report.picture import ensure_drawable, write_picture
from syncalign.results.fusion import FusionEvaluation


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
    axes.set_xticks(places, found.classes, rotation=90, parse_math=False)
    axes.set_yticks(places, found.classes, parse_math=False)
    axes.set_xlabel("answered")
    axes.set_ylabel("said")
    figure.colorbar(image, ax=axes, shrink=0.7, label="share of the row")
    write_picture(figure, path, overwrite=overwrite)
