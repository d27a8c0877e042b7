"""A table: one line an example, with any further columns."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from syncalign.errors import FormatError
from syncalign.timebase import Segment
from syncalign.training.dataset.collection import Collection, Example, Skipped

_KNOWN = ("path", "start", "end", "label", "speaker", "split")
_PARTS = {"": "", "train": "train", "dev": "val", "val": "val", "test": "test"}


def read_table(path: Path) -> Collection:
    """Read a CSV file with the columns ``path`` and ``label``, and perhaps others.

    ``start`` and ``end`` are seconds of the file's clock (both empty: the whole file), ``speaker``
    says who speaks, ``split`` is ``train``, ``val`` (or ``dev``) or ``test``. Paths are taken from
    the table's own folder. All other columns become facts of the example.

    Raises
    ------
    FormatError
        It is no such table. A line that cannot be used is skipped, and told.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            names = list(reader.fieldnames or [])
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise FormatError(path, f"cannot be read as a table: {exc}") from exc
    if not {"path", "label"} <= set(names):
        raise FormatError(
            path, f"has the columns {', '.join(names) or 'none'}; path and label are needed", line=1
        )
    further = tuple(name for name in names if name not in _KNOWN)
    examples: list[Example] = []
    skipped: list[Skipped] = []
    for line, row in rows:
        try:
            examples.append(_example(path.parent, row, further))
        except ValueError as exc:
            skipped.append(Skipped(str(path), f"line {line}: {exc}"))
    return Collection(str(path), "table", tuple(examples), tuple(skipped), further)


def _example(folder: Path, row: Mapping[str, str | None], further: tuple[str, ...]) -> Example:
    path, label, start, end, speaker, split = (
        (row.get(name) or "").strip()
        for name in ("path", "label", "start", "end", "speaker", "split")
    )
    if not path or not label:
        raise ValueError("path or label is empty")
    if split not in _PARTS:
        raise ValueError(f"the split is {split!r}; it is train, val, dev, test or empty")
    if bool(start) != bool(end):
        raise ValueError("only one of start and end is given")
    try:
        segment = Segment(float(start), float(end)) if start else None
    except ValueError as exc:
        raise ValueError(f"start {start!r} and end {end!r} are no times in order") from exc
    columns = {name: (row.get(name) or "").strip() for name in further}
    return Example(str(folder / path), segment, label, speaker, _PARTS[split], columns)
