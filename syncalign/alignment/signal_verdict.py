"""Whether two signals have anything in common, and how closely a path is tied to its place.

A path is found between any two signals, and it always gains something over leaving everything out:
the search takes what chance offers. So the same search is run against nulls, the query with its
stretches of a few seconds in another order, which keeps everything about it but what a common
course would need. (The query played backwards is no such null: sounds begin faster than they end,
so nothing fits it, related or not.) What counts is by how much the true gain exceeds theirs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.alignment.likeness import SKIP_ENTRY_FRAMES, SKIP_PRICE, likened
from syncalign.alignment.warping.dtw import dtw_distance
from syncalign.alignment.warping.local_cost import Floats
from syncalign.alignment.warping.multiscale import averaged
from syncalign.progress import NoProgress, Progress

#: Frames that are averaged for the verdict, the first that leaves no more pairs than this.
_STRIDES, _MOST_PAIRS = (4, 16, 64), 600_000_000
#: Stretches that are put into another order: of so many frames, but at least so many of them.
_STRETCH_FRAMES, _FEWEST_STRETCHES = 200, 24
#: Nulls of a short pair and of a long one.
_NULLS, _NULLS_OF_LONG, _LONG_PAIRS = 8, 4, 10_000_000
#: Gains below the first are as good as none; deviations below the second are not believed.
_SMALL, _LEAST_DEVIATION = 0.05, 0.004
#: Fewer averaged frames than this on either side tell nothing.
_FEWEST_FRAMES = 25

# A logistic regression, printed by benchmarks/dtw/calibrate.py on Italian and GRID recordings.
_WEIGHTS = np.array([-13.62, 15.88, 3.70])

#: Shifts that a path is moved by, in frames, and pairs on either side that are looked at together.
_SHIFTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 50, 75, 100)
_AROUND = 100
#: Neighbouring pairs are alike: so many of them count as one; and deviations that decide.
_ALIKE, _DEVIATIONS = 6.0, 3.0


@dataclass(frozen=True, slots=True)
class WarpingVerdict:
    """Whether two signals have something in common.

    Parameters
    ----------
    unrelated : float
        Calibrated probability that they have nothing in common.
    gain : float
        What the best path saves against leaving everything out, as a share of the cost of leaving
        out twice the shorter signal; at most 1.
    null_gains : tuple of float
        The same for the query in another order; empty where the signals are too short.
    """

    unrelated: float
    gain: float
    null_gains: tuple[float, ...]

    @property
    def signs(self) -> Floats:
        """The numbers behind the probability [shape=(3,)]: 1, and how the gain exceeds the nulls'.

        As the logarithm of the ratio, and as that of the deviations.
        """
        nulls = np.array(self.null_gains)
        if not len(nulls) or self.gain <= 0:
            return np.array([1.0, -1.0, 0.0])
        mean = max(float(nulls.mean()), 0.0)
        # Of few nulls the deviation is known badly.
        deviation = max(float(nulls.std(ddof=1)), _LEAST_DEVIATION)
        ratio = math.log((self.gain + _SMALL) / (mean + _SMALL))
        excess = max(self.gain - mean, 0.0) / deviation
        return np.array([1.0, min(max(ratio, -1.0), 1.0), math.log1p(excess)])


def judge_relation(
    reference: Floats, query: Floats, *, seed: int = 0, progress: Progress | None = None
) -> WarpingVerdict:
    """Say whether two signals have something in common.

    Parameters
    ----------
    reference, query : np.ndarray of float64 [shape=(N, D), (M, D)]
        Frames; of 20 ms, if the probability is to be what it was calibrated to be.
    seed : int
        For the orders of the nulls.
    progress : Progress, optional
        Told how many searches are done.

    Returns
    -------
    WarpingVerdict
    """
    stride = next(
        (s for s in _STRIDES if len(reference) * len(query) <= _MOST_PAIRS * s**2), _STRIDES[-1]
    )
    frames, other = averaged(reference, stride), averaged(query, stride)
    if min(len(frames), len(other)) < _FEWEST_FRAMES:
        return WarpingVerdict(1.0, 0.0, ())
    sides = likened(frames, other)
    count = _NULLS if len(frames) * len(other) <= _LONG_PAIRS else _NULLS_OF_LONG
    orders = _orders(len(other), stride, count, np.random.default_rng(seed))
    listener = progress or NoProgress()
    listener.start("judge", count + 1)
    gains = []
    try:
        for order in [np.arange(len(other)), *orders]:
            gains.append(_gain(sides[0], sides[1][order], stride))
            listener.advance(1)
    finally:
        listener.finish()
    verdict = WarpingVerdict(1.0, gains[0], tuple(gains[1:]))
    return WarpingVerdict(_probability(verdict.signs), verdict.gain, verdict.null_gains)


def _probability(signs: Floats) -> float:
    related = float(_WEIGHTS @ signs)
    return 1 / (1 + math.exp(min(max(related, -30.0), 30.0)))


def _orders(
    size: int, stride: int, count: int, rng: np.random.Generator
) -> list[npt.NDArray[np.int64]]:
    """Return orders of frames that keep stretches together but not their order."""
    length = max(min(_STRETCH_FRAMES // stride, size // _FEWEST_STRETCHES), 1)
    orders = []
    for _ in range(count):
        # The first stretch is shorter by chance, so that the cuts are at other places each time.
        edges = np.arange(int(rng.integers(1, length + 1)), size, length)
        stretches = np.split(np.arange(size), edges)
        orders.append(np.concatenate([stretches[k] for k in rng.permutation(len(stretches))]))
    return orders


def _gain(reference: Floats, query: Floats, stride: int) -> float:
    """Return what the best path saves against leaving everything out; see `WarpingVerdict`."""
    entry = SKIP_PRICE * SKIP_ENTRY_FRAMES / stride
    cost = dtw_distance(
        *(reference, query), metric="sqeuclidean", skip=(SKIP_PRICE, SKIP_PRICE), skip_entry=entry
    )
    sizes = len(reference), len(query)
    nothing = SKIP_PRICE * sum(sizes) + 2 * entry
    return (nothing - cost) / (2 * SKIP_PRICE * min(sizes))


def shift_intervals(
    reference: Floats, query: Floats, indices: npt.NDArray[np.int64], at: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Say how far a path could be moved, here and there, before it would cost clearly more.

    A path is moved as a whole for two seconds around a pair. It costs clearly more where the rise
    is three times what it varies by from pair to pair would explain.

    Parameters
    ----------
    reference, query : np.ndarray of float64 [shape=(N, D), (M, D)]
        What :func:`syncalign.alignment.likeness.likened` returned.
    indices : np.ndarray of int64 [shape=(L, 2)]
        The path.
    at : np.ndarray of int64 [shape=(K,)]
        Which of its pairs to ask about.

    Returns
    -------
    np.ndarray of int64 [shape=(K, 2)]
        Reference frames back (at most 0) and forward (at least 0) up to which the path is not
        clearly worse; -100 and 100 where it can be moved by more, as in silence.
    """
    first, stop = np.maximum(at - _AROUND, 0), np.minimum(at + _AROUND + 1, len(indices))
    count = np.maximum(stop - first, 1)
    kept = _costs(reference, query, indices, 0)
    found = np.empty((len(at), 2), np.int64)
    for column, sign in ((0, -1), (1, 1)):
        reach = np.full(len(at), _SHIFTS[-1])
        for shift in reversed(_SHIFTS):
            rise = _costs(reference, query, indices, sign * shift) - kept
            mean, square = (_window_sums(r, first, stop) / count for r in (rise, rise**2))
            deviation = np.sqrt(np.maximum(square - mean**2, 0) * _ALIKE / count)
            reach = np.where(mean > _DEVIATIONS * deviation + 1e-9, shift, reach)
        found[:, column] = sign * reach
    return found


def _costs(reference: Floats, query: Floats, indices: npt.NDArray[np.int64], shift: int) -> Floats:
    i = np.clip(indices[:, 0] + shift, 0, len(reference) - 1)
    return np.asarray(((reference[i] - query[indices[:, 1]]) ** 2).sum(axis=1))


def _window_sums(
    values: Floats, first: npt.NDArray[np.int64], stop: npt.NDArray[np.int64]
) -> Floats:
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(sums[stop] - sums[first])
