"""The compiled kernel, where it was built: plain steps, every end, skip and band.

The machine's widest vectors are used: strips of 16, 8 or 4 rows. Without it numba does the same.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt

from syncalign.alignment.compiled import load_compiled
from syncalign.alignment.warping.problem import Problem, Trail
from syncalign.alignment.warping.strips import METRICS, StripKernel

#: That of _native.cpp: raise both where Task, the arguments or the codes change.
_INTERFACE = 1


class _Task(ctypes.Structure):
    """Task in _native.cpp."""

    _fields_ = [
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


def library() -> Any:
    """Return the compiled functions, None where they were not built or cannot be used."""
    return load_compiled("syncalign.alignment.warping._native", _INTERFACE)


class NativeKernel(StripKernel):
    """Strips of a problem with plain steps, compiled with the package.

    Parameters
    ----------
    problem : Problem
        Its steps are symmetric1.
    lanes : int, optional
        16, 8 or 4, not more than the machine has; None takes what it has.
    """

    name = "native"

    def __init__(self, problem: Problem, lanes: int | None = None) -> None:
        self._library = library()
        lanes = lanes or int(self._library.warping_lanes())
        super().__init__(problem, lanes, together=int(self._library.warping_strips(lanes)))
        begin = 4 * self._margin
        self._task = _Task(
            self._strips.ctypes.data,
            self._row_norms.ctypes.data,
            self._query.ctypes.data + begin,
            self._query_norms.ctypes.data + begin,
            self._query.shape[1],
            self._low.ctypes.data,
            self._high.ctypes.data,
            *(len(problem.query), problem.reference.shape[1], METRICS[problem.metric]),
            *(problem.open_begin, problem.has_skips),
            *(problem.skip.reference, problem.skip.query, problem.skip.entry),
        )

    def sweep(
        self, first: int, stop: int, column_stop: int, codes: npt.NDArray[np.uint8] | None
    ) -> None:
        """Compute rows, with their directions if there is room for them."""
        self._library.warping_sweep(
            ctypes.byref(self._task),
            ctypes.c_int32(self._lanes),
            *(ctypes.c_int64(value) for value in (first, stop, column_stop)),
            ctypes.c_void_p(self._rows.ctypes.data + 4 * self._margin),
            ctypes.c_int64(self._rows.shape[1]),
            ctypes.c_void_p(self._base.ctypes.data),
            ctypes.c_void_p(None if codes is None else codes.ctypes.data),
            ctypes.c_int64(self._code_pitch // 4),
            ctypes.c_void_p(self.ends.ctypes.data),
        )

    def trace(self, codes: npt.NDArray[np.uint8], first: int, trail: Trail) -> None:
        """Follow a trail back through rows whose directions are known."""
        self._library.warping_trace(
            ctypes.byref(self._task),
            ctypes.c_int32(self._lanes),
            ctypes.c_int64(first),
            ctypes.c_void_p(codes.ctypes.data),
            ctypes.c_int64(self._code_pitch // 4),
            *(ctypes.c_void_p(array.ctypes.data) for array in trail),
        )
