"""A path through offsets over time: constant, drifting or in steps.

The recursion is Viterbi's over offsets, with a price for a jump to any other one (the distance
transform of Felzenszwalb and Huttenlocher, 2012, with a constant cap in place of the parabola).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Level:
    """Rows ``first <= t < stop`` that share an offset.

    Attributes
    ----------
    first, stop : int
        Rows of the evidence.
    column : int
        The offset's column.
    """

    first: int
    stop: int
    column: int


def steps_of(evidence: Doubles, *, jump: float) -> tuple[Level, ...]:
    """Return the likeliest offsets over time, where each change costs the same.

    Parameters
    ----------
    evidence : ndarray [shape=(T, L)]
        Nats for each offset at each moment.
    jump : float
        Nats that a change costs.

    Returns
    -------
    tuple of Level
        In order, from the first row to the last; neighbours differ.
    """
    rows, columns = evidence.shape
    stays = np.empty((rows, columns), np.bool_)
    tops = np.empty(rows, np.int64)
    best = np.zeros(columns)
    for row in range(rows):
        top = int(best.argmax())
        tops[row] = top
        stays[row] = best >= best[top] - jump
        best = np.maximum(best, best[top] - jump) + evidence[row]
    column = int(best.argmax())
    levels, stop = [], rows
    for row in range(rows - 1, 0, -1):
        if not stays[row, column]:
            levels.append(Level(row, stop, column))
            column, stop = int(tops[row]), row
    levels.append(Level(0, stop, column))
    return tuple(reversed(levels))


def line_of(evidence: Doubles, *, most: int) -> tuple[float, float, float]:
    """Return the straight line through offsets over time that gathers most evidence.

    Parameters
    ----------
    evidence : ndarray [shape=(T, L)]
        Nats for each offset at each moment.
    most : int
        Largest change from the first row to the last, in columns.

    Returns
    -------
    tuple of float
        Column at the first row, columns from the first row to the last, nats on the line.
    """
    rows, columns = evidence.shape
    share = np.linspace(0, 1, rows)
    sums = np.concatenate([np.zeros((1, columns)), np.cumsum(evidence, axis=0)])
    best = (0.0, 0.0, -np.inf)
    for rise in np.arange(-most, most + 0.5, 0.5):
        shift = np.rint(share * rise).astype(np.int64)
        # Rows of equal shift lie side by side, and there are few different shifts.
        bounds = [0, *(np.flatnonzero(np.diff(shift)) + 1).tolist(), rows]
        total = np.zeros(columns)
        for first, stop in itertools.pairwise(bounds):
            total += _moved(sums[stop] - sums[first], int(shift[first]))
        if total.max() > best[2]:
            best = (float(total.argmax()), float(rise), float(total.max()))
    return best


def _moved(row: Doubles, shift: int) -> Doubles:
    """Return ``row[column + shift]``, and no evidence beyond the edges."""
    moved = np.zeros_like(row)
    first, stop = max(0, -shift), min(len(row), len(row) - shift)
    if first < stop:
        moved[first:stop] = row[first + shift : stop + shift]
    return moved
