"""Any of the known layouts, told apart by what is there."""

from __future__ import annotations

import os
from pathlib import Path

from syncalign.errors import FormatError
from syncalign.training.dataset.collection import Collection
from syncalign.training.dataset.folder_layout import read_folders
from syncalign.training.dataset.grid_layout import has_grid_layout, read_grid
from syncalign.training.dataset.lrw_layout import has_lrw_layout, read_lrw
from syncalign.training.dataset.table_layout import read_table

_EXPLANATION = (
    "a data set is a folder of GRID (videos with .align files), of LRW (WORD/train/CLIP.mp4), a "
    "folder a class (CLASS/CLIP.mp4), or a CSV table with the columns path and label"
)
_PARTS = frozenset({"train", "training", "val", "validation", "dev", "test"})


def read_collection(data: str | os.PathLike[str]) -> Collection:
    """Read a data set: GRID, LRW, a folder a class, or a table. No video is opened.

    Parameters
    ----------
    data : path-like
        The folder, or the ``.csv`` file.

    Returns
    -------
    Collection

    Raises
    ------
    FormatError
        There is no data set of a known layout, nothing in it can be used, or all of it is of one
        class.
    """
    path = Path(data)
    try:
        collection = _read(path)
    except OSError as exc:
        raise FormatError(path, f"cannot be read: {exc.strerror or exc}") from exc
    if not collection.examples:
        first = collection.skipped[0] if collection.skipped else None
        why = f"; {first.path}: {first.reason}" if first else ""
        raise FormatError(path, f"holds no example that can be used{why}; {_EXPLANATION}")
    if len(collection.classes) == 1:
        raise FormatError(
            path,
            f"holds one class alone, {collection.classes[0]!r}: there is nothing to tell apart",
        )
    return collection


def _read(path: Path) -> Collection:
    if path.suffix.lower() == ".csv":
        return read_table(path)
    if not path.exists():
        raise FormatError(path, "no such folder or table")
    if not path.is_dir():
        raise FormatError(path, f"is no folder; {_EXPLANATION}")
    if has_grid_layout(path):
        return read_grid(path)
    if has_lrw_layout(path):
        return read_lrw(path)
    folders = {folder.name.lower() for folder in path.iterdir() if folder.is_dir()}
    if folders and folders <= _PARTS:
        raise FormatError(
            path,
            "has the parts of a split for folders, which would be taken for classes; put them below"
            " the classes (CLASS/train/CLIP.mp4), or name path, label and split in a CSV table",
        )
    return read_folders(path)
