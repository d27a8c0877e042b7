"""Place cues in a sound: the exact best chain over (cue, rate, place), with priced breaks.

The table is bounded by the sound, not by the offset, so offsets have no bound; the order of the
cues is kept. The rows themselves are those of :mod:`.placement_table`.

Back pointers are found again from the rows, which are computed again block by block from
checkpoints (Hirschberg's idea) where they would not fit, and then no farther than to the place that
the block's chain ends at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from syncalign.alignment.evidence import Floats, Singles, SpeechEvidence
from syncalign.alignment.placement_table import (
    BIN_SECONDS,
    BLOCK_BINS,
    FIXED_NATS,
    NEAR_BLOCKS,
    Checkpoint,
    Clock,
    Integers,
    Kept,
    Prices,
    Row,
    Table,
    about_fixed,
    has_bit,
    value_at,
)

_TABLE_BYTES, _BLOCK_BYTES = 96 * 2**20, 48 * 2**20
_KEPT_SHARE = 1.1  # of a row is kept as much as its places take, and some bits


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
    row = table.first_row()
    block = table.count
    if block * _KEPT_SHARE * row.placed.nbytes > _TABLE_BYTES:
        block = max(8, int(_BLOCK_BYTES // (_KEPT_SHARE * row.placed.nbytes)))
    last = (table.count - 1) // block * block
    checkpoints: list[Checkpoint] = []
    kept: list[Kept] = []
    for first in range(0, table.count, block):
        # Cues that begin together leave no room: the next one stands where the one before does.
        leads = [int(min(clock.rooms[first - 1], clock.gaps[first])) for clock in table.clocks]
        checkpoints.append(Checkpoint.of(row, leads))
        rows = table.rows(first, min(first + block, table.count), row, keep=first == last)
        kept = [k for k in rows if k is not None]
    way = _WayBack.from_end(table, row)
    for first in range(last, -1, -block):
        before = checkpoints.pop().row((len(table.clocks), BLOCK_BINS, table.blocks), way.blocks)
        if first != last:
            kept = []  # before others take their place in memory
            again = Row.of(before.placed.copy(), before.between.copy())
            rows = table.rows(first, first + block, again, keep=True)
            kept = [k for k in rows if k is not None]
        for cue in range(first + len(kept) - 1, first - 1, -1):
            earlier = kept[cue - first - 1].placed if cue > first else before.placed
            way.step(cue, kept[cue - first], earlier)
    return way.placement()


class _WayBack:
    """The best chain, found from its end."""

    def __init__(self, table: Table, rate: int, place: int, is_placed: bool, score: float) -> None:
        self.table, self.score = table, score
        self.rate, self.place, self.is_placed = rate, place, is_placed
        self.bins = np.full(table.count, -1, dtype=np.int64)
        self.lines = np.zeros(table.count, dtype=np.int64)

    @classmethod
    def from_end(cls, table: Table, row: Row) -> _WayBack:
        placed, between = float(row.placed.max()), float(row.between.max()) + table.prices.enter
        end = row.placed if placed >= between else row.between
        rate, column, block = np.unravel_index(int(end.argmax()), end.shape)
        place = int(block * BLOCK_BINS + column)
        return cls(table, int(rate), place, placed >= between, max(placed, between))

    @property
    def blocks(self) -> int:
        """Blocks that the chain up to here lies in."""
        return self.place // BLOCK_BINS + 1

    def step(self, cue: int, here: Kept, earlier: Singles) -> None:
        """Go from a cue to the one before it."""
        clock = self.table.clocks[self.rate]
        if not self.is_placed:
            at = (here.placed.shape, self.rate, self.place)
            if len(here.origin) and has_bit(here.changed, *at):
                self.rate = int(here.origin[self.place % BLOCK_BINS, self.place // BLOCK_BINS])
                clock = self.table.clocks[self.rate]
            if has_bit(here.left, here.placed.shape, self.rate, self.place):
                limit = self.place - int(clock.rooms[cue])
                before = here.placed[self.rate][:, : limit // BLOCK_BINS + 1].T.ravel()
                self.place, self.is_placed = int(before[: limit + 1].argmax()), True
        self.lines[cue] = self.rate
        if not self.is_placed:
            return
        self.bins[cue] = self.place
        place, value = self._on_the_line(cue, clock, earlier[self.rate])
        score = self.table.score_row(cue, clock)
        if cue == 0 or value_at(here.placed[self.rate], self.place) > value + value_at(
            score, self.place
        ):
            self.is_placed = False
        else:
            self.place = place

    def _on_the_line(self, cue: int, clock: Clock, earlier: Singles) -> tuple[int, np.float32]:
        """Where the cue before would be if this one had not entered anew, and the nats, paid."""
        prices, gap = self.table.prices, int(clock.gaps[cue])
        same = self.place - gap
        block = same // BLOCK_BINS
        low = max(block - NEAR_BLOCKS, 0)
        high = block + clock.blocks_ahead(cue) + 1
        window = earlier[:, low : max(high, low)].T.ravel()
        near = low * BLOCK_BINS + int(window.argmax()) if len(window) else -1
        moves = [(same, 0.0), (same - 1, prices.step), (near, prices.near)]
        moves += [(same + 1, prices.step)] if clock.spare(cue) > 0 else []
        paid = [(at, value_at(earlier, at) - np.float32(price)) for at, price in moves]
        return max(paid, key=lambda move: move[1])

    def placement(self) -> Placement:
        """Tell the whole chain."""
        cues = np.arange(len(self.lines))
        clocks = self.table.clocks
        grid_bins = np.stack([clock.grid_bins for clock in clocks])[self.lines, cues]
        rates = np.array([clock.rate for clock in clocks])[self.lines]
        return Placement(self.bins, grid_bins, rates, self.score - self._fixed_nats())

    def _fixed_nats(self) -> float:
        """Nats in the score that are only there to keep the fixed cues."""
        kept = sum(
            int(self.bins[cue]) in about_fixed(place) and self.lines[cue] == line
            for line, clock in enumerate(self.table.clocks)
            for cue, place in clock.fixed.items()
        )
        return float(FIXED_NATS) * int(kept)
