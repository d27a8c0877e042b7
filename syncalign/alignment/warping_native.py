"""The compiled kernel, where it was built: plain steps, every end, skip and band.

The machine's widest vectors are used: strips of 16, 8 or 4 rows. Without it numba does the same.
"""

from __future__ import annotations

import ctypes
import importlib.util
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from syncalign.alignment.warping_problem import Problem, Trail

_METRICS = {"euclidean": 0, "sqeuclidean": 1, "cityblock": 2}
#: Columns before column 0 and behind the last one that a strip may touch: its lanes, and a block.
_MARGIN = 32


class _Task(ctypes.Structure):
    """Task in _warping.cpp."""

    _fields_ = [  # noqa: RUF012  (ctypes reads it so)
        ("strips", ctypes.c_void_p),
        ("row_norms", ctypes.c_void_p),
        ("query", ctypes.c_void_p),
        ("query_norms", ctypes.c_void_p),
        ("query_pitch", ctypes.c_int64),
        ("low", ctypes.c_void_p),
        ("high", ctypes.c_void_p),
        ("columns", ctypes.c_int64),
        ("dimensions", ctypes.c_int64),
        ("metric", ctypes.c_int32),
        ("open_begin", ctypes.c_int32),
        ("has_skips", ctypes.c_int32),
        ("price_reference", ctypes.c_float),
        ("price_query", ctypes.c_float),
        ("entry", ctypes.c_float),
    ]


@cache
def library() -> Any:
    """Return the compiled functions, None where they were not built or cannot be loaded."""
    found = importlib.util.find_spec("syncalign.alignment._warping")
    if found is None or found.origin is None:
        return None
    try:
        compiled = ctypes.CDLL(found.origin)
        compiled.warping_lanes.restype = ctypes.c_int32
        compiled.warping_sweep.restype = compiled.warping_trace.restype = None
    except (OSError, AttributeError):
        return None
    return compiled


class NativeKernel:
    """Strips of a problem with plain steps, in single precision.

    Of every row the least cost is subtracted as it is finished, and kept in double precision, so
    that rounding stays that of a few rows. See `warping_search.Kernel` for what each member
    promises.

    Parameters
    ----------
    problem : Problem
        Its steps are symmetric1.
    lanes : int, optional
        16, 8 or 4, not more than the machine has; None takes what it has.
    """

    name = "native"

    def __init__(self, problem: Problem, lanes: int | None = None) -> None:
        self.problem = problem
        self._library = library()
        self._lanes = lanes or int(self._library.warping_lanes())
        self.strip_rows = 2 * self._lanes  # strips go in pairs
        rows, columns = len(problem.reference), len(problem.query)
        self._strips = _strips(problem.reference, self._lanes)
        self._query = np.zeros((problem.query.shape[1], _MARGIN + columns + _MARGIN), np.float32)
        self._query[:, _MARGIN : _MARGIN + columns] = problem.query.T
        self._row_norms = np.ascontiguousarray((self._strips**2).sum(axis=1))
        self._query_norms = (self._query**2).sum(axis=0)
        self._low = np.ascontiguousarray(problem.band.low)
        self._high = np.ascontiguousarray(problem.band.high)
        self._task = _Task(
            self._strips.ctypes.data,
            self._row_norms.ctypes.data,
            self._query.ctypes.data + 4 * _MARGIN,
            self._query_norms.ctypes.data + 4 * _MARGIN,
            self._query.shape[1],
            self._low.ctypes.data,
            self._high.ctypes.data,
            columns,
            problem.reference.shape[1],
            _METRICS[problem.metric],
            problem.open_begin,
            problem.has_skips,
            *(problem.skip.reference, problem.skip.query, problem.skip.entry),
        )
        # Rows of least costs, less the base: any; where skips are allowed also matched, skipped.
        self._rows = np.full((1 + 2 * problem.has_skips, self._query.shape[1]), np.inf, np.float32)
        self._base = np.zeros(1)
        self.ends = np.full(rows + 1, np.inf)
        if problem.has_skips:
            count = np.arange(1, int(self._high[0]) + 1)
            begun = problem.skip.entry + problem.skip.query * count
            self._rows[0, _MARGIN : _MARGIN + len(count)] = begun
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

    def sweep(
        self, first: int, stop: int, column_stop: int, codes: npt.NDArray[np.uint8] | None
    ) -> None:
        """Compute rows, with their directions if there is room for them."""
        self._library.warping_sweep(
            ctypes.byref(self._task),
            ctypes.c_int32(self._lanes),
            *(ctypes.c_int64(value) for value in (first, stop, column_stop)),
            ctypes.c_void_p(self._rows.ctypes.data + 4 * _MARGIN),
            ctypes.c_int64(self._rows.shape[1]),
            ctypes.c_void_p(self._base.ctypes.data),
            ctypes.c_void_p(None if codes is None else codes.ctypes.data),
            ctypes.c_int64(self._code_pitch),
            ctypes.c_void_p(self.ends.ctypes.data),
        )

    def trace(self, codes: npt.NDArray[np.uint8], first: int, trail: Trail) -> None:
        """Follow a trail back through rows whose directions are known."""
        self._library.warping_trace(
            ctypes.byref(self._task),
            ctypes.c_int32(self._lanes),
            ctypes.c_int64(first),
            ctypes.c_void_p(codes.ctypes.data),
            ctypes.c_int64(self._code_pitch),
            *(ctypes.c_void_p(array.ctypes.data) for array in trail),
        )

    def last_row(self) -> tuple[npt.NDArray[np.float64], ...]:
        """Return the least costs of prefixes: matched, any, reference frame skipped."""
        rows = np.full((3, len(self.problem.query) + 1), np.inf)
        rows[: len(self._rows), 1:] = self._rows[:, _MARGIN:-_MARGIN] + self._base[0]
        rows[0, 0] = self.problem.border(len(self.problem.reference))
        best, match, skip = rows
        if not self.problem.has_skips:
            match[1:] = best[1:]
        return match, best, skip

    def _window(self, first: int, stop: int) -> tuple[int, int]:
        """Return the columns that rows up to one have written and those from one on may read."""
        begin = _MARGIN + int(self._low[first]) - 1
        return begin, max(_MARGIN + int(self._high[max(stop - 1, 0)]), begin) + _MARGIN

    def _code_pitch_of_widest(self) -> int:
        """Return the bytes of the directions of the widest strip."""
        pair, rows = self.strip_rows, len(self._low)
        last = np.minimum(np.arange(pair - 1, rows + pair - 1, pair), rows - 1)
        diagonals = int((self._high[last] - self._low[::pair]).max()) + self._lanes - 1
        return -(-diagonals // 4) * self._lanes * (4 if self.problem.has_skips else 1)


def _strips(frames: npt.NDArray[np.float64], lanes: int) -> npt.NDArray[np.float32]:
    """Return strips of frames, values before frames, the last frame of each strip first."""
    count = -(-len(frames) // lanes)
    padded = np.zeros((count * lanes, frames.shape[1]), np.float32)
    padded[: len(frames)] = frames
    strips = padded.reshape(count, lanes, -1)[:, ::-1]
    return np.ascontiguousarray(strips.transpose(0, 2, 1))
