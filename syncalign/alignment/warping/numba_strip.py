"""The strip kernel for where none was compiled: plain steps, every end and band, by numba."""

from __future__ import annotations

from typing import Any, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from syncalign.alignment.warping.problem import MATCH, Problem, Trail
from syncalign.alignment.warping.strips import METRICS, StripKernel

_LANES = 64
_NOT_DIAGONAL, _NOT_UP = 1, 2
_INFINITE = np.float32(np.inf)
_ZERO = np.float32(0)


class _Task(NamedTuple):
    """A problem as compiled code takes it; column 0 of the query is at ``margin``."""

    strips: npt.NDArray[np.float32]
    query: npt.NDArray[np.float32]
    margin: int
    low: npt.NDArray[np.int64]
    high: npt.NDArray[np.int64]
    metric: int
    open_begin: bool


class NumbaStripKernel(StripKernel):
    """Strips of a problem with plain steps and without skips, compiled when first used."""

    name = "numba-strip"

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem, _LANES, together=1)
        self._task = _Task(
            self._strips,
            self._query,
            self._margin,
            self._low,
            self._high,
            METRICS[problem.metric],
            problem.open_begin,
        )

    def sweep(
        self, first: int, stop: int, column_stop: int, codes: npt.NDArray[np.uint8] | None
    ) -> None:
        """Compute rows, with their directions if there is room for them."""
        room = np.empty((0, 0, _LANES), np.uint8)
        if codes is not None:
            room = codes.reshape(-1, self._code_pitch // _LANES, _LANES)
        _sweep(self._task, self._rows[0], self._base, self.ends, first, stop, column_stop, room)

    def trace(self, codes: npt.NDArray[np.uint8], first: int, trail: Trail) -> None:
        """Follow a trail back through rows whose directions are known."""
        room = codes.reshape(-1, self._code_pitch // _LANES, _LANES)
        _trace(room, self._low, first, trail.place, trail.pairs)


# The loops over lanes count in unsigned numbers and index whole arrays: only so does numba let the
# compiler make vectors of them, which costs a factor of five.


def _local_costs(rows: Any, query: Any, at: Any, metric: int, cost: Any) -> None:
    """Compute the costs of four diagonals; ``at`` is where lane 0 meets the query in the first."""
    q1, q2, q3 = np.uint64(1), np.uint64(2), np.uint64(3)
    cost[:] = _ZERO
    for k in range(np.uint64(rows.shape[0])):
        if metric == 2:
            for h in range(np.uint64(_LANES)):
                x = rows[k, h]
                cost[0, h] += abs(x - query[k, at + h])
                cost[1, h] += abs(x - query[k, at + q1 + h])
                cost[2, h] += abs(x - query[k, at + q2 + h])
                cost[3, h] += abs(x - query[k, at + q3 + h])
        else:
            for h in range(np.uint64(_LANES)):
                x = rows[k, h]
                d0, d1 = x - query[k, at + h], x - query[k, at + q1 + h]
                d2, d3 = x - query[k, at + q2 + h], x - query[k, at + q3 + h]
                cost[0, h] += d0 * d0
                cost[1, h] += d1 * d1
                cost[2, h] += d2 * d2
                cost[3, h] += d3 * d3
    if metric == 0:
        for q in range(4):
            for h in range(np.uint64(_LANES)):
                cost[q, h] = np.sqrt(cost[q, h])


def _advance(front: Any, q: Any, cost: Any) -> None:
    """Compute a diagonal from the two before it, which are one lane longer: the row above."""
    one, two = np.uint64(1), np.uint64(2)
    for h in range(np.uint64(_LANES)):
        diagonal, left, up = front[q, h + one], front[q + one, h], front[q + one, h + one]
        least = diagonal if diagonal < left else left
        least = least if least < up else up
        front[q + two, h] = least + cost[q, h]


def _directions(front: Any, codes: Any, strip: Any, block: Any) -> None:
    """Pack the directions of four diagonals into a byte for each lane."""
    one = np.uint64(1)
    for h in range(np.uint64(_LANES)):
        byte = np.uint8(0)
        for q in range(np.uint64(4)):
            diagonal, left, up = front[q, h + one], front[q + one, h], front[q + one, h + one]
            least = diagonal if diagonal < left else left
            least = least if least < up else up
            code = np.uint8(least != diagonal) + np.uint8(2) * np.uint8(least != up)
            byte |= np.uint8(code << np.uint8(2 * q))
        codes[strip, block, h] = byte


def _windows(task: Any, i: int, stop: int, column_stop: int, window: Any) -> tuple[int, int]:
    """Fill in the diagonals at which each lane is inside; return those at which all of them are."""
    start, columns = task.low[i], task.query.shape[1] - 2 * task.margin
    inner_from, inner_to = 0, columns - 1 - start
    window[:] = 0
    for h in range(_LANES):
        down = _LANES - 1 - h
        if i + down < stop:
            window[0, h] = task.low[i + down] - start + down
            window[1, h] = min(task.high[i + down], column_stop) - start + down
        inner_from, inner_to = max(inner_from, window[0, h]), min(inner_to, window[1, h])
    return inner_from, inner_to


def _mask(window: Any, t: int, border_lane: int, border: Any, now: Any) -> None:
    """Close lanes outside their windows; one may be just before the query's beginning."""
    for h in range(_LANES):
        if t < window[0, h] or t >= window[1, h]:
            now[h] = _INFINITE
    if border_lane >= 0:
        now[border_lane] = border


def _sweep_strips(
    task: Any, row: Any, base: Any, ends: Any, first: int, stop: int, column_stop: int, codes: Any
) -> None:
    cost, front = np.empty((4, _LANES), np.float32), np.empty((6, _LANES + 1), np.float32)
    window = np.empty((2, _LANES), np.int64)
    margin, columns = task.margin, len(row) - 2 * task.margin
    for i in range(first, stop, _LANES):
        count = min(stop - i, _LANES)
        start, limit = task.low[i], min(task.high[i + count - 1], column_stop)
        inner_from, inner_to = _windows_of(task, i, stop, column_stop, window)
        end_diagonal = columns - 1 - start
        border = np.float32(-base[0]) if task.open_begin else _INFINITE
        front[:] = _INFINITE
        front[0, _LANES] = row[margin + start - 1]
        if start == 0:
            front[0, _LANES] = border if i else np.float32(-base[0])
            front[1, _LANES - 1] = border
        rows = task.strips[i // _LANES]
        for t in range(0, limit - start + count - 1, 4):
            place = margin + start + t
            _local_costs_of(rows, task.query, np.uint64(place - (_LANES - 1)), task.metric, cost)
            for q in range(4):
                front[q + 1, _LANES] = row[place + q]
                _advance_of(front, np.uint64(q), cost)
                now = t + q
                if now < inner_from or now >= inner_to:
                    border_lane = _LANES - 2 - now if start == 0 else -1
                    _mask_of(window, now, border_lane, border, front[q + 2])
                    down = now - end_diagonal
                    if column_stop == columns and 0 <= down < count:
                        ends[i + down + 1] = base[0] + front[q + 2, _LANES - 1 - down]
                row[place + q - (count - 1)] = front[q + 2, _LANES - count]
            if len(codes):
                _directions_of(front, codes, (i - first) // _LANES, t // 4)
            front[:2] = front[4:]
        begin = margin + task.low[i + count - 1]
        row[margin + start - 1 : begin] = _INFINITE
        least = row[begin : margin + limit].min() if margin + limit > begin else _INFINITE
        if least < _INFINITE:
            row[begin : margin + limit] -= least
            base[0] += least


def _trace_strips(codes: Any, low: Any, first: int, place: Any, pairs: Any) -> None:
    i, j, free = place[0], place[1], place[3]
    while i > first and j > 0:
        strip, down = (i - 1 - first) // _LANES, (i - 1 - first) % _LANES
        t = j - 1 - low[first + strip * _LANES] + down
        code = codes[strip, t // 4, _LANES - 1 - down] >> (2 * (t % 4))
        free -= 1
        pairs[free, 0], pairs[free, 1] = i - 1, j - 1
        if not code & _NOT_DIAGONAL:
            i, j = i - 1, j - 1
        elif not code & _NOT_UP:
            i -= 1
        else:
            j -= 1
    place[0], place[1], place[2], place[3] = i, j, MATCH, free


_compiled = numba.njit(nogil=True, cache=True, error_model="numpy")
_local_costs_of = _compiled(_local_costs)
_advance_of = _compiled(_advance)
_directions_of = _compiled(_directions)
_windows_of = _compiled(_windows)
_mask_of = _compiled(_mask)
_sweep = _compiled(_sweep_strips)
_trace = _compiled(_trace_strips)
