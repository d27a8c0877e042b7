"""What the networks see: lips and sound, freed of face, voice, loudness and channel."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from syncalign.features.mel import MEL_BANDS
from syncalign.features.mouth import lip_distances
from syncalign.features.spectral import LEVEL_ORIGIN_DB, LEVEL_STEP_DB
from syncalign.timebase import Features

Doubles = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

#: Frames a second of the lips; the sound has FRAME_RATE of features.spectral.
LIP_RATE = 25
_MEASURES = 7
#: Each measure as a place and as a speed; each pair of mel bands as a level and as its rise.
LIP_INPUTS, SOUND_INPUTS = 2 * _MEASURES, MEL_BANDS

_AROUND_SECONDS = 3.0  # what stays longer than this is the face, the voice or the room
_LOWER_LIP, _UPPER_LIP = slice(1, 10), slice(11, 20)  # of the outer rim, between the corners
_STILL, _SLOW = 0.004, 0.004  # distances between the eyes, and those a frame
_LEVEL_SCALE_DB, _LEVEL_RANGE_DB = 15.0, 60.0
_RISE_FRAMES = 4  # of 10 ms, either way


def lip_inputs(shapes: Features) -> Singles:
    """Return how a mouth moves, whatever its size.

    Openings, widths and the heights of both lips, each about its mean of three seconds and in
    parts of its deviation there; then their speeds, compressed by a square root so that small
    movements count beside large ones.

    Parameters
    ----------
    shapes : Features [shape=(T, 80)]
        Of :func:`syncalign.features.mouth.lip_shapes`, at 25 Hz. Rows without the face take the
        values of their neighbours.

    Returns
    -------
    ndarray of float32 [shape=(T, 14)]
    """
    filled = Features(_filled(np.asarray(shapes.values, np.float64)), shapes.grid)
    heights = filled.values.reshape(len(filled), -1, 2)[..., 1]
    lips = [heights[:, lip].mean(axis=1, keepdims=True) for lip in (_LOWER_LIP, _UPPER_LIP)]
    measures = np.concatenate([*lips, np.asarray(lip_distances(filled).values, np.float64)], axis=1)
    reach = round(_AROUND_SECONDS * LIP_RATE) // 2 + 1
    places = measures - _moving_mean(measures, reach)
    deviation = np.sqrt(_moving_mean(np.square(places), reach))
    speeds = np.gradient(places, axis=0) if len(places) > 1 else np.zeros_like(places)
    columns = [places / (deviation + _STILL), _compressed(speeds / _SLOW)]
    return np.concatenate(columns, axis=1).astype(np.float32)


def decibels(levels: npt.NDArray[np.uint8]) -> Singles:
    """Return stored levels in decibels of full scale."""
    return levels.astype(np.float32) * np.float32(LEVEL_STEP_DB) + np.float32(LEVEL_ORIGIN_DB)


def sound_inputs(levels_db: npt.NDArray[np.floating]) -> Singles:
    """Return how the spectrum of a sound moves, whatever its loudness and its channel.

    Parameters
    ----------
    levels_db : ndarray [shape=(T, 40)]
        Decibels in the bank :data:`syncalign.features.mel.MEL_BANK`, at 100 Hz.

    Returns
    -------
    ndarray of float32 [shape=(T, 40)]
        The level of each pair of bands about its mean of three seconds, then how it rises.
    """
    paired = np.maximum(levels_db, levels_db.max(initial=LEVEL_ORIGIN_DB) - _LEVEL_RANGE_DB)
    paired = paired.reshape(len(paired), -1, 2).mean(axis=2, dtype=np.float64)
    levels = (paired - _moving_mean(paired, round(_AROUND_SECONDS * 100) // 2)) / _LEVEL_SCALE_DB
    around = np.pad(levels, ((_RISE_FRAMES, _RISE_FRAMES), (0, 0)), mode="edge")
    rises = around[2 * _RISE_FRAMES :] - around[: len(levels)]
    return np.concatenate([levels, _compressed(rises)], axis=1).astype(np.float32)


def _compressed(values: Doubles) -> Doubles:
    return np.sign(values) * np.sqrt(np.abs(values))


def _moving_mean(values: Doubles, reach: int) -> Doubles:
    """Average over the rows up to so far away, at the edges over those that there are."""
    size = len(values)
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    index = np.arange(size)
    first, stop = np.maximum(index - reach, 0), np.minimum(index + reach + 1, size)
    mean: Doubles = (sums[stop] - sums[first]) / (stop - first)[:, None]
    return mean


def _filled(values: Doubles) -> Doubles:
    """Fill rows that are NaN in between their neighbours."""
    known = np.flatnonzero(np.isfinite(values).all(axis=1))
    if len(known) in (0, len(values)):
        return np.nan_to_num(values)
    rows = np.arange(len(values))
    return np.stack([np.interp(rows, known, column[known]) for column in values.T], axis=1)
