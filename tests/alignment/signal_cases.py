"""Synthetic courses: events on a few bands with pauses, and ways to damage them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from syncalign.timebase import Features, Grid

RATE = 50


def course(seconds: float, seed: int, bands: int = 12) -> np.ndarray:
    """Something like speech: bursts of a second or so in random bands, with pauses [T, bands]."""
    rng = np.random.default_rng(seed)
    size = round(seconds * RATE)
    values = np.zeros((size, bands))
    at = 10
    while at < size:
        length = int(rng.integers(5, 25))
        stop = min(at + length, size)
        shape = np.hanning(length + 2)[1:-1][: stop - at, None]
        values[at:stop] += shape * rng.gamma(1.0, 1.0, bands)
        at = stop + (int(rng.integers(0, 12)) if rng.random() < 0.9 else int(rng.integers(50, 150)))
    return values


def noisy(values: np.ndarray, level: float, seed: int = 99) -> np.ndarray:
    """Add noise of its own to each value."""
    return values + np.random.default_rng(seed).normal(0, level, values.shape)


def read_at(values: np.ndarray, frames: np.ndarray) -> np.ndarray:
    """Read between frames, by straight lines."""
    rows = np.arange(len(values))
    return np.column_stack([np.interp(frames, rows, column) for column in values.T])


def features(values: np.ndarray, start: float = 0.0) -> Features:
    """Give values the usual grid."""
    return Features(values, Grid(Fraction(RATE), start, len(values)))
