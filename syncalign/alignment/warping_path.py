"""WarpingPath: which reference frame meets which query frame, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, eq=False)
class WarpingPath:
    """Matched pairs of frames in order, and the frames that were left out at a price.

    Parameters
    ----------
    indices : np.ndarray of int64 [shape=(L, 2)]
        Matched pairs: column 0 the reference frame, column 1 the query frame. Empty where leaving
        out everything was cheapest.
    cost : float
        Sum of the step-weighted local costs and of the prices of skips, in double precision.
    skipped_reference, skipped_query : tuple of (int, int)
        Half-open ranges of frames left out, one for each run that was paid for. Reference frames
        outside an open end, and frames that a longer step jumps over, are not among them.
    exact : bool
        It is the cheapest of all paths (up to rounding: searched in single precision).
    within_band : bool
        It is the cheapest of those inside a band; others were not looked at.
    """

    indices: npt.NDArray[np.int64]
    cost: float
    skipped_reference: tuple[tuple[int, int], ...] = ()
    skipped_query: tuple[tuple[int, int], ...] = ()
    exact: bool = True
    within_band: bool = False

    def __len__(self) -> int:
        """Count the matched pairs."""
        return len(self.indices)
