"""WarpingPath: which reference frame meets which query frame, and what was left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.timebase import Grid, TimeMap


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

    def to_time_map(
        self, query_grid: Grid, reference_grid: Grid, *, tolerance: float = 0.04
    ) -> TimeMap:
        """Return the monotone map from query time to reference time with the fewest pieces.

        Where either side leaves out, or stands still for, more than `tolerance`, the map jumps: it
        is undefined there, or passes over reference time. Between jumps it is continuous, and no
        continuous piecewise linear map of fewer pieces keeps the error.

        Parameters
        ----------
        query_grid, reference_grid : Grid
            When the frames of either side were taken.
        tolerance : float
            Largest error in seconds of reference time, at each matched pair; those inside a
            standstill do not count. At least the distance of two frames. Next to a jump up to
            half a tolerance may be left undefined, so that the pieces do not overlap.

        Returns
        -------
        TimeMap
            Empty where nothing was matched.

        Raises
        ------
        ParameterError
            A tolerance below the distance of two frames, or grids shorter than the path.

        Examples
        --------
        >>> from fractions import Fraction
        >>> path = WarpingPath(np.array([[0, 0], [1, 1], [2, 2], [103, 3], [104, 4]]), 0.0)
        >>> grid = Grid(Fraction(50), 0.0, 200)
        >>> jump = path.to_time_map(grid, grid)
        >>> [round(piece.offset, 6) for piece in jump.pieces]
        [0.0, 2.0]
        """
        from syncalign.alignment.warping.path_map import time_map_of

        return time_map_of(self.indices, query_grid, reference_grid, tolerance)
