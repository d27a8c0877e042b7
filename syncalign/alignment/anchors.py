"""Anchors: places that a person vouches for, kept by the search and met exactly by the time map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from syncalign.alignment.evidence import Floats
from syncalign.alignment.placement_clock import BIN_SECONDS
from syncalign.alignment.ratios import nearest_ratio
from syncalign.errors import ParameterError
from syncalign.timebase import Piece, Segment, TimeMap

#: A cue farther than this from an anchor may lie beyond a break: it is left free. In seconds.
_REACH = 10.0
#: A hand is this exact, in seconds: two anchors tell a ratio that they follow so closely.
_BY_HAND = 0.25
#: A line through several anchors serves for a whole piece if it stays so near to the piece's own.
_SAME_LINE = 0.02
_EXACT = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Anchors:
    """Moments of the query whose places in the reference are known.

    Parameters
    ----------
    query, reference : np.ndarray [shape=(K,)]
        Seconds; both rise.

    Raises
    ------
    ParameterError
        No anchor, times that are not finite, or two anchors that cross.
    """

    query: Floats
    reference: Floats

    def __post_init__(self) -> None:
        """Check that the anchors rise on both clocks."""
        if not len(self) or self.query.shape != self.reference.shape:
            raise ParameterError("points are pairs of subtitle time and reference time, at least 1")
        if not (np.isfinite(self.query).all() and np.isfinite(self.reference).all()):
            raise ParameterError("the times of points must be finite")
        crossing = (np.diff(self.query) <= 0) | (np.diff(self.reference) <= 0)
        if crossing.any():
            first = int(np.flatnonzero(crossing)[0])
            pairs = [(float(self.query[i]), float(self.reference[i])) for i in (first, first + 1)]
            raise ParameterError(
                f"points must rise on both clocks: {pairs[0]} and {pairs[1]} do not"
            )

    @classmethod
    def of(cls, points: Iterable[tuple[float, float]]) -> Anchors:
        """Return the anchors of some pairs of query time and reference time, in any order."""
        ordered = np.array(sorted(points), dtype=np.float64).reshape(-1, 2)
        return cls(ordered[:, 0], ordered[:, 1])

    def __len__(self) -> int:
        """Count the anchors."""
        return len(self.query)

    def named_rate(self) -> float:
        """Return the named ratio that the outermost anchors tell, or 1."""
        span, length = float(np.ptp(self.query)), float(np.ptp(self.reference))
        if abs(length - span) < _BY_HAND:
            return 1.0
        named = nearest_ratio(length / span)
        return named if abs(length - named * span) < _BY_HAND else 1.0

    def fixed_bins(self, starts: Floats, rate: float) -> dict[int, int]:
        """Return the place of the cue nearest to each anchor, at a rate, in tenths of a second.

        Parameters
        ----------
        starts : np.ndarray [shape=(N,)]
            Starts of the cues by the query's clock, ascending, in seconds.
        rate : float
            Reference seconds for one query second.
        """
        if not len(starts):
            return {}
        after = np.clip(np.searchsorted(starts, self.query), 0, len(starts) - 1)
        before = np.maximum(after - 1, 0)
        is_nearer = self.query - starts[before] <= np.abs(starts[after] - self.query)
        nearest = np.where(is_nearer, before, after)
        distance = np.abs(starts[nearest] - self.query)
        places = self.reference + rate * (starts[nearest] - self.query)
        # The farthest first: of two anchors of one cue the nearer is kept.
        return {
            int(nearest[anchor]): round(float(places[anchor]) / BIN_SECONDS)
            for anchor in np.argsort(-distance, kind="stable")
            if distance[anchor] <= _REACH
        }

    def distance_from(self, time_map: TimeMap) -> Floats:
        """Return how far from each anchor a map passes, in seconds [shape=(K,)]."""
        return np.abs(time_map.extrapolate(self.query) - self.reference)

    def piece_of(self, time_map: TimeMap) -> npt.NDArray[np.int64]:
        """Return the piece of a map that each anchor lies in [shape=(K,)].

        Between two pieces it is the one whose line passes nearer.
        """
        starts = np.array([piece.source.start for piece in time_map.pieces])
        owner = np.clip(np.searchsorted(starts, self.query, side="right") - 1, 0, None)
        for anchor, index in enumerate(owner):
            earlier, time = time_map.pieces[index], float(self.query[anchor])
            if time > earlier.source.end and index + 1 < len(starts):
                target = float(self.reference[anchor])
                later = time_map.pieces[index + 1]
                owner[anchor] += abs(later(time) - target) < abs(earlier(time) - target)
        return np.maximum.accumulate(owner).astype(np.int64)


def map_through(time_map: TimeMap, anchors: Anchors) -> tuple[TimeMap, tuple[int, ...]]:
    """Let a map pass exactly through anchors.

    A piece with one anchor takes its offset from it. In one with several, straight lines join
    them, and the piece's own rate goes on before the first and after the last. Where pieces would
    then cross, the one without an anchor gives way.

    Parameters
    ----------
    time_map : TimeMap
        The map that the search found; at least one piece.
    anchors : Anchors
        Where it must pass.

    Returns
    -------
    time_map : TimeMap
        Passes through every anchor, but for rounding.
    origin : tuple of int
        For each of its pieces the piece of the old map that it was.
    """
    owner = anchors.piece_of(time_map)
    chain: list[_Bent] = []
    for index, piece in enumerate(time_map.pieces):
        _append(chain, _Bent.of(piece, index, anchors, np.flatnonzero(owner == index)))
    pieces = tuple(piece for bent in chain for piece in bent.pieces)
    return TimeMap(pieces), tuple(bent.index for bent in chain for _ in bent.pieces)


def map_of_anchors(anchors: Anchors, start: float, end: float) -> TimeMap:
    """Return the map that knows nothing but two or more anchors: straight from one to the next.

    Parameters
    ----------
    anchors : Anchors
        Where it passes.
    start, end : float
        Query seconds to which it goes on, at the mean rate of all anchors.
    """
    rate = float(np.ptp(anchors.reference) / np.ptp(anchors.query))
    first = float(anchors.reference[0] - rate * anchors.query[0])
    source = Segment(min(start, float(anchors.query[0])), max(end, float(anchors.query[-1])))
    line = TimeMap.linear(source, rate=rate, offset=first)
    return map_through(line, anchors)[0]


@dataclass(frozen=True, slots=True)
class _Bent:
    """A piece bent through its anchors: the parts, and the reference time of its outer anchors."""

    index: int
    pieces: tuple[Piece, ...]
    first_anchor: float | None
    last_anchor: float | None

    @classmethod
    def of(cls, piece: Piece, index: int, anchors: Anchors, own: npt.NDArray[np.int64]) -> _Bent:
        if not len(own):
            return cls(index, (piece,), None, None)
        query, reference = anchors.query[own], anchors.reference[own]
        start, end = piece.source.start, piece.source.end
        start, end = min(start, float(query[0])), max(end, float(query[-1]))
        rate = _line_rate(query, reference, piece.rate, end - start)
        outer = piece.rate if rate is None else rate
        knots = list(zip(query.tolist(), reference.tolist(), strict=True))
        line = [
            (start, knots[0][1] - outer * (knots[0][0] - start)),
            *(knots if rate is None else ()),
            (end, knots[-1][1] + outer * (end - knots[-1][0])),
        ]
        return cls(index, _joined(line), knots[0][1], knots[-1][1])

    @property
    def start(self) -> float:
        return self.pieces[0].target.start

    @property
    def end(self) -> float:
        return self.pieces[-1].target.end

    def until(self, time: float) -> _Bent:
        """Leave out what comes after a reference time."""
        return self._with(_clipped(self.pieces, -np.inf, time))

    def since(self, time: float) -> _Bent:
        """Leave out what comes before a reference time."""
        return self._with(_clipped(self.pieces, time, np.inf))

    def _with(self, pieces: tuple[Piece, ...]) -> _Bent:
        return _Bent(self.index, pieces, self.first_anchor, self.last_anchor)


def _line_rate(query: Floats, reference: Floats, rate: float, length: float) -> float | None:
    """Return the rate of the one line that serves a whole piece; None where there is none."""
    if len(query) == 1:
        return rate
    straight = float((reference[-1] - reference[0]) / (query[-1] - query[0]))
    error = reference - (reference[0] + straight * (query - query[0]))
    if np.abs(error).max() > _EXACT or abs(straight - rate) * length > _SAME_LINE:
        return None
    return straight


def _joined(knots: Sequence[tuple[float, float]]) -> tuple[Piece, ...]:
    return tuple(
        Piece(Segment(a[0], b[0]), Segment(a[1], b[1]))
        for a, b in pairwise(knots)
        if b[0] > a[0] and b[1] > a[1]
    )


def _clipped(pieces: Sequence[Piece], low: float, high: float) -> tuple[Piece, ...]:
    """Return the parts of pieces between two reference times."""
    kept = []
    for piece in pieces:
        start, end = max(piece.target.start, low), min(piece.target.end, high)
        if end - start <= _EXACT:
            continue
        back = Piece(piece.target, piece.source)
        first = piece.source.start if start == piece.target.start else back(start)
        last = piece.source.end if end == piece.target.end else back(end)
        kept.append(Piece(Segment(first, last), Segment(start, end)))
    return tuple(kept)


def _append(chain: list[_Bent], later: _Bent) -> None:
    """Put a bent piece behind others; what crosses gives way, unless an anchor holds it."""
    while chain and later.pieces and chain[-1].end > later.start:
        earlier = chain.pop()
        limit = _limit(earlier, later)
        earlier, later = earlier.until(limit), later.since(limit)
        if earlier.pieces:
            chain.append(earlier)
            break
    if later.pieces:
        chain.append(later)


def _limit(earlier: _Bent, later: _Bent) -> float:
    """Return the reference time at which one piece must end and the next may begin."""
    if earlier.last_anchor is None:
        return later.start
    if later.first_anchor is None:
        return earlier.end
    room = (later.first_anchor - earlier.last_anchor) / 4
    return min(max(later.start, earlier.last_anchor + room), later.first_anchor - room)
