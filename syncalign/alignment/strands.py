"""Straight strands of a warping path: where two signals run side by side at a constant pace.

The path of a recording against itself, re-cut or played at another speed, is made of straight
lines that share one slope. Each is found from a stretch of the path, placed between frames by the
similarity of what it joins, and ends where the similarity says so.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from syncalign.alignment.warping.local_cost import Floats
from syncalign.alignment.warping.path import WarpingPath

_Whole = npt.NDArray[np.int64]

#: A standstill of one side by this many frames breaks a strand, as a skip does.
_STANDSTILL = 5
#: A pair is on a line within this many frames; so large a share of a stretch has to be.
ON_LINE, STRAIGHT_SHARE = 3.0, 0.9
#: Blocks of query frames that are placed alone, and how far they are looked for on either side.
_BLOCK, _REACH = 500, 3
#: With more blocks than twice this only some are placed: they are enough for a line.
_ENOUGH_BLOCKS = 80
_ROUNDS = 3
#: Deviation of the similarity of frames that chance brings together; neighbouring frames are
#: alike, so that so many of them count as one.
_CHANCE_DEVIATION, _ALIKE = 0.3, 6.0
#: Frames around a break in which the cut is looked for.
_CUT_REACH = 150
#: Mean similarity below which a line has nothing to show; what it could have been to be missed.
LEAST_SIMILARITY, _EVENTFUL = 0.1, 0.3
#: A gap of fewer frames is no stretch of its own.
_SHORT_GAP = 50


@dataclass(frozen=True, slots=True)
class Strand:
    """A line ``reference = rate * query + offset`` over a stretch of the query, in frames.

    Parameters
    ----------
    rate, offset : float
        The line.
    start, stop : float
        Query frames, half-open.
    """

    rate: float
    offset: float
    start: float
    stop: float

    def at(self, query: float | Floats) -> Floats:
        """Return the reference frame of a query frame."""
        return np.asarray(self.rate * np.asarray(query) + self.offset)

    def back(self, reference: float) -> float:
        """Return the query frame of a reference frame."""
        return (reference - self.offset) / self.rate


class Signals(NamedTuple):
    """Frames whose squared distance is 1 minus their similarity (see `likeness.likened`)."""

    reference: Floats
    query: Floats

    def similarity(self, reference: Floats, query: Floats) -> Floats:
        """Return the similarity of pairs of frames, between which it is interpolated.

        0 where either lies outside.
        """
        total = np.zeros(len(query))
        for above, below in ((0, 0), (1, 0), (0, 1), (1, 1)):
            i, j = np.floor(reference) + above, np.floor(query) + below
            weight = (1 - np.abs(reference - i)) * (1 - np.abs(query - j))
            used = np.flatnonzero(
                (weight > 1e-6) & (i >= 0) & (i < len(self.reference)) & (j >= 0)
                & (j < len(self.query))
            )  # fmt: skip
            gap = self.reference[i[used].astype(int)] - self.query[j[used].astype(int)]
            total[used] += weight[used] * (1 - (gap**2).sum(axis=1))
        return total

    def along(self, strand: Strand) -> tuple[Floats, Floats]:
        """Return the similarity at each query frame of a strand, and what it could be at most."""
        query = np.arange(np.ceil(strand.start), strand.stop)
        reference = strand.at(query)
        inside = (reference >= 0) & (reference <= len(self.reference) - 1) & (query >= 0)
        inside &= query <= len(self.query) - 1
        i, j = np.rint(reference[inside]).astype(int), query[inside].astype(int)
        # What a frame lacks to length 1 stands in the last two columns; lengths are halved squares.
        lengths = [
            np.maximum(1 - 2 * (side[at, -2:] ** 2).sum(axis=1), 0)
            for side, at in ((self.reference, i), (self.query, j))
        ]
        possible = np.zeros(len(query))
        possible[inside] = np.sqrt(lengths[0] * lengths[1])
        return self.similarity(reference, query), possible


def split(path: WarpingPath, break_frames: int = _STANDSTILL) -> list[_Whole]:
    """Cut a path's pairs where frames are left out or one side stands still [shape=(L, 2) each]."""
    indices = path.indices
    if not len(indices):
        return []
    steps = np.diff(indices, axis=0)
    cuts = set(np.flatnonzero(np.abs(steps[:, 0] - steps[:, 1]) > 1) + 1)
    for side in (0, 1):
        edges = np.flatnonzero(np.diff(indices[:, side], prepend=-1, append=-1))
        long = np.flatnonzero(np.diff(edges) > break_frames)
        cuts |= set(edges[long] + 1) | set(edges[long + 1] - 1)
    parts = np.split(indices, sorted(cut for cut in cuts if 0 < cut < len(indices)))
    return [part for part in parts if len(part) > 1 and np.all(np.ptp(part, axis=0) > 0)]


