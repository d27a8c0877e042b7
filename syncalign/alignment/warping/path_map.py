"""From a warping path to a time map: the fewest straight pieces within a stated error."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from syncalign.alignment.warping.corridor import fewest_pieces, moved_to
from syncalign.errors import ParameterError
from syncalign.timebase import Grid, Piece, Segment, TimeMap

_Whole = npt.NDArray[np.int64]
_Floats = npt.NDArray[np.float64]
_SHORTEST = 1e-6  # seconds: what is left of a piece that has to give way is dropped below this


class _Chain(NamedTuple):
    """Pairs without a jump between them, in seconds [shape=(L,)]."""

    reference: _Floats
    query: _Floats


def time_map_of(
    indices: _Whole, query_grid: Grid, reference_grid: Grid, tolerance: float
) -> TimeMap:
    """Return the time map of matched pairs; see `WarpingPath.to_time_map`."""
    coarsest = max(float(1 / query_grid.rate), float(1 / reference_grid.rate))
    if not tolerance >= coarsest * (1 - 1e-9):
        raise ParameterError(
            f"a tolerance of {tolerance:g} s is below the distance of two frames, {coarsest:g} s"
        )
    if not len(indices):
        return TimeMap(())
    sizes = len(reference_grid), len(query_grid)
    if np.any(indices[-1] >= sizes):
        raise ParameterError(
            f"the path ends at the frames {indices[-1].tolist()} of grids of {list(sizes)} frames"
        )
    reference = _times(indices[:, 0], reference_grid)
    query = _times(indices[:, 1], query_grid)
    half = float(0.5 / query_grid.rate)
    return map_through(reference, query, tolerance=tolerance, jump=tolerance, reach=half)


def map_through(
    reference: _Floats, query: _Floats, *, tolerance: float, jump: float, reach: float
) -> TimeMap:
    """Return the time map with the fewest pieces through points that never run back.

    Parameters
    ----------
    reference, query : np.ndarray [shape=(L,)]
        Seconds.
    tolerance : float
        Largest error in seconds of reference time.
    jump : float
        A standstill or a gap of more seconds than this breaks the map; no more than twice the
        tolerance where query times occur more than once.
    reach : float
        How far the map goes on beyond the first and the last point, in seconds of query time.
    """
    chains = _chains(reference, query, jump)
    pieces: list[Piece] = []
    for k, chain in enumerate(chains):
        before, after = (chains[n] if 0 <= n < len(chains) else None for n in (k - 1, k + 1))
        source = _limits(before, chain, after, "query", reach)
        target = _limits(before, chain, after, "reference", np.inf)
        pieces += _pieces(_knots(chain, tolerance), source, target)
    return TimeMap(tuple(pieces))


def _times(frames: _Whole, grid: Grid) -> _Floats:
    return np.asarray(grid.start + frames * float(1 / grid.rate), np.float64)


def _chains(reference: _Floats, query: _Floats, jump: float) -> list[_Chain]:
    """Cut where either side leaves out, or stands still for, more than a jump."""
    keep = np.ones(len(query), bool)
    cut = np.zeros(len(query), bool)  # before this pair
    for still, other in ((query, reference), (reference, query)):
        edges = np.flatnonzero(np.diff(still, prepend=-np.inf, append=np.inf))
        for first, stop in itertools.pairwise(edges.tolist()):
            if other[stop - 1] - other[first] > jump:
                keep[first + 1 : stop - 1] = False
                cut[stop - 1] = True
    reference, query, cut = reference[keep], query[keep], cut[keep]
    long = jump * (1 + 1e-9)
    cut[1:] |= (np.diff(reference) > long) | (np.diff(query) > long)
    starts = np.flatnonzero(cut)
    parts = zip(np.split(reference, starts), np.split(query, starts), strict=True)
    return [_Chain(r, q) for r, q in parts if len(r)]


def _limits(
    before: _Chain | None, chain: _Chain, after: _Chain | None, side: str, reach: float
) -> tuple[float, float]:
    """Return how far a chain may go beyond its pairs: half a frame, or half way to the next."""
    own = getattr(chain, side)
    first, last = float(own[0]) - reach, float(own[-1]) + reach
    if before is not None:
        first = max(first, (float(getattr(before, side)[-1]) + float(own[0])) / 2)
    if after is not None:
        last = min(last, (float(own[-1]) + float(getattr(after, side)[0])) / 2)
    return first, last


def _knots(chain: _Chain, tolerance: float) -> _Floats:
    """Return query and reference times of a line's bends [shape=(K + 1, 2)]."""
    first = np.flatnonzero(np.diff(chain.query, prepend=-np.inf))
    last = np.append(first[1:], len(chain.query)) - 1
    query, low, high = chain.query[first], chain.reference[first], chain.reference[last]
    lower, upper = high - tolerance, low + tolerance
    knots = fewest_pieces(query, lower, upper)
    if len(knots) < 2:  # one frame says nothing about the rate
        (t, r), step = knots[0], tolerance / 2
        return np.array([[t - step, r - step], [t + step, r + step]])
    return moved_to(knots, query, lower, upper, (low + high) / 2)


def _pieces(
    knots: _Floats, source: tuple[float, float], target: tuple[float, float]
) -> list[Piece]:
    """Return a chain's pieces: its outer ones go on as far as they may, on either clock."""
    query, reference = knots.T.copy()
    for outer, beside, limit in ((0, 1, 0), (-1, -2, 1)):
        slope = (reference[outer] - reference[beside]) / (query[outer] - query[beside])
        reference[outer] += slope * (source[limit] - query[outer])
        query[outer] = source[limit]
    pieces = []
    for k in range(len(query) - 1):
        piece = _within(query[k : k + 2], reference[k : k + 2], target)
        if piece is not None:
            pieces.append(piece)
    return pieces


def _within(query: _Floats, reference: _Floats, limits: tuple[float, float]) -> Piece | None:
    """Return a piece without what lies beyond the limits of its reference time."""
    kept = np.clip(reference, *limits)
    share = (kept - reference[0]) / (reference[1] - reference[0])
    source = query[0] + share * (query[1] - query[0])
    # A time that was not moved is not computed anew: the next piece begins with the same number.
    source = np.where(kept == reference, query, source)
    if np.diff(source)[0] < _SHORTEST or np.diff(kept)[0] < _SHORTEST:
        return None
    return Piece(Segment(*source.tolist()), Segment(*kept.tolist()))
