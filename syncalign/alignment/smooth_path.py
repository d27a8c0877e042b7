"""A warping path between frames: smoothed, and shifted to where the signals fit best."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from syncalign.alignment.strands import Signals, parabola_top
from syncalign.alignment.warping.local_cost import Floats

#: Query frames on either side that a line is fitted through; and of one block that is shifted.
_AROUND, _BLOCK, _REACH = 20, 100, 3
#: Similarity around a place, as a share of the mean, from which it counts.
_SURE_SHARE = 0.6


def smooth_path(
    signals: Signals, pairs: npt.NDArray[np.int64], weights: Floats
) -> tuple[Floats, Floats]:
    """Return reference and query frames of an unbroken stretch of a path.

    Parameters
    ----------
    signals : Signals
        What the path joins.
    pairs : np.ndarray of int64 [shape=(L, 2)]
        The stretch.
    weights : np.ndarray [shape=(L,)]
        How much each pair counts; not negative.

    Returns
    -------
    np.ndarray of float64 [shape=(K,)] (twice)
        Reference frames, never falling, and all query frames of the stretch.
    """
    first = int(pairs[0, 1])
    own = pairs[:, 1] - first
    query = np.arange(first, int(pairs[-1, 1]) + 1).astype(float)
    reference = _fitted(own, pairs[:, 0].astype(float), weights + 0.01, len(query))
    reference += _shifts(signals, reference, query)
    # In a pause the path follows what chance offers: there a straight line is the better guess.
    support = _around(np.bincount(own, weights, len(query)))
    sure = np.flatnonzero(support >= _SURE_SHARE * support.mean())
    if len(sure) > 1:
        inner = slice(sure[0], sure[-1] + 1)
        reference[inner] = np.interp(query[inner], query[sure], reference[sure])
    return np.clip(np.maximum.accumulate(reference), 0, len(signals.reference) - 1), query


def _around(values: npt.ArrayLike) -> Floats:
    """Return the sum of the values around each place."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    size = len(total) - 1
    at = np.arange(size)
    first, stop = np.maximum(at - _AROUND, 0), np.minimum(at + _AROUND + 1, size)
    return np.asarray(total[stop] - total[first])


def _fitted(own: npt.NDArray[np.int64], values: Floats, weights: Floats, size: int) -> Floats:
    """Fit a line around each place and return its value there."""
    base = values.mean()
    values = values - base
    one, x, xx, y, xy = (
        _around(np.bincount(own, weights * factor, size))
        for factor in (1.0, own, own**2, values, values * own)
    )
    spread = one * xx - x**2
    slope = np.where(spread > 1e-9, (one * xy - x * y) / np.maximum(spread, 1e-9), 1.0)
    return np.asarray(base + (y - slope * x) / one + slope * np.arange(size))


def _shifts(signals: Signals, reference: Floats, query: Floats) -> Floats:
    """Return by how much each frame has to move forward to fit best, block by block."""
    shifts = np.arange(-_REACH, _REACH + 1)
    count = max(1, len(query) // _BLOCK)
    block = np.minimum(np.arange(len(query)) // _BLOCK, count - 1)
    totals = np.array(
        [np.bincount(block, signals.similarity(reference + s, query), count) for s in shifts]
    )
    tops, weights = np.array([parabola_top(column, shifts) for column in totals.T]).T
    padded = np.pad(weights * tops, 1), np.pad(weights + 1e-9, 1)
    smooth = [side[:-2] + 2 * side[1:-1] + side[2:] for side in padded]
    middles = np.bincount(block, query, count) / np.bincount(block, minlength=count)
    return np.asarray(np.interp(query, middles, smooth[0] / smooth[1]))
