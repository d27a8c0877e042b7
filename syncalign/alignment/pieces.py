"""From a chain of places to lines and a time map: breaks checked, settled and in order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.alignment.evidence import Floats, SpeechEvidence
from syncalign.alignment.lines import LineFit, fit_lines
from syncalign.alignment.placement import Placement
from syncalign.alignment.ratios import nearest_ratio
from syncalign.timebase import Piece, Segment, TimeMap

#: A break must gain this much in the exact fit, in nats, or it is taken back.
_BREAK_GAIN = 20.0
_LARGEST_IDLE_BREAK = 1.0  # seconds; a larger one is never an artefact of the 0.1 s grid
_SNAP_SECONDS = 0.08
_SNAP_LOSS = 6.0
_BOUNDARY_REACH = 8
_SHORTEST_PIECE = 0.01  # seconds between the last start of one and the first of the next

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class FittedPieces:
    """Lines through the cues, piece by piece.

    Parameters
    ----------
    rate : float
        Reference seconds for one query second, before the fit's slope.
    piece : np.ndarray of int [shape=(N,)]
        Piece of each cue, 0..P-1 ascending; -1 for a cue without a place.
    fit : LineFit
        The lines, on the clock ``rate * t_query``.
    """

    rate: float
    piece: Integers
    fit: LineFit

    def starts(self, query: Floats) -> Floats:
        """Map the cues' starts; a cue without a place goes with the nearest that has one."""
        placed = np.flatnonzero(self.piece >= 0)
        after = np.clip(np.searchsorted(placed, np.arange(len(query))), 0, len(placed) - 1)
        before = np.maximum(after - 1, 0)
        cue = np.arange(len(query))
        nearer = np.abs(placed[before] - cue) <= np.abs(placed[after] - cue)
        nearest = np.where(nearer, placed[before], placed[after])
        return self.fit.place(query * self.rate, self.piece[nearest])

    def time_map(self, starts: Floats, ends: Floats) -> TimeMap:
        """Return one piece for each line, from its first cue to its last, without overlaps."""
        pieces: list[Piece] = []
        for index in range(self.fit.offsets.size):
            cues = np.flatnonzero(self.piece == index)
            first, last = float(starts[cues[0]]), float(ends[cues].max())
            later = self._on_line(first, max(last, first + 1e-3), index)
            if pieces:
                pieces[-1] = _cut(pieces[-1], later)
            pieces.append(later)
        return TimeMap(tuple(pieces))

    def _on_line(self, start: float, end: float, index: int) -> Piece:
        clock = np.array([start, end]) * self.rate
        target = self.fit.place(clock, np.array([index, index]))
        return Piece(Segment(start, end), Segment(float(target[0]), float(target[1])))


def _cut(earlier: Piece, later: Piece) -> Piece:
    """Cut the tail of a piece where the next begins, on either clock."""
    room = earlier.source.start + (later.target.start - earlier.target.start) / earlier.rate
    end = min(earlier.source.end, later.source.start, room)
    if end >= earlier.source.end:
        return earlier
    end = max(end, earlier.source.start + 1e-6)
    target = Segment(earlier.target.start, min(earlier(end), later.target.start))
    return Piece(Segment(earlier.source.start, end), target)


def fit_pieces(
    evidence: SpeechEvidence, starts: Floats, ends: Floats, rate: float, placement: Placement
) -> FittedPieces:
    """Fit lines through placed cues and settle their breaks.

    Parameters
    ----------
    evidence : SpeechEvidence
        The sound.
    starts, ends : np.ndarray [shape=(N,)]
        The cues by their own clock, in seconds; starts ascending.
    rate : float
        Reference seconds for one query second under which they were placed.
    placement : Placement
        Their places; at least one cue has one.

    Returns
    -------
    FittedPieces
        With the breaks that the exact fit does not need taken back, each remaining one moved to
        where the cues about it score best, and a free rate named where a named one does as well.
    """
    placed = np.flatnonzero(placement.bins >= 0)
    offset = placement.offsets[placed]
    clock = starts[placed] * rate
    piece = np.concatenate([[0], np.cumsum(np.diff(offset) != 0)]).astype(np.int64)
    piece = _without_idle_breaks(evidence, clock, piece, offset)
    rate, fit = _snapped(
        evidence, starts[placed], rate, piece, _fitted(evidence, clock, piece, offset)
    )
    if fit.offsets.size > 1:
        moved = _moved_breaks(evidence, starts[placed] * rate, ends[placed] * rate, piece, fit)
        piece, slope = moved, fit.slope or None
        while True:
            keep, kept = _in_order(piece, fit, starts[placed] * rate)
            placed, offsets, piece = placed[keep], fit.offsets[np.unique(piece[keep])], kept
            fit = fit_lines(evidence, starts[placed] * rate, piece, offsets, slope=slope)
            # The new fit may move a piece onto its neighbour; there are fewer each time.
            if _in_order(piece, fit, starts[placed] * rate)[0].all():
                break
    whole = np.full(len(starts), -1, dtype=np.int64)
    whole[placed] = piece
    return FittedPieces(rate, whole, fit)


