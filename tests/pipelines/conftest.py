"""Have lines read aloud, and write them down."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from synthetic_readings import RATE, VOICE, Reading, spoken


@pytest.fixture
def read_aloud(tmp_path) -> Callable[..., Reading]:
    """Have pieces read: each a line, or a pause in seconds; half a second between lines."""

    def read(*pieces: str | float, name: str = "reading.wav", voice: str = VOICE) -> Reading:
        spaced = [part for piece in pieces for part in (piece, 0.5)]
        samples, times = spoken(0.5, *spaced, voice=voice)
        path = tmp_path / name
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        return Reading(path, samples, times)

    return read


@pytest.fixture
def write(tmp_path) -> Callable[..., Path]:
    """Write lines to a text file."""

    def written(*lines: str, name: str = "text.txt") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return written
