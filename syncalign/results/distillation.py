"""The answer of a distillation: what a teacher is worth to a lip reader with few labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from syncalign.results.accuracies import Accuracies


@dataclass(frozen=True, slots=True, kw_only=True)
class DistillationRow(Accuracies):
    """How often a lip reader or a teacher is right on what was held out.

    Parameters
    ----------
    row : {"alone", "distilled", "teacher", "supervised"}
        The student by its labels alone; with a teacher; the teacher; a lip reader that has all
        labels.
    teacher : str or None
        ``audio``, ``whisper`` or the file of a model.
    teacher_labels : int or None
        Labels that the teacher has seen; None without one, or where it came trained.
    labels : int or None
        Labels that what is judged has seen; None for a teacher that came trained.
    words : int
        How many were judged.
    """

    row: str
    teacher: str | None
    teacher_labels: int | None
    labels: int | None
    words: int

    def as_dict(self) -> dict[str, Any]:
        """Show the keys of the JSON contract."""
        return {
            "row": self.row,
            "teacher": self.teacher,
            "teacher_labels": self.teacher_labels,
            "labels": self.labels,
            **self.shares(),
            "words": self.words,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Distillation:
    """The rows of a distillation, and what was dropped.

    Parameters
    ----------
    rows : tuple of DistillationRow
        Alone, distilled, teacher, supervised; the strong teacher before the equal one.
    foreign : int
        Words to learn from that were not taught because the sound is not that of the face.
    unsure : tuple of float
        Words that were not taught because the teacher was unsure, the mean over the seeds: of each
        distilled row.
    reasons : tuple of str
        What the data are, how they were split, and what was left out.
    """

    rows: tuple[DistillationRow, ...]
    foreign: int
    unsure: tuple[float, ...]
    reasons: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Show the keys of the JSON contract."""
        return {
            "status": "ok",
            "confidence": None,
            "reasons": list(self.reasons),
            "rows": [row.as_dict() for row in self.rows],
            "dropped": {"foreign": self.foreign, "unsure": [round(n, 1) for n in self.unsure]},
        }

    def table(self) -> str:
        """Return the rows as a table for people."""
        lines = ["row".ljust(12) + "labels".rjust(8) + "teacher".rjust(30) + "% right".rjust(14)]
        for row in self.rows:
            labels = "-" if row.labels is None else str(row.labels)
            teacher = _teacher(row).rjust(30)
            lines.append(row.row.ljust(12) + labels.rjust(8) + teacher + row.percent().rjust(14))
        return "\n".join(lines)


def _teacher(row: DistillationRow) -> str:
    if row.row != "distilled" or row.teacher is None:
        return row.teacher or ""
    seen = row.teacher_labels
    return row.teacher if seen is None else f"{row.teacher}, {seen} labels"
