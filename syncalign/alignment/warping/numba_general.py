"""The general kernel: every step set, end, skip and band, compiled by numba, row by row.

In double precision, with the tables of `definition` and its order of preference; of a table
only the rows that steps reach back to are there at once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from syncalign.alignment.warping.problem import (
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

    See `search.Kernel` for what each member promises.
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
        self._row = np.empty((4, columns))
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
        _sweep(self._task, self._rows, self._row, self.ends, first, stop, column_stop, room)

    def trace(self, codes: npt.NDArray[np.uint8], first: int, trail: Trail) -> None:
        """Follow a trail back through rows whose directions are known."""
        room = codes.reshape(-1, self.problem.band.width, 1 + self.problem.has_skips)
        _trace(self._task, room, first, *trail)


# Loops over columns count in unsigned numbers and index whole arrays: only so does numba let the
# compiler make vectors of them.


def _local_costs(task: Any, i: int, low: Any, high: Any, local: Any) -> None:
    """Compute the costs of one reference frame against a window of the query."""
    frame, columns = task.reference[i], task.columns
    q0, q1, q2, q3 = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)
    local[low:high] = 0.0
    # Four values at a time, so that sums are loaded and stored once for all of them.
    whole = np.uint64(len(frame) // 4 * 4 if task.metric < 2 else 0)
    for k in range(q0, whole, np.uint64(4)):
        x0, x1, x2, x3 = frame[k], frame[k + q1], frame[k + q2], frame[k + q3]
        for j in range(low, high):
            d0, d1 = columns[k, j] - x0, columns[k + q1, j] - x1
            d2, d3 = columns[k + q2, j] - x2, columns[k + q3, j] - x3
            local[j] += (d0 * d0 + d1 * d1) + (d2 * d2 + d3 * d3)
    for k in range(whole, np.uint64(len(frame))):
        value = frame[k]
        if task.metric == 2:
            for j in range(low, high):
                local[j] += abs(columns[k, j] - value)
        else:
            for j in range(low, high):
                difference = columns[k, j] - value
                local[j] += difference * difference
    if task.metric == 0:
        for j in range(low, high):
            local[j] = np.sqrt(local[j])


def _step(
    rows: Any, slot: Any, place: Any, weight: float, step: int, low: Any, high: Any, row: Any
) -> None:
    """Let a row of matches be reached by a step: from column j + place of an earlier row."""
    code = np.float64(step)
    for j in range(low, high):
        way = rows[slot, j + place] + weight * row[0, j]
        is_better = way < row[1, j]
        row[1, j] = way if is_better else row[1, j]
        row[2, j] = code if is_better else row[2, j]


def _steps_within(increments: Any, weights: Any, first: int, low: Any, high: Any, row: Any) -> None:
    """Let a row of matches be reached by steps from matches of the same row."""
    for j in range(low, high):
        for step in range(first, len(weights)):
            back = np.uint64(increments[step, 1])
            if j >= low + back:
                way = row[1, j - back] + weights[step] * row[0, j]
                if way < row[1, j]:
                    row[1, j], row[2, j] = way, step


def _skip(task: Any, rows: Any, low: Any, high: Any, row: Any) -> None:
    """Leave frames out, and find the best of each prefix; the bits about it go to the row."""
    best, fresh = np.uint64(len(rows) - 3), np.uint64(len(rows) - 2)
    left_reference, one = np.uint64(len(rows) - 1), np.uint64(1)
    margin = np.uint64(task.margin)
    skipped_query, before = np.inf, rows[best, low + margin]
    for j in range(low, high):
        place, bits = margin + j + one, 0
        skipped_reference = rows[best, place] + task.entry
        if rows[left_reference, place] <= skipped_reference:
            skipped_reference = rows[left_reference, place]
            bits = _REFERENCE_GOES_ON
        skipped_reference += task.price_reference
        begun = before + task.entry
        if skipped_query <= begun:
            begun = skipped_query
            bits |= _QUERY_GOES_ON
        skipped_query = begun + task.price_query
        skipped = skipped_reference
        if skipped_query < skipped_reference:
            skipped = skipped_query
            bits |= _IS_QUERY
        before = row[1, j]
        if skipped < before:
            before = skipped
            bits |= _NO_MATCH
        rows[left_reference, place] = skipped_reference
        rows[fresh, place] = skipped
        rows[best, place] = before
        row[3, j] = bits


def _sweep_rows(
    task: Any, rows: Any, row: Any, ends: Any, first: int, stop: int, column_stop: int, codes: Any
) -> None:
    # row: local costs, least costs of a match, their directions, bits about prefixes.
    slots, steps, margin = len(rows) - 3, len(task.weights), task.margin
    best, fresh = rows[slots], rows[slots + 1]
    begun_first = 1 if task.increments[0, 0] == 1 and task.increments[0, 1] == 1 else 0
    last = task.columns.shape[1]
    for i in range(first, stop):
        low, high = task.low[i], min(task.high[i], column_stop)
        begin, end = np.uint64(low), np.uint64(max(high, low))
        _local_costs_of(task, i, begin, end, row[0])
        row[1, low:high] = np.inf
        row[2, low:high] = 0
        # Steps that stay on this row come after all others.
        for step in range(steps + 1):
            if step == begun_first:
                place = np.uint64(margin)
                # Without skips only the start is there to begin from: at column 0 or nowhere.
                reach = end if task.has_skips else min(end, begin + np.uint64(1))
                _step_of(rows, np.uint64(slots + 1), place, 1.0, _BEGUN, begin, reach, row)
            if step < steps and task.increments[step, 0] > 0:
                slot = np.uint64((i - task.increments[step, 0]) % slots)
                place = np.uint64(margin + 1 - task.increments[step, 1])
                _step_of(rows, slot, place, task.weights[step], step, begin, end, row)
        match = rows[i % slots]
        # What is left of earlier rows before this window; behind it nothing was ever written.
        match[margin + (task.low[i - slots] if i >= slots else 0) : margin + low + 1] = np.inf
        passed = margin + (task.low[i - 1] if i else 0)
        best[passed : margin + low + 1] = np.inf
        fresh[passed : margin + low + 1] = np.inf
        if low == 0:
            border = 0.0 if task.open_begin else task.entry + (i + 1) * task.price_reference
            best[margin] = border
            fresh[margin] = border
        within = 0
        while within < steps and task.increments[within, 0] > 0:
            within += 1
        if within < steps:
            _steps_within_of(task.increments, task.weights, within, begin, end, row)
        match[margin + low + 1 : margin + high + 1] = row[1, low:high]
        if task.has_skips:
            _skip_of(task, rows, begin, end, row)
        else:
            best[margin + low + 1 : margin + high + 1] = row[1, low:high]
            fresh[margin + low + 1 : margin + high + 1] = np.inf
        if len(codes):
            for j in range(low, high):
                codes[i - first, j - low, 0] = np.uint8(row[2, j])
            if task.has_skips:
                for j in range(low, high):
                    codes[i - first, j - low, 1] = np.uint8(row[3, j])
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


_compiled = numba.njit(nogil=True, cache=True, error_model="numpy")
_local_costs_of = _compiled(_local_costs)
_step_of = _compiled(_step)
_steps_within_of = _compiled(_steps_within)
_skip_of = _compiled(_skip)
_sweep = _compiled(_sweep_rows)
_trace = _compiled(_trace_rows)
