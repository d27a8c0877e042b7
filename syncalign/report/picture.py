"""Pictures as files: what is checked before the work, and how they are written."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import TYPE_CHECKING

from syncalign.errors import DependencyError, OutputError
from syncalign.storage import ensure_writable, write_atomically

if TYPE_CHECKING:
    from matplotlib.figure import Figure

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


def write_picture(figure: Figure, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Write a figure in the format of the file's ending."""
    file = io.BytesIO()
    figure.savefig(file, format=_format(path), dpi=150)
    write_atomically(path, file.getvalue(), overwrite=overwrite)


def _format(path: str | os.PathLike[str]) -> str:
    return Path(path).suffix.removeprefix(".").lower()