def fit_line(pairs: _Whole, weights: Floats, rate: float | None = None) -> tuple[float, float]:
    """Fit a line through pairs, little moved by those that lie off it.

    Parameters
    ----------
    pairs : np.ndarray of int64 [shape=(L, 2)]
        Reference and query frames.
    weights : np.ndarray [shape=(L,)]
        Not negative.
    rate : float, optional
        The slope, where it is known.

    Returns
    -------
    (float, float)
        Rate and offset.
    """
    i, j = pairs[:, 0].astype(float), pairs[:, 1].astype(float)
    weights = weights + 1e-6
    slope, trust = 1.0 if rate is None else rate, weights
    offset = _weighted_median(i - slope * j, weights)
    for scale in (100.0, 30.0, 10.0, 5.0, 3.0, 3.0, 3.0):
        if rate is None:
            mean_i, mean_j = (float(np.average(side, weights=trust)) for side in (i, j))
            spread = float(np.sum(trust * (j - mean_j) ** 2))
            if spread > 0:
                slope = float(np.sum(trust * (j - mean_j) * (i - mean_i))) / spread
        # Fitted by its middle: a slope that is off a little moves a median at the far ends only.
        offset = _weighted_median(i - slope * j, trust)
        away = (i - slope * j - offset) / scale
        trust = weights / (1 + away**2) ** 2
    return slope, offset


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values)
    sums = np.cumsum(weights[order])
    return float(values[order[np.searchsorted(sums, sums[-1] / 2)]])


def straightness(pairs: _Whole, weights: Floats, rate: float, offset: float) -> float:
    """Return the share of the weights that lies on a line."""
    away = np.abs(pairs[:, 0] - rate * pairs[:, 1] - offset)
    return float(np.sum(weights * (away <= ON_LINE)) / max(float(np.sum(weights)), 1e-12))


def line_evidence(signals: Signals, strand: Strand) -> tuple[float, float]:
    """Return the mean similarity along a line, and how many deviations that is above nothing."""
    query = np.arange(np.ceil(strand.start), strand.stop)
    if len(query) < 2:
        return 0.0, 0.0
    values = signals.similarity(strand.at(query), query)
    deviation = max(float(values.std()), _CHANCE_DEVIATION) * float(np.sqrt(_ALIKE / len(values)))
    return float(values.mean()), float(values.mean()) / deviation


def polished(signals: Signals, strands: list[Strand], *, free_rate: bool) -> list[Strand]:
    """Place strands between frames where they fit best; all keep one common rate.

    Parameters
    ----------
    signals : Signals
        What they join.
    strands : list of Strand
        Of one rate.
    free_rate : bool
        Whether that rate may change.
    """
    total = sum(strand.stop - strand.start for strand in strands) / _BLOCK
    every = max(1, int(total / _ENOUGH_BLOCKS))
    for _ in range(_ROUNDS):
        rows = []  # number of the strand, middle of the block, where it fits best, weight
        for number, strand in enumerate(strands):
            count = max(1, round((strand.stop - strand.start) / _BLOCK))
            edges = np.linspace(strand.start, strand.stop, count + 1)
            for first, stop in list(itertools.pairwise(edges.tolist()))[::every]:
                best, weight = _best_shift(signals, strand, first, stop)
                rows.append((number, (first + stop) / 2, best, weight))
        blocks = np.array(rows)
        own, weights = blocks[:, 0].astype(int), blocks[:, 3] + 1e-9
        middles, moves = (
            np.bincount(own, weights * column) / np.bincount(own, weights)
            for column in (blocks[:, 1], blocks[:, 2])
        )
        apart, off = blocks[:, 1] - middles[own], blocks[:, 2] - moves[own]
        spread = float(np.sum(weights * apart**2))
        bend = float(np.sum(weights * apart * off)) / spread if free_rate and spread > 0 else 0.0
        strands = [
            replace(strand, rate=strand.rate + bend, offset=strand.offset + move - bend * at)
            for strand, move, at in zip(strands, moves.tolist(), middles.tolist(), strict=True)
        ]
    return strands


