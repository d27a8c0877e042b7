"""The compiled rows of the placement table, where they were built; numpy does the same else."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from syncalign.alignment.compiled import load_compiled
from syncalign.alignment.evidence import Singles
from syncalign.alignment.placement_clock import FIXED_NATS, Clock, Prices

#: That of _placement.cpp: raise both where Task or the arguments change.
_INTERFACE = 1
_BESIDE = 15  # blocks beside those of a row: NEAR_BLOCKS thrice


class _Task(ctypes.Structure):
    """Task in _placement.cpp."""

    _fields_ = [
        ("gaps", ctypes.c_void_p),
        ("rooms", ctypes.c_void_p),
        ("lengths", ctypes.c_void_p),
        ("places", ctypes.c_void_p),
        ("scores", ctypes.c_void_p),
        ("cues", ctypes.c_int64),
        ("rates", ctypes.c_int64),
        ("score_blocks", ctypes.c_int64),
        ("step", ctypes.c_float),
        ("near", ctypes.c_float),
        ("leave", ctypes.c_float),
        ("enter", ctypes.c_float),
        ("ratio", ctypes.c_float),
        ("fixed_nats", ctypes.c_float),
        ("has_steps", ctypes.c_int32),
    ]


def _library() -> Any:
    return load_compiled("syncalign.alignment._placement", _INTERFACE)


def is_there() -> bool:
    """Whether the kernel was built and can be loaded."""
    return _library() is not None


class Kernel:
    """The rows of one table.

    Parameters
    ----------
    clocks : sequence of Clock
        The cues by the clock of each rate.
    prices : Prices
        What moves cost.
    scores : mapping of int to np.ndarray [shape=(10, blocks)]
        Nats at each bin for a cue of each length that there is.
    """

    def __init__(
        self,
        clocks: Sequence[Clock],
        prices: Prices,
        scores: Mapping[int, Singles],
    ) -> None:
        pointers = np.zeros(max(scores) + 1, np.uintp)
        for length, row in scores.items():
            pointers[length] = row.ctypes.data
        of_cues = [
            np.stack([getattr(clock, name) for clock in clocks])
            for name in ("gaps", "rooms", "lengths", "places")
        ]
        self._held = (*of_cues, pointers, scores)  # for as long as the task points there
        self._task = _Task(
            *(array.ctypes.data for array in (*of_cues, pointers)),
            *(of_cues[0].shape[1], len(clocks), next(iter(scores.values())).shape[1]),
            *(prices.step, prices.near, prices.leave + prices.enter, prices.enter, prices.ratio),
            *(float(FIXED_NATS), math.isfinite(prices.step)),
        )

    def sweep(
        self,
        first: int,
        stop: int,
        before: tuple[Singles, Singles, Singles],
        rows: Singles,
        links: npt.NDArray[np.uint8] | None,
    ) -> None:
        """Go through cues; ``before``: *placed*, *between* and the tops of the row before them."""
        placed, between, tops = before
        blocks = placed.shape[2]
        near = np.empty(blocks + _BESIDE, np.float32)
        arrays = (placed, between, tops, rows)
        _library().placement_sweep(
            ctypes.byref(self._task),
            *(ctypes.c_int64(number) for number in (first, stop, blocks)),
            *(ctypes.c_void_p(array.ctypes.data) for array in arrays),
            ctypes.c_int64(len(rows)),
            ctypes.c_void_p(None if links is None else links.ctypes.data),
            ctypes.c_void_p(near.ctypes.data),
        )
