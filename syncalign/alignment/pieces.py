"""From a chain of places to lines and a time map: breaks checked, settled and in order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.alignment.evidence import Floats, SpeechEvidence
from syncalign.alignment.lines import LARGEST_SIGMA, LineFit, fit_lines
from syncalign.alignment.placement import Placement
from syncalign.alignment.ratios import nearest_ratio
from syncalign.timebase import Piece, Segment, TimeMap

#: A break must gain this much in the exact fit, in nats, or it is taken back.
_BREAK_GAIN = 20.0
_SCATTER_ROOM = 1.25  # cues may scatter so much wider without a break than in the file as it is
_LARGEST_DRIFT_STEP = 0.25  # seconds
_LARGEST_IDLE_BREAK = 1.0  # seconds; a larger one is never an artefact of the 0.1 s grid
_SNAP_SECONDS = 0.08
_SNAP_LOSS = 6.0
_BOUNDARY_REACH = 8
#: A cue is unspoken if it is no likelier than this that an onset follows its line, and the sound
#: under it lies within this share of the way from the sound of pauses to that of cues.
_HEARD, _SILENT_SHARE = 0.5, 0.15
_PAUSE_SECONDS, _FEWEST_PAUSES, _LEAST_CONTRAST, _MOST_SILENT = 0.5, 8, 1.0, 0.5
_SHORTEST_PIECE = 0.01  # seconds between the last start of one and the first of the next

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class FittedPieces:
    """Lines through the cues, piece by piece.

    Parameters
    ----------
    rates : np.ndarray [shape=(P,)]
        Reference seconds for one query second on each piece, before the fit's slope.
    piece : np.ndarray of int [shape=(N,)]
        Piece of each cue, 0..P-1 ascending; -1 for a cue without a place.
    fit : LineFit
        The lines, each on the clock ``rate * t_query`` of its piece.
    """

    rates: Floats
    piece: Integers
    fit: LineFit

    def places(self, starts: Floats, ends: Floats) -> tuple[Floats, Floats]:
        """Map all cues; one without a place goes with the nearest that has one."""
        placed = np.flatnonzero(self.piece >= 0)
        cue = np.arange(len(starts))
        after = np.clip(np.searchsorted(placed, cue), 0, len(placed) - 1)
        before = np.maximum(after - 1, 0)
        nearer = np.abs(placed[before] - cue) <= np.abs(placed[after] - cue)
        piece = self.piece[np.where(nearer, placed[before], placed[after])]
        rate = self.rates[piece]
        moved = self.fit.place(starts * rate, piece)
        return moved, moved + (ends - starts) * rate * (1 + self.fit.slope)

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
        clock = np.array([start, end]) * self.rates[index]
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
    evidence: SpeechEvidence,
    starts: Floats,
    ends: Floats,
    placement: Placement,
    *,
    run: Integers | None = None,
) -> FittedPieces:
    """Fit lines through placed cues and settle their breaks.

    Parameters
    ----------
    evidence : SpeechEvidence
        The sound.
    starts, ends : np.ndarray [shape=(N,)]
        The cues by their own clock, in seconds; starts ascending.
    placement : Placement
        Their places and rates; at least one cue has a place.
    run : np.ndarray of int [shape=(N,)], optional
        Run of each cue, ascending: where a break lies near the end of a run, it lies there.

    Returns
    -------
    FittedPieces
        With the breaks that the exact fit does not need taken back, each remaining one moved to
        where the cues about it score best, and free rates named where named ones do as well.
    """
    placed = np.flatnonzero(placement.bins >= 0)
    offset, rate = placement.offsets[placed], placement.rates[placed]
    clock, piece = starts[placed] * rate, placement.pieces
    piece = _without_idle_breaks(evidence, clock, piece, offset, rate)
    rates = rate[np.unique(piece, return_index=True)[1]]
    rates, fit = _snapped(
        evidence, starts[placed], rates, piece, _fitted(evidence, clock, piece, offset)
    )
    if fit.offsets.size > 1:
        piece = _moved_breaks(evidence, starts[placed], ends[placed], rates, piece, fit)
        piece = _at_ends_of_runs(piece, None if run is None else run[placed])
        slope = fit.slope or None
        while True:
            keep, kept = _in_order(piece, fit, starts[placed] * rates[piece])
            left = np.unique(piece[keep])
            placed, piece, rates = placed[keep], kept, rates[left]
            clock = starts[placed] * rates[piece]
            fit = fit_lines(evidence, clock, piece, fit.offsets[left], slope=slope)
            # The new fit may move a piece onto its neighbour; there are fewer each time.
            if _in_order(piece, fit, clock)[0].all():
                break
    whole = np.full(len(starts), -1, dtype=np.int64)
    whole[placed] = piece
    begin = fit.place(starts[placed] * rates[piece], piece)
    end = begin + (ends - starts)[placed] * rates[piece]
    unspoken = _are_silent(evidence, begin, end) & (fit.hits < _HEARD)
    share = np.bincount(piece, unspoken) / np.bincount(piece)
    # Where silent cues abound it is the piece that is doubtful: that is for the verdict to say.
    whole[placed[unspoken & (share[piece] < _MOST_SILENT)]] = -1
    return FittedPieces(rates, whole, fit)


def _are_silent(evidence: SpeechEvidence, starts: Floats, ends: Floats) -> npt.NDArray[np.bool_]:
    """Tell which cues the sound is as silent under as it is between them."""
    pauses = np.flatnonzero(starts[1:] - ends[:-1] > _PAUSE_SECONDS)
    if len(pauses) < _FEWEST_PAUSES:
        return np.zeros(len(starts), np.bool_)
    active = evidence.mean_activity(starts, ends)
    between = float(np.median(evidence.mean_activity(ends[pauses], starts[pauses + 1])))
    spoken = float(np.median(active))
    if spoken - between < _LEAST_CONTRAST:
        return np.zeros(len(starts), np.bool_)
    return np.asarray(active < between + _SILENT_SHARE * (spoken - between))


def _without_idle_breaks(
    evidence: SpeechEvidence, clock: Floats, piece: Integers, offset: Floats, rate: Floats
) -> Integers:
    """Take back the breaks that an exact fit of the pieces beside them does not need."""
    widest = None
    settled: set[int] = set()  # first cues of pieces whose break has earned its price
    while True:
        breaks = (np.flatnonzero(np.diff(piece)) + 1).tolist()
        doubtful = [
            at
            for at in breaks
            if at not in settled
            and rate[at] == rate[at - 1]
            and abs(offset[at] - offset[at - 1]) < _LARGEST_IDLE_BREAK
        ]
        if not doubtful:
            return piece
        if widest is None:
            widest = _fitted(evidence, clock, piece, offset, slope=None).sigma * _SCATTER_ROOM
        at = min(doubtful, key=lambda at: abs(offset[at] - offset[at - 1]))
        beside = (piece == piece[at - 1]) | (piece == piece[at])
        two = piece[beside] - piece[at - 1]
        apart = _fitted(evidence, clock[beside], two, offset[beside], slope=None)
        # One line would do, or for a step or two of the grid a drift. Lines half a second apart
        # are no wide scatter about one, and no drift.
        drift = 0.0 if abs(offset[at] - offset[at - 1]) < _LARGEST_DRIFT_STEP else None
        together = _fitted(
            evidence, clock[beside], two * 0, offset[beside], slope=drift, widest=widest
        )
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
    widest: float = LARGEST_SIGMA,
) -> LineFit:
    middle = np.array([np.median(offset[piece == index]) for index in range(int(piece[-1]) + 1)])
    return fit_lines(evidence, clock, piece, middle, slope=slope, widest=widest)


def _snapped(
    evidence: SpeechEvidence, starts: Floats, rates: Floats, piece: Integers, fit: LineFit
) -> tuple[Floats, LineFit]:
    """Name free rates where named ones explain the cues as well."""
    free = rates * (1 + fit.slope)
    named = np.array([nearest_ratio(float(rate)) for rate in free])
    off = float(np.abs(named - free).max())
    if off == 0 or off * np.ptp(starts) > _SNAP_SECONDS:
        return rates, fit
    offsets = fit.offsets + (rates - named) * fit.pivot / rates
    again = fit_lines(evidence, starts * named[piece], piece, offsets)
    return (named, again) if again.gain > fit.gain - _SNAP_LOSS else (rates, fit)


def _moved_breaks(
    evidence: SpeechEvidence,
    starts: Floats,
    ends: Floats,
    rates: Floats,
    piece: Integers,
    fit: LineFit,
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
        begins, scores = [], []
        for index in (later - 1, later):
            begin = fit.place(starts[about] * rates[index], np.full(high - low, index))
            lengths = (ends[about] - starts[about]) * rates[index]
            begins.append(begin)
            scores.append(evidence.cue_scores(begin, begin + lengths))
        # lead[j]: what it gains to leave the first j of these cues on the earlier line.
        lead = np.concatenate([[0.0], np.cumsum(scores[0] - scores[1])])
        lead[1:-1][begins[1][1:] < begins[0][:-1]] = -np.inf
        chosen = int(lead[1:-1].argmax()) + 1
        piece[about] = later - 1 + (np.arange(high - low) >= chosen)
    return piece


def _at_ends_of_runs(piece: Integers, run: Integers | None) -> Integers:
    """Move each break to the end of the one run that ends near it."""
    piece = piece.copy()
    ends = np.flatnonzero(np.diff(run)) + 1 if run is not None else np.zeros(0, np.int64)
    for end in ends.tolist():
        low, high = max(end - _BOUNDARY_REACH, 0), end + _BOUNDARY_REACH
        breaks = np.flatnonzero(np.diff(piece[low:high])) + low + 1
        if len(breaks) == 1:
            piece[low:end], piece[end:high] = piece[breaks[0] - 1], piece[breaks[0]]
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
