"""Windows: the same stretch of sound and mouth about a word, cut out of a recording."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError
from syncalign.features.mouth import LIP_VALUES
from syncalign.features.spectral import HOP_SAMPLES, SAMPLE_RATE
from syncalign.models.fusion.clip import PICTURE_RATE, PIXELS, Clip, Mouth
from syncalign.timebase import Segment

#: Frames of sound for each row of the mouth.
FRAMES_PER_ROW = 4
_ROW_SAMPLES = SAMPLE_RATE // PICTURE_RATE
#: Rows about a window by which it may be moved while it is learned, and out of which the change of
#: its first and last row is known.
MARGIN = 2
#: A mouth that is seen in less of a window than this is not seen.
LEAST_SEEN = 0.5

Singles = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WindowShape:
    """How much of a recording a network sees.

    Parameters
    ----------
    rows : int
        Rows of the mouth, 25 a second, that are seen about the middle of a word.
    margin : int
        Rows before and behind them; see MARGIN.

    Raises
    ------
    ParameterError
        There is no row, or a negative margin.
    """

    rows: int
    margin: int = 0

    def __post_init__(self) -> None:
        """Check the sizes."""
        if self.rows < 1 or self.margin < 0:
            raise ParameterError(f"a window cannot have {self.rows} rows, {self.margin} to spare")

    @property
    def total(self) -> int:
        """Rows with both margins."""
        return self.rows + 2 * self.margin

    @property
    def samples(self) -> int:
        """Samples of sound, margins included: half a hop more at either end than the rows."""
        return self.total * _ROW_SAMPLES + HOP_SAMPLES

    @property
    def frames(self) -> int:
        """Frames of sound without the margins."""
        return self.rows * FRAMES_PER_ROW

    @property
    def seconds(self) -> float:
        """Length without the margins."""
        return self.rows / PICTURE_RATE

    def first_row(self, segment: Segment) -> int:
        """Return the number of the first row, margin included, of the window about a segment."""
        middle = (segment.start + segment.end) / 2
        return round(middle * PICTURE_RATE - self.total / 2)


def cut_sound(clip: Clip, segment: Segment, shape: WindowShape) -> Singles | None:
    """Cut the sound of a window; what lies outside of the recording is silence.

    Returns
    -------
    np.ndarray of float32 [shape=(shape.samples,)] or None
        None without a sound track.
    """
    if clip.samples is None:
        return None
    first = shape.first_row(segment) * _ROW_SAMPLES - HOP_SAMPLES // 2
    at = np.arange(first, first + shape.samples)
    inside = (at >= 0) & (at < len(clip.samples))
    sound: Singles = np.where(inside, clip.samples[np.clip(at, 0, len(clip.samples) - 1)], 0)
    return sound


def cut_mouth(
    clip: Clip, segment: Segment, shape: WindowShape
) -> tuple[Singles, npt.NDArray[np.uint8]] | None:
    """Cut the mouth of a window: of the face that is seen most in it, and is the largest.

    Rows in which it is not seen repeat the nearest one in which it is.

    Returns
    -------
    shapes : np.ndarray of float32 [shape=(shape.total, 80)]
        NaN where the face was found without its points.
    pictures : np.ndarray of uint8 [shape=(shape.total, 32, 48)]
        None in place of both where no face is seen in half of the window.
    """
    first = shape.first_row(segment)
    needed = first + shape.margin, first + shape.margin + shape.rows
    best = max(clip.mouths, key=lambda mouth: (_seen(mouth, *needed), mouth.height), default=None)
    # A word at the very edge of a recording is seen as far as the recording goes.
    inside = min(needed[1], math.ceil(clip.duration * PICTURE_RATE)) - max(needed[0], 0)
    if best is None or inside < 1 or _seen(best, *needed) < LEAST_SEEN * inside:
        return None
    rows = np.flatnonzero(best.seen)
    wanted = np.arange(first, first + shape.total) - best.first
    after = np.clip(np.searchsorted(rows, wanted), 1, len(rows) - 1) if len(rows) > 1 else 0
    before = np.maximum(after - 1, 0)
    nearer = np.where(wanted - rows[before] <= rows[after] - wanted, rows[before], rows[after])
    return best.shapes[nearer], best.pictures[nearer]


def _seen(mouth: Mouth, first: int, stop: int) -> int:
    """Count the rows ``first <= n < stop`` in which a mouth is seen."""
    low = max(first - mouth.first, 0)
    return int(mouth.seen[low : max(stop - mouth.first, low)].sum())


def empty_mouth(shape: WindowShape) -> tuple[Singles, npt.NDArray[np.uint8]]:
    """Return what stands for a mouth that is not seen."""
    return (
        np.full((shape.total, LIP_VALUES), np.nan, np.float32),
        np.zeros((shape.total, *PIXELS), np.uint8),
    )
