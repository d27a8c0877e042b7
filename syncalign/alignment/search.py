"""Find the time map of a cue list on a sound: in sync, an offset, a rate, or pieces.

Every freedom pays its price, so that ratio 1 and no break win unless the sound says otherwise:

1. correlation over the named ratios proposes which of them to try (:mod:`.offset`);
2. for each, the exact best chain of places, breaks priced (:mod:`.placement`); where that chain is
   not one clean piece, a chain that may drift proposes a free rate as well;
3. lines through the placed cues, to a few milliseconds (:mod:`.lines`); breaks that the fit does
   not need are taken back, and each remaining one is moved to where it scores best.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from syncalign.alignment.evidence import Floats, SpeechEvidence
from syncalign.alignment.lines import LineFit, fit_lines
from syncalign.alignment.offset import Correlator, OffsetPeak
from syncalign.alignment.placement import BIN_SECONDS, Placement, Prices, place_cues
from syncalign.timebase import Piece, Segment, TimeMap

_FILM, _PAL, _NTSC_FILM = Fraction(24), Fraction(25), Fraction(24000, 1001)
#: Ratios between the frame rates that films and their subtitles come in. 30 to 30000/1001 is the
#: same ratio as 24 to 24000/1001.
NAMED_RATIOS: tuple[Fraction, ...] = (
    Fraction(1),
    *(
        ratio
        for a, b in ((_PAL, _NTSC_FILM), (_PAL, _FILM), (_FILM, _NTSC_FILM))
        for ratio in (a / b, b / a)
    ),
)
#: Price of a ratio other than 1, in nats; useful 15 to 60.
RATIO_PRICE = 30.0
#: Another ratio is worth a try if its correlation is this much higher than that of ratio 1.
_RATIO_LEAD = 1.15
#: A chain that scores this much a cue, in one piece, needs no further hypothesis.
_SETTLED_SCORE = 3.0
#: Below this a cue, every ratio is tried: no hypothesis explains the file yet.
_POOR_SCORE = 2.0
#: A break must gain this much in the exact fit, in nats, or it is taken back.
_BREAK_GAIN = 20.0
_DRIFT_STEP_PRICE = 4.0
_SMALLEST_DRIFT = 0.15  # seconds over the whole file
_SNAP_SECONDS = 0.08
_SNAP_LOSS = 6.0
_FEWEST_CUES = 5
_BOUNDARY_REACH = 8

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Trial:
    """One hypothesis that was tried.

    Parameters
    ----------
    rate : float
        Reference seconds for one query second.
    peak : OffsetPeak
        Its best single offset.
    score : float or None
        Its best chain's score in nats, all prices paid; None where the correlation ruled it out.
    pieces : int
        Pieces of that chain.
    """

    rate: float
    peak: OffsetPeak
    score: float | None = None
    pieces: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class CueAlignment:
    """Where the cues belong, with the evidence for it.

    Parameters
    ----------
    time_map : TimeMap
        From query to reference; empty where not even five cues found a place.
    starts, ends : np.ndarray [shape=(N,)]
        Each cue in reference seconds; cues without a place go with the nearest piece.
    piece : np.ndarray of int [shape=(N,)]
        Piece of each cue; -1 for a cue without a place.
    fit : LineFit or None
        The lines behind the map.
    trials : tuple of Trial
        What was tried, best first.
    """

    time_map: TimeMap
    starts: Floats
    ends: Floats
    piece: Integers
    fit: LineFit | None
    trials: tuple[Trial, ...]


def align_cues(evidence: SpeechEvidence, starts: Floats, ends: Floats) -> CueAlignment:
    """Find the time map of cues on a sound.

    Parameters
    ----------
    evidence : SpeechEvidence
        The sound.
    starts, ends : np.ndarray [shape=(N,)]
        Spoken cues by their own clock, in seconds; starts ascending, ends not before starts.

    Returns
    -------
    CueAlignment
        The best map found, however poor: whether to trust it is :mod:`.verdict`'s part.
    """
    search = _Search(evidence, starts, ends)
    chosen, trials = search.choose_chain()
    if (chosen.placement.bins >= 0).sum() < _FEWEST_CUES:
        nowhere = np.full(len(starts), -1, dtype=np.int64)
        return CueAlignment(TimeMap(()), starts, ends, nowhere, None, trials)
    return search.finish(chosen, trials)


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    rate: float
    placement: Placement
    score: float

    @property
    def pieces(self) -> int:
        offset = (self.placement.bins - self.placement.grid_bins)[self.placement.bins >= 0]
        return 1 + int(np.count_nonzero(np.diff(offset))) if len(offset) else 0

    @property
    def is_whole(self) -> bool:
        return self.pieces == 1 and bool((self.placement.bins >= 0).all())


class _Search:
    def __init__(self, evidence: SpeechEvidence, starts: Floats, ends: Floats) -> None:
        self.evidence, self.starts, self.ends = evidence, starts, ends
        self.count = len(starts)
        self.span = float(np.ptp(starts)) if self.count else 0.0
        longest = float(ends.max(initial=0.0)) * float(max(NAMED_RATIOS))
        self.correlator = Correlator(evidence, longest)

    def choose_chain(self) -> tuple[_Chain, tuple[Trial, ...]]:
        """Try ratios, then drift, until a chain explains the cues; tell what was tried."""
        peaks = {
            float(ratio): self.correlator.peak(self.starts * float(ratio), self.ends * float(ratio))
            for ratio in NAMED_RATIOS
        }
        rival = max(peaks, key=lambda rate: peaks[rate].sigma)
        rates = [1.0]
        if rival != 1.0 and peaks[rival].sigma > _RATIO_LEAD * peaks[1.0].sigma:
            rates.append(rival)
        chains = [self.chain(rate) for rate in rates]
        if not self._is_settled(chains):
            chains += [self.chain(rate) for rate in self._drifting(rates)]
            if max(chain.score for chain in chains) < _POOR_SCORE * self.count:
                chains += [self.chain(rate) for rate in peaks if rate not in rates]
        chains.sort(key=lambda chain: -chain.score)
        tried = [
            Trial(c.rate, peaks.get(c.rate) or self._peak(c.rate), c.score, c.pieces)
            for c in chains
        ]
        seen = {chain.rate for chain in chains}
        tried += [Trial(rate, peak) for rate, peak in peaks.items() if rate not in seen]
        return chains[0], tuple(tried)

    def _peak(self, rate: float) -> OffsetPeak:
        return self.correlator.peak(self.starts * rate, self.ends * rate)

    def _is_settled(self, chains: list[_Chain]) -> bool:
        best = max(chains, key=lambda chain: chain.score)
        return best.is_whole and best.score > _SETTLED_SCORE * self.count

    def chain(self, rate: float) -> _Chain:
        """Return the best chain at a rate, without drift; a rate other than 1 pays for itself."""
        placement = place_cues(self.evidence, self.starts * rate, self.ends * rate, Prices())
        return _Chain(rate, placement, placement.score - (RATIO_PRICE if rate != 1 else 0.0))

    def _drifting(self, rates: list[float]) -> list[float]:
        """Free rates that chains with drift propose."""
        found: list[float] = []
        for rate in rates:
            prices = Prices(step=_DRIFT_STEP_PRICE)
            placement = place_cues(self.evidence, self.starts * rate, self.ends * rate, prices)
            slope = _common_slope(self.starts * rate, placement)
            if abs(slope) * self.span > _SMALLEST_DRIFT:
                free = rate * (1 + slope)
                named = _nearest_ratio(free)
                close = abs(named - free) * self.span < 2 * _SMALLEST_DRIFT
                found.append(named if close else free)
        return [rate for rate in dict.fromkeys(found) if rate not in rates]

    def finish(self, chain: _Chain, trials: tuple[Trial, ...]) -> CueAlignment:
        """Turn a chain into lines and the lines into a time map."""
        placed = np.flatnonzero(chain.placement.bins >= 0)
        offset = (chain.placement.bins - chain.placement.grid_bins)[placed] * BIN_SECONDS
        clock = self.starts[placed] * chain.rate
        piece = np.concatenate([[0], np.cumsum(np.diff(offset) != 0)]).astype(np.int64)
        piece, fit = _without_idle_breaks(self.evidence, clock, piece, offset)
        rate, fit = self._snapped(chain.rate, placed, piece, fit)
        if fit.offsets.size > 1:
            piece = self._moved_boundaries(rate, fit, placed, piece)
            offsets = fit.offsets[np.unique(piece)]
            piece = np.unique(piece, return_inverse=True)[1].astype(np.int64)
            slope = fit.slope or None
            fit = fit_lines(self.evidence, self.starts[placed] * rate, piece, offsets, slope=slope)
        whole = np.full(self.count, -1, dtype=np.int64)
        whole[placed] = piece
        time_map = self._time_map(rate, fit, whole)
        starts = self._places(rate, fit, whole)
        ends = starts + (self.ends - self.starts) * rate * (1 + fit.slope)
        return CueAlignment(time_map, starts, ends, whole, fit, trials)

    def _snapped(
        self, rate: float, placed: Integers, piece: Integers, fit: LineFit
    ) -> tuple[float, LineFit]:
        """Name a free rate where a named one explains the cues as well."""
        free = rate * (1 + fit.slope)
        named = _nearest_ratio(free)
        if named == free or abs(named - free) * self.span > _SNAP_SECONDS:
            return rate, fit
        pivot = fit.pivot / rate
        offsets = fit.offsets + (rate - named) * pivot
        again = fit_lines(self.evidence, self.starts[placed] * named, piece, offsets)
        return (named, again) if again.gain > fit.gain - _SNAP_LOSS else (rate, fit)

    def _moved_boundaries(
        self, rate: float, fit: LineFit, placed: Integers, piece: Integers
    ) -> Integers:
        """Move each break to where the cues about it score best."""
        piece = piece.copy()
        starts, ends = self.starts[placed] * rate, self.ends[placed] * rate
        for later in range(1, fit.offsets.size):
            boundary = int(np.searchsorted(piece, later))
            low = max(boundary - _BOUNDARY_REACH, int(np.searchsorted(piece, later - 1)))
            high = min(boundary + _BOUNDARY_REACH, int(np.searchsorted(piece, later, "right")))
            about = slice(low, high)
            scores = []
            for side in (later - 1, later):
                begin = fit.place(starts[about], np.full(high - low, side))
                end = begin + (ends - starts)[about]
                scores.append(self.evidence.cue_scores(begin, end))
            lead = np.concatenate([[0.0], np.cumsum(scores[0] - scores[1])])
            piece[about] = later - 1 + (np.arange(high - low) >= int(lead.argmax()))
        return piece

    def _places(self, rate: float, fit: LineFit, piece: Integers) -> Floats:
        """Reference start of every cue; one without a place goes with the nearest that has one."""
        placed = np.flatnonzero(piece >= 0)
        nearest = np.abs(np.arange(self.count)[:, None] - placed).argmin(axis=1)
        return fit.place(self.starts * rate, piece[placed[nearest]])

    def _time_map(self, rate: float, fit: LineFit, piece: Integers) -> TimeMap:
        """One piece for each line, from its first cue to its last."""
        pieces: list[Piece] = []
        for index in range(fit.offsets.size):
            cues = np.flatnonzero(piece == index)
            first, last = float(self.starts[cues[0]]), float(self.ends[cues].max())
            pieces.append(_piece_on_line(first, max(last, first + 1e-3), rate, fit, index))
        return TimeMap(tuple(_joined(pieces, piece)))


def _piece_on_line(start: float, end: float, rate: float, fit: LineFit, index: int) -> Piece:
    clock = np.array([start, end]) * rate
    target = fit.place(clock, np.array([index, index]))
    return Piece(Segment(start, end), Segment(float(target[0]), float(target[1])))


def _joined(pieces: list[Piece], piece: Integers) -> list[Piece]:
    """Make neighbours meet without overlap, on either clock."""
    joined = pieces[:1]
    for later in pieces[1:]:
        earlier = joined[-1]
        # The earlier piece gives way: its last cue's start is inside, its tail may be cut.
        end = min(earlier.source.end, later.source.start)
        room = earlier.source.start + (later.target.start - earlier.target.start) / earlier.rate
        end = max(min(end, room), earlier.source.start + 1e-3)
        source = Segment(earlier.source.start, end)
        target = Segment(earlier.target.start, min(earlier(end), later.target.start))
        joined[-1] = Piece(source, target)
        joined.append(later)
    return joined


def _nearest_ratio(rate: float) -> float:
    return min((float(ratio) for ratio in NAMED_RATIOS), key=lambda named: abs(named - rate))


def _common_slope(starts: Floats, placement: Placement) -> float:
    """Drift that a chain's steps follow, between its breaks; 0 where too few cues tell."""
    placed = np.flatnonzero(placement.bins >= 0)
    if len(placed) < 2:
        return 0.0
    offset = (placement.bins - placement.grid_bins)[placed] * BIN_SECONDS
    clock = starts[placed]
    breaks = np.flatnonzero(np.abs(np.diff(offset)) > 1.5 * BIN_SECONDS) + 1
    slopes, weights = [], []
    for low, high in itertools.pairwise([0, *breaks.tolist(), len(placed)]):
        if high - low >= 20 and np.ptp(clock[low:high]) > 0:
            slopes.append(float(np.polyfit(clock[low:high], offset[low:high], 1)[0]))
            weights.append(float(np.ptp(clock[low:high])) ** 2 * (high - low))
    return float(np.average(slopes, weights=weights)) if slopes else 0.0


def _without_idle_breaks(
    evidence: SpeechEvidence, clock: Floats, piece: Integers, offset: Floats
) -> tuple[Integers, LineFit]:
    """Fit lines, and take back the breaks that the fit does not need, the idlest first."""
    fit = _fitted(evidence, clock, piece, offset)
    while fit.offsets.size > 1:
        steps = np.abs(np.diff(fit.offsets))
        merged = []
        for index in np.flatnonzero(steps < 1.0):
            fewer = np.where(piece > index, piece - 1, piece)
            merged.append((_fitted(evidence, clock, fewer, offset), fewer))
        best = max(merged, key=lambda pair: pair[0].gain, default=None)
        if best is None or best[0].gain < fit.gain - _BREAK_GAIN:
            break
        fit, piece = best
    return piece, fit


def _fitted(evidence: SpeechEvidence, clock: Floats, piece: Integers, offset: Floats) -> LineFit:
    middle = np.array([np.median(offset[piece == index]) for index in range(int(piece[-1]) + 1)])
    return fit_lines(evidence, clock, piece, middle, slope=0.0)
