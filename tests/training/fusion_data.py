"""A made-up data set of three classes, as a table of recordings that are told apart easily."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.dataset.toy_clips import CLASSES, toy_clip


def make_toy_table(folder: Path, monkeypatch: pytest.MonkeyPatch, *, people: int = 5) -> Path:
    """Write a table of files whose names say what is in them, and have them read as toys."""

    def read(path, *, cache=None):
        label, seed = Path(path).stem.split("-")
        return toy_clip(label, seed=int(seed))

    monkeypatch.setattr("syncalign.training.dataset.windows.read_clip", read)
    monkeypatch.setattr("syncalign.pipelines.fusion.read_clip", read)
    lines = ["path,start,end,label,speaker,age,place"]
    for person in range(people):
        for label in CLASSES:
            for number in range(4):
                name = f"{label}-{100 * person + number}.mp4"
                (folder / name).write_text(name)
                place = ("home", "street")[number % 2]
                lines.append(f"{name},0.4,0.8,{label},p{person},{30 + person},{place}")
    table = folder / "toys.csv"
    table.write_text("\n".join(lines) + "\n")
    return table
