"""The general kernel: every step set, end, skip and band, compiled by numba, row by row.

In double precision, with the tables of `warping_definition` and its order of preference; of a table
only the rows that steps reach back to are there at once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from syncalign.alignment.warping_problem import (
    AFRESH,
    BEST,
    FIRST_LEFT_OUT,
    LEFT_OUT,
    MATCH,
    QUERY,
    REFERENCE,
    Problem,
    Trail,
)

#: Where a match came from, if not by a step; a step is told by its number.
_BEGUN = 255
#: Bits about a prefix: not a match; then rather a skipped query frame; a skip's run goes on.
_NO_MATCH, _IS_QUERY, _REFERENCE_GOES_ON, _QUERY_GOES_ON = 1, 2, 4, 8

_METRICS = {"euclidean": 0, "sqeuclidean": 1, "cityblock": 2}


class _Task(NamedTuple):
    """A problem as compiled code takes it; the margin is the columns before column 0 of a row."""

    reference: npt.NDArray[np.float64]
    columns: npt.NDArray[np.float64]
    metric: int
    increments: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]
    low: npt.NDArray[np.int64]
    high: npt.NDArray[np.int64]
    open_begin: bool
    has_skips: bool
    price_reference: float
    price_query: float
    entry: float
    margin: int


class GeneralKernel:
    """Rows of any problem, computed in order from the beginning or from rows that were kept.

    See `warping_search.Kernel` for what each member promises.
    """

    name = "numba"
    strip_rows = 1

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        reach, margin = problem.steps.reach
        self._task = _Task(
            np.ascontiguousarray(problem.reference),
            np.ascontiguousarray(problem.query.T),
            _METRICS[problem.metric],
            problem.steps.increments,
            problem.steps.weights,
            np.ascontiguousarray(problem.band.low),
            np.ascontiguousarray(problem.band.high),
            problem.open_begin,
            problem.has_skips,
            *(problem.skip.reference, problem.skip.query, problem.skip.entry),
            margin,
        )
        columns = len(problem.query)
        # The last rows of matches in turn, then one row each of the other tables.
        self._rows = np.full((reach + 1 + 3, margin + columns + 1), np.inf)
        self._local = np.empty(columns)
        self.ends = np.full(len(problem.reference) + 1, np.inf)
        best, fresh = self._rows[-3, margin:], self._rows[-2, margin:]
        best[0] = 0.0
        if problem.has_skips:
            count = np.arange(1, int(problem.band.high[0]) + 1)
            best[1 : len(count) + 1] = problem.skip.entry + problem.skip.query * count
            self.ends[0] = problem.skip.entry + problem.skip.query * columns
        fresh[:] = best

    @property
    def kept_bytes(self) -> int:
        """Size of the rows that going on needs."""
        return self._rows.nbytes

    def code_bytes(self, rows: int) -> int:
        """Size of the directions of so many rows."""
        return rows * self.problem.band.width * (1 + self.problem.has_skips)

    def keep(self, first: int) -> npt.NDArray[np.float64]:
        """Copy what going on at a row needs: no more than the windows before it."""
        return self._rows[:, : self._window(first, first)[1]][
            :, self._window(first, first)[0] :
        ].copy()

    def restore(self, kept: Any, first: int, stop: int) -> None:
        """Go on at a row, as far as another one."""
        begin, end = self._window(first, stop)
        self._rows[:, begin:end] = np.inf
        self._rows[:, begin : begin + kept.shape[1]] = kept

    def _window(self, first: int, stop: int) -> tuple[int, int]:
        """Return the columns that rows up to one have written and those from one on may read."""
        band, oldest = self.problem.band, max(first - len(self._rows), 0)
        begin = int(band.low[oldest]) if first else 0
        return begin, self._task.margin + int(band.high[max(stop - 1, 0)]) + 1

    def last_row(self) -> tuple[npt.NDArray[np.float64], ...]:
        """Return the least costs of prefixes: matched, any, reference frame skipped."""
        match = self._rows[(len(self.problem.reference) - 1) % (len(self._rows) - 3)]
        return tuple(
            row[self._task.margin :].copy() for row in (match, self._rows[-3], self._rows[-1])
        )

    def sweep(
        self, first: int, stop: int, column_stop: int, codes: npt.NDArray[np.uint8] | None
    ) -> None:
        """Compute rows, with their directions if there is room for them."""
        room = np.empty(0, np.uint8) if codes is None else codes
        room = room.reshape(-1, self.problem.band.width, 1 + self.problem.has_skips)
        _sweep(self._task, self._rows, self._local, self.ends, first, stop, column_stop, room)

    def trace(self, codes: npt.NDArray[np.uint8], first: int, trail: Trail) -> None:
        """Follow a trail back through rows whose directions are known."""
        room = codes.reshape(-1, self.problem.band.width, 1 + self.problem.has_skips)
        _trace(self._task, room, first, *trail)


def _local_costs(task: Any, i: int, low: int, high: int, row: Any) -> None:
    """Compute the costs of one reference frame against a window of the query."""
    row[low:high] = 0.0
    for k in range(task.reference.shape[1]):
        value, column = task.reference[i, k], task.columns[k]
        if task.metric == 2:
            for j in range(low, high):
                row[j] += abs(column[j] - value)
        else:
            for j in range(low, high):
                row[j] += (column[j] - value) ** 2
    if task.metric == 0:
        for j in range(low, high):
            row[j] = np.sqrt(row[j])


def _sweep_rows(
    task: Any, rows: Any, local: Any, ends: Any, first: int, stop: int, column_stop: int, codes: Any
) -> None:
    slots, steps = len(rows) - 3, len(task.weights)
    best, fresh, left_reference = rows[slots], rows[slots + 1], rows[slots + 2]
    has_diagonal = int(task.increments[0, 0] == 1 and task.increments[0, 1] == 1)
    margin, last = task.margin, task.columns.shape[1]
    for i in range(first, stop):
        low, high = task.low[i], min(task.high[i], column_stop)
        _local_costs_of(task, i, low, high, local)
        match = rows[i % slots]
        # What is left of earlier rows before this window; behind it nothing was ever written.
        match[margin + (task.low[i - slots] if i >= slots else 0) : margin + low + 1] = np.inf
        diagonal_fresh = fresh[margin + low]
        passed = margin + (task.low[i - 1] if i else 0)
        best[passed : margin + low + 1] = np.inf
        fresh[passed : margin + low + 1] = np.inf
        if low == 0:
            border = 0.0 if task.open_begin else task.entry + (i + 1) * task.price_reference
            best[margin] = border
            fresh[margin] = border
        skipped_query = np.inf
        for j in range(low, high):
            place, cost, code = margin + j + 1, np.inf, 0
            for step in range(steps):
                if step == has_diagonal:
                    way = diagonal_fresh + local[j]
                    if way < cost:
                        cost, code = way, _BEGUN
                up, back = task.increments[step, 0], task.increments[step, 1]
                way = rows[(i - up) % slots, place - back] + task.weights[step] * local[j]
                if way < cost:
                    cost, code = way, step
            if steps == has_diagonal:
                way = diagonal_fresh + local[j]
                if way < cost:
                    cost, code = way, _BEGUN
            match[place] = cost
            diagonal_fresh = fresh[place]
            bits = 0
            if task.has_skips:
                begun = best[place] + task.entry
                if left_reference[place] <= begun:
                    begun = left_reference[place]
                    bits |= _REFERENCE_GOES_ON
                skipped_reference = begun + task.price_reference
                left_reference[place] = skipped_reference
                begun = best[place - 1] + task.entry
                if skipped_query <= begun:
                    begun = skipped_query
                    bits |= _QUERY_GOES_ON
                skipped_query = begun + task.price_query
                if skipped_query < skipped_reference:
                    bits |= _IS_QUERY
                    fresh[place] = skipped_query
                else:
                    fresh[place] = skipped_reference
                if fresh[place] < cost:
                    bits |= _NO_MATCH
                best[place] = min(cost, fresh[place])
            else:
                best[place] = cost
                fresh[place] = np.inf
            if len(codes):
                codes[i - first, j - low, 0] = code
                if task.has_skips:
                    codes[i - first, j - low, 1] = bits
        if high == last:
            ends[i + 1] = best[margin + last]


def _trace_rows(
    task: Any,
    codes: Any,
    first: int,
    place: Any,
    pairs: Any,
    reference_marks: Any,
    query_marks: Any,
) -> None:
    i, j, state, free = place[0], place[1], place[2], place[3]
    while i > first and j > 0:
        cell = codes[i - 1 - first, j - 1 - task.low[i - 1]]
        bits = cell[1] if task.has_skips else 0
        if state == BEST and not bits & _NO_MATCH:
            state = MATCH
        elif state in (BEST, AFRESH):
            state = QUERY if bits & _IS_QUERY else REFERENCE
        if state == MATCH:
            free -= 1
            pairs[free, 0], pairs[free, 1] = i - 1, j - 1
            if cell[0] == _BEGUN:
                i, j, state = i - 1, j - 1, AFRESH
            else:
                i -= task.increments[cell[0], 0]
                j -= task.increments[cell[0], 1]
        elif state == REFERENCE:
            i -= 1
            reference_marks[i] = LEFT_OUT
            if not bits & _REFERENCE_GOES_ON:
                reference_marks[i] = FIRST_LEFT_OUT
                state = BEST
        else:
            j -= 1
            query_marks[j] = LEFT_OUT
            if not bits & _QUERY_GOES_ON:
                query_marks[j] = FIRST_LEFT_OUT
                state = BEST
    place[0], place[1], place[2], place[3] = i, j, state, free


_compiled = numba.njit(nogil=True, cache=True)
_local_costs_of = _compiled(_local_costs)
_sweep = _compiled(_sweep_rows)
_trace = _compiled(_trace_rows)
