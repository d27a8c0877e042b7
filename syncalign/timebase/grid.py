"""Grid: regular sampling instants, the only place where seconds become indices."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError


@dataclass(frozen=True, slots=True)
class Grid:
    """Regular sampling instants ``start + index / rate``.

    Parameters
    ----------
    rate : Fraction
        Samples a second, exactly: ``Fraction(30000, 1001)``, never 29.97.
    start : float
        Time of sample 0, in seconds.
    size : int
        Number of samples.

    Examples
    --------
    >>> film = Grid(Fraction(24000, 1001), start=0.0, size=240)
    >>> film.index_at(film.time_at(17))
    17
    >>> round(film.duration, 3)
    10.01
    """

    rate: Fraction
    start: float
    size: int

    def __post_init__(self) -> None:
        """Check rate and size."""
        if self.rate <= 0:
            raise ParameterError(f"a grid needs a positive rate, not {self.rate}")
        if self.size < 0 or not math.isfinite(self.start):
            raise ParameterError(f"a grid cannot have size {self.size} and start {self.start}")

    def __len__(self) -> int:
        """Count the samples."""
        return self.size

    @property
    def duration(self) -> float:
        """Seconds from the first sample to one step after the last."""
        return float(self.size / self.rate)

    @property
    def end(self) -> float:
        """Time one step after the last sample, in seconds."""
        return self.start + self.duration

    def time_at(self, index: int) -> float:
        """Return the time of a sample, in seconds; the index may lie outside the grid."""
        return self.start + float(index / self.rate)

    def index_at(self, time: float) -> int:
        """Return the index of the sample nearest to a time; it may lie outside the grid."""
        return round((time - self.start) * float(self.rate))

    def indices_at(self, times: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Return the nearest index of each time; they may lie outside the grid."""
        seconds = np.asarray(times, dtype=np.float64) - self.start
        return np.rint(seconds * float(self.rate)).astype(np.int64)

    @property
    def times(self) -> npt.NDArray[np.float64]:
        """Time of every sample, in seconds [shape=(size,)]."""
        numerator, denominator = self.rate.numerator, self.rate.denominator
        return self.start + np.arange(self.size, dtype=np.float64) * denominator / numerator
