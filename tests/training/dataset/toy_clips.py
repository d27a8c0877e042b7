"""Made-up recordings: a class is a tone and a place where the mouth is bright."""

from __future__ import annotations

import numpy as np

from syncalign.models.fusion.clip import Clip, Mouth

RATE = 16_000
CLASSES = ("one", "two", "three")


def toy_clip(label: str, *, seed: int = 0, seconds: float = 1.2, face: bool = True) -> Clip:
    rng = np.random.default_rng((seed, CLASSES.index(label)))
    time = np.arange(round(seconds * RATE)) / RATE
    tone = np.sin(2 * np.pi * 400 * (1 + CLASSES.index(label)) * time)
    samples = (0.1 * tone + rng.normal(0, 0.01, len(time))).astype(np.float32)
    rows = round(seconds * 25)
    pictures = rng.integers(60, 120, (rows, 32, 48)).astype(np.uint8)
    pictures[:, :, 16 * CLASSES.index(label) :][:, :, :16] += 60
    shapes = rng.normal(0, 0.1, (rows, 80)).astype(np.float32)
    mouth = Mouth(0, shapes, pictures, np.ones(rows, bool), 100.0)
    return Clip(samples, (mouth,) if face else ())
