"""Made-up lips and a made-up sound that belong together: bursts that open a mouth."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from syncalign.models.lipsync.sound import SpokenSound
from syncalign.timebase import Features, Grid


def opening(seconds: float, seed: int) -> np.ndarray:
    """How far a mouth is open, 0 to 1, a hundred times a second."""
    rng = np.random.default_rng(seed)
    course = np.zeros(round(seconds * 100))
    at = 30
    while at < len(course) - 60:
        length = int(rng.integers(12, 35))
        course[at : at + length] += np.hanning(length) * rng.uniform(0.5, 1)
        at += length + int(rng.integers(0, 25))
    return course


def sound_of(course: np.ndarray, later: float = 0.0) -> SpokenSound:
    """A voice that is loud where the mouth is open, moved later by some seconds."""
    rng = np.random.default_rng(7)
    level = np.interp(
        np.arange(len(course)) - later * 100, np.arange(len(course)), course, left=0, right=0
    )
    tilt = np.linspace(1, 0.4, 40)
    levels = 40 + 70 * level[:, None] * tilt + rng.normal(0, 2, (len(course), 40))
    spoken = np.convolve(level > 0.05, np.ones(31), "same") > 0
    return SpokenSound(
        np.clip(levels, 0, 255).astype(np.uint8), spoken, max(later, 0.0), len(course) / 100
    )


def shapes_of(course: np.ndarray, seed: int = 0) -> Features:
    """Lips in the frame of the head, at 25 Hz, with a little noise."""
    around = np.linspace(np.pi, -np.pi, 20, endpoint=False)
    rim = np.stack([np.cos(around), np.sin(around)], axis=1)
    rest = np.concatenate([rim * (0.4, 0.15), rim * (0.3, 0.05)]) + np.array([0, 1])
    size = len(course) // 4
    opened = course[: 4 * size].reshape(size, 4).mean(axis=1)
    points = np.repeat(rest[None], size, axis=0)
    lower = [*range(1, 10), *range(21, 30)]
    points[:, lower, 1] += 0.2 * opened[:, None]
    points += np.random.default_rng(seed).normal(0, 0.004, points.shape)
    return Features(points.reshape(size, 80).astype(np.float32), Grid(Fraction(25), 0.02, size))
