"""The weight-free model: lips that open when the sound rises, and close when it falls.

Both speeds are compressed by a square root: many small movements at the right moments tell more
than one large movement, which another syllable fits as well (measured: benchmarks/lipsync). Faces
without points are compared by how much moves in the picture of the mouth.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from syncalign.features.mouth import lip_distances, lip_shapes, mouth_motion
from syncalign.features.spectral import FRAME_RATE, LEVEL_ORIGIN_DB, LEVEL_STEP_DB
from syncalign.models.lipsync.band import OFFSET_STEP, SimilarityBand, centred
from syncalign.models.lipsync.inputs import LIP_RATE
from syncalign.models.lipsync.sound import SpokenSound
from syncalign.streams.faces import FaceTrack
from syncalign.timebase import Features

Doubles = npt.NDArray[np.float64]

_FINE = int(FRAME_RATE) // LIP_RATE  # rows of the sound for one of the lips
_STEP = round(OFFSET_STEP * float(FRAME_RATE))
_LOWER_LIP = slice(1, 10)  # points of the outer rim between the corners
_VOICE_BANDS = slice(3, 32)  # 250 to 4200 Hz
_RANGE_DB = 60.0
_SMOOTH = 2.0  # frames of 10 ms: deviation of the bell that speeds are measured with
#: Seconds by which sound is heard before lips are seen to move, in the middle of the speakers that
#: it was measured on.
_BIAS = 0.01


class EnvelopeModel:
    """Compares lips and sound without any weights."""

    def band(self, face: FaceTrack, sound: SpokenSound, reach: int) -> SimilarityBand:
        """Compare a face with a sound.

        Parameters
        ----------
        face : FaceTrack
            With points or without.
        sound : SpokenSound
            The sound.
        reach : int
            Largest offset either way, in steps of 20 ms.

        Returns
        -------
        SimilarityBand
        """
        if face.points is not None:
            return self.band_of_shapes(lip_shapes(face, LIP_RATE), sound, reach)
        motion = mouth_motion(face, LIP_RATE)
        size = np.sqrt(np.maximum(np.asarray(motion.values, np.float64), 0))[:, None]
        fine = _finer(size - np.nanmean(size)) if np.isfinite(size).any() else _finer(size)
        return _compared(fine, np.abs(_rises(sound)), motion, sound, reach)

    def band_of_shapes(self, shapes: Features, sound: SpokenSound, reach: int) -> SimilarityBand:
        """Compare lips, at 25 Hz, with a sound; see :meth:`band`."""
        distances = np.asarray(lip_distances(shapes).values, np.float64)
        places = np.asarray(shapes.values, np.float64).reshape(len(shapes), -1, 2)
        lower = places[:, _LOWER_LIP, 1].mean(axis=1)
        moving = np.stack([lower, distances[:, 0], distances[:, 1]], axis=1)
        return _compared(_compressed(_finer(moving)), _rises(sound), shapes, sound, reach)


def _finer(values: Doubles) -> Doubles:
    """Interpolate to the rows of the sound [shape=(T, K) -> (4 T, K)], between rows and beyond.

    Cubic convolution (R. Keys, "Cubic convolution interpolation for digital image processing",
    1981). NaN spreads to the rows that it is needed for.
    """
    at = (np.arange(_FINE) + 0.5) / _FINE + 0.5  # from the row before, in rows
    padded = np.pad(values, ((2, 2), (0, 0)), mode="edge")
    fine = np.zeros((len(values), _FINE, values.shape[1]))
    for tap in range(5):
        away = np.abs(at - (tap - 1))
        near = (1.5 * away - 2.5) * away**2 + 1
        far = ((-0.5 * away + 2.5) * away - 4) * away + 2
        weight = np.where(away <= 1, near, np.where(away < 2, far, 0.0))
        rows = padded[tap : tap + len(values), None]
        fine += np.where(weight[:, None] == 0, 0.0, rows * weight[:, None])
    return fine.reshape(-1, values.shape[1])


def _rises(sound: SpokenSound) -> Doubles:
    """Return how fast the voice gets louder, compressed [shape=(T,)]."""
    if not len(sound.levels):
        return np.zeros(0)
    levels = sound.levels[:, _VOICE_BANDS]
    decibels = levels.astype(np.float32) * np.float32(LEVEL_STEP_DB) + np.float32(LEVEL_ORIGIN_DB)
    loudest = decibels.max(initial=LEVEL_ORIGIN_DB)
    level = np.maximum(decibels, loudest - _RANGE_DB).mean(axis=1, dtype=np.float64)
    return _compressed(level[:, None])[:, 0]


def _compressed(values: Doubles) -> Doubles:
    """Return signed square roots of speeds, of mean square 1 [shape=(T, K)]; NaN stays."""
    reach = round(4 * _SMOOTH)
    at = np.arange(-reach, reach + 1)
    bell = np.exp(-0.5 * (at / _SMOOTH) ** 2)
    slope = -at * bell / (at * at * bell).sum()
    padded = np.pad(values, ((reach, reach), (0, 0)), mode="edge")
    speed = np.stack([np.convolve(column, slope, mode="valid") for column in padded.T], axis=1)
    roots = np.sign(speed) * np.sqrt(np.abs(speed))
    size = np.sqrt(np.nanmean(np.square(roots), axis=0)) if np.isfinite(roots).any() else 1.0
    compressed: Doubles = roots / np.maximum(size, 1e-9)
    return compressed


def _compared(
    lips: Doubles, sound: Doubles, coarse: Features, heard: SpokenSound, reach: int
) -> SimilarityBand:
    """Multiply lips with the sound at each offset, and add up the fine rows of each row.

    Fine row k of the lips [shape=(4 T, K)] lies ``(k - 1.5) / 100`` seconds after the first row
    of the coarse features.
    """
    grid = coarse.grid
    rows = grid.size
    seen = np.isfinite(lips).all(axis=1)
    lips = np.nan_to_num(lips).sum(axis=1)
    rate = float(FRAME_RATE)
    first = round((grid.start - _BIAS) * rate - (_FINE - 1) / 2)
    offsets = np.arange(-reach, reach + 1) * _STEP
    values = np.empty((rows, len(offsets)), np.float32)
    is_heard = np.empty((rows, len(offsets)), np.bool_)
    for column, offset in enumerate(offsets):
        at = first - offset + np.arange(rows * _FINE)
        inside = (at >= heard.start * rate) & (at < min(len(sound), heard.end * rate))
        there = sound[np.clip(at, 0, max(len(sound) - 1, 0))] if len(sound) else np.zeros(len(at))
        products = np.where(inside & seen, lips * there, 0)
        values[:, column] = products.reshape(rows, _FINE).sum(axis=1)
        is_heard[:, column] = inside.reshape(rows, _FINE).any(axis=1)
    seen_rows = seen.reshape(rows, _FINE).mean(axis=1) >= 0.5
    values = centred(values, is_heard, seen_rows)
    return SimilarityBand(values, seen_rows & is_heard.any(axis=1), values.max(axis=1), grid)
