"""Segment: a stretch of time."""

from __future__ import annotations

import math
from dataclasses import dataclass

from syncalign.errors import ParameterError


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """A half-open interval ``[start, end)``, in seconds.

    Parameters
    ----------
    start : float
        First instant, in seconds.
    end : float
        First instant after it, in seconds; not before ``start``.

    Raises
    ------
    ParameterError
        ``end`` lies before ``start``, or one of them is not finite.

    Examples
    --------
    >>> speech = Segment(1.0, 2.5)
    >>> speech.duration
    1.5
    >>> speech.intersection(Segment(2.0, 4.0))
    Segment(start=2.0, end=2.5)
    """

    start: float
    end: float

    def __post_init__(self) -> None:
        """Check the order of the two instants."""
        if not (math.isfinite(self.start) and math.isfinite(self.end)):
            raise ParameterError(f"a segment needs finite times, not {self.start}, {self.end}")
        if self.end < self.start:
            raise ParameterError(
                f"a segment cannot end ({self.end}) before it starts ({self.start})"
            )

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.end - self.start

    def __contains__(self, time: float) -> bool:
        """Whether ``time`` (seconds) lies in the interval; its end does not."""
        return self.start <= time < self.end

    def shift(self, offset: float) -> Segment:
        """Return the segment moved later by ``offset`` seconds."""
        return Segment(self.start + offset, self.end + offset)

    def intersection(self, other: Segment) -> Segment | None:
        """Return the common part, or None where there is none of positive duration."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Segment(start, end) if start < end else None
