"""The picture: dusk over a bay, a boat, fog, and a lighthouse that is dark until it is lit."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 320, 180
FRAME_RATE = Fraction(24000, 1001)
_HORIZON = 104

Image = NDArray[np.float32]

_ROWS, _COLUMNS = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
_LAMP = (262.0, 52.0)  # column and row of the lamp


def frames(seconds: float, *, lamp_lit: float, seed: int) -> Iterator[bytes]:
    """Yield the frames of the film as packed RGB, 8 bits a channel.

    Parameters
    ----------
    seconds : float
        Length of the film.
    lamp_lit : float
        When the lamp of the lighthouse begins to burn, in seconds.
    seed : int
        Of the stars and the waves.
    """
    rng = np.random.default_rng(seed)
    stars = _stars(rng)
    waves = rng.uniform(0, 2 * np.pi, (3, HEIGHT)).astype(np.float32)
    for number in range(int(seconds * FRAME_RATE)):
        now = float(number / FRAME_RATE)
        image = _sky(now / seconds, stars)
        image = _sea(image, now, waves)
        _draw_sun(image, now / seconds)
        _draw_boat(image, now, seconds)
        _draw_land(image)
        _draw_lamp(image, now - lamp_lit)
        light = np.clip(min(now, seconds - now) / 1.5, 0.0, 1.0)
        yield (np.clip(image, 0, 1) * (255 * light)).astype(np.uint8).tobytes()


def _mix(dusk: tuple[float, ...], night: tuple[float, ...], night_share: float) -> Image:
    low, high = np.array(dusk, np.float32), np.array(night, np.float32)
    return low + (high - low) * np.float32(night_share)


def _stars(rng: np.random.Generator) -> Image:
    stars = np.zeros((HEIGHT, WIDTH, 1), np.float32)
    rows, columns = rng.integers(4, _HORIZON - 30, 45), rng.integers(0, WIDTH, 45)
    stars[rows, columns, 0] = rng.uniform(0.3, 0.9, 45)
    return stars


def _sky(progress: float, stars: Image) -> Image:
    night = min(1.0, 1.25 * progress)
    top = _mix((0.16, 0.24, 0.45), (0.02, 0.03, 0.09), night)
    low = _mix((0.96, 0.62, 0.38), (0.09, 0.10, 0.20), night)
    height = np.clip(_ROWS / _HORIZON, 0, 1)[..., None] ** 1.4
    return top + (low - top) * height + stars * np.float32(max(0.0, night - 0.45))


def _sea(image: Image, now: float, waves: Image) -> Image:
    """Return the image with water below the horizon: the sky mirrored, darker, in moving bands."""
    depth = np.arange(HEIGHT - _HORIZON, dtype=np.float32)[:, None] + 1
    mirrored = image[_HORIZON - 1 - (np.arange(HEIGHT - _HORIZON) * 6 // 5)]
    columns = _COLUMNS[_HORIZON:]
    ripple = np.zeros_like(columns)
    for layer, (length, speed) in enumerate(((26.0, 1.1), (11.0, -0.7), (47.0, 0.5))):
        phase = waves[layer, _HORIZON:, None] * 0.35 + depth**0.6 * 1.7
        ripple += np.sin(columns / (length * (0.25 + depth / 60)) + phase + speed * now)
    shine = (0.62 + 0.035 * ripple)[..., None]
    result = image.copy()
    result[_HORIZON:] = mirrored * shine
    return result


def _draw_sun(image: Image, progress: float) -> None:
    row, column = 62.0 + 75.0 * progress, 96.0
    distance = np.hypot(_COLUMNS - column, _ROWS - row)
    above = _ROWS < _HORIZON
    disc = np.clip(11.5 - distance, 0, 1) * above
    sink = np.clip((_HORIZON + 30 - row) / 70, 0, 1)
    glow = np.exp(-distance / 34) * 0.55 * sink
    path = np.exp(-np.abs(_COLUMNS - column) / (5 + 0.22 * np.maximum(_ROWS - _HORIZON, 0)))
    glow += np.where(above, 0, 0.32 * sink * path)
    colour = np.array((1.0, 0.78, 0.46), np.float32)
    image += glow[..., None].astype(np.float32) * colour * (1 - image)
    image += disc[..., None].astype(np.float32) * (np.array((1.0, 0.86, 0.58)) - image)


def _draw_boat(image: Image, now: float, seconds: float) -> None:
    column = 60 + 130 * now / seconds
    row = _HORIZON + 9 + 1.3 * np.sin(now * 1.3)
    lean = 0.08 * np.sin(now * 0.9)
    x, y = _COLUMNS - column, _ROWS - row
    x, y = x + lean * y, y - lean * x
    hull = (y > -3) & (y < 4) & (np.abs(x) < 15 - 0.8 * (y + 3))
    cabin = (y > -10) & (y <= -3) & (x > -9) & (x < -1)
    mast = (np.abs(x - 4) < 0.8) & (y > -24) & (y <= -3)
    sail = (x > 5) & (y > -22) & (y < -5) & (x < 5 + (y + 22) * 0.55)
    image[hull | cabin | mast] = (0.05, 0.045, 0.06)
    image[sail] = image[sail] * 0.5 + 0.06
    image[(np.abs(x + 5) < 1.6) & (np.abs(y + 6.5) < 1.6)] = (0.98, 0.80, 0.36)


def _draw_land(image: Image) -> None:
    """Draw the rock and the tower; in the dusk they are hardly more than a shape."""
    slope = _HORIZON + 12 - 26 * np.clip((_COLUMNS - 205) / 60, 0, 1) ** 0.7
    slope += 2.5 * np.sin(_COLUMNS / 5.3) + 1.5 * np.sin(_COLUMNS / 2.1)
    image[(slope < _ROWS) & (_COLUMNS > 203) & (_ROWS < _HORIZON + 14)] = (0.045, 0.045, 0.065)
    x, y = _COLUMNS - _LAMP[0], _ROWS - _LAMP[1]
    tower = (y > 4) & (y < 42) & (np.abs(x) < 4.5 + 0.09 * y)
    bands = tower & (np.floor(y / 9) % 2 == 0)
    image[tower] = image[tower] * 0.25 + 0.10
    image[bands] = image[bands] * 0.4 + np.array((0.10, 0.02, 0.02), np.float32)
    room = (np.abs(x) < 4) & (y > -5) & (y <= 4)
    roof = (y > -10) & (y <= -5) & (np.abs(x) < 1 + (y + 10))
    image[room | roof] = (0.06, 0.06, 0.08)


def _draw_lamp(image: Image, burning: float) -> None:
    """Draw the lamp and its two beams, which turn once in nine seconds."""
    if burning <= 0:
        return
    strength = min(1.0, burning / 2.5)
    x, y = _COLUMNS - _LAMP[0], _ROWS - _LAMP[1]
    distance = np.hypot(x, y) + 1e-3
    reach = np.cos(2 * np.pi * burning / 9.0)  # the beam seen from the side, then head on
    beam = np.exp(-np.abs(y - 0.05 * x) / (1.2 + 0.09 * np.abs(x)))
    beam *= np.clip(np.sign(reach) * -x / distance, 0, 1) * abs(reach) * np.exp(-distance / 170)
    light = 0.6 * beam + np.exp(-distance / 7) * (0.75 + 0.25 * (1 - abs(reach)))
    colour = np.array((1.0, 0.93, 0.70), np.float32)
    image += (strength * light)[..., None].astype(np.float32) * colour * (1 - image)
