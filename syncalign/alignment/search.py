"""Find the time map of a cue list on a sound: in sync, an offset, a rate, or pieces.

Every freedom pays its price, so that ratio 1 and no break win unless the sound says otherwise:

1. the exact best chain of places at the file's own rate, breaks priced (:mod:`.placement`); often
   it settles the search;
2. where it does not, correlation over the named ratios proposes one more to try (:mod:`.offset`);
   then a chain that may drift proposes a free rate; and where stretches of the file stay
   unexplained, correlation over each of those proposes rates, between which one more chain may
   change;
3. lines through the placed cues, to a few milliseconds, and their breaks settled (:mod:`.pieces`).
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from syncalign.alignment.anchors import Anchors
from syncalign.alignment.evidence import Floats, SpeechEvidence
from syncalign.alignment.lines import LineFit
from syncalign.alignment.offset import Correlator, OffsetPeak
from syncalign.alignment.pieces import fit_pieces
from syncalign.alignment.placement import Placement, place_cues
from syncalign.alignment.placement_clock import BIN_SECONDS, Prices
from syncalign.alignment.ratios import NAMED_RATIOS, nearest_ratio
from syncalign.timebase import TimeMap

#: Another ratio is worth a try if its correlation is this much higher than that of ratio 1.
_RATIO_LEAD = 1.15
#: Where no chain explains the file, a ratio that stands out this much beside the highest may be
#: that of a part of it.
_RIVAL_SHARE, _RIVAL_SIGMA = 0.5, 20.0
#: A line over which every other named ratio drifts by this many seconds is none of theirs.
_SEEN_DRIFT = 1.0
_LEAST_STRETCH = min(abs(float(ratio) - 1) for ratio in NAMED_RATIOS if ratio != 1)
#: A chain that scores this much a cue, its breaks of more than so many seconds each, needs no
#: further hypothesis.
_SETTLED_SCORE, _LARGEST_DRIFT_BREAK = 3.0, 6.0
#: A stretch is not explained yet where a cue brings less than this, or than this share of what it
#: brings in the best explained stretch. A chain pays about so much for each break in it.
_POOR_SCORE, _POOR_SHARE, _BREAK_LOSS = 2.0, 0.7, 30.0
#: Stretches that are asked for their own rate: of so many cues, and no more than so many.
_STRETCH_CUES, _MOST_STRETCHES = 60, 12
#: Height of a correlation peak that proposes a rate for a stretch, in deviations over the shifts.
_PROPOSING_SIGMA = 10.0
_DRIFT_STEP_PRICE = 4.0
_SMALLEST_DRIFT = 0.15  # seconds over the whole file
_FEWEST_CUES = 5
_LARGEST_TABLE = 10**10  # cues x bins
#: Cues farther than this from the middle one propose no ratio: a stray time of 99:59:59 must not
#: cost minutes. In seconds; no film is as long.
_FARTHEST = 6 * 3600.0

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Trial:
    """One hypothesis that was tried.

    Parameters
    ----------
    rates : tuple of float
        Reference seconds for one query second; several where a chain may change between them.
    peak : OffsetPeak or None
        The best single offset at the first of them; None where none was asked for.
    score : float or None
        The best chain's score in nats, all prices paid; None where the correlation ruled it out.
    pieces : int
        Pieces of that chain.
    """

    rates: tuple[float, ...]
    peak: OffsetPeak | None
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
    evidence: SpeechEvidence,
    starts: Floats,
    ends: Floats,
    *,
    anchors: Anchors | None = None,
    run: Integers | None = None,
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
    run : np.ndarray of int [shape=(N,)], optional
        Run of each cue, ascending: where a break lies near the end of a run, it lies there.

    Returns
    -------
    CueAlignment
        The best map found, however poor: whether to trust it is :mod:`.verdict`'s part. Of more
        cues than a search of a minute or so can place (a million in 20 minutes, 28,000 in 10
        hours), every n-th is placed, and the others go with them: a break is then found to n cues.
    """
    every = -(-len(starts) * len(evidence.onset_bins) // _LARGEST_TABLE)
    if every > 1:
        run = None if run is None else run[::every]
        few = align_cues(evidence, starts[::every], ends[::every], anchors=anchors, run=run)
        return _extended(few, starts, ends, every)
    search = _Search(evidence, starts, ends, anchors)
    chosen, trials = search.choose_chain()
    if (chosen.placement.bins >= 0).sum() < _FEWEST_CUES:
        nowhere = np.full(len(starts), -1, dtype=np.int64)
        return CueAlignment(TimeMap(()), starts, ends, nowhere, None, trials, anchors)
    fitted = fit_pieces(evidence, starts, ends, chosen.placement, run=run)
    new_starts, new_ends = fitted.places(starts, ends)
    return CueAlignment(
        time_map=fitted.time_map(starts, ends),
        starts=new_starts,
        ends=new_ends,
        piece=fitted.piece,
        fit=fitted.fit,
        trials=trials,
        anchors=anchors,
    )


def _extended(few: CueAlignment, starts: Floats, ends: Floats, every: int) -> CueAlignment:
    """Give all cues the places that the map of every so many of them has for them."""
    piece = np.repeat(few.piece, every)[: len(starts)]
    if not few.time_map.pieces:
        return replace(few, starts=starts, ends=ends, piece=piece)
    new_starts, new_ends = few.time_map.extrapolate(starts), few.time_map.extrapolate(ends)
    return replace(few, starts=new_starts, ends=new_ends, piece=piece)


@dataclass(frozen=True, slots=True, eq=False)
class _Chain:
    rates: tuple[float, ...]
    placement: Placement

    @property
    def score(self) -> float:
        return self.placement.score

    @property
    def pieces(self) -> int:
        return len(np.unique(self.placement.pieces))

    @property
    def is_plain(self) -> bool:
        """Whether all cues have a place and no break is so small that it could be a drift's."""
        if not (self.placement.bins >= 0).all():
            return False
        breaks = np.diff(self.placement.pieces) != 0
        jumps = np.abs(np.diff(self.placement.offsets))[breaks]
        return bool((jumps > _LARGEST_DRIFT_BREAK).all())


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
        """Try the file's own rate, then ratios, drift and changes of rate; tell what was tried."""
        rates = [1.0]
        if self.anchors and (told := self.anchors.named_rate()) not in rates:
            rates.append(told)
        chains = [self.chain(rate) for rate in rates]
        peaks: dict[float, OffsetPeak] = {}
        best = max(chains, key=lambda chain: chain.score)
        if not (self._is_settled(chains) and self._rules_out_ratios(best)):
            peaks = {float(ratio): self._peak(float(ratio)) for ratio in NAMED_RATIOS}
            chains += self._freer_chains(chains, peaks)
        chains.sort(key=lambda chain: -chain.score)
        tried = [Trial(c.rates, peaks.get(c.rates[0]), c.score, c.pieces) for c in chains]
        seen = {chain.rates for chain in chains}
        tried += [Trial((rate,), peak) for rate, peak in peaks.items() if (rate,) not in seen]
        return chains[0], tuple(tried)

    def _freer_chains(self, chains: list[_Chain], peaks: dict[float, OffsetPeak]) -> list[_Chain]:
        """Try what the correlations propose, then drift, then changes of rate."""
        rates, freer = [rate for chain in chains for rate in chain.rates], []
        rival = max(peaks, key=lambda rate: peaks[rate].sigma)
        if rival not in rates and peaks[rival].sigma > _RATIO_LEAD * peaks[1.0].sigma:
            rates.append(rival)
            freer.append(self.chain(rival))
        if self._is_settled(chains + freer):
            return freer
        freer += [self.chain(rate) for rate in self._drifting(rates)]
        best = max(chains + freer, key=lambda chain: chain.score)
        proposed = self._rates_of_poor_stretches(best)
        highest = max(peak.sigma for peak in peaks.values())
        least = max(_RIVAL_SHARE * highest, _RIVAL_SIGMA)
        proposed |= {rate for rate, peak in peaks.items() if peak.sigma > least}
        if not proposed <= set(best.rates):
            freer.append(self.chain(*best.rates, *sorted(proposed - set(best.rates))))
        return freer

    def _peak(self, rate: float) -> OffsetPeak:
        return self.correlator.peak(self.near_starts * rate, self.near_ends * rate)

    def _is_settled(self, chains: list[_Chain]) -> bool:
        best = max(chains, key=lambda chain: chain.score)
        return best.is_plain and best.score > _SETTLED_SCORE * self.count

    def _rules_out_ratios(self, chain: _Chain) -> bool:
        """Whether a line is so long that no cues of another named ratio could lie on it."""
        clock, pieces = self.starts[chain.placement.bins >= 0], chain.placement.pieces
        at = np.searchsorted(pieces, np.arange(chain.pieces))
        last = np.append(at[1:], len(pieces)) - 1
        longest = float((clock[last] - clock[at]).max(initial=0.0))
        return longest * _LEAST_STRETCH > _SEEN_DRIFT

    def chain(self, *rates: float) -> _Chain:
        """Return the best chain, without drift, of lines at these rates."""
        return _Chain(rates, self._placed(rates, Prices()))

    def _placed(self, rates: tuple[float, ...], prices: Prices) -> Placement:
        held = [self.anchors.fixed_bins(self.starts, rate) for rate in rates if self.anchors]
        return place_cues(self.evidence, self.starts, self.ends, prices, rates=rates, fixed=held)

    def _rates_of_poor_stretches(self, chain: _Chain) -> set[float]:
        """Ratios at which stretches that a chain does not explain stand out of all offsets."""
        if self.count < _FEWEST_CUES:
            return set()
        count = min(self.count // _STRETCH_CUES, _MOST_STRETCHES) or 1
        stretches = np.array_split(np.arange(self.count), count)
        every = self._gains(chain.placement)
        gains = [float(every[cues].mean()) for cues in stretches]
        poor = max(_POOR_SCORE, _POOR_SHARE * max(gains))
        return {
            ratio
            for cues, gain in zip(stretches, gains, strict=True)
            if gain < poor and (ratio := self._rate_of(cues)) is not None
        }

    def _rate_of(self, cues: Integers) -> float | None:
        """Ratio at which cues stand out at one offset; None if at none."""
        starts, ends = self.starts[cues], self.ends[cues]
        sigmas = {
            ratio: self.correlator.peak(starts * ratio, ends * ratio).sigma
            for ratio in map(float, NAMED_RATIOS)
        }
        best = max(sigmas, key=lambda ratio: sigmas[ratio])
        return best if sigmas[best] > _PROPOSING_SIGMA else None

    def _gains(self, placement: Placement) -> Floats:
        """Nats that each cue brings, less what the break before it costs."""
        starts = np.asarray(placement.bins * BIN_SECONDS, dtype=np.float64)
        lengths = (self.ends - self.starts) * placement.rates
        placed = placement.bins >= 0
        gains = np.where(placed, self.evidence.cue_scores(starts, starts + lengths), 0.0)
        gains[np.flatnonzero(placed)[1:]] -= _BREAK_LOSS * (np.diff(placement.pieces) != 0)
        return gains

    def _drifting(self, rates: list[float]) -> list[float]:
        """Free rates that chains with drift propose."""
        found: list[float] = []
        for rate in rates:
            placement = self._placed((rate,), Prices(step=_DRIFT_STEP_PRICE))
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
