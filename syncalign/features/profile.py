"""The course of a sound: how far its bands stand above their floor, fifty times a second."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from syncalign.features.spectral import MARGIN_FRAMES, above_floor
from syncalign.timebase import Features, Grid

PROFILE_RATE = Fraction(50)


def sound_profile(levels: Features) -> Features:
    """Free a sound of its loudness, its colour and its steady noise.

    Parameters
    ----------
    levels : Features [shape=(T, 12)]
        What :func:`syncalign.features.band_levels` returned, at 100 Hz.

    Returns
    -------
    Features [shape=(ceil(T / 2), 12)]
        Height of each band above its own slowly moving floor, at 50 Hz; 1 is 20 dB.
    """
    parts = []
    for chunk in above_floor(levels):
        at = np.arange(MARGIN_FRAMES, len(chunk) - MARGIN_FRAMES, 2)
        parts.append((chunk[at - 1] + 2 * chunk[at] + chunk[at + 1]) / 4)
    bands = levels.values.shape[1]
    values = np.concatenate(parts) if parts else np.zeros((0, bands), np.float32)
    return Features(values, Grid(PROFILE_RATE, levels.grid.start, len(values)))
