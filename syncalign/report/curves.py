"""The course of trainings as a picture."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from syncalign.report.picture import ensure_drawable, write_picture
from syncalign.training.history import EpochRecord


def draw_curves(
    histories: Mapping[str, Sequence[EpochRecord]],
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
) -> None:
    """Draw the loss of trainings over their epochs, a line each.

    Parameters
    ----------
    histories : mapping of str to sequence of EpochRecord
        By the training's name.
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

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot()
    for name, history in histories.items():
        axes.plot([one.epoch for one in history], [one.loss for one in history], label=name)
    axes.set_xlabel("epoch")
    axes.set_ylabel("loss")
    axes.set_yscale("log")
    axes.legend(fontsize="small")
    write_picture(figure, path, overwrite=overwrite)
