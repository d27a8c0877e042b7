"""The table of placing cues: rows over (rate, place), from the first cue to the last.

A chain is always in one of two states: *placed*, the last cue stands at a bin, or *between*, it has
left its line and may enter anew anywhere later, at another rate too. A break is leaving and
entering with no cue in between; cues passed by while between have no place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
#: Blocks of a second over which a jump counts as near: what a recap trim or a logo changes.
NEAR_BLOCKS = 5
BLOCK_BINS = 10
_NEAR_BINS = NEAR_BLOCKS * BLOCK_BINS
Bits = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_NEVER = np.float32(-1e9)
_SCORE_BYTES = 32 * 2**20
#: Nats for a cue at the place that was fixed for it: no chain wins by leaving it, and single
#: precision still tells the others' nats apart.
FIXED_NATS = np.float32(20_000.0)
_CUE_SHARE = 0.9  # a cue stays on the screen longer than its speech lasts
_SHORTEST, _LONGEST = 2, 40  # bins of speech looked at; even numbers, for few score rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What each freedom costs, in nats (measured on development recordings).

    Parameters
    ----------
    step : float
        One bin (0.1 s) earlier or later: free drift. 4 finds 0.5 %; infinite forbids it.
    near : float
        A break of at most about 5 s; useful 15 to 40.
    leave, enter : float
        A line ends, and another begins: together a break of any size, useful 40 to 80. The first
        cue enters free of charge.
    ratio : float
        Entering at another rate than that of the line before; the first line's is compared with 1.
        Useful 15 to 60.
    """

    step: float = np.inf
    near: float = 30.0
    leave: float = 25.0
    enter: float = 35.0
    ratio: float = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """The cues by the clock of one rate, in bins.

    ``gaps``: from the start of the cue before. ``rooms``: what a cue keeps for itself, so much
    later the next one may start at the earliest. ``lengths``: of the speech looked for.
    """

    rate: float
    grid_bins: Integers
    gaps: Integers
    rooms: Integers
    lengths: Integers
    fixed: Mapping[int, int]

    @classmethod
    def of(
        cls, starts: Floats, ends: Floats, rate: float, size: int, fixed: Mapping[int, int]
    ) -> Clock:
        """Count in bins of a sound that has so many."""
        grid_bins = np.rint(starts * rate / BIN_SECONDS).astype(np.int64)
        gaps = np.clip(np.diff(grid_bins, prepend=grid_bins[:1]), 0, size)
        spoken = (ends - starts) * rate / BIN_SECONDS * _CUE_SHARE
        lengths = np.clip(2 * np.rint(spoken / 2), _SHORTEST, _LONGEST).astype(np.int64)
        rooms = np.maximum(np.minimum(lengths, np.append(gaps[1:], size)), 1)
        return cls(rate, grid_bins, gaps, rooms, lengths, fixed)

    def spare(self, cue: int) -> int:
        """How far a cue may come closer to the one before without crossing it."""
        return int(self.gaps[cue] - self.rooms[cue - 1])

    def blocks_ahead(self, cue: int) -> int:
        """How many whole blocks a near break may go back."""
        return min((self.spare(cue) - BLOCK_BINS + 1) // BLOCK_BINS, NEAR_BLOCKS)


@dataclass(slots=True, eq=False)
class Row:
    """One row of the table; bin t is at ``[rate, t % 10, t // 10]``, so that whole columns move.

    ``placed``: the best chain of the cues so far with the last one at the bin. ``between``: the
    best one from which the next cue, or a later one, may enter at the bin or later, entry paid.
    ``tops``: the highest *placed* of each block.
    """

    placed: Singles
    between: Singles
    tops: Singles

    @classmethod
    def of(cls, placed: Singles, between: Singles) -> Row:
        """Add what follows from the other two."""
        return cls(placed, between, placed.max(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What the way back needs of a row.

    ``left``, ``changed``: in packed bits, where *between* comes from this row's *placed*, and where
    from another rate, whose number is in ``origin``.
    """

    placed: Singles
    left: Bits
    changed: Bits
    origin: Bits


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """What is needed of a row to go on from it: some places (bits), and the steps of *between*."""

    needed: Bits
    placed: Singles
    steps: npt.NDArray[np.int32]
    between: Singles

    @classmethod
    def of(cls, row: Row, leads: Sequence[int]) -> Checkpoint:
        """Take from a row what the next one needs, which begins so many bins later at the least."""
        # A place is needed only if nobody else enters as well at the earliest it leads to.
        needed = np.zeros(row.placed.shape, np.bool_)
        for rate, lead in enumerate(leads):
            for later, place in _moved(lead, row.placed.shape[2], row.placed.shape[2]):
                needed[rate][place] = row.placed[rate][place] > row.between[rate][later]
        # In the order of time it only rises.
        between = row.between.transpose(0, 2, 1).reshape(len(leads), -1)
        first = np.full((len(leads), 1), -np.inf, np.float32)
        steps = np.flatnonzero(np.diff(between, prepend=first)).astype(np.int32)
        return cls(np.packbits(needed), row.placed[needed], steps, between.ravel()[steps])

    def row(self, shape: tuple[int, int, int], blocks: int) -> Row:
        """Restore the first blocks of a row."""
        placed = np.full(shape, _NEVER, np.float32)
        needed = np.unpackbits(self.needed, count=placed.size).view(np.bool_)
        placed[needed.reshape(shape)] = self.placed
        lasting = np.diff(self.steps, append=np.prod(shape))
        between = np.repeat(self.between, lasting).reshape(shape[0], shape[2], shape[1])
        between = between[:, :blocks].transpose(0, 2, 1)
        return Row.of(placed[:, :, :blocks].copy(), np.ascontiguousarray(between))


class Table:
    """The rows of the dynamic program, in bins padded to whole blocks of ``BLOCK_BINS``."""

    def __init__(
        self,
        evidence: SpeechEvidence,
        starts: Floats,
        ends: Floats,
        prices: Prices,
        rates: Sequence[float] = (1.0,),
        fixed: Sequence[Mapping[int, int]] = (),
    ) -> None:
        self.prices = prices
        onset = evidence.onset_bins
        self.count, self.sound_bins = len(starts), len(onset)
        self.blocks = -(-len(onset) // BLOCK_BINS)
        self.size = self.blocks * BLOCK_BINS
        self.onset = np.pad(onset, (0, self.size - len(onset)), constant_values=_NEVER)
        self.evidence = evidence
        self.clocks = [
            Clock.of(starts, ends, rate, self.size, held)
            for rate, held in zip(rates, fixed or [{}] * len(rates), strict=True)
        ]
        self.scores: dict[int, Singles] = {}

    def score_row(self, cue: int, clock: Clock) -> Singles:
        """Nats for a cue at each bin [shape=(10, blocks)]; cues of one length share a row."""
        length = int(clock.lengths[cue])
        row = self.scores.get(length)
        if row is None:
            line = self.onset.copy()
            stop = max(self.sound_bins - length, 0)
            frames = np.arange(stop) * FRAMES_PER_BIN
            active = self.evidence.activity(frames, frames + length * FRAMES_PER_BIN)
            line[:stop] += (ACTIVITY_WEIGHT * active).astype(np.float32)
            np.maximum(line, LOWEST_CUE_SCORE, out=line)
            line[self.sound_bins :] = _NEVER
            row = np.ascontiguousarray(line.reshape(-1, BLOCK_BINS).T)
            if (len(self.scores) + 1) * row.nbytes > _SCORE_BYTES:
                self.scores.clear()
            self.scores[length] = row
        if cue in clock.fixed:
            row = row.copy()
            for place in about_fixed(clock.fixed[cue]):
                if place < self.sound_bins:
                    row[place % BLOCK_BINS, place // BLOCK_BINS] += FIXED_NATS
        return row

    def first_row(self) -> Row:
        """Return the row before the first cue, which enters free of charge."""
        shape = (len(self.clocks), BLOCK_BINS, self.blocks)
        row = Row.of(np.full(shape, _NEVER, np.float32), np.zeros(shape, np.float32))
        for rate, clock in enumerate(self.clocks):
            row.between[rate] -= self.prices.ratio if clock.rate != 1 else 0.0
        return row

    def rows(self, first: int, stop: int, row: Row, *, keep: bool) -> Iterator[Kept | None]:
        """Go from the row before the first cue to the last one's, in place."""
        spare, scratch = np.empty_like(row.placed), np.empty_like(row.placed[0])
        for cue in range(first, stop):
            left = np.zeros(row.between.shape, np.bool_) if keep else None
            for rate in range(len(self.clocks)):
                mark = None if left is None else left[rate]
                self._advance(cue, rate, row, spare[rate], scratch, mark)
            row.placed, spare = spare, row.placed
            kept = self._change_rates(row, left)
            yield kept

    def _advance(
        self, cue: int, rate: int, row: Row, here: Singles, scratch: Singles, left: Mask | None
    ) -> None:
        """Go on to a cue at one rate: write *placed*, change *between* and the tops in place."""
        clock, before, between = self.clocks[rate], row.placed[rate], row.between[rate]
        gap, room, step = int(clock.gaps[cue]), int(clock.rooms[cue]), np.float32(self.prices.step)
        np.copyto(here, between)
        if cue == 0:
            between -= np.float32(self.prices.enter)
        else:
            _raise(here, before, gap)
            _raise(here, self._near(row.tops[rate], clock.blocks_ahead(cue)), gap - _NEAR_BINS)
            if np.isfinite(step):
                paid = np.subtract(before, step, out=scratch)
                _raise(here, paid, gap + 1)
                if clock.spare(cue) > 0:
                    _raise(here, paid, gap - 1)
        here += self.score_row(cue, clock)[:, : here.shape[1]]
        np.max(here, axis=0, out=row.tops[rate])
        leaving = _running_maximum(here, np.float32(self.prices.leave + self.prices.enter), scratch)
        if left is not None:
            for later, place in _moved(room, here.shape[1], here.shape[1]):
                np.greater(leaving[place], between[later], out=left[later])
        _raise(between, leaving, room)

    def _near(self, blocks: Singles, ahead: int) -> Singles:
        """Best of the blocks about each bin's own, paid; begins ``NEAR_BLOCKS`` before it."""
        width = NEAR_BLOCKS + ahead + 1
        window = np.full(len(blocks) + 2 * NEAR_BLOCKS + max(ahead, 0), _NEVER)
        window[2 * NEAR_BLOCKS : 2 * NEAR_BLOCKS + len(blocks)] = blocks
        covered = 1
        while covered < width:  # window[k] = the best of so many blocks from k, by doubling
            grow = min(covered, width - covered)
            window = np.maximum(window[:-grow], window[grow:])
            covered += grow
        near = window[: len(blocks) + NEAR_BLOCKS] - np.float32(self.prices.near)
        return np.broadcast_to(near, (BLOCK_BINS, len(near)))

    def _change_rates(self, row: Row, left: Mask | None) -> Kept | None:
        """Raise *between* of each rate by that of the others; tell what the way back needs."""
        changed, origin = np.zeros(0, np.bool_), np.zeros(0, np.uint8)
        if len(self.clocks) > 1:
            other = row.between.max(axis=0) - np.float32(self.prices.ratio)
            if left is not None:
                changed = other > row.between
                origin = row.between.argmax(axis=0).astype(np.uint8)
            np.maximum(row.between, other, out=row.between)
        if left is None:
            return None
        return Kept(row.placed.copy(), np.packbits(left), np.packbits(changed), origin)


def about_fixed(place: int) -> range:
    """Return the bins that count as a fixed place."""
    return range(max(place - 1, 0), max(place + 2, 0))


_Slices = tuple[slice, slice]


def _moved(delay: int, source: int, blocks: int) -> Iterator[tuple[_Slices, _Slices]]:
    """Columns and blocks to which bins move by a delay, and those from which they come."""
    whole, part = divmod(delay, BLOCK_BINS)
    columns = (slice(part, None), slice(0, BLOCK_BINS - part))
    carried = (slice(0, part), slice(BLOCK_BINS - part, None))
    for (to, of), shift in ((columns, whole), (carried, whole + 1)):
        first, stop = max(0, shift), min(blocks, source + shift)
        if first < stop:
            yield (to, slice(first, stop)), (of, slice(first - shift, stop - shift))


def _raise(row: Singles, source: Singles, delay: int) -> None:
    """Raise each bin to what comes to it from so many bins before; in place."""
    for later, place in _moved(delay, source.shape[1], row.shape[1]):
        np.maximum(row[later], source[place], out=row[later])


def _running_maximum(row: Singles, price: np.float32, out: Singles) -> Singles:
    """Highest of each bin and all before it, paid."""
    np.subtract(row[0], price, out=out[0])
    for column in range(1, BLOCK_BINS):
        np.subtract(row[column], price, out=out[column])
        np.maximum(out[column], out[column - 1], out=out[column])
    before = np.maximum.accumulate(out[-1, :-1])
    np.maximum(out[:, 1:], before, out=out[:, 1:])
    return out


def value_at(row: Singles, place: int) -> np.float32:
    """Nats at a bin of one rate; never, outside of the sound."""
    if not 0 <= place < row.size:
        return _NEVER
    return np.float32(row[place % BLOCK_BINS, place // BLOCK_BINS])


def has_bit(bits: Bits, shape: tuple[int, ...], rate: int, place: int) -> bool:
    """Whether the packed bits of a row are set at a bin of a rate."""
    index = (rate * BLOCK_BINS + place % BLOCK_BINS) * shape[2] + place // BLOCK_BINS
    return bool(bits[index >> 3] >> (7 - (index & 7)) & 1)