def _best_shift(signals: Signals, strand: Strand, first: float, stop: float) -> tuple[float, float]:
    """Return how far forward in the reference a block fits best, and how sharply it does."""
    query = np.arange(np.ceil(first), stop)
    if not len(query):
        return 0.0, 0.0
    shifts = np.arange(-_REACH, _REACH + 1)
    totals = np.array([np.sum(signals.similarity(strand.at(query) + s, query)) for s in shifts])
    return parabola_top(totals, shifts)


def parabola_top(values: Floats, places: _Whole) -> tuple[float, float]:
    """Return where a parabola through the largest value and its neighbours peaks, and its bend.

    Both are 0 where there is no peak.
    """
    top = int(np.clip(np.argmax(values), 1, len(values) - 2))
    before, best, after = values[top - 1 : top + 2].tolist()
    bend = 2 * best - before - after
    if bend <= 0:
        return 0.0, 0.0
    vertex = min(max(0.5 * (after - before) / bend, -1.0), 1.0)
    return float(places[top]) + vertex, bend


def is_foreign(signals: Signals, gap: Strand) -> bool:
    """Whether two signals have much to say along a line for a while, but nothing in common."""
    if gap.stop - gap.start < _SHORT_GAP:
        return False
    similarity, possible = signals.along(gap)
    return float(similarity.mean()) < LEAST_SIMILARITY and float(possible.mean()) > _EVENTFUL


def cut_between(signals: Signals, first: Strand, second: Strand) -> tuple[Strand, Strand]:
    """End one strand and begin the next where the similarity says so.

    What only one side has is cut out whole, so that the other side runs on without a gap, unless
    both sides have something of their own there.
    """
    jump = float(second.at(second.start) - first.at(second.start))
    if abs(jump) <= ON_LINE:  # one line, and something foreign on it
        return first, second
    if jump < 0:  # the query has something of its own: look along the reference
        turned = Signals(signals.query, signals.reference)
        one, other = cut_between(turned, _turned(first), _turned(second))
        return _turned(one), _turned(other)
    begin = max(min(first.stop, second.start) - _CUT_REACH, first.start)
    end = min(max(first.stop, second.start) + _CUT_REACH, second.stop)
    query = np.arange(np.ceil(begin), end)
    if len(query) < 2:
        return first, replace(second, start=max(second.start, first.stop))
    along = [signals.similarity(strand.at(query), query) for strand in (first, second)]
    before = np.concatenate([[0.0], np.cumsum(along[0] - LEAST_SIMILARITY)])
    after = np.concatenate([np.cumsum((along[1] - LEAST_SIMILARITY)[::-1])[::-1], [0.0]])
    stop, start = int(np.argmax(before)), len(after) - 1 - int(np.argmax(after[::-1]))
    gap = [replace(strand, start=stop + begin, stop=start + begin) for strand in (first, second)]
    if not all(is_foreign(signals, strand) for strand in gap):
        joint = np.concatenate([[0.0], np.cumsum(along[0])]) + np.concatenate(
            [np.cumsum(along[1][::-1])[::-1], [0.0]]
        )
        ties = np.flatnonzero(joint >= joint.max() - 1e-9)
        stop = start = int(ties[len(ties) // 2])
    places = np.append(query, query[-1] + 1)
    return replace(first, stop=float(places[stop])), replace(second, start=float(places[start]))


def _turned(strand: Strand) -> Strand:
    """Return a strand with reference and query exchanged."""
    ends = strand.at(np.array([strand.start, strand.stop])).tolist()
    return Strand(1 / strand.rate, -strand.offset / strand.rate, *ends)
