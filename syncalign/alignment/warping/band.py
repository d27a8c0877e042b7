"""Bands: which query frames a reference frame may meet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Band:
    """One half-open window of query frames for each reference frame, moving only forward.

    Parameters
    ----------
    low, high : np.ndarray of int64 [shape=(N,)]
        Reference frame i may meet the query frames from ``low[i]`` up to, not including,
        ``high[i]``. Neither ever goes back.
    """

    low: Whole
    high: Whole

    @property
    def cells(self) -> int:
        """How many pairs lie inside."""
        return int((self.high - self.low).sum())

    @property
    def width(self) -> int:
        """Size of the widest window."""
        return int((self.high - self.low).max())

    def reversed(self, query_size: int) -> Band:
        """Return the band of both sequences read backwards."""
        return Band(query_size - self.high[::-1], query_size - self.low[::-1])

    def rows(self, count: int) -> Band:
        """Return the windows of the first reference frames."""
        return Band(self.low[:count], self.high[:count])


def read_band(band: int | npt.ArrayLike | None, reference_size: int, query_size: int) -> Band:
    """Check a band.

    Parameters
    ----------
    band : int or array_like of int [shape=(N, 2)] or None
        A number: query frames on either side of the straight line from the first pair to the last
        one, ``abs(j - i * (M - 1) / (N - 1)) <= band``. An array: a half-open window of query
        frames for each reference frame. None: no limit.
    reference_size, query_size : int
        N and M.

    Raises
    ------
    ParameterError
        It is no band, or its windows go back or are empty.
    """
    if band is None:
        whole = np.zeros(reference_size, np.int64)
        return Band(whole, whole + query_size)
    try:
        frames = np.asarray(band)
    except ValueError as exc:
        raise ParameterError(f"a band is a whole number of frames or an array: {exc}") from exc
    if frames.dtype.kind not in "iu":
        raise ParameterError(f"a band is a whole number of frames or an array of them: {band!r}")
    if frames.ndim == 0:
        return _about_the_line(int(frames), reference_size, query_size)
    if frames.shape != (reference_size, 2):
        raise ParameterError(
            f"a band has a window for each of {reference_size} reference frames, shape "
            f"({reference_size}, 2), not {frames.shape}"
        )
    low, high = frames.astype(np.int64).T.copy()
    if low.min() < 0 or high.max() > query_size or np.any(low >= high):
        raise ParameterError(f"windows of a band are not empty and within 0 to {query_size}")
    if np.any(np.diff(low) < 0) or np.any(np.diff(high) < 0):
        raise ParameterError("the windows of a band never go back")
    return Band(low, high)


def _about_the_line(frames: int, reference_size: int, query_size: int) -> Band:
    if frames < 0:
        raise ParameterError(f"a band is 0 frames or more, not {frames}")
    if reference_size == 1:
        return Band(np.zeros(1, np.int64), np.full(1, query_size, np.int64))
    # In whole numbers, so that no rounding moves the rim.
    line, run = np.arange(reference_size) * (query_size - 1), reference_size - 1
    reach = min(frames, query_size) * run
    low = -((reach - line) // run)
    high = (line + reach) // run + 1
    if np.any(low >= high):
        raise ParameterError(
            f"a band of {frames} frames has no pair at reference frame {np.argmax(low >= high)} of "
            f"{reference_size} against {query_size} query frames"
        )
    return Band(np.maximum(low, 0), np.minimum(high, query_size))