def _without_idle_breaks(
    evidence: SpeechEvidence, clock: Floats, piece: Integers, offset: Floats
) -> Integers:
    """Take back the breaks that an exact fit of the pieces beside them does not need."""
    settled: set[int] = set()  # first cues of pieces whose break has earned its price
    while True:
        breaks = (np.flatnonzero(np.diff(piece)) + 1).tolist()
        doubtful = [
            at
            for at in breaks
            if at not in settled and abs(offset[at] - offset[at - 1]) < _LARGEST_IDLE_BREAK
        ]
        if not doubtful:
            return piece
        at = min(doubtful, key=lambda at: abs(offset[at] - offset[at - 1]))
        beside = (piece == piece[at - 1]) | (piece == piece[at])
        two = piece[beside] - piece[at - 1]
        apart = _fitted(evidence, clock[beside], two, offset[beside], slope=None)
        together = _fitted(evidence, clock[beside], two * 0, offset[beside], slope=None)
        if together.gain < apart.gain - _BREAK_GAIN:
            settled.add(at)
        else:
            piece = np.where(np.arange(len(piece)) >= at, piece - 1, piece)


def _fitted(
    evidence: SpeechEvidence,
    clock: Floats,
    piece: Integers,
    offset: Floats,
    *,
    slope: float | None = 0.0,
) -> LineFit:
    middle = np.array([np.median(offset[piece == index]) for index in range(int(piece[-1]) + 1)])
    return fit_lines(evidence, clock, piece, middle, slope=slope)


def _snapped(
    evidence: SpeechEvidence, starts: Floats, rate: float, piece: Integers, fit: LineFit
) -> tuple[float, LineFit]:
    """Name a free rate where a named one explains the cues as well."""
    free = rate * (1 + fit.slope)
    named = nearest_ratio(free)
    if named == free or abs(named - free) * np.ptp(starts) > _SNAP_SECONDS:
        return rate, fit
    offsets = fit.offsets + (rate - named) * fit.pivot / rate
    again = fit_lines(evidence, starts * named, piece, offsets)
    return (named, again) if again.gain > fit.gain - _SNAP_LOSS else (rate, fit)


def _moved_breaks(
    evidence: SpeechEvidence, starts: Floats, ends: Floats, piece: Integers, fit: LineFit
) -> Integers:
    """Move each break to where the cues about it score best and stay in order."""
    piece = piece.copy()
    for later in range(1, fit.offsets.size):
        at = int(np.searchsorted(piece, later))
        low = max(at - _BOUNDARY_REACH, int(np.searchsorted(piece, later - 1)))
        high = min(at + _BOUNDARY_REACH, int(np.searchsorted(piece, later, "right")))
        if not low < at < high:
            continue
        about = slice(low, high)
        begins = [fit.place(starts[about], np.full(high - low, k)) for k in (later - 1, later)]
        scores = [evidence.cue_scores(begin, begin + (ends - starts)[about]) for begin in begins]
        # lead[j]: what it gains to leave the first j of these cues on the earlier line.
        lead = np.concatenate([[0.0], np.cumsum(scores[0] - scores[1])])
        lead[1:-1][begins[1][1:] < begins[0][:-1]] = -np.inf
        chosen = int(lead[1:-1].argmax()) + 1
        piece[about] = later - 1 + (np.arange(high - low) >= chosen)
    return piece


def _in_order(
    piece: Integers, fit: LineFit, starts: Floats
) -> tuple[npt.NDArray[np.bool_], Integers]:
    """Drop the cues of the smaller of two pieces that reach into the other; renumber the rest."""
    keep = np.ones(len(piece), dtype=bool)
    while True:
        cues = np.flatnonzero(keep)
        placed, owner = fit.place(starts[cues], piece[cues]), piece[cues]
        crossing = np.flatnonzero((np.diff(owner) != 0) & (np.diff(placed) < _SHORTEST_PIECE))
        if not len(crossing):
            return keep, np.unique(owner, return_inverse=True)[1].astype(np.int64)
        last, first = int(crossing[0]), int(crossing[0]) + 1
        earlier, later = owner == owner[last], owner == owner[first]
        if earlier.sum() <= later.sum():
            beyond = earlier & (placed > placed[first] - _SHORTEST_PIECE)
        else:
            beyond = later & (placed < placed[last] + _SHORTEST_PIECE)
        keep[cues[beyond]] = False
