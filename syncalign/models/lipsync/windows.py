"""Windows of a face: for each an offset and a probability, or why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from syncalign.models.lipsync.band import SimilarityBand
from syncalign.models.lipsync.judge import Estimate, Judge

WindowStatus = Literal["ok", "silent", "face_lost", "not_speaking", "ambiguous", "too_short"]

#: From this confidence on an offset is given out: nine of ten right, or better.
ANSWERED = 0.8
_SHORTEST = 0.4  # seconds in which too little is said for any answer
_LEAST_SEEN, _LEAST_SPOKEN = 0.5, 0.15  # shares of a window
#: Lips that move less than this, in distances between the eyes, say nothing.
STILL = 0.006


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a face.

    Attributes
    ----------
    start, end : float
        Seconds on the container's clock.
    estimate : Estimate or None
        What was read; None where the window is too short or empty.
    distance : float or None
        Of mouth and sound at the offset, in the model's own measure; lower is better.
    status : str
        ``ok``, or why the offset is not to be trusted.
    """

    start: float
    end: float
    estimate: Estimate | None
    distance: float | None
    status: WindowStatus


@dataclass(frozen=True, slots=True)
class Face:
    """A face as it is judged: its band, and when there is anything to judge.

    Attributes
    ----------
    band : SimilarityBand
        Of the face with the sound.
    spoken : ndarray of bool [shape=(T,)]
        Whether somebody speaks, by the sound alone.
    motion : ndarray of float32 [shape=(T,)]
        How far the lips are from their mean, in distances between the eyes; 0 where not seen.
    """

    band: SimilarityBand
    spoken: npt.NDArray[np.bool_]
    motion: npt.NDArray[np.float32]

    def frames(self, rows: slice = slice(None)) -> int:
        """Count the rows that say anything."""
        return int(self.band.seen[rows].sum())


def windows_of(face: Face, judge: Judge, length: float) -> tuple[Window, ...]:
    """Judge a face window by window.

    Windows overlap by half; the last one ends with the face. A face that is shorter than a window
    is one window.

    Parameters
    ----------
    face : Face
        The face.
    judge : Judge
        Of the model that made its band.
    length : float
        Seconds of a window.

    Returns
    -------
    tuple of Window
        In order.
    """
    return tuple(_judged(face, judge, rows) for rows in _cut(face.band, length))


def why_silent(face: Face, rows: slice = slice(None)) -> WindowStatus | None:
    """Tell why nothing can be said of some rows whatever they score, or None."""
    seen, spoken = face.band.seen[rows], face.spoken[rows]
    if len(seen) / float(face.band.grid.rate) < _SHORTEST:
        return "too_short"
    if spoken.mean() < _LEAST_SPOKEN:
        return "silent"
    if seen.mean() < _LEAST_SEEN:
        return "face_lost"
    if float(np.sqrt(np.square(face.motion[rows][seen]).mean())) < STILL:
        return "not_speaking"
    return None


def _judged(face: Face, judge: Judge, rows: slice) -> Window:
    grid = face.band.grid
    half = 0.5 / float(grid.rate)
    start, end = grid.time_at(rows.start) - half, grid.time_at(rows.stop) - half
    status = why_silent(face, rows)
    if status is not None:
        return Window(start, end, None, None, status)
    estimate = judge.estimate(face.band.curve(rows), face.frames(rows))
    distance = face.band.distance_at(estimate.offset, rows)
    status = "ok" if estimate.confidence >= ANSWERED else "ambiguous"
    return Window(start, end, estimate, distance, status)


def _cut(band: SimilarityBand, length: float) -> Iterator[slice]:
    rate = float(band.grid.rate)
    size = max(1, round(min(length, len(band.seen) / rate) * rate))
    hop = max(1, size // 2)
    last = len(band.seen) - size
    for first in range(0, last, hop):
        yield slice(first, first + size)
    yield slice(last, last + size)
