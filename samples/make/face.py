"""A drawn face that talks: lips follow the phones of a synthetic voice. Nobody's face."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 256, 256
FRAME_RATE = Fraction(25)

Image = NDArray[np.float64]
Doubles = NDArray[np.float64]

# How far a mouth is open and how wide it is, 0 to 1, by the first letter of a phone in IPA.
_SHAPES = {
    **dict.fromkeys("mbp", (0.0, 0.45)),
    **dict.fromkeys("fv", (0.08, 0.5)),
    **dict.fromkeys("wʍ", (0.18, 0.0)),
    **dict.fromkeys("uʊ", (0.25, 0.05)),
    **dict.fromkeys("oɔ", (0.55, 0.2)),
    **dict.fromkeys("aɑæʌɒ", (0.9, 0.55)),
    **dict.fromkeys("eɛəɜɚɐ", (0.5, 0.65)),
    **dict.fromkeys("iɪj", (0.25, 0.95)),
    **dict.fromkeys("szʃʒ", (0.12, 0.6)),
}
_OTHER = (0.22, 0.5)
_REST = (0.0, 0.45)
_STEP = 0.005  # seconds; phones are laid down this finely and then smoothed
_SLUGGISH = 0.035  # seconds of standard deviation by which lips blur the phones


@dataclass(frozen=True)
class Phone:
    """A phone and when it sounds, in seconds."""

    name: str
    start: float
    end: float


def frames(phones: Sequence[Phone], seconds: float, *, seed: int) -> Iterator[bytes]:
    """Yield the frames of the talking face as packed RGB, 8 bits a channel.

    A frame shows the mouth as it is in the middle of the time for which it is shown.

    Parameters
    ----------
    phones : sequence of Phone
        What is said.
    seconds : float
        Length of the film.
    seed : int
        Of the sway of the head, the blinking and the grain.
    """
    rng = np.random.default_rng(seed)
    phases = rng.uniform(0, 2 * np.pi, 3)
    blinks = np.cumsum(rng.uniform(1.5, 3.5, 10))
    times = (np.arange(int(seconds * FRAME_RATE)) + 0.5) / float(FRAME_RATE)
    openness, width = _mouth(phones, seconds, times)
    for number, now in enumerate(times):
        sway = np.sin(2 * np.pi * np.array([0.23, 0.31, 0.17]) * now + phases)
        place = (5 * sway[0], 3 * sway[1], 0.05 * sway[2])
        lid = max(0.0, 1 - np.abs(blinks - now).min() / 0.1)
        image = _draw(openness[number], width[number], float(lid), place)
        grain = rng.normal(0, 0.006, image.shape)
        yield (np.clip(image + grain, 0, 1) * 255).astype(np.uint8).tobytes()


def _mouth(phones: Sequence[Phone], seconds: float, times: Doubles) -> tuple[Doubles, Doubles]:
    """Return how open and how wide the mouth is at some times."""
    clock = np.arange(0, seconds, _STEP)
    shapes = np.tile(_REST, (len(clock), 1)).astype(np.float64)
    for phone in phones:
        shapes[(clock >= phone.start) & (clock < phone.end)] = _SHAPES.get(phone.name[0], _OTHER)
    reach = np.arange(-4 * _SLUGGISH, 4 * _SLUGGISH + _STEP, _STEP)
    bell = np.exp(-0.5 * (reach / _SLUGGISH) ** 2)
    smooth = [np.convolve(course, bell / bell.sum(), "same") for course in shapes.T]
    return np.interp(times, clock, smooth[0]), np.interp(times, clock, smooth[1])


def _draw(openness: float, width: float, lid: float, place: tuple[float, float, float]) -> Image:
    """Draw the face; coordinates have the middle between the eyes as origin, the unit is 1 px."""
    x, y = _coordinates(place)
    image = np.ones((HEIGHT, WIDTH, 3)) * _rgb(0x5B7A8C)
    jaw = 10 * openness
    image = _paint(image, _ellipse(x, y, 0, 125, 95, 70), _rgb(0x39424E))  # shoulders
    image = _paint(image, _ellipse(x, y, 0, 95, 26, 40), _rgb(0xB98468))  # neck
    image = _paint(image, _ellipse(x, y, 0, -8, 66, 76), _rgb(0x3A2A20))  # hair
    for side in (-1, 1):
        image = _paint(image, _ellipse(x, y, 59 * side, 12, 8, 15), _rgb(0xC08A6D))  # ears
    face = np.maximum(
        _ellipse(x, y, 0, 10, 56, 66), _ellipse(x, y, 0, 32 + jaw / 2, 46, 58 + jaw / 2)
    )
    image = _paint(image, face, _rgb(0xD9A685))
    light = 1 - 0.28 * np.clip((x / 58) ** 2, 0, 1) - 0.08 * np.clip((y - 40) / 50, -0.5, 1)
    image = image * np.where(face > 0, light, 1.0)[..., None]
    image = _paint(image, np.minimum(_ellipse(x, y, 0, -20, 60, 62), -28 - y), _rgb(0x3A2A20))
    for side in (-1, 1):
        _draw_eye(image, x - 27 * side, y, side, lid)
    _draw_nose(image, x, y)
    _draw_mouth(image, x, y - 58, openness, width)
    return image


def _draw_eye(image: Image, x: Doubles, y: Doubles, side: int, lid: float) -> None:
    image[:] = _shade(image, _ellipse(x, y, 0, 0, 16, 9), 0.86)  # socket
    opening = 5.5 * (1 - lid) + 0.6
    eye = _ellipse(x, y, 0, 0, 12, opening)
    image[:] = _paint(image, eye, _rgb(0xEDE7E0))
    image[:] = _paint(image, np.minimum(eye, _ellipse(x, y, 0, 0, 5.2, 5.2)), _rgb(0x4B3423))
    image[:] = _paint(image, np.minimum(eye, _ellipse(x, y, 0, 0, 2.4, 2.4)), _rgb(0x080605))
    image[:] = _paint(image, np.minimum(eye, _ellipse(x, y, 1.5, -1.5, 1, 1)), _rgb(0xFFFFFF))
    rim = 1.2 - np.abs(eye)
    image[:] = _paint(image, np.minimum(rim, 1 - y), _rgb(0x3B2218))  # lashes
    brow = _ellipse(x, y - 0.1 * x * side, 0, -15, 16, 3.2)
    image[:] = _paint(image, brow, _rgb(0x3F2C20))


def _draw_nose(image: Image, x: Doubles, y: Doubles) -> None:
    image[:] = _shade(image, _ellipse(x, y, 7, 18, 4, 20), 0.93)
    image[:] = _shade(image, _ellipse(x, y, -2, 20, 3, 20), 1.05)
    image[:] = _shade(image, _ellipse(x, y, 0, 36, 13, 6), 0.9)
    for side in (-1, 1):
        image[:] = _paint(image, _ellipse(x, y, 6 * side, 37, 3.2, 1.8), _rgb(0x6E4334))


def _draw_mouth(image: Image, x: Doubles, y: Doubles, openness: float, width: float) -> None:
    half = 17 + 8 * width
    gap = 12 * openness
    bow = np.clip(1 - (x / half) ** 2, 0, None)
    upper = -6.5 * bow**0.8 + 1.6 * np.exp(-((x / 5) ** 2))
    inner_upper = -1.2 * gap * bow / 4
    inner_lower = gap * bow
    lower = inner_lower + 7.5 * bow**0.7
    inside = half - np.abs(x)
    lips = np.minimum(np.minimum(y - upper, lower - y), inside)
    image[:] = _paint(image, lips, _rgb(0xA8544E))
    image[:] = _shade(image, np.minimum(lips, inner_upper - y), 0.86)
    hole = np.minimum(np.minimum(y - inner_upper, inner_lower - y), inside)
    image[:] = _paint(image, hole, _rgb(0x2B0F10))
    teeth = np.minimum(hole, inner_upper + 4 - y)
    image[:] = _paint(image, teeth, _rgb(0xE4DCCB))
    line = np.minimum(0.9 - np.abs(y - (inner_upper + inner_lower) / 2), inside)
    image[:] = _paint(image, np.where(gap < 1.5, line, -1.0), _rgb(0x5A2A28))
    image[:] = _shade(image, _ellipse(x, y, 0, 15 + 1.1 * gap, 15, 3.5), 0.9)  # under the lip


def _coordinates(place: tuple[float, float, float]) -> tuple[Doubles, Doubles]:
    right, down, angle = place
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    x, y = columns - WIDTH / 2 - right, rows - 105 - down
    cos, sin = np.cos(angle), np.sin(angle)
    return cos * x + sin * y, cos * y - sin * x


def _ellipse(
    x: Doubles, y: Doubles, middle_x: float, middle_y: float, radius_x: float, radius_y: float
) -> Doubles:
    """Return about how many pixels a place lies within an ellipse."""
    reach = np.hypot((x - middle_x) / radius_x, (y - middle_y) / radius_y)
    return (1 - reach) * min(radius_x, radius_y)


def _paint(image: Image, inside: Doubles, colour: Doubles) -> Image:
    cover = np.clip(inside + 0.5, 0, 1)[..., None]
    return image + cover * (colour - image)


def _shade(image: Image, inside: Doubles, light: float) -> Image:
    cover = np.clip(inside / 3, 0, 1)[..., None]
    return image * (1 + cover * (light - 1))


def _rgb(colour: int) -> Doubles:
    return np.array([colour >> 16, colour >> 8 & 255, colour & 255]) / 255
