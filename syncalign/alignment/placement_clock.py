"""What placing cues is asked with: the prices, and the cues by the clock of one rate, in bins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.alignment.evidence import FRAMES_PER_BIN, Floats

BIN_SECONDS = FRAMES_PER_BIN / 100
#: Blocks of a second over which a jump counts as near: what a recap trim or a logo changes.
NEAR_BLOCKS = 5
BLOCK_BINS = 10
#: Place of a cue that is not fixed.
NOWHERE = -(2**31)
#: Nats for a cue at the place that was fixed for it: no chain wins by leaving it, and single
#: precision still tells the others' nats apart.
FIXED_NATS = np.float32(20_000.0)
_CUE_SHARE = 0.9  # a cue stays on the screen longer than its speech lasts
_SHORTEST, _LONGEST = 2, 40  # bins of speech looked at; even numbers, for few score rows

Integers = npt.NDArray[np.int64]


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
    ``places``: where a cue was fixed, or ``NOWHERE``.
    """

    rate: float
    grid_bins: Integers
    gaps: Integers
    rooms: Integers
    lengths: Integers
    places: Integers

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
        places = np.full(len(starts), NOWHERE, dtype=np.int64)
        places[list(fixed)] = list(fixed.values())
        return cls(rate, grid_bins, gaps, rooms, lengths, places)

    def spare(self, cue: int) -> int:
        """How far a cue may come closer to the one before without crossing it."""
        return int(self.gaps[cue] - self.rooms[cue - 1])

    def blocks_ahead(self, cue: int) -> int:
        """How many whole blocks a near break may go back."""
        return min((self.spare(cue) - BLOCK_BINS + 1) // BLOCK_BINS, NEAR_BLOCKS)
