"""Place cues in a sound: the exact best chain over (cue, place), with priced breaks.

The table is bounded by the sound, not by the offset, so offsets have no bound; the order of the
cues is kept. It never needs a back pointer: the rows themselves are kept, or, where they would not
fit, computed again block by block from checkpoints (Hirschberg's idea).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.alignment.evidence import (
    ACTIVITY_WEIGHT,
    FRAMES_PER_BIN,
    LOWEST_CUE_SCORE,
    Floats,
    Singles,
    SpeechEvidence,
)

BIN_SECONDS = FRAMES_PER_BIN / 100
#: Bins over which a jump counts as near: 5 s, what a recap trim or a logo changes.
NEAR_BINS = 50
_NEVER = np.float32(-1e9)
_TABLE_BYTES, _SCORE_BYTES = 96 * 2**20, 16 * 2**20
_CUE_SHARE = 0.9  # a cue stays on the screen longer than its speech lasts


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What each freedom costs, in nats (measured on development recordings).

    Parameters
    ----------
    step : float
        One bin (0.1 s) earlier or later: free drift. 4 finds 0.5 %; infinite forbids it.
    near : float
        A break of at most 5 s; useful 15 to 40.
    far : float
        A break of any size; useful 40 to 80.
    leave, enter : float
        Cues without a place begin, and end; together the price of a far break.
    """

    step: float = np.inf
    near: float = 30.0
    far: float = 60.0
    leave: float = 25.0
    enter: float = 35.0


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """The best chain.

    Parameters
    ----------
    bins : np.ndarray of int [shape=(N,)]
        The tenth of a second at which each cue starts; -1 where it has no place.
    grid_bins : np.ndarray of int [shape=(N,)]
        The same by the cues' own clock: ``bins - grid_bins`` is the offset in tenths.
    score : float
        Nats, prices paid.
    """

    bins: npt.NDArray[np.int64]
    grid_bins: npt.NDArray[np.int64]
    score: float

    @property
    def offsets(self) -> Floats:
        """Offset of each cue in seconds, to 0.1 s [shape=(N,)]; meaningless without a place."""
        return np.asarray((self.bins - self.grid_bins) * BIN_SECONDS, dtype=np.float64)


def place_cues(evidence: SpeechEvidence, starts: Floats, ends: Floats, prices: Prices) -> Placement:
    """Find the best places of cues in a sound.

    Parameters
    ----------
    evidence : SpeechEvidence
        The sound.
    starts, ends : np.ndarray [shape=(N,)]
        The cues by their own clock, in seconds; starts ascending.
    prices : Prices
        What moves cost.

    Returns
    -------
    Placement
        The chain with the highest score.
    """
    return _Table(evidence, starts, ends, prices).solve()


@dataclass(frozen=True, slots=True, eq=False)
class _PackedRow:
    """What is needed of a row: some places, and the steps of the absent row, which only rises."""

    places: npt.NDArray[np.int32]
    placed: Singles
    steps: npt.NDArray[np.int32]
    absent: Singles

    def unpacked(self, size: int) -> tuple[Singles, Singles]:
        placed = np.full(size, _NEVER, np.float32)
        placed[self.places] = self.placed
        return placed, np.repeat(self.absent, np.diff(self.steps, append=size))


