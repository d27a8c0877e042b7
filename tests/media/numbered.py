"""Moving pictures whose frames show their numbers, and how to read them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from syncalign.media import Frame

WIDTH, HEIGHT = 128, 72
_BITS = 8


def painted(number: int) -> np.ndarray:
    """A picture with the number as eight light or dark fields at the top, and red at the left."""
    picture = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    picture[HEIGHT // 2 :, : WIDTH // 4] = (220, 30, 30)
    for bit in range(_BITS):
        field = slice(bit * WIDTH // _BITS, (bit + 1) * WIDTH // _BITS)
        picture[: HEIGHT // 3, field] = 235 if number >> bit & 1 else 20
    return picture


def number_of(picture: np.ndarray) -> int:
    height, width = picture.shape[:2]
    row = picture[height // 6].mean(axis=1)
    return sum(1 << bit for bit in range(_BITS) if row[int((bit + 0.5) * width / _BITS)] > 128)


def numbers(frames: list[Frame]) -> list[int]:
    return [number_of(frame.picture) for frame in frames]


def write_numbered(
    ffmpeg: Callable[..., None], out: Path, *options: object, count: int = 30, rate: object = 25
) -> Path:
    """Encode ``count`` numbered pictures with FFmpeg's options."""
    raw = out.with_suffix(".rgb")
    raw.write_bytes(b"".join(painted(number).tobytes() for number in range(count)))
    size = f"{WIDTH}x{HEIGHT}"
    source = ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", rate, "-i", raw)
    ffmpeg(*source, *options, out)
    raw.unlink()
    return out
