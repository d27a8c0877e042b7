"""The search for a path in linear memory: rows forward, directions block by block backward.

A kernel computes rows in order. Every so many rows what going on needs is kept; directions are
stored only for the last block. The way back then asks for the directions of one block after the
other, from its kept rows, and only left of where it stands. With about the square root of the rows
in a block that takes linear memory, and a third more time where there is more than one block.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from syncalign.alignment.warping.problem import BEST, Answer, Problem, Trail, mark_border

#: Directions that fit are stored at once, and no row is computed twice.
BLOCK_BYTES = 32 * 2**20


class Kernel(Protocol):
    """Rows of a problem's tables, in order.

    Attributes
    ----------
    name : str
        What computes.
    problem : Problem
        The problem.
    strip_rows : int
        Rows that are computed together: sweeps begin at multiples of it.
    ends : np.ndarray of float64 [shape=(N + 1,)]
        Cost of having consumed so many reference frames and the whole query, as far as swept.
    kept_bytes : int
        Size of what `keep` returns.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def problem(self) -> Problem: ...  # noqa: D102
    @property
    def strip_rows(self) -> int: ...  # noqa: D102
    @property
    def ends(self) -> npt.NDArray[np.float64]: ...  # noqa: D102
    @property
    def kept_bytes(self) -> int: ...  # noqa: D102

    def code_bytes(self, rows: int) -> int:
        """Size of the directions of so many rows."""

    def keep(self, first: int) -> Any:
        """Copy what going on at a row needs."""

    def restore(self, kept: Any, first: int, stop: int) -> None:
        """Go on at a row, as far as another one, from what was kept."""

    def sweep(
        self, first: int, stop: int, column_stop: int, codes: npt.NDArray[np.uint8] | None
    ) -> None:
        """Compute rows up to a column, and their directions if there is room for them."""

    def trace(self, codes: npt.NDArray[np.uint8], first: int, trail: Trail) -> None:
        """Follow a trail back through the rows from ``first``, or to the border."""

    def last_row(self) -> tuple[npt.NDArray[np.float64], ...]:
        """Return the least costs of having consumed all reference frames and so many query frames.

        Three arrays [shape=(M + 1,)]: matched last; whatever was last; skipped a reference frame
        last.
        """


class Search:
    """The tables of a problem, then the way back from a prefix.

    Parameters
    ----------
    kernel : Kernel
        At its beginning.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self._rows = len(kernel.problem.reference)
        self._block = block_rows(kernel)
        self._kept: list[Any] = []
        self._codes: npt.NDArray[np.uint8] | None = None

    def forward(self, *, with_path: bool) -> None:
        """Compute all rows."""
        columns = len(self.kernel.problem.query)
        if not with_path:
            self.kernel.sweep(0, self._rows, columns, None)
            return
        self._codes = np.empty(self.kernel.code_bytes(min(self._block, self._rows)), np.uint8)
        for first in range(0, self._rows, self._block):
            stop = min(first + self._block, self._rows)
            is_last = stop == self._rows
            if not is_last:
                self._kept.append(self.kernel.keep(first))
            self.kernel.sweep(first, stop, columns, self._codes if is_last else None)

    def back(self, i: int, j: int, state: int) -> Trail:
        """Follow the cheapest way back from a prefix."""
        assert self._codes is not None
        trail = Trail.begin(self.kernel.problem, i, j, state)
        first = (self._rows - 1) // self._block * self._block
        if i > first:
            self.kernel.trace(self._codes, first, trail)
        while self._kept:
            first -= self._block
            kept = self._kept.pop()
            i, j = int(trail.place[0]), int(trail.place[1])
            if i > first and j > 0:
                self.kernel.restore(kept, first, i)
                self.kernel.sweep(first, i, j, self._codes)
                self.kernel.trace(self._codes, first, trail)
        self._codes = None
        mark_border(self.kernel.problem, trail)
        return trail


def block_rows(kernel: Kernel) -> int:
    """Return how many rows to go from one kept row to the next."""
    strip, rows = kernel.strip_rows, len(kernel.problem.reference)
    code_bytes = kernel.code_bytes(strip) / strip
    if code_bytes * rows <= BLOCK_BYTES:
        return max(rows, strip)
    balanced = (kernel.kept_bytes * rows / code_bytes) ** 0.5
    return int(np.ceil(balanced / strip)) * strip


def solve(kernel: Kernel) -> Answer:
    """Find the cheapest path."""
    search = Search(kernel)
    search.forward(with_path=True)
    end = _end(kernel)
    if not np.isfinite(kernel.ends[end]):
        return no_path(kernel.problem)
    trail = search.back(end, len(kernel.problem.query), BEST)
    return Answer(float(kernel.ends[end]), trail.found, *trail[2:])


def least_cost(kernel: Kernel) -> float:
    """Find the least cost alone."""
    Search(kernel).forward(with_path=False)
    return float(kernel.ends[_end(kernel)])


def _end(kernel: Kernel) -> int:
    return int(np.argmin(kernel.ends)) if kernel.problem.open_end else len(kernel.ends) - 1


def no_path(problem: Problem) -> Answer:
    """Return the answer where there is no path."""
    marks = (np.zeros(len(side), np.uint8) for side in (problem.reference, problem.query))
    return Answer(np.inf, np.empty((0, 2), np.int64), *marks)
