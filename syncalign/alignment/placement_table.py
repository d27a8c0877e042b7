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

from syncalign.alignment import placement_native
from syncalign.alignment.evidence import (
    ACTIVITY_WEIGHT,
    FRAMES_PER_BIN,
    LOWEST_CUE_SCORE,
    Floats,
    Singles,
    SpeechEvidence,
)
from syncalign.alignment.placement_clock import BLOCK_BINS, FIXED_NATS, NEAR_BLOCKS, Clock, Prices

_NEAR_BINS = NEAR_BLOCKS * BLOCK_BINS
_NEVER = np.float32(-1e9)
#: In a link: the cue was left.
LEFT = 1

Bytes = npt.NDArray[np.uint8]


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

    def copy(self, blocks: int | None = None) -> Row:
        """Return another one of the first blocks; of all by default."""
        placed, between, tops = (
            part[..., :blocks].copy() for part in (self.placed, self.between, self.tops)
        )
        return Row(placed, between, tops)

    @property
    def nbytes(self) -> int:
        """Memory taken."""
        return self.placed.nbytes + self.between.nbytes + self.tops.nbytes


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
        self._kernel: placement_native.Kernel | None = None

    @property
    def row_bins(self) -> int:
        """Bins of a row, of all rates."""
        return len(self.clocks) * self.size

    def score_row(self, length: int) -> Singles:
        """Nats for a cue of this length at each bin [shape=(10, blocks)]."""
        row = self.scores.get(length)
        if row is None:
            line = self.onset.copy()
            stop = max(self.sound_bins - length, 0)
            frames = np.arange(stop) * FRAMES_PER_BIN
            active = self.evidence.activity(frames, frames + length * FRAMES_PER_BIN)
            line[:stop] += (ACTIVITY_WEIGHT * active).astype(np.float32)
            np.maximum(line, LOWEST_CUE_SCORE, out=line)
            line[self.sound_bins :] = _NEVER
            row = self.scores[length] = np.ascontiguousarray(line.reshape(-1, BLOCK_BINS).T)
        return row

    def first_row(self) -> Row:
        """Return the row before the first cue, which enters free of charge."""
        shape = (len(self.clocks), BLOCK_BINS, self.blocks)
        row = Row.of(np.full(shape, _NEVER, np.float32), np.zeros(shape, np.float32))
        for rate, clock in enumerate(self.clocks):
            row.between[rate] -= self.prices.ratio if clock.rate != 1 else 0.0
        return row

    def advance(self, first: int, stop: int, row: Row) -> None:
        """Go in place from the row before a cue to that of the last one before ``stop``."""
        rows = np.empty((min(2, stop - first), *row.placed.shape), np.float32)
        self.sweep(first, stop, row, rows)
        np.copyto(row.placed, rows[(stop - first - 1) % len(rows)])

    def sweep(
        self, first: int, stop: int, row: Row, rows: Singles, links: Bytes | None = None
    ) -> None:
        """Go through cues.

        Parameters
        ----------
        first, stop : int
            The cues.
        row : Row
            The one before them; *between* and the tops become those of the last one.
        rows : np.ndarray [shape=(R, rates, 10, blocks)]
            Room for R rows, which the cues' *placed* go to in turn.
        links : np.ndarray of uint8 [shape=(R, rates, 10, blocks)], optional
            The same for where *between* comes from: ``LEFT``, from this row's *placed*; and
            2 * (1 + r), before that, from rate r.
        """
        if not placement_native.is_there():
            self.plain_sweep(first, stop, row, rows, links)
            return
        if self._kernel is None:
            lengths = np.unique([clock.lengths for clock in self.clocks]).tolist()
            scores = {length: self.score_row(length) for length in lengths}
            self._kernel = placement_native.Kernel(self.clocks, self.prices, scores)
        before = row.placed, row.between, row.tops
        self._kernel.sweep(first, stop, before, rows, links)

    def plain_sweep(
        self, first: int, stop: int, row: Row, rows: Singles, links: Bytes | None = None
    ) -> None:
        """Do the same by numpy alone: what the compiled kernel does is defined here."""
        before, scratch = row.placed, np.empty_like(row.placed[0])
        for cue in range(first, stop):
            here = rows[(cue - first) % len(rows)]
            link = None if links is None else links[(cue - first) % len(rows)]
            for rate in range(len(self.clocks)):
                mark = None if link is None else link[rate]
                now = Row(before[rate], row.between[rate], row.tops[rate])
                self._advance(cue, rate, now, here[rate], scratch, mark)
            if len(self.clocks) > 1:
                self._change_rates(row.between, link)
            before = here

    def _advance(
        self, cue: int, rate: int, row: Row, here: Singles, scratch: Singles, links: Bytes | None
    ) -> None:
        """Go on to a cue at one rate: write *placed*, change *between* and the tops in place."""
        clock, between = self.clocks[rate], row.between
        gap, room, step = int(clock.gaps[cue]), int(clock.rooms[cue]), np.float32(self.prices.step)
        np.copyto(here, between)
        if cue == 0:
            between -= np.float32(self.prices.enter)
        else:
            _raise(here, row.placed, gap)
            _raise(here, self._near(row.tops, clock.blocks_ahead(cue)), gap - _NEAR_BINS)
            if np.isfinite(step):
                paid = np.subtract(row.placed, step, out=scratch)
                _raise(here, paid, gap + 1)
                if clock.spare(cue) > 0:
                    _raise(here, paid, gap - 1)
        here += self.score_row(int(clock.lengths[cue]))[:, : here.shape[1]]
        for at in about_fixed(int(clock.places[cue])):
            if at // BLOCK_BINS < here.shape[1]:
                here[at % BLOCK_BINS, at // BLOCK_BINS] += FIXED_NATS
        np.max(here, axis=0, out=row.tops)
        leaving = _running_maximum(here, np.float32(self.prices.leave + self.prices.enter), scratch)
        if links is not None:
            links[:] = 0
            for later, place in _moved(room, here.shape[1], here.shape[1]):
                np.greater(leaving[place], between[later], out=links[later].view(np.bool_))
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

    def _change_rates(self, between: Singles, links: Bytes | None) -> None:
        """Raise *between* of each rate by that of the best one."""
        other = between.max(axis=0) - np.float32(self.prices.ratio)
        if links is not None:
            links += (other > between) * (2 + 2 * between.argmax(axis=0)).astype(np.uint8)
        np.maximum(between, other, out=between)


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
