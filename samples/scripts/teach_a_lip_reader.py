"""Teach a lip reader by a model that hears: ``python .../teach_a_lip_reader.py [DATA]``.

Without DATA it cuts windows out of the drawn face that talks and calls them ``early`` and ``late``,
by when they are in its sentence (synthetic, and so little that the figures mean nothing: what it
shows is the call). DATA is a folder of GRID, LRW, a folder a class, or a CSV table.
"""

import csv
import sys
import tempfile
from pathlib import Path

import syncalign

FACE = Path(__file__).parent.parent / "media" / "talking-face.mp4"


def main(data: str | None = None) -> None:
    """Teach, and print the rows."""
    with tempfile.TemporaryDirectory() as folder:
        recipe = syncalign.DistillationRecipe()
        if data is None:
            data = made_up(Path(folder) / "windows.csv")
            recipe = syncalign.DistillationRecipe(labels=0.5, seeds=1, epochs=2)
        made = syncalign.distill(data, recipe, teacher="audio")
        for reason in made.report.reasons:
            print(reason)
        print(made.report.table())
        made.save(Path(folder) / "lips.safetensors")


def made_up(table: Path) -> str:
    """Write a table of windows of the drawn face: three parts of it to learn from, one to test."""
    with table.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "start", "end", "label", "split"])
        for number in range(16):
            start = 0.6 + 0.5 * number
            label = "early" if number < 8 else "late"
            rows.writerow([FACE, start, start + 0.4, label, "train" if number % 4 else "test"])
    return str(table)


if __name__ == "__main__":
    main(*sys.argv[1:2])
