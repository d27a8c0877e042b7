"""Place cues in a sound: the exact best chain over (cue, rate, place), with priced breaks.

The table is bounded by the sound, not by the offset, so offsets have no bound; the order of the
cues is kept. The rows themselves are those of :mod:`.placement_table`.

Back pointers are found again from the rows. Where these would not all fit, a few are kept on the
way, and the cues after each are gone through again, the last ones first (Hirschberg's idea), in
parts of parts where needed: memory does not grow with the cues. What is gone through again ends at
the place that the chain is known to pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from syncalign.alignment.evidence import Floats, Singles, SpeechEvidence
from syncalign.alignment.placement_clock import (
    BIN_SECONDS,
    BLOCK_BINS,
    FIXED_NATS,
    NEAR_BLOCKS,
    Clock,
    Integers,
    Prices,
)
from syncalign.alignment.placement_table import LEFT, Bytes, Row, Table, about_fixed, value_at

#: Memory for the rows of the cues gone through last, and for those before the parts of each depth.
_KEPT_BYTES, _PARTS_BYTES = 32 * 2**20, 24 * 2**20
_KEPT_PER_BIN = 5  # bytes: nats and a link


@dataclass(frozen=True, slots=True, eq=False)
class Placement:
    """The best chain.

    Parameters
    ----------
    bins : np.ndarray of int [shape=(N,)]
        The tenth of a second at which each cue starts; -1 where it has no place.
    grid_bins : np.ndarray of int [shape=(N,)]
        The same by the clock of the cue's rate: ``bins - grid_bins`` is the offset in tenths.
    rates : np.ndarray [shape=(N,)]
        Rate of each cue; that of the nearest line where it has no place.
    score : float
        Nats, prices paid.
    """

    bins: Integers
    grid_bins: Integers
    rates: Floats
    score: float

    @property
    def offsets(self) -> Floats:
        """Offset of each cue in seconds, to 0.1 s [shape=(N,)]; meaningless without a place."""
        return np.asarray((self.bins - self.grid_bins) * BIN_SECONDS, dtype=np.float64)

    @property
    def pieces(self) -> Integers:
        """Number of the line of each placed cue, from 0 [shape=(M,)]."""
        placed = self.bins >= 0
        lines = np.column_stack([self.offsets[placed], self.rates[placed]])
        changes = np.any(np.diff(lines, axis=0) != 0, axis=1)
        return np.concatenate([[0], np.cumsum(changes)])[: len(lines)].astype(np.int64)


def place_cues(
    evidence: SpeechEvidence,
    starts: Floats,
    ends: Floats,
    prices: Prices,
    *,
    rates: Sequence[float] = (1.0,),
    fixed: Sequence[Mapping[int, int]] = (),
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
    rates : sequence of float
        Reference seconds for one second of the cues' clock, for lines to choose from.
    fixed : sequence of mapping of int to int
        For each rate, cues that stand within a bin of this one. Of places that contradict each
        other as many are kept as can be; one outside of the sound is ignored.

    Returns
    -------
    Placement
        The chain with the highest score.
    """
    table = Table(evidence, starts, ends, prices, rates, fixed)
    if table.count == 0 or table.size == 0:
        nowhere = np.full(table.count, -1, dtype=np.int64)
        return Placement(nowhere, table.clocks[0].grid_bins, np.ones(table.count), 0.0)
    way = _WayBack(table)
    way.follow(0, table.count, table.first_row())
    return way.placement()


