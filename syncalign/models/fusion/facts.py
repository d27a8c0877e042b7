"""Further columns of a table as numbers: what networks and tables take of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_MOST_VALUES = 20  # of a column of words; rarer ones are all alike
_MISSING = frozenset({"", "nan", "na", "n/a", "null"})  # as tables are written


@dataclass(frozen=True, slots=True)
class FactCoder:
    """How columns become numbers.

    A column of numbers becomes its distance from the mean, in deviations, and whether it is there;
    a column of words becomes one number for each of its twenty commonest values.

    Attributes
    ----------
    numbers : mapping of str to tuple of float
        Mean and deviation of each column of numbers.
    words : mapping of str to tuple of str
        Known values of each column of words.
    """

    numbers: Mapping[str, tuple[float, float]]
    words: Mapping[str, tuple[str, ...]]

    @classmethod
    def fitted(cls, names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> FactCoder:
        """Look at the rows to learn from.

        Parameters
        ----------
        names : sequence of str
            The columns.
        rows : sequence of mapping
            The value of each column, as it stands in the table.
        """
        numbers: dict[str, tuple[float, float]] = {}
        words: dict[str, tuple[str, ...]] = {}
        for name in names:
            given = [row[name] for row in rows if not _is_missing(row.get(name))]
            values = [_number(value) for value in given]
            if given and None not in values:
                held = np.array(values, float)
                numbers[name] = (float(held.mean()), float(held.std()) or 1.0)
            else:
                common = Counter(given).most_common(_MOST_VALUES)
                words[name] = tuple(sorted(value for value, _ in common))
        return cls(numbers, words)

    @property
    def size(self) -> int:
        """How many numbers a row becomes."""
        return 2 * len(self.numbers) + sum(len(values) for values in self.words.values())

    def coded(self, rows: Sequence[Mapping[str, str]]) -> npt.NDArray[np.float32]:
        """Return rows as numbers; what is missing or unknown is 0.

        Returns
        -------
        np.ndarray of float32 [shape=(N, size)]
        """
        coded = np.zeros((len(rows), self.size), np.float32)
        for row, values in zip(rows, coded, strict=True):
            values[:] = self._one(row)
        return coded

    def _one(self, row: Mapping[str, str]) -> list[float]:
        values: list[float] = []
        for name, (mean, deviation) in self.numbers.items():
            number = _number(row.get(name, ""))
            values += [0.0, 0.0] if number is None else [(number - mean) / deviation, 1.0]
        for name, known in self.words.items():
            values += [float(row.get(name) == value) for value in known]
        return values

    def as_dict(self) -> dict[str, Any]:
        """Return what a file keeps."""
        return {
            "numbers": {name: list(pair) for name, pair in self.numbers.items()},
            "words": {name: list(values) for name, values in self.words.items()},
        }

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> FactCoder:
        """Return the coder of what :meth:`as_dict` returned."""
        numbers = {name: (pair[0], pair[1]) for name, pair in given["numbers"].items()}
        return cls(numbers, {name: tuple(values) for name, values in given["words"].items()})


def _is_missing(text: str | None) -> bool:
    return (text or "").strip().lower() in _MISSING


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
