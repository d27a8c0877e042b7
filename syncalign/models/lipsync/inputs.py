"""What the networks see: lips and sound, freed of face, voice, loudness and channel."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from syncalign.features.spectral import LEVEL_ORIGIN_DB, LEVEL_STEP_DB
from syncalign.timebase import Features

Singles = npt.NDArray[np.float32]

#: Frames a second of the lips; the sound has FRAME_RATE of features.spectral.
LIP_RATE = 25
LIP_INPUTS = 44
_MEAN_SECONDS = 3.0  # what stays longer than this is the face, the voice or the room
_LIP_SCALE = 20.0  # a lip moves by about a twentieth of the distance between the eyes
_LEVEL_SCALE_DB, _LEVEL_RANGE_DB = 15.0, 60.0

_RIM = np.arange(20)
_MIRRORED = np.concatenate([(10 - _RIM) % 20, 20 + (10 - _RIM) % 20])
_ONE_HALF = np.concatenate([rim + np.r_[0:6, 15:20] for rim in (0, 20)])


def lip_inputs(shapes: Features) -> Singles:
    """Return the motion of the lips about their mean of three seconds.

    Left and right are averaged: speech moves them alike, and it halves the noise.

    Parameters
    ----------
    shapes : Features [shape=(T, 80)]
        Of :func:`syncalign.features.mouth.lip_shapes`, at 25 Hz. Rows without the face take the
        values of their neighbours.

    Returns
    -------
    ndarray of float32 [shape=(T, 44)]
    """
    points = _filled(np.asarray(shapes.values, np.float64)).reshape(len(shapes), 40, 2)
    mirrored = points[:, _MIRRORED] * [-1.0, 1.0]
    halves = ((points + mirrored) / 2)[:, _ONE_HALF].reshape(len(points), LIP_INPUTS)
    moved = halves - _moving_mean(halves, round(_MEAN_SECONDS * LIP_RATE) // 2 + 1)
    return (moved * _LIP_SCALE).astype(np.float32)


def sound_inputs(levels: npt.NDArray[np.uint8]) -> Singles:
    """Return the level of each mel band about its mean of three seconds.

    Parameters
    ----------
    levels : ndarray of uint8 [shape=(T, 40)]
        In the bank :data:`syncalign.features.mel.MEL_BANK`, at 100 Hz.

    Returns
    -------
    ndarray of float32 [shape=(T, 40)]
    """
    decibels = levels.astype(np.float32) * np.float32(LEVEL_STEP_DB) + np.float32(LEVEL_ORIGIN_DB)
    decibels = np.maximum(decibels, decibels.max(initial=LEVEL_ORIGIN_DB) - _LEVEL_RANGE_DB)
    around = _moving_mean(decibels, round(_MEAN_SECONDS * 100) // 2)
    return ((decibels - around) / _LEVEL_SCALE_DB).astype(np.float32)


def _moving_mean(values: npt.NDArray[np.floating], reach: int) -> npt.NDArray[np.float64]:
    """Average over the rows up to so far away, at the edges over those that there are."""
    size = len(values)
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, 0, np.float64)])
    index = np.arange(size)
    first, stop = np.maximum(index - reach, 0), np.minimum(index + reach + 1, size)
    mean: npt.NDArray[np.float64] = (sums[stop] - sums[first]) / (stop - first)[:, None]
    return mean


def _filled(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Fill rows that are NaN in between their neighbours."""
    known = np.flatnonzero(np.isfinite(values).all(axis=1))
    if len(known) in (0, len(values)):
        return np.nan_to_num(values)
    rows = np.arange(len(values))
    return np.stack([np.interp(rows, known, column[known]) for column in values.T], axis=1)
