"""What the strip kernels share: the layout of frames, rows and directions.

A strip is some rows that are computed together, one cell of each at a time: cells on one
anti-diagonal don't depend on each other. Lane 0 is a strip's last row. The directions of sixteen
diagonals share four bytes of each lane, or, where frames may be left out, those of four.

All is in single precision. Of every strip's last row the least cost is subtracted and kept in
double precision, so that rounding stays that of a few rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from syncalign.alignment.warping.problem import Problem

METRICS = {"euclidean": 0, "sqeuclidean": 1, "cityblock": 2}


class StripKernel:
    """Strips of a problem with plain steps; what computes them is for those that inherit.

    See `search.Kernel` for what each member promises.

    Parameters
    ----------
    problem : Problem
        Its steps are symmetric1.
    lanes : int
        Rows of a strip, a multiple of 4.
    together : int
        Strips that go by the same columns.
    """

    def __init__(self, problem: Problem, lanes: int, together: int) -> None:
        self.problem = problem
        self.strip_rows = together * lanes
        self._lanes = lanes
        # What a strip may touch before column 0 and behind the last one: its lanes, and a block.
        self._margin = lanes + 16
        rows, columns = len(problem.reference), len(problem.query)
        self._strips = _strips(problem.reference, lanes)
        self._row_norms = np.ascontiguousarray((self._strips**2).sum(axis=1))
        width = columns + 2 * self._margin
        self._query = np.zeros((problem.query.shape[1], width), np.float32)
        self._query[:, self._margin : -self._margin] = problem.query.T
        self._query_norms = (self._query**2).sum(axis=0)
        self._low = np.ascontiguousarray(problem.band.low)
        self._high = np.ascontiguousarray(problem.band.high)
        # Rows of least costs, less the base: any; where skips are allowed also matched, skipped.
        self._rows = np.full((1 + 2 * problem.has_skips, width), np.inf, np.float32)
        self._base = np.zeros(1)
        self.ends = np.full(rows + 1, np.inf)
        if problem.has_skips:
            count = np.arange(1, int(self._high[0]) + 1)
            begun = problem.skip.entry + problem.skip.query * count
            with np.errstate(over="ignore"):  # what is too dear for single precision is forbidden
                self._rows[0, self._margin : self._margin + len(count)] = begun
            self.ends[0] = problem.skip.entry + problem.skip.query * columns
        self._code_pitch = self._code_pitch_of_widest()

    @property
    def kept_bytes(self) -> int:
        """Size of the rows that going on needs."""
        return self._rows.nbytes

    def code_bytes(self, rows: int) -> int:
        """Size of the directions of so many rows."""
        return -(-rows // self._lanes) * self._code_pitch

    def keep(self, first: int) -> tuple[npt.NDArray[np.float32], float]:
        """Copy what going on at a row needs: no more than the window before it."""
        begin, end = self._window(first, first)
        return self._rows[:, begin:end].copy(), float(self._base[0])

    def restore(self, kept: Any, first: int, stop: int) -> None:
        """Go on at a row, as far as another one."""
        rows, self._base[0] = kept
        begin, end = self._window(first, stop)
        self._rows[:, begin:end] = np.inf
        self._rows[:, begin : begin + rows.shape[1]] = rows

    def last_row(self) -> tuple[npt.NDArray[np.float64], ...]:
        """Return the least costs of prefixes: matched, any, reference frame skipped."""
        rows = np.full((3, len(self.problem.query) + 1), np.inf)
        rows[: len(self._rows), 1:] = self._rows[:, self._margin : -self._margin] + self._base[0]
        rows[0, 0] = self.problem.border(len(self.problem.reference))
        best, match, skip = rows
        if not self.problem.has_skips:
            match[1:] = best[1:]
        return match, best, skip

    def _window(self, first: int, stop: int) -> tuple[int, int]:
        """Return the columns that rows up to one have written and those from one on may read."""
        begin = self._margin + int(self._low[first]) - 1
        return begin, max(self._margin + int(self._high[max(stop - 1, 0)]), begin) + self._margin

    def _code_pitch_of_widest(self) -> int:
        """Return the bytes of the directions of the widest strip."""
        pair, rows = self.strip_rows, len(self._low)
        last = np.minimum(np.arange(pair - 1, rows + pair - 1, pair), rows - 1)
        diagonals = int((self._high[last] - self._low[::pair]).max()) + self._lanes - 1
        return -(-diagonals // (4 if self.problem.has_skips else 16)) * self._lanes * 4


def _strips(frames: npt.NDArray[np.float64], lanes: int) -> npt.NDArray[np.float32]:
    """Return strips of frames, values before frames, the last frame of each strip first."""
    count = -(-len(frames) // lanes)
    padded = np.zeros((count * lanes, frames.shape[1]), np.float32)
    padded[: len(frames)] = frames
    strips = padded.reshape(count, lanes, -1)[:, ::-1]
    return np.ascontiguousarray(strips.transpose(0, 2, 1))
