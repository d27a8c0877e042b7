"""Sound with clicks at known moments, and how to find them again."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

CLICKS = (0.4, 1.7, 3.2537, 4.9, 7.1)
SECONDS = 8.0
RATE = 48000
PICTURE = ("-f", "lavfi", "-i", f"testsrc=size=64x64:rate=25:duration={SECONDS}")


def burst(rate: int) -> np.ndarray:
    t = np.arange(-0.006, 0.006, 1 / rate)
    return np.cos(2 * np.pi * 1500 * t) * np.exp(-((t / 0.0015) ** 2))


def clicks(rate: int = RATE, seconds: float = SECONDS, times=CLICKS) -> np.ndarray:
    sound = np.random.default_rng(7).normal(0, 0.001, round(rate * seconds))
    shape = burst(rate)
    for time in times:
        first = round((time - 0.006) * rate)
        sound[first : first + len(shape)] += 0.8 * shape
    return sound


def find_click(sound: np.ndarray, rate: int, near: float, *, reach: float = 0.1) -> float:
    """The moment, in seconds from the sound's start, of the click nearest to a moment."""
    first = max(0, round((near - reach) * rate))
    piece = sound[first : round((near + reach) * rate)]
    found = np.correlate(piece, burst(rate), mode="same")
    return (first + int(np.argmax(found)) + 0.5 * (len(burst(rate)) % 2)) / rate


def write_wav(path: Path, *channels: np.ndarray, rate: int = RATE) -> Path:
    data = (np.stack(channels, axis=1) * 32767).round().astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setparams((len(channels), 2, rate, len(data), "NONE", ""))
        file.writeframes(data.tobytes())
    return path