class _WayBack:
    """The best chain, found from its end."""

    def __init__(self, table: Table) -> None:
        self.table, self.score = table, -np.inf
        self.rate, self.place, self.is_placed = 0, table.size - 1, False
        self.bins = np.full(table.count, -1, dtype=np.int64)
        self.lines = np.zeros(table.count, dtype=np.int64)
        most = table.count * _KEPT_PER_BIN * table.row_bins
        least = _KEPT_PER_BIN * table.row_bins
        self._room = np.empty(max(min(_KEPT_BYTES, most), least), np.uint8)

    def follow(self, first: int, stop: int, row: Row) -> None:
        """Go from the last of some cues to the first; ``row``, used up, is the one before it."""
        size = self._part(stop - first, row)
        if size == stop - first:
            self._step_through(first, stop, row)
            return
        begins = range(first, stop, size)
        rows = []
        for begin in begins[:-1]:
            rows.append(row.copy())
            self.table.advance(begin, begin + size, row)
        self.follow(begins[-1], stop, row)
        for begin in reversed(begins[:-1]):
            self.follow(begin, begin + size, rows.pop().copy(self.place // BLOCK_BINS + 1))

    def _part(self, count: int, row: Row) -> int:
        """So many cues at once: all whose rows fit, or parts, the rows before which fit."""
        size = len(self._room) // (_KEPT_PER_BIN * row.placed.size)
        parts = max(_PARTS_BYTES // row.nbytes, 2)
        while size * parts < count:
            size *= parts
        return min(size, count)

    def _step_through(self, first: int, stop: int, row: Row) -> None:
        """Go back over cues whose rows fit."""
        shape = (stop - first, *row.placed.shape)
        size = (stop - first) * row.placed.size
        rows = self._room[: 4 * size].view(np.float32).reshape(shape)
        links = self._room[4 * size : 5 * size].reshape(shape)
        self.table.sweep(first, stop, row, rows, links)
        if stop == self.table.count:
            self._begin(rows[-1], row.between)
        for cue in range(stop - 1, first - 1, -1):
            here = cue - first
            self._step(cue, rows[here], links[here], rows[here - 1] if here else row.placed)

    def _begin(self, placed: Singles, between: Singles) -> None:
        """Find the end in the last row."""
        highest, left = float(placed.max()), float(between.max()) + self.table.prices.enter
        self.is_placed, self.score = highest >= left, max(highest, left)
        end = placed if self.is_placed else between
        rate, column, block = np.unravel_index(int(end.argmax()), end.shape)
        self.rate, self.place = int(rate), int(block * BLOCK_BINS + column)

    def _step(self, cue: int, placed: Singles, links: Bytes, earlier: Singles) -> None:
        """Go from a cue, with its row, to the one before it."""
        if not self.is_placed:
            at = self.place % BLOCK_BINS, self.place // BLOCK_BINS
            if changed := int(links[self.rate][at]) // 2:
                self.rate = changed - 1
            if links[self.rate][at] & LEFT:
                limit = self.place - int(self.table.clocks[self.rate].rooms[cue])
                before = placed[self.rate][:, : limit // BLOCK_BINS + 1].T.ravel()
                self.place, self.is_placed = int(before[: limit + 1].argmax()), True
        self.lines[cue] = self.rate
        if not self.is_placed:
            return
        self.bins[cue] = self.place
        clock = self.table.clocks[self.rate]
        score = value_at(self.table.score_row(int(clock.lengths[cue])), self.place)
        held = self.place in about_fixed(int(clock.places[cue]))
        nats = FIXED_NATS if held else np.float32(0)
        reached = value_at(placed[self.rate], self.place)
        for place, value in self._on_the_line(cue, clock, earlier[self.rate]):
            if value + score + nats == reached:
                self.place = place
                return
        self.is_placed = False

    def _on_the_line(
        self, cue: int, clock: Clock, earlier: Singles
    ) -> Iterator[tuple[int, np.float32]]:
        """Where the cue before would be if this one had not entered anew, and the nats, paid."""
        if cue == 0:
            return
        prices, same = self.table.prices, self.place - int(clock.gaps[cue])
        yield same, value_at(earlier, same)
        steps = [same - 1, same + 1] if clock.spare(cue) > 0 else [same - 1]
        yield from ((at, value_at(earlier, at) - np.float32(prices.step)) for at in steps)
        block = same // BLOCK_BINS
        low, high = max(block - NEAR_BLOCKS, 0), block + clock.blocks_ahead(cue) + 1
        window = earlier[:, low : max(high, low)].T.ravel()
        if len(window):
            near = int(window.argmax())
            yield low * BLOCK_BINS + near, window[near] - np.float32(prices.near)

    def placement(self) -> Placement:
        """Tell the whole chain."""
        cues = np.arange(len(self.lines))
        clocks = self.table.clocks
        grid_bins = np.stack([clock.grid_bins for clock in clocks])[self.lines, cues]
        rates = np.array([clock.rate for clock in clocks])[self.lines]
        return Placement(self.bins, grid_bins, rates, self.score - self._fixed_nats())

    def _fixed_nats(self) -> float:
        """Nats in the score that are only there to keep the fixed cues."""
        cues = np.arange(len(self.lines))
        fixed = np.stack([clock.places for clock in self.table.clocks])[self.lines, cues]
        kept = (self.bins >= 0) & (np.abs(self.bins - fixed) <= 1)
        return float(FIXED_NATS) * int(kept.sum())
