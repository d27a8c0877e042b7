"""Find the time map of a cue list on a sound: in sync, an offset, a rate, or pieces.

Every freedom pays its price, so that ratio 1 and no break win unless the sound says otherwise:

1. correlation over the named ratios proposes which of them to try (:mod:`.offset`);
2. for each, the exact best chain of places, breaks priced (:mod:`.placement`); where that chain is
   not one clean piece, a chain that may drift proposes a free rate as well;
3. lines through the placed cues, to a few milliseconds, and their breaks settled (:mod:`.pieces`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.alignment.anchors import Anchors
from syncalign.alignment.evidence import Floats, SpeechEvidence
from syncalign.alignment.lines import LineFit
from syncalign.alignment.offset import Correlator, OffsetPeak
from syncalign.alignment.pieces import fit_pieces
from syncalign.alignment.placement import BIN_SECONDS, Placement, Prices, place_cues
from syncalign.alignment.ratios import NAMED_RATIOS, nearest_ratio
from syncalign.timebase import TimeMap

#: Price of a ratio other than 1, in nats; useful 15 to 60.
RATIO_PRICE = 30.0
#: Another ratio is worth a try if its correlation is this much higher than that of ratio 1.
_RATIO_LEAD = 1.15
#: A chain that scores this much a cue, in one piece, needs no further hypothesis.
_SETTLED_SCORE = 3.0
#: Below this a cue, every ratio is tried: no hypothesis explains the file yet.
_POOR_SCORE = 2.0
_DRIFT_STEP_PRICE = 4.0
_SMALLEST_DRIFT = 0.15  # seconds over the whole file
_FEWEST_CUES = 5
#: Cues farther than this from the middle one propose no ratio: a stray time of 99:59:59 must not
#: cost minutes. In seconds; no film is as long.
_FARTHEST = 6 * 3600.0

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
    anchors : Anchors or None
        The places that the search was told.
    """

    time_map: TimeMap
    starts: Floats
    ends: Floats
    piece: Integers
    fit: LineFit | None
    trials: tuple[Trial, ...]
    anchors: Anchors | None = None


def align_cues(
    evidence: SpeechEvidence, starts: Floats, ends: Floats, anchors: Anchors | None = None
) -> CueAlignment:
    """Find the time map of cues on a sound.

    Parameters
    ----------
    evidence : SpeechEvidence
        The sound.
    starts, ends : np.ndarray [shape=(N,)]
        Spoken cues by their own clock, in seconds; starts ascending, ends not before starts.
    anchors : Anchors, optional
        Places that are known: the cue nearest to each has none but that, to 0.1 s.

    Returns
    -------
    CueAlignment
        The best map found, however poor: whether to trust it is :mod:`.verdict`'s part.
    """
    search = _Search(evidence, starts, ends, anchors)
    chosen, trials = search.choose_chain()
    if (chosen.placement.bins >= 0).sum() < _FEWEST_CUES:
        nowhere = np.full(len(starts), -1, dtype=np.int64)
        return CueAlignment(TimeMap(()), starts, ends, nowhere, None, trials, anchors)
    fitted = fit_pieces(evidence, starts, ends, chosen.rate, chosen.placement)
    moved = fitted.starts(starts)
    return CueAlignment(
        time_map=fitted.time_map(starts, ends),
        starts=moved,
        ends=moved + (ends - starts) * fitted.rate * (1 + fitted.fit.slope),
        piece=fitted.piece,
        fit=fitted.fit,
        trials=trials,
        anchors=anchors,
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    rate: float
    placement: Placement
    score: float

    @property
    def pieces(self) -> int:
        offset = self.placement.offsets[self.placement.bins >= 0]
        return 1 + int(np.count_nonzero(np.diff(offset))) if len(offset) else 0

    @property
    def is_whole(self) -> bool:
        return self.pieces == 1 and bool((self.placement.bins >= 0).all())


class _Search:
    def __init__(
        self, evidence: SpeechEvidence, starts: Floats, ends: Floats, anchors: Anchors | None
    ) -> None:
        self.evidence, self.starts, self.ends, self.anchors = evidence, starts, ends, anchors
        self.count = len(starts)
        self.span = float(np.ptp(starts)) if self.count else 0.0
        near = np.abs(starts - np.median(starts)) <= _FARTHEST if self.count else starts > 0
        self.near_starts, self.near_ends = starts[near], ends[near]
        span = float(np.ptp(np.append(self.near_starts, self.near_ends))) if self.count else 0.0
        self.correlator = Correlator(evidence, span * float(max(NAMED_RATIOS)))

    def choose_chain(self) -> tuple[_Chain, tuple[Trial, ...]]:
        """Try ratios, then drift, until a chain explains the cues; tell what was tried."""
        peaks = {float(ratio): self._peak(float(ratio)) for ratio in NAMED_RATIOS}
        rival = max(peaks, key=lambda rate: peaks[rate].sigma)
        rates = [1.0]
        if rival != 1.0 and peaks[rival].sigma > _RATIO_LEAD * peaks[1.0].sigma:
            rates.append(rival)
        if self.anchors and (told := self.anchors.named_rate()) not in rates:
            rates.append(told)
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
        return self.correlator.peak(self.near_starts * rate, self.near_ends * rate)

    def _is_settled(self, chains: list[_Chain]) -> bool:
        best = max(chains, key=lambda chain: chain.score)
        return best.is_whole and best.score > _SETTLED_SCORE * self.count

    def chain(self, rate: float) -> _Chain:
        """Return the best chain at a rate, without drift; a rate other than 1 pays for itself."""
        placement = self._placed(rate, Prices())
        return _Chain(rate, placement, placement.score - (RATIO_PRICE if rate != 1 else 0.0))

    def _placed(self, rate: float, prices: Prices) -> Placement:
        fixed = self.anchors.fixed_bins(self.starts, rate) if self.anchors else None
        starts, ends = self.starts * rate, self.ends * rate
        return place_cues(self.evidence, starts, ends, prices, fixed=fixed)

    def _drifting(self, rates: list[float]) -> list[float]:
        """Free rates that chains with drift propose."""
        found: list[float] = []
        for rate in rates:
            placement = self._placed(rate, Prices(step=_DRIFT_STEP_PRICE))
            slope = _common_slope(self.starts * rate, placement)
            if abs(slope) * self.span > _SMALLEST_DRIFT:
                free = rate * (1 + slope)
                named = nearest_ratio(free)
                close = abs(named - free) * self.span < 2 * _SMALLEST_DRIFT
                found.append(named if close else free)
        return [rate for rate in dict.fromkeys(found) if rate not in rates]


def _common_slope(starts: Floats, placement: Placement) -> float:
    """Drift that a chain's steps follow, between its breaks; 0 where too few cues tell."""
    placed = np.flatnonzero(placement.bins >= 0)
    if len(placed) < 2:
        return 0.0
    offset = placement.offsets[placed]
    clock = starts[placed]
    breaks = np.flatnonzero(np.abs(np.diff(offset)) > 1.5 * BIN_SECONDS) + 1
    slopes, weights = [], []
    for low, high in itertools.pairwise([0, *breaks.tolist(), len(placed)]):
        if high - low >= 20 and np.ptp(clock[low:high]) > 0:
            slopes.append(float(np.polyfit(clock[low:high], offset[low:high], 1)[0]))
            weights.append(float(np.ptp(clock[low:high])) ** 2 * (high - low))
    return float(np.average(slopes, weights=weights)) if slopes else 0.0
