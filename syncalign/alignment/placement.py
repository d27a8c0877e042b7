"""Place cues in a sound: the exact best chain over (cue, place), with priced breaks.

The table is bounded by the sound, not by the offset, so offsets have no bound; the order of the
cues is kept. Nearly all back pointers are found again from the rows themselves, which are kept, or,
where they would not fit, computed again block by block from checkpoints (Hirschberg's idea).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

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
#: Blocks of a second over which a jump counts as near: what a recap trim or a logo changes.
NEAR_BLOCKS = 5
_BLOCK_BINS = 10
_NEAR_BINS = NEAR_BLOCKS * _BLOCK_BINS
Bits = npt.NDArray[np.uint8]

_NEVER = np.float32(-1e9)
_TABLE_BYTES, _SCORE_BYTES = 96 * 2**20, 16 * 2**20
_NO_ROW, _NO_BITS = np.zeros(0, np.float32), np.zeros(0, np.uint8)
#: Nats for a cue at the place that was fixed for it: no chain wins by leaving it, and single
#: precision still tells the others' nats apart.
_FIXED = np.float32(20_000.0)
_CUE_SHARE = 0.9  # a cue stays on the screen longer than its speech lasts


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What each freedom costs, in nats (measured on development recordings).

    Parameters
    ----------
    step : float
        One bin (0.1 s) earlier or later: free drift. 4 finds 0.5 %; infinite forbids it.
    near : float
        A break of at most about 5 s; useful 15 to 40.
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


def place_cues(
    evidence: SpeechEvidence,
    starts: Floats,
    ends: Floats,
    prices: Prices,
    *,
    fixed: Mapping[int, int] | None = None,
) -> Placement:
    """Find the best places of cues in a sound.

    Parameters
    ----------
    evidence : SpeechEvidence
        The sound.
    starts, ends : np.ndarray [shape=(N,)]
        The cues by their own clock, in seconds; starts ascending.
    prices : Prices
        What moves cost.
    fixed : mapping of int to int, optional
        Cues that stand within a bin of this one. Of places that contradict each other as many are
        kept as can be; one outside of the sound is ignored.

    Returns
    -------
    Placement
        The chain with the highest score.
    """
    return _Table(evidence, starts, ends, prices, fixed).solve()


@dataclass(frozen=True, slots=True, eq=False)
class _Checkpoint:
    """What is needed of a row to go on from it: some places, and the steps of the absent row."""

    places: npt.NDArray[np.int32]
    placed: Singles
    steps: npt.NDArray[np.int32]
    absent: Singles

    @classmethod
    def of(cls, placed: Singles, absent: Singles, far: float) -> _Checkpoint:
        # A place from which an earlier one could jump to whatever it leads to is never needed.
        rival = np.maximum.accumulate(placed)[:-1] - np.float32(far)
        needed = np.concatenate([[True], placed[1:] > rival])
        places = np.flatnonzero(needed & (placed > _NEVER)).astype(np.int32)
        # The absent row only rises.
        steps = np.flatnonzero(np.diff(absent, prepend=np.float32(-np.inf))).astype(np.int32)
        return cls(places, placed[places], steps, absent[steps])

    def row(self, size: int) -> _Row:
        placed = np.full(size, _NEVER, np.float32)
        placed[self.places] = self.placed
        absent = np.repeat(self.absent, np.diff(self.steps, append=size))
        return _Row(placed, absent, _NO_BITS, _NO_BITS)


class _Row(NamedTuple):
    """One row of the table, and in packed bits which of its entries came from where.

    ``placed[t]`` is the best chain of the cues so far with the last one at bin t, ``absent[t]`` the
    best one with the last one absent and the next not before t. ``entered``: placed comes from an
    absent cue. ``left``: absent comes from a placed cue.
    """

    placed: Singles
    absent: Singles
    entered: Bits
    left: Bits


class _Table:
    """The rows of the dynamic program, in bins padded to whole blocks of ``_BLOCK_BINS``."""

    def __init__(
        self,
        evidence: SpeechEvidence,
        starts: Floats,
        ends: Floats,
        prices: Prices,
        fixed: Mapping[int, int] | None = None,
    ) -> None:
        self.prices = prices
        onset = evidence.onset_bins
        self.count, self.sound_bins = len(starts), len(onset)
        self.size = -(-len(onset) // _BLOCK_BINS) * _BLOCK_BINS
        self.onset = np.pad(onset, (0, self.size - len(onset)), constant_values=_NEVER)
        self.active = evidence.activity_sum[::FRAMES_PER_BIN][: len(onset) + 1].astype(np.float32)
        self.grid_bins = np.rint(starts / BIN_SECONDS).astype(np.int64)
        spoken = (ends - starts) / BIN_SECONDS * _CUE_SHARE
        self.lengths = np.clip(np.rint(spoken), 2, 40).astype(int)
        gaps = np.diff(self.grid_bins, prepend=self.grid_bins[:1])
        self.gaps = np.minimum(np.maximum(gaps, 0), self.size)
        previous = np.concatenate([[1], self.lengths[:-1]])
        self.hops = np.minimum(np.maximum(np.minimum(previous, self.gaps), 1), self.size)
        self.fixed = fixed or {}
        self.scores: dict[int, Singles] = {}

    def score_row(self, cue: int) -> Singles:
        """Nats for cue at each bin; cues of one length share a row."""
        length = int(self.lengths[cue])
        row = self.scores.get(length)
        if row is None:
            row = self.onset.copy()
            stop = max(self.sound_bins - length, 0)
            row[:stop] += np.float32(ACTIVITY_WEIGHT) * (
                self.active[length : length + stop] - self.active[:stop]
            )
            np.maximum(row, LOWEST_CUE_SCORE, out=row)
            row[self.sound_bins :] = _NEVER
            if (len(self.scores) + 1) * row.nbytes > _SCORE_BYTES:
                self.scores.clear()
            self.scores[length] = row
        if cue in self.fixed:
            row = row.copy()
            row[[bin for bin in _about(self.fixed[cue]) if bin < self.sound_bins]] += _FIXED
        return row

    def blocks_ahead(self, cue: int) -> int:
        """How many whole blocks a near break may go back without crossing the cue before."""
        room = int(self.gaps[cue]) - int(self.hops[cue])
        return min((room - _BLOCK_BINS + 1) // _BLOCK_BINS, NEAR_BLOCKS)

    def rows(self, first: int, stop: int, before: _Row) -> Iterator[_Row]:
        """Compute rows first..stop-1 from the row before them."""
        placed, absent = before.placed, before.absent
        best, other = np.empty(self.size, np.float32), np.empty(self.size, np.float32)
        for cue in range(first, stop):
            gap, hop = int(self.gaps[cue]), int(self.hops[cue])
            highest = np.maximum.accumulate(placed)
            _delay(placed, gap, 0.0, best)
            if np.isfinite(self.prices.step):
                for step in (1, -1):
                    _delay(placed, gap + step, self.prices.step, other)
                    np.maximum(best, other, out=best)
            _delay(self._near(placed, cue), gap - _NEAR_BINS, self.prices.near, other)
            np.maximum(best, other, out=best)
            _delay(highest, hop, self.prices.far, other)
            np.maximum(best, other, out=best)
            np.subtract(absent, self.prices.enter if cue else 0, out=other)
            entered = np.packbits(other > best)
            np.maximum(best, other, out=best)
            _delay(highest, hop, self.prices.leave, other)
            left = np.packbits(other > absent)
            absent = np.maximum(absent, other)
            placed = best + self.score_row(cue)
            yield _Row(placed, absent, entered, left)

    def _near(self, placed: Singles, cue: int) -> Singles:
        """Best of the blocks about each bin's own; begins ``_NEAR_BINS`` before the sound."""
        blocks = placed[::_BLOCK_BINS].copy()
        for column in range(1, _BLOCK_BINS):
            np.maximum(blocks, placed[column::_BLOCK_BINS], out=blocks)
        ahead = self.blocks_ahead(cue)
        width = NEAR_BLOCKS + ahead + 1
        sides = (2 * NEAR_BLOCKS, max(ahead, 0))
        window = np.pad(blocks, sides, constant_values=_NEVER)
        covered = 1
        while covered < width:  # window[k] = the best of so many blocks from k, by doubling
            grow = min(covered, width - covered)
            window = np.maximum(window[:-grow], window[grow:])
            covered += grow
        return np.repeat(window[: len(blocks) + NEAR_BLOCKS], _BLOCK_BINS)

    def solve(self) -> Placement:
        """Go forward, then find the way back."""
        bins = np.full(self.count, -1, dtype=np.int64)
        if self.count == 0 or self.size == 0:
            return Placement(bins, self.grid_bins, 0.0)
        block = max(8, min(self.count, _TABLE_BYTES // (5 * self.size)))
        row = _Row(
            np.full(self.size, _NEVER, np.float32),
            np.zeros(self.size, np.float32),
            _NO_BITS,
            _NO_BITS,
        )
        checkpoints: list[_Checkpoint] = []
        kept: list[_Row] = []
        for first in range(0, self.count, block):
            checkpoints.append(_Checkpoint.of(row.placed, row.absent, self.prices.far))
            kept = []
            before = row
            for row in self.rows(first, min(first + block, self.count), before):
                kept.append(row._replace(absent=_NO_ROW))
        is_absent = bool(row.absent.max() > row.placed.max())
        place = int(row.absent.argmax() if is_absent else row.placed.argmax())
        score = float(max(row.absent.max(), row.placed.max()))
        for first in range((self.count - 1) // block * block, -1, -block):
            before = checkpoints.pop().row(self.size)
            if not kept:
                stop = min(first + block, self.count)
                kept = [r._replace(absent=_NO_ROW) for r in self.rows(first, stop, before)]
            for cue in range(first + len(kept) - 1, first - 1, -1):
                here, earlier = kept[cue - first], kept[cue - first - 1] if cue > first else before
                if not is_absent:
                    bins[cue] = place
                place, is_absent = self._step_back(cue, place, is_absent, here, earlier.placed)
            kept = []
        return Placement(bins, self.grid_bins, score - self._fixed_nats(bins))

    def _fixed_nats(self, bins: npt.NDArray[np.int64]) -> float:
        """Nats in a score that are only there to keep the fixed cues."""
        kept = [cue for cue, place in self.fixed.items() if int(bins[cue]) in _about(place)]
        return float(_FIXED) * len(kept)

    def _step_back(
        self, cue: int, place: int, is_absent: bool, here: _Row, placed: Singles
    ) -> tuple[int, bool]:
        """Where the best chain to (cue, place) comes from."""
        if _is_set(here.left if is_absent else here.entered, place) != is_absent:
            return place, True
        limit = place - int(self.hops[cue])
        farthest = int(placed[: limit + 1].argmax()) if limit >= 0 else -1
        if is_absent:
            return farthest, False
        same = place - int(self.gaps[cue])
        block = same // _BLOCK_BINS
        low = max((block - NEAR_BLOCKS) * _BLOCK_BINS, 0)
        high = min((block + self.blocks_ahead(cue) + 1) * _BLOCK_BINS, self.size)
        near = low + int(placed[low:high].argmax()) if high > low else -1
        prices = self.prices
        moves = [(same, 0.0), (same + 1, prices.step), (same - 1, prices.step)]
        moves += [(near, prices.near), (farthest, prices.far)]
        return max(moves, key=lambda move: self._value(placed, move[0]) - move[1])[0], False

    def _value(self, placed: Singles, place: int) -> float:
        return float(placed[place]) if 0 <= place < self.size else float(_NEVER)


def _about(place: int) -> range:
    """Return the bins that count as a fixed place."""
    return range(max(place - 1, 0), max(place + 2, 0))


def _delay(row: Singles, delay: int, price: float, out: Singles) -> None:
    """Move a row later (a negative delay: earlier) and pay for it; nothing comes from outside."""
    first, skipped = max(delay, 0), max(-delay, 0)
    length = max(min(len(out) - first, len(row) - skipped), 0)
    out[:first] = _NEVER
    np.subtract(row[skipped : skipped + length], np.float32(price), out=out[first : first + length])
    out[first + length :] = _NEVER


def _is_set(bits: Bits, index: int) -> bool:
    return bool(bits[index >> 3] >> (7 - (index & 7)) & 1)
