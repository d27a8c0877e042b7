"""Warping paths of hours: exact at a coarse rate, then within a band that is checked at its rim.

A band around a coarser path leaves out paths that were never looked at. Where the finer path runs
along the rim of its band a better one may lie outside: there the band is widened and the search is
repeated, until the path keeps away from the rim or the band holds everything. That is a check, not
a proof, so the answer says `within_band` and never `exact`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from syncalign.alignment.warping.dtw import Ends, dtw
from syncalign.alignment.warping.local_cost import Floats, Metric
from syncalign.alignment.warping.path import WarpingPath
from syncalign.alignment.warping.question import read_question
from syncalign.errors import ParameterError
from syncalign.progress import NoProgress, Progress
from syncalign.timebase import Features

_Whole = npt.NDArray[np.int64]
Describe = Callable[[Floats, Floats], tuple[Floats, Floats]]

#: From one level to the next, frames are joined by this many.
STRIDE = 4
#: A problem of no more pairs than this is solved exactly, whatever its shape.
EXACT_PAIRS = 600_000_000
#: Frames of the coarser path's rate that the band reaches to either side of it.
MARGIN = 4
_WIDENINGS = 8


def dtw_multiscale(  # noqa: PLR0913  (as for dtw)
    reference: npt.ArrayLike | Features,
    query: npt.ArrayLike | Features,
    *,
    metric: Metric = "euclidean",
    steps: str | npt.ArrayLike = "symmetric1",
    ends: Ends = "closed",
    skip: tuple[float, float] | None = None,
    skip_entry: float = 0.0,
    exact_pairs: int = EXACT_PAIRS,
    margin: int = MARGIN,
    describe: Describe | None = None,
    progress: Progress | None = None,
) -> WarpingPath:
    """Find a cheap warping path between sequences too long to be searched whole.

    Sequences whose product is within `exact_pairs` are given to `dtw`. Longer ones are averaged
    over 4, 16, ... frames until they are; that path is found exactly, and each finer one in a band
    around the one before, widened where it touches the rim.

    Parameters
    ----------
    reference, query, metric, steps, ends, skip, skip_entry
        As in `dtw`.
    exact_pairs : int
        Largest number of pairs of frames that is searched whole.
    margin : int
        Frames of the coarser path that the band reaches to either side of it at first; at least 1.
    describe : callable, optional
        Makes what is compared at each rate from the frames averaged to that rate, of the reference
        and the query; None compares these frames. Changes from frame to frame, say, do not survive
        being averaged.
    progress : Progress, optional
        Told how much of the work is done, in levels.

    Returns
    -------
    WarpingPath
        With ``exact=False, within_band=True`` where a band was used.

    Raises
    ------
    ParameterError
        As in `dtw`; or `exact_pairs` or `margin` below 1.

    Examples
    --------
    >>> import numpy as np
    >>> walk = np.random.default_rng(0).normal(size=(2000, 3)).cumsum(axis=0)
    >>> path = dtw_multiscale(walk, walk[::2], exact_pairs=10000)
    >>> path.exact, path.within_band, path.indices[-1].tolist()
    (False, True, [1999, 999])
    """
    if exact_pairs < 1 or margin < 1:
        raise ParameterError(
            f"exact_pairs and margin are 1 or more, not {exact_pairs} and {margin}"
        )
    options: dict[str, Any] = {"metric": metric, "steps": steps, "ends": ends}
    options |= {"skip": skip, "skip_entry": skip_entry}
    question = read_question(reference, query, **options, band=None)
    levels = [_Level(1, question.reference, question.query, describe)]
    while levels[-1].pairs > exact_pairs and min(levels[-1].sizes) > STRIDE:
        levels.append(levels[-1].averaged())
    listener = progress or NoProgress()
    listener.start("warp", len(levels))
    try:
        path = levels[-1].path(options, None)
        listener.advance(1)
        for level in levels[-2::-1]:
            path = _path_near(path, level, options, margin)
            listener.advance(1)
    finally:
        listener.finish()
    return path


class _Level(NamedTuple):
    """Both sequences at one rate; ``stride`` finest frames are one of its."""

    stride: int
    reference: Floats
    query: Floats
    describe: Describe | None = None

    @property
    def sizes(self) -> tuple[int, int]:
        return len(self.reference), len(self.query)

    @property
    def pairs(self) -> int:
        return len(self.reference) * len(self.query)

    def averaged(self) -> _Level:
        """Return the next coarser level."""
        sides = averaged(self.reference, STRIDE), averaged(self.query, STRIDE)
        return _Level(self.stride * STRIDE, *sides, self.describe)

    def path(self, options: dict[str, Any], band: _Band | None) -> WarpingPath:
        """Find the cheapest path; a run's entry is as dear as at the finest level."""
        entry = options["skip_entry"] / self.stride
        windows = None if band is None else np.column_stack(band)
        sides = self.reference, self.query
        if self.describe is not None:
            sides = self.describe(*sides)
        return dtw(*sides, **{**options, "skip_entry": entry}, band=windows)


