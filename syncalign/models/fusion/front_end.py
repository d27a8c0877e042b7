"""From windows to what the networks see: mel levels, and principal components of the mouth."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from syncalign.features.mel import MEL_BANDS, MEL_BANK
from syncalign.features.mouth import LIP_VALUES
from syncalign.features.spectral import levels_of_sounds

Singles = npt.NDArray[np.float32]

PICTURE_COMPONENTS, LIP_COMPONENTS = 32, 10
#: Values of a row of the mouth as a network sees it: components, and how they change.
MOUTH_VALUES = 2 * (PICTURE_COMPONENTS + LIP_COMPONENTS)
_MOST_ROWS = 6000  # that components are fitted to
_CHUNK = 256  # windows that are worked on at a time
_LIP_POINTS = 40
_PIXELS = 32 * 48  # of a picture of the mouth


@dataclass(frozen=True, slots=True, eq=False)
class FrontEnd:
    """What was measured on training windows to bring others into the same form.

    Attributes
    ----------
    sound_mean, sound_deviation : ndarray of float32 [shape=(40,)]
        Of the mel levels, in decibels.
    picture_mean : ndarray of float32 [shape=(1536,)]
        Of pictures of the mouth, each with mean 0 and deviation 1.
    picture_axes : ndarray of float32 [shape=(1536, 32)]
        Principal components, scaled so that each has the deviation 1.
    lip_mean : ndarray of float32 [shape=(80,)]
    lip_axes : ndarray of float32 [shape=(80, 10)]
        The same of the lips' points.
    """

    sound_mean: Singles
    sound_deviation: Singles
    picture_mean: Singles
    picture_axes: Singles
    lip_mean: Singles
    lip_axes: Singles

    def __post_init__(self) -> None:
        """Check the shapes: a file may hold others."""
        shapes = {
            "sound_mean": (MEL_BANDS,),
            "sound_deviation": (MEL_BANDS,),
            "picture_mean": (_PIXELS,),
            "picture_axes": (_PIXELS, PICTURE_COMPONENTS),
            "lip_mean": (LIP_VALUES,),
            "lip_axes": (LIP_VALUES, LIP_COMPONENTS),
        }
        for name, shape in shapes.items():
            if np.shape(getattr(self, name)) != shape:
                raise ValueError(f"{name} has the shape {np.shape(getattr(self, name))}")

    @classmethod
    def fitted(
        cls, sounds: npt.NDArray[np.int16], lips: Singles, pictures: npt.NDArray[np.uint8]
    ) -> FrontEnd:
        """Measure training windows; mouths count once as they are and once mirrored.

        Parameters
        ----------
        sounds : ndarray of int16 [shape=(N, S)]
        lips : ndarray of float32 [shape=(N, T, 80)]
        pictures : ndarray of uint8 [shape=(N, T, 32, 48)]
        """
        some = sounds[:: max(1, len(sounds) * 100 // _MOST_ROWS)]
        levels = levels_of_sounds(as_samples(some), MEL_BANK)
        rows = pictures.reshape(-1, *pictures.shape[2:])
        rows = rows[:: max(1, len(rows) // _MOST_ROWS)]
        shown = _flat_pictures(np.concatenate([rows, rows[:, :, ::-1]]))
        points = lips.reshape(-1, lips.shape[-1])
        points = points[np.isfinite(points).all(axis=1)]
        points = points[:: max(1, len(points) // _MOST_ROWS)]
        points = np.concatenate([points, mirrored_lips(points)])
        return cls(
            levels.mean(axis=(0, 1)),
            levels.std(axis=(0, 1)) + np.float32(1),
            *_components(shown, PICTURE_COMPONENTS),
            *_components(points, LIP_COMPONENTS),
        )

    def levels(self, samples: Singles) -> Singles:
        """Return normalised mel levels of sounds [shape=(N, S)] as [shape=(N, frames, 40)]."""
        parts = [
            (levels_of_sounds(samples[n : n + _CHUNK], MEL_BANK) - self.sound_mean)
            / self.sound_deviation
            for n in range(0, len(samples), _CHUNK)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, 0, MEL_BANDS), np.float32)

    def mouths(self, lips: Singles, pictures: npt.NDArray[np.uint8]) -> Singles:
        """Return components of mouths and their change.

        Lips without points become the mean lips, so that the picture alone speaks.

        Returns
        -------
        np.ndarray of float32 [shape=(N, T, 84)]
        """
        values = np.empty((*lips.shape[:2], MOUTH_VALUES), np.float32)
        for n in range(0, len(lips), _CHUNK):
            shown = (_flat_pictures(pictures[n : n + _CHUNK]) - self.picture_mean) @ (
                self.picture_axes
            )
            shape = np.nan_to_num((lips[n : n + _CHUNK] - self.lip_mean) @ self.lip_axes)
            rows = np.concatenate([shown, shape], axis=-1)
            change = np.zeros_like(rows)
            change[:, 1:-1] = rows[:, 2:] - rows[:, :-2]
            values[n : n + _CHUNK] = np.concatenate([rows, change], axis=-1)
        return values

    def as_arrays(self) -> dict[str, Singles]:
        """Return what was measured by name, for a file."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def as_samples(sounds: npt.NDArray[np.int16]) -> Singles:
    """Return stored sounds as samples between -1 and 1."""
    return sounds.astype(np.float32) / np.float32(32767)


def mirrored_lips(lips: Singles) -> Singles:
    """Return lips as a mirror shows them: points trade places across the middle.

    Parameters
    ----------
    lips : np.ndarray of float32 [shape=(..., 80)]
        In the frame of the head, whose middle is at 0 from left to right.
    """
    rim = [(10 - n) % 20 for n in range(20)]  # both rims run from corner to corner and back
    points = lips.reshape(*lips.shape[:-1], _LIP_POINTS, 2)
    points = points[..., [*rim, *(20 + n for n in rim)], :] * np.array([-1, 1], np.float32)
    return points.reshape(lips.shape)


def _flat_pictures(pictures: npt.NDArray[np.uint8]) -> Singles:
    """Bring pictures to mean 0 and deviation 1 each: light and contrast say nothing."""
    flat = pictures.reshape(*pictures.shape[:-2], -1).astype(np.float32)
    flat -= flat.mean(axis=-1, keepdims=True)
    flat /= flat.std(axis=-1, keepdims=True) + np.float32(1)
    return flat


def _components(rows: Singles, count: int) -> tuple[Singles, Singles]:
    """Return the mean of rows, and their principal components scaled to deviation 1."""
    if len(rows) == 0:  # faces were found without points: there is nothing to see of the lips
        size = LIP_VALUES
        return np.zeros(size, np.float32), np.zeros((size, count), np.float32)
    mean = rows.mean(axis=0)
    centred = rows - mean
    from scipy.linalg import eigh

    last = rows.shape[1] - 1
    _, axes = eigh(centred.T @ centred, subset_by_index=(last - count + 1, last))
    axes = axes[:, ::-1]
    # The sign of a component is arbitrary: its largest entry is made positive.
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])])
    scaled = axes / ((centred @ axes).std(axis=0) + 1e-6)
    return mean.astype(np.float32), scaled.astype(np.float32)
