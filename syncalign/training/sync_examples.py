"""Examples for lip-sync: stretches of clips, moved, sped up, and spoilt as recordings are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from syncalign.features.mel import MEL_BANDS
from syncalign.models.lipsync.builtin import LIP_LAYERS, SOUND_LAYERS
from syncalign.models.lipsync.encoder import reach_of
from syncalign.models.lipsync.inputs import LIP_RATE, decibels, lip_inputs, sound_inputs
from syncalign.timebase import Features, Grid
from syncalign.training.sync_clips import SyncClip

Doubles = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

#: Frames of a stretch, and the largest offset either way in them.
FRAMES, REACH_FRAMES = 50, 15
_FRAME, _HOP = 0.04, 0.01
_LIP_MARGIN, _SOUND_MARGIN = reach_of(LIP_LAYERS) // 2, reach_of(SOUND_LAYERS) // 2
_LARGEST_SHIFT = 20  # of the sound, in hops


@dataclass(frozen=True, slots=True, eq=False)
class SyncExample:
    """A stretch of a face with its sound.

    Attributes
    ----------
    lips : ndarray of float32 [shape=(FRAMES + margins, LIP_INPUTS)]
        What the network sees.
    sound : ndarray of float32 [shape=(4 * (FRAMES - 1) + 8 * REACH_FRAMES + 1 + margins, ...)]
        What it hears: at 100 Hz, from REACH_FRAMES before the first frame to as many behind the
        last one.
    heard : ndarray of bool
        At which codes of the sound there is any, one each 20 ms.
    offset : float
        Seconds by which the sound has to be moved later.
    """

    lips: Singles
    sound: Singles
    heard: npt.NDArray[np.bool_]
    offset: float


class SyncExamples:
    """Draws examples from clips; what is drawn depends on the generator alone.

    Parameters
    ----------
    clips : sequence of SyncClip
        What to draw from.
    """

    def __init__(self, clips: Sequence[SyncClip]) -> None:
        self._shapes = [_without_holes(clip.shapes) for clip in clips]
        self._levels = [decibels(clip.sound.levels).astype(np.float64) for clip in clips]

    def draw(self, index: int, draw: np.random.Generator) -> SyncExample:
        """Draw a stretch of a clip."""
        shapes, levels = self._shapes[index], self._levels[index]
        pace = draw.uniform(0.82, 1.18) if draw.random() < 0.6 else 1.0
        step = _FRAME * pace
        room = max(len(shapes) * _FRAME - FRAMES * step, 0.0)
        first = shapes.grid.start + draw.integers(int(room / _FRAME) + 1) * _FRAME
        times = first + np.arange(-_LIP_MARGIN, FRAMES + _LIP_MARGIN) * step
        rows = _between(np.asarray(shapes.values), (times - shapes.grid.start) / _FRAME)
        shift = int(draw.integers(-_LARGEST_SHIFT, _LARGEST_SHIFT + 1))
        before, behind = 4 * REACH_FRAMES + _SOUND_MARGIN, 4 * (FRAMES - 1 + REACH_FRAMES)
        hops = np.arange(-before, behind + _SOUND_MARGIN + 1) - shift
        places = (first + hops * _HOP * pace) / _HOP
        inside = (places >= 0) & (places <= len(levels) - 1)
        return SyncExample(
            lips=_seen(rows, draw),
            sound=self._heard(_between(self._voice(levels, draw), places), draw),
            heard=inside[_SOUND_MARGIN : len(inside) - _SOUND_MARGIN : 2],
            offset=-shift * _HOP,
        )

    def _voice(self, levels: Doubles, draw: np.random.Generator) -> Doubles:
        """Make a voice of another size: its spectrum is stretched."""
        if draw.random() < 0.5:
            return levels
        bands = np.clip(np.arange(MEL_BANDS) * draw.uniform(0.9, 1.1), 0, MEL_BANDS - 1.001)
        return _between(levels.T, bands).T

    def _heard(self, levels: Doubles, draw: np.random.Generator) -> Singles:
        """Add noise, a channel and a level, and leave some bands out."""
        if draw.random() < 0.6:
            levels = self._noisy(levels, draw)
        levels = levels + _smooth_over_bands(draw.normal(0, 5, 6))
        levels = np.maximum(levels, levels.max() - 60 + draw.uniform(-8, 8))
        inputs = sound_inputs(levels * draw.uniform(0.8, 1.25))
        if draw.random() < 0.3:
            half = MEL_BANDS // 2
            band = int(draw.integers(half - 2))
            gone = slice(band, band + int(draw.integers(1, 5)))
            inputs.reshape(len(inputs), 2, half)[:, :, gone] = 0
        return inputs

    def _noisy(self, levels: Doubles, draw: np.random.Generator) -> Doubles:
        voice = 10 ** (levels / 10)
        make = self._babble if draw.random() < 0.5 else _hiss
        noise = make(len(levels), draw)
        loudness = np.quantile(voice.mean(axis=1), 0.8)
        ratio = 10 ** (draw.uniform(-3, 25) / 10)
        power = voice + noise * (loudness / (noise.mean() * ratio)) + 1e-12
        return np.asarray(10 * np.log10(power))

    def _babble(self, size: int, draw: np.random.Generator) -> Doubles:
        """Let others talk at the same time."""
        power = np.full((size, MEL_BANDS), 1e-12)
        for _ in range(draw.integers(1, 5)):
            other = self._levels[draw.integers(len(self._levels))]
            rows = (draw.integers(len(other)) + np.arange(size)) % len(other)
            power += 10 ** (other[rows] / 10)
        return power


def _hiss(size: int, draw: np.random.Generator) -> Doubles:
    """Make noise of some colour, more or less steady."""
    colour = _smooth_over_bands(draw.normal(0, 8, 5)) + draw.uniform(-0.4, 0.4) * np.arange(40)
    flicker = draw.normal(0, 4.3, (size, MEL_BANDS)) * draw.uniform(0.2, 1)
    power: Doubles = 10 ** ((colour + flicker) / 10)
    return power


def _seen(shapes: Doubles, draw: np.random.Generator) -> Singles:
    """Change the mouth, shake its points, and drop frames."""
    points = shapes.reshape(len(shapes), -1, 2)
    mean = points.mean(axis=0)
    size = draw.uniform(0.8, 1.2, (1, 1, 2)) * draw.uniform(0.85, 1.15, (1, points.shape[1], 1))
    shaking = draw.normal(0, draw.uniform(0, 0.006), points.shape)
    swaying = np.cumsum(draw.normal(0, draw.uniform(0, 0.002), (len(points), 1, 2)), axis=0)
    points = mean + (points - mean) * size + shaking + swaying
    if draw.random() < 0.3:
        points = points[_frames_shown(len(points), draw)]
    return lip_inputs(
        Features(points.reshape(len(points), -1), Grid(Fraction(LIP_RATE), 0.0, len(points)))
    )


def _frames_shown(size: int, draw: np.random.Generator) -> npt.NDArray[np.int64]:
    """Tell which frame is shown at each moment where some were dropped."""
    frames = np.arange(size)
    if draw.random() < 0.3:
        every = draw.integers(2, 4)
        return frames // every * every
    return np.where(draw.random(size) < 0.1, np.maximum(frames - 1, 0), frames)


def _smooth_over_bands(knots: Doubles) -> Doubles:
    return np.interp(np.arange(MEL_BANDS), np.linspace(0, MEL_BANDS - 1, len(knots)), knots)


def _between(rows: Doubles, at: Doubles) -> Doubles:
    """Interpolate between rows; beyond the edges they stand still."""
    at = np.clip(at, 0, len(rows) - 1)
    before = np.minimum(at.astype(np.int64), len(rows) - 2)
    share = (at - before)[:, None]
    return np.asarray(rows[before] * (1 - share) + rows[before + 1] * share)


def _without_holes(shapes: Features) -> Features:
    """Fill rows without the face from their neighbours."""
    values = np.asarray(shapes.values, np.float64)
    known = np.flatnonzero(np.isfinite(values).all(axis=1))
    rows = np.arange(len(values))
    filled = [np.interp(rows, known, column[known]) for column in values.T]
    return Features(np.stack(filled, axis=1), shapes.grid)