class _Band(NamedTuple):
    """Half-open windows of query frames [shape=(N,)]."""

    low: _Whole
    high: _Whole

    def touched(self, path: WarpingPath, query_size: int) -> npt.NDArray[np.int64]:
        """Return the reference frames of the pairs that have a neighbour outside the band."""
        i, j = path.indices.T
        before, after = np.maximum(i - 1, 0), np.minimum(i + 1, len(self.low) - 1)
        at_low = ((j == self.low[i]) & (j > 0)) | (j < self.low[after])
        at_high = ((j + 1 == self.high[i]) & (j + 1 < query_size)) | (j >= self.high[before])
        return np.unique(i[at_low | at_high])

    def widened(self, other: _Band, rows: npt.NDArray[np.bool_]) -> _Band:
        """Return this band with another one in some rows; its windows still never go back."""
        low = np.where(rows, np.minimum(self.low, other.low), self.low)
        high = np.where(rows, np.maximum(self.high, other.high), self.high)
        return _Band(np.minimum.accumulate(low[::-1])[::-1], np.maximum.accumulate(high))


def averaged(frames: Floats, stride: int) -> Floats:
    """Return the means of every so many frames [shape=(ceil(N / stride), D)].

    The last one may be a mean of fewer.
    """
    starts = np.arange(0, len(frames), stride)
    counts = np.diff(starts, append=len(frames))
    return np.asarray(np.add.reduceat(frames, starts, axis=0) / counts[:, None])


def _path_near(
    coarse: WarpingPath, level: _Level, options: dict[str, Any], margin: int
) -> WarpingPath:
    """Find the path at a level in a band around that of the next coarser one."""
    rows, columns = level.sizes
    coarse_sizes = -(-rows // STRIDE), -(-columns // STRIDE)
    stairs = _staircase(coarse, *coarse_sizes)
    at = np.arange(rows) // STRIDE
    reach = margin * STRIDE
    band = _around(_Band(stairs.low[at] * STRIDE, stairs.high[at] * STRIDE), reach, columns)
    path = level.path(options, band)
    for _ in range(_WIDENINGS):
        touched = band.touched(path, columns)
        if not len(touched):
            break
        reach *= 2
        # Rows within reach of a touched one.
        near = np.searchsorted(touched, np.arange(rows) - reach)
        is_near = touched[np.minimum(near, len(touched) - 1)] - np.arange(rows)
        tube = _around(_staircase(path, rows, columns), reach, columns)
        band = band.widened(tube, np.abs(is_near) <= reach)
        path = level.path(options, band)
    return path


def _staircase(path: WarpingPath, rows: int, columns: int) -> _Band:
    """Return the query frames that a path passes at each reference frame.

    Where both sides leave something out the path goes through the reference first.
    """
    first, last = np.full(rows, columns), np.full(rows, -1)
    i, j = path.indices.T
    np.minimum.at(first, i, j)
    np.maximum.at(last, i, j)
    last = np.maximum(np.maximum.accumulate(last), 0)
    first = np.minimum(first, np.concatenate([[0], last[:-1]]))
    last[-1] = columns - 1
    return _Band(first, last + 1)


def _around(windows: _Band, reach: int, columns: int) -> _Band:
    """Return windows with everything within reach of them, in either direction."""
    rows = np.arange(len(windows.low))
    low = windows.low[np.maximum(rows - reach, 0)] - reach
    high = windows.high[np.minimum(rows + reach, len(rows) - 1)] + reach
    return _Band(np.clip(low, 0, columns - 1), np.clip(high, 1, columns))
