"""Features: an array that never travels without its grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError
from syncalign.timebase.grid import Grid
from syncalign.timebase.segment import Segment


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Values sampled on a grid.

    Parameters
    ----------
    values : np.ndarray [shape=(T, ...)]
        Time is the first axis.
    grid : Grid
        When each row was taken; ``grid.size`` is T.

    Raises
    ------
    ParameterError
        The array and the grid have different lengths.
    """

    values: npt.NDArray[np.generic]
    grid: Grid

    def __post_init__(self) -> None:
        """Check that there is one row for each instant."""
        rows = self.values.shape[0] if self.values.ndim else -1
        if rows != self.grid.size:
            raise ParameterError(f"{rows} rows of values do not fit a grid of {self.grid.size}")

    def __len__(self) -> int:
        """Count the rows."""
        return self.grid.size

    def crop(self, segment: Segment) -> Features:
        """Return the rows whose instants are nearest to the segment; times stay true."""
        first = min(max(self.grid.index_at(segment.start), 0), self.grid.size)
        stop = min(max(self.grid.index_at(segment.end), first), self.grid.size)
        grid = Grid(self.grid.rate, self.grid.time_at(first), stop - first)
        return Features(self.values[first:stop], grid)
