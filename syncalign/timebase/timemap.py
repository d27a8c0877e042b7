"""TimeMap: the monotone map that carries query time onto reference time."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError
from syncalign.timebase.segment import Segment

_SHORTEST = 1e-9  # seconds: what compose drops


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """A stretch of query time and the stretch of reference time that it becomes.

    A piece is a pair of segments, never a rate and an offset: a pair inverts exactly.

    Parameters
    ----------
    source : Segment
        Query time, in seconds; of positive duration.
    target : Segment
        Reference time, in seconds; of positive duration.
    """

    source: Segment
    target: Segment

    def __post_init__(self) -> None:
        """Check that both sides have a duration."""
        if self.source.duration <= 0 or self.target.duration <= 0:
            raise ParameterError(f"a piece needs two segments of positive duration, not {self}")

    @property
    def rate(self) -> float:
        """Reference seconds for one query second."""
        return self.target.duration / self.source.duration

    @property
    def offset(self) -> float:
        """The ``offset`` of ``t_reference = rate * t_query + offset``, in seconds."""
        return self.target.start - self.rate * self.source.start

    def __call__(self, time: float) -> float:
        """Map a query time, in seconds; outside the source the line goes on."""
        share = (time - self.source.start) / self.source.duration
        return self.target.start + share * self.target.duration


@dataclass(frozen=True, slots=True)
class TimeMap:
    """A monotone, piecewise linear map from query time to reference time.

    Sign: ``t_reference = t_query + offset`` for a plain shift; a positive offset moves the query
    later. Between two pieces the map is undefined: that query time has no place in the reference.

    Parameters
    ----------
    pieces : tuple of Piece
        In order; neither their sources nor their targets overlap.

    Raises
    ------
    ParameterError
        Pieces that are out of order or overlap, on either side.

    Examples
    --------
    >>> late = TimeMap.linear(Segment(0, 100), offset=2.5)
    >>> late(10)
    12.5
    >>> late.inverse()(12.5)
    10.0
    """

    pieces: tuple[Piece, ...]

    def __post_init__(self) -> None:
        """Check that the pieces follow each other on both clocks."""
        for earlier, later in zip(self.pieces, self.pieces[1:], strict=False):
            if later.source.start < earlier.source.end or later.target.start < earlier.target.end:
                raise ParameterError(f"pieces of a time map must not overlap: {earlier}, {later}")

    @classmethod
    def linear(cls, source: Segment, *, rate: float = 1.0, offset: float = 0.0) -> TimeMap:
        """Return one line: ``t_reference = rate * t_query + offset`` over ``source`` (seconds)."""
        target = Segment(rate * source.start + offset, rate * source.end + offset)
        return cls((Piece(source, target),))

    @classmethod
    def fit(cls, points: Iterable[tuple[float, float]]) -> TimeMap:
        """Return the map that runs straight from point to point.

        Parameters
        ----------
        points : iterable of (float, float)
            Query time and reference time, in seconds; at least two, rising on both clocks.

        Raises
        ------
        ParameterError
            Fewer than two points, or points that do not rise.
        """
        ordered = sorted(points)
        if len(ordered) < 2:
            raise ParameterError("a time map needs at least two points")
        for (t0, r0), (t1, r1) in itertools.pairwise(ordered):
            if t1 <= t0 or r1 <= r0:
                raise ParameterError(
                    f"points must rise on both clocks: ({t0}, {r0}) and ({t1}, {r1}) do not"
                )
        pairs = itertools.pairwise(ordered)
        return cls(tuple(Piece(Segment(a[0], b[0]), Segment(a[1], b[1])) for a, b in pairs))

    def __call__(self, time: float) -> float | None:
        """Map a query time (seconds); None where it has no place in the reference.

        The end of a piece belongs to it unless the next piece begins there.
        """
        mapped = float(self.map_array([time])[0])
        return None if np.isnan(mapped) else mapped

    def map_array(self, times: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Map query times, in seconds; ``nan`` where one has no place in the reference.

        Parameters
        ----------
        times : array_like [shape=(N,)]
            Query times, in seconds.

        Returns
        -------
        np.ndarray [shape=(N,)]
            Reference times, in seconds.
        """
        query = np.asarray(times, dtype=np.float64)
        if not self.pieces:
            return np.full(query.shape, np.nan)
        starts, ends = self._edges("source")
        index = np.clip(np.searchsorted(starts, query, side="right") - 1, 0, None)
        inside = (query >= starts[index]) & (query <= ends[index])
        return np.where(inside, self._on_piece(query, index), np.nan)

    def extrapolate(self, times: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Map query times, in seconds, each by the piece nearest to it: nothing is undefined.

        Where the map is defined this is the map; midway between two pieces the later one is taken.

        Raises
        ------
        ParameterError
            The map has no pieces.
        """
        query = np.asarray(times, dtype=np.float64)
        return self._on_piece(query, self._nearest(query))

    def rates(self, times: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Return the rate of the piece nearest to each query time (seconds a second).

        Raises
        ------
        ParameterError
            The map has no pieces.
        """
        nearest = self._nearest(np.asarray(times, dtype=np.float64))
        return np.array([piece.rate for piece in self.pieces])[nearest]

    def _nearest(self, query: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
        if not self.pieces:
            raise ParameterError("an empty time map cannot be extrapolated")
        starts, ends = self._edges("source")
        earlier = np.clip(np.searchsorted(starts, query, side="right") - 1, 0, None)
        later = np.minimum(earlier + 1, len(starts) - 1)
        is_nearer = starts[later] - query <= query - ends[earlier]
        return np.where(is_nearer, later, earlier)

    def _edges(self, side: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        segments = [getattr(piece, side) for piece in self.pieces]
        return np.array([s.start for s in segments]), np.array([s.end for s in segments])

    def _on_piece(
        self, query: npt.NDArray[np.float64], index: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.float64]:
        (s0, s1), (t0, t1) = self._edges("source"), self._edges("target")
        share = (query - s0[index]) / (s1 - s0)[index]
        line = t0[index] + share * (t1 - t0)[index]
        # Rounding must not carry a time over the edge of its piece: the order would be lost there,
        # and the inverse would be undefined.
        inside = (share >= 0) & (share <= 1)
        return np.where(inside, np.clip(line, t0[index], t1[index]), line)

    def inverse(self) -> TimeMap:
        """Return the map from reference time to query time; its inverse is this map, exactly."""
        return TimeMap(tuple(Piece(piece.target, piece.source) for piece in self.pieces))

    def compose(self, after: TimeMap) -> TimeMap:
        """Return the map that applies this one, then ``after``.

        Where either is undefined, so is the result; parts shorter than a nanosecond are dropped.
        """
        return TimeMap(tuple(_composed(self.pieces, after.pieces)))


def _composed(first: Sequence[Piece], second: Sequence[Piece]) -> Iterator[Piece]:
    i = j = 0
    while i < len(first) and j < len(second):
        before, after = first[i], second[j]
        middle = before.target.intersection(after.source)
        if middle is not None and middle.duration >= _SHORTEST:
            source = _on_segment(middle, before.target, before.source)
            target = _on_segment(middle, after.source, after.target)
            if source.duration > 0 and target.duration > 0:
                yield Piece(source, target)
        if before.target.end < after.source.end:
            i += 1
        else:
            j += 1


def _on_segment(part: Segment, whole: Segment, image: Segment) -> Segment:
    # The edges of a piece go to the edges of its image exactly, and nothing goes beyond them.
    line = Piece(whole, image)
    start = image.start if part.start == whole.start else max(line(part.start), image.start)
    end = image.end if part.end == whole.end else min(line(part.end), image.end)
    return Segment(start, max(start, end))