class _Table:
    """The rows of the dynamic program.

    Row i holds, for each bin t, ``placed[t]``: the best chain of cues 0..i with cue i at t, and
    ``absent[t]``: the best one with cue i absent and the next cue not before t.
    """

    def __init__(
        self, evidence: SpeechEvidence, starts: Floats, ends: Floats, prices: Prices
    ) -> None:
        self.prices = prices
        self.onset = evidence.onset_bins
        self.active = evidence.activity_sum[::FRAMES_PER_BIN][: len(self.onset) + 1].astype(
            np.float32
        )
        self.count, self.size = len(starts), len(self.onset)
        self.grid_bins = np.rint(starts / BIN_SECONDS).astype(np.int64)
        spoken = (ends - starts) / BIN_SECONDS * _CUE_SHARE
        self.lengths = np.clip(np.rint(spoken), 2, 40).astype(int)
        gaps = np.diff(self.grid_bins, prepend=self.grid_bins[:1])
        self.gaps = np.minimum(np.maximum(gaps, 0), self.size)
        previous = np.concatenate([[1], self.lengths[:-1]])
        self.hops = np.minimum(np.maximum(np.minimum(previous, self.gaps), 1), self.size)
        self.scores: dict[int, Singles] = {}

    def score_row(self, cue: int) -> Singles:
        """Nats for cue at each bin; cues of one length share a row."""
        length = int(self.lengths[cue])
        row = self.scores.get(length)
        if row is None:
            row = self.onset.copy()
            stop = max(self.size - length, 0)
            row[:stop] += np.float32(ACTIVITY_WEIGHT) * (
                self.active[length : length + stop] - self.active[:stop]
            )
            np.maximum(row, LOWEST_CUE_SCORE, out=row)
            if (len(self.scores) + 1) * row.nbytes > _SCORE_BYTES:
                self.scores.clear()
            self.scores[length] = row
        return row

    def rows(
        self, first: int, stop: int, placed: Singles, absent: Singles
    ) -> Iterator[tuple[Singles, Singles]]:
        """Compute rows first..stop-1 from the row before them."""
        best, other = np.empty(self.size, np.float32), np.empty(self.size, np.float32)
        for cue in range(first, stop):
            highest = np.maximum.accumulate(placed)
            self._delayed(placed, int(self.gaps[cue]), 0.0, best)
            if np.isfinite(self.prices.step):
                for step in (1, -1):
                    self._delayed(placed, int(self.gaps[cue]) + step, self.prices.step, other)
                    np.maximum(best, other, out=best)
            self._near(placed, cue, other)
            np.maximum(best, other, out=best)
            self._delayed(highest, int(self.hops[cue]), self.prices.far, other)
            np.maximum(best, other, out=best)
            np.subtract(absent, self.prices.enter if cue else 0, out=other)
            np.maximum(best, other, out=best)
            self._delayed(highest, int(self.hops[cue]), self.prices.leave, other)
            absent = np.maximum(absent, other)
            placed = best + self.score_row(cue)
            yield placed, absent

    @staticmethod
    def _delayed(row: Singles, delay: int, price: float, out: Singles) -> None:
        delay = max(min(delay, len(row)), -len(row))
        if delay < 0:
            np.subtract(row[-delay:], np.float32(price), out=out[:delay])
            out[delay:] = _NEVER
        else:
            out[:delay] = _NEVER
            np.subtract(row[: len(row) - delay], np.float32(price), out=out[delay:])

    def _near(self, row: Singles, cue: int, out: Singles) -> None:
        """Best of a window of +-NEAR_BINS about the same offset, never before the hop."""
        gap, hop = int(self.gaps[cue]), int(self.hops[cue])
        reach_back = min(NEAR_BINS, gap - hop) if gap >= hop else 0
        width = NEAR_BINS + reach_back + 1
        window = row
        covered = 1
        while covered < width:  # window[k] = max(row[k : k + covered]), by doubling
            grow = min(covered, width - covered)
            longer = np.empty_like(window)
            if grow < self.size:
                np.maximum(
                    window[: self.size - grow], window[grow:], out=longer[: self.size - grow]
                )
                longer[self.size - grow :] = window[self.size - grow :]
            else:
                longer[:] = window
            window, covered = longer, covered + grow
        # t takes the window that begins NEAR_BINS before the same offset.
        self._delayed(window, gap + NEAR_BINS, self.prices.near, out)
        head = min(gap + NEAR_BINS, self.size)
        if head > hop:
            # Windows that would begin before the sound: running maxima of its first bins.
            opening = np.maximum.accumulate(row[: min(width, self.size)])
            at = np.arange(hop, head)
            last = np.minimum(at - gap + reach_back, len(opening) - 1)
            out[hop:head] = np.where(
                last >= 0, opening[np.maximum(last, 0)] - self.prices.near, _NEVER
            )

    def solve(self) -> Placement:
        """Go forward, then find the way back."""
        bins = np.full(self.count, -1, dtype=np.int64)
        if self.count == 0 or self.size == 0:
            return Placement(bins, self.grid_bins, 0.0)
        block = max(8, min(self.count, _TABLE_BYTES // (8 * self.size)))
        first_row = (np.full(self.size, _NEVER, np.float32), np.zeros(self.size, np.float32))
        row, checkpoints = first_row, [self._packed(first_row)]
        kept: list[tuple[Singles, Singles]] = []
        for cue, row in enumerate(self.rows(0, self.count, *first_row)):
            if cue % block == 0:
                kept = []
            kept.append(row)
            if cue % block == block - 1:
                checkpoints.append(self._packed(row))
        placed, absent = row
        is_absent = bool(absent.max() > placed.max())
        place = int(absent.argmax() if is_absent else placed.argmax())
        score = float(max(absent.max(), placed.max()))
        for first in range((self.count - 1) // block * block, -1, -block):
            before = checkpoints.pop(first // block).unpacked(self.size)
            if not kept:
                kept = list(self.rows(first, min(first + block, self.count), *before))
            for cue in range(first + len(kept) - 1, first - 1, -1):
                if not is_absent:
                    bins[cue] = place
                earlier = kept[cue - first - 1] if cue > first else before
                if cue:
                    place, is_absent = self._step_back(cue, place, is_absent, *earlier)
            kept = []
        return Placement(bins, self.grid_bins, score)

    def _packed(self, row: tuple[Singles, Singles]) -> _PackedRow:
        placed, absent = row
        # A place from which an earlier one could jump to whatever it leads to is never needed.
        rival = np.maximum.accumulate(placed)[:-1] - np.float32(self.prices.far)
        needed = np.concatenate([[True], placed[1:] > rival])
        places = np.flatnonzero(needed & (placed > _NEVER)).astype(np.int32)
        steps = np.flatnonzero(np.diff(absent, prepend=np.float32(-np.inf))).astype(np.int32)
        return _PackedRow(places, placed[places], steps, absent[steps])

    def _step_back(
        self, cue: int, place: int, is_absent: bool, placed: Singles, absent: Singles
    ) -> tuple[int, bool]:
        """Where the best chain to (cue, place) comes from."""
        limit = place - int(self.hops[cue])
        farthest = int(placed[: limit + 1].argmax()) if limit >= 0 else -1
        far = float(placed[farthest]) if farthest >= 0 else float(_NEVER)
        if is_absent:
            left = far - self.prices.leave
            return (place, True) if absent[place] >= left else (farthest, False)
        same = place - int(self.gaps[cue])
        low, high = max(same - NEAR_BINS, 0), min(same + NEAR_BINS, limit, self.size - 1)
        near = low + int(placed[low : high + 1].argmax()) if high >= low else -1
        moves = [(self._value(placed, same), same, False)]
        moves += [
            (self._value(placed, same + step) - self.prices.step, same + step, False)
            for step in (1, -1)
        ]
        moves.append((self._value(placed, near) - self.prices.near, near, False))
        moves.append((far - self.prices.far, farthest, False))
        moves.append((float(absent[place]) - self.prices.enter, place, True))
        _, place, is_absent = max(moves, key=lambda move: move[0])
        return place, is_absent

    def _value(self, placed: Singles, place: int) -> float:
        return float(placed[place]) if 0 <= place < self.size else float(_NEVER)
