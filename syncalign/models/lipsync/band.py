"""SimilarityBand: how well each moment of a mouth fits the sound, for every offset."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.timebase import Grid

#: Seconds between neighbouring offsets.
OFFSET_STEP = 0.02
#: Steps either way that judges are fitted on, and that are compared at the least: 0.6 s.
REACH = 30

Doubles = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class SimilarityBand:
    """Evidence for each offset, moment by moment.

    A row is a moment of the picture, a column an offset: the sound would have to be moved later
    by that much to fit. What a stretch of time says is the sum of its rows.

    Attributes
    ----------
    values : ndarray of float32 [shape=(T, 2 * R + 1)]
        Similarity less the mean of the row over the offsets at which there is sound; 0 where
        there is none, or where the face was not seen.
    seen : ndarray of bool [shape=(T,)]
        Whether the face was seen at that moment.
    far : ndarray of float32 [shape=(T,)]
        Distance of mouth and sound where the value is 0, in the model's own measure.
    grid : Grid
        The moments, on the container's clock.
    """

    values: Singles
    seen: npt.NDArray[np.bool_]
    far: Singles
    grid: Grid

    @property
    def offsets(self) -> Doubles:
        """Seconds by which the sound would be moved later, one a column [shape=(2 * R + 1,)]."""
        return offsets_within(self.values.shape[1] // 2)

    def curve(self, rows: slice = slice(None)) -> Doubles:
        """Add up what some rows say of each offset [shape=(2 * R + 1,)]."""
        return np.asarray(self.values[rows].sum(axis=0, dtype=np.float64))

    def distance_at(self, offset: float, rows: slice = slice(None)) -> float | None:
        """Return the mean distance of mouth and sound over some rows; None where none is seen."""
        seen = self.seen[rows]
        if not seen.any():
            return None
        reach = self.values.shape[1] // 2
        column = min(max(round(offset / OFFSET_STEP) + reach, 0), 2 * reach)
        return float((self.far[rows] - self.values[rows, column])[seen].mean())


def offsets_within(reach: int) -> Doubles:
    """Return the offsets of a band, in seconds [shape=(2 * reach + 1,)]."""
    return np.arange(-reach, reach + 1, dtype=np.float64) * OFFSET_STEP


def offset_at_peak(curve: Doubles) -> float:
    """Return where evidence is highest, between columns by a parabola.

    Parameters
    ----------
    curve : ndarray [shape=(2 * R + 1,)]
        Evidence for each offset, such as the sum of some rows of a band.

    Returns
    -------
    float
        Seconds by which the sound would have to be moved later.
    """
    best = int(curve.argmax())
    place = float(best - len(curve) // 2)
    if 0 < best < len(curve) - 1:
        before, top, after = curve[best - 1 : best + 2]
        bend = float(before - 2 * top + after)
        place += 0.5 * float(before - after) / bend if bend < 0 else 0.0
    return place * OFFSET_STEP


def centred(
    similarity: Singles, heard: npt.NDArray[np.bool_], seen: npt.NDArray[np.bool_]
) -> Singles:
    """Take from each row its mean where there is sound; the rest becomes 0.

    A row says which offset it likes best, not how much it likes sound at all: only so may rows
    with sound at some of the offsets be added to others.

    Parameters
    ----------
    similarity : ndarray of float32 [shape=(T, L)]
        Of each moment with the sound at each offset.
    heard : ndarray of bool [shape=(T, L)]
        Whether there is sound.
    seen : ndarray of bool [shape=(T,)]
        Whether the face was seen.

    Returns
    -------
    ndarray of float32 [shape=(T, L)]
    """
    count = np.maximum(heard.sum(axis=1, keepdims=True), 1)
    mean = np.where(heard, similarity, 0).sum(axis=1, keepdims=True) / count
    centred: Singles = np.where(heard & seen[:, None], similarity - mean, 0).astype(np.float32)
    return centred
