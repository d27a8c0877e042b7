"""Trials: stretches of clips with their own sound, moved by a known offset, or with a foreign one.

The corpus counts as in sync. Both kinds are drawn from a seed; foreign sound is another sentence,
of the same speaker in half of the trials. There are as many of the one kind as of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from syncalign.models.lipsync.band import REACH, SimilarityBand
from syncalign.models.lipsync.inputs import LIP_RATE
from syncalign.models.lipsync.sound import SpokenSound
from syncalign.timebase import Features
from syncalign.training.sync_clips import SyncClip
from syncalign.training.sync_judge import Trial

#: Seconds by which sounds are moved later.
SHIFTS = (-0.4, -0.24, -0.12, -0.04, 0.0, 0.04, 0.12, 0.24, 0.4)
WINDOWS = (0.5, 1.0, 2.0, 3.0)
_HOP = 0.01
_JOINED = (2, 4)  # clips of a speaker, for stretches that are longer than one


class Scores(Protocol):
    """A model that compares lips with a sound."""

    def band_of_shapes(self, shapes: Features, sound: SpokenSound, reach: int) -> SimilarityBand:
        """Compare lips, at 25 Hz, with a sound."""


@dataclass(frozen=True, slots=True, eq=False)
class ScoredClip:
    """The bands of a clip with its own sound, moved, and with those of others."""

    speaker: str
    own: tuple[tuple[float, npt.NDArray[np.float32]], ...]
    foreign: tuple[npt.NDArray[np.float32], ...]


def moved(sound: SpokenSound, seconds: float) -> SpokenSound:
    """Move a sound later; what falls out before 0 is lost."""
    hops = round(seconds / _HOP)
    silent = np.repeat(sound.levels.min(axis=0, keepdims=True), max(hops, 0), axis=0)
    levels = np.concatenate([silent, sound.levels[max(-hops, 0) :]])
    quiet = np.zeros(max(hops, 0), np.bool_)
    spoken = np.concatenate([quiet, sound.spoken[max(-hops, 0) :]])
    start, end = max(sound.start + seconds, 0.0), sound.end + seconds
    return replace(sound, levels=levels, spoken=spoken, start=start, end=end)


def scored(
    clips: list[SyncClip], models: Mapping[str, Scores], *, shifts: int, seed: int = 0
) -> list[ScoredClip]:
    """Score every clip by the model that does not know its speaker.

    Parameters
    ----------
    clips : list of SyncClip
        Clips that count as in sync.
    models : mapping of str to model
        By the speaker that each does not know.
    shifts : int
        How many of SHIFTS a clip of a speaker with many gets; others get all.
    seed : int
        Of the draw.
    """
    draw = np.random.default_rng(seed)
    names = np.array([clip.speaker for clip in clips])
    found = []
    for number, clip in enumerate(clips):
        mates, others = np.flatnonzero(names == clip.speaker), np.flatnonzero(names != clip.speaker)
        mates = mates[mates != number]
        count = len(SHIFTS) if len(mates) < 50 else shifts
        chosen = draw.choice(len(SHIFTS), count, replace=False)
        pools = [mates if draw.random() < 0.5 else others for _ in range(count)]
        strangers = [clips[int(draw.choice(pool))].sound for pool in pools]
        model = models[clip.speaker]
        found.append(
            ScoredClip(
                clip.speaker,
                tuple(
                    (SHIFTS[k], _values(model, clip, moved(clip.sound, SHIFTS[k]))) for k in chosen
                ),
                tuple(_values(model, clip, sound) for sound in strangers),
            )
        )
    return found


def _values(model: Scores, clip: SyncClip, sound: SpokenSound) -> npt.NDArray[np.float32]:
    return model.band_of_shapes(clip.shapes, sound, REACH).values


def trials_of(clips: list[ScoredClip], seconds: float) -> list[Trial]:
    """Cut windows, overlapping by half, from scored clips."""
    trials = []
    for clip in clips:
        for shift, band in clip.own:
            trials += [
                Trial(curve, frames, -shift, clip.speaker) for curve, frames in _cut(band, seconds)
            ]
        for band in clip.foreign:
            trials += [
                Trial(curve, frames, None, clip.speaker) for curve, frames in _cut(band, seconds)
            ]
    return trials


def _cut(
    band: npt.NDArray[np.float32], seconds: float
) -> Iterator[tuple[npt.NDArray[np.float64], int]]:
    size = min(round(seconds * LIP_RATE), len(band))
    for first in range(0, len(band) - size + 1, max(size // 2, 1)):
        yield band[first : first + size].sum(axis=0, dtype=np.float64), size


def joined_trials(clips: list[ScoredClip], seed: int = 0) -> list[Trial]:
    """Add up clips of a speaker whose sounds were moved alike: stretches of 6 and of 12 s."""
    draw = np.random.default_rng(seed)
    trials = []
    for speaker in sorted({clip.speaker for clip in clips}):
        own = [clip for clip in clips if clip.speaker == speaker]
        by_shift: dict[float, list[npt.NDArray[np.float32]]] = {}
        for clip in own:
            for shift, band in clip.own:
                by_shift.setdefault(shift, []).append(band)
        foreign = [band for clip in own for band in clip.foreign]
        for count in _JOINED:
            for shift, bands in by_shift.items():
                trials += list(_joined(bands, count, -shift, speaker, draw))
            trials += list(_joined(foreign, count, None, speaker, draw))
    return trials


def _joined(
    bands: list[npt.NDArray[np.float32]],
    count: int,
    truth: float | None,
    speaker: str,
    draw: np.random.Generator,
) -> Iterator[Trial]:
    order = draw.permutation(len(bands))
    for first in range(0, len(order) - count + 1, count):
        chosen = [bands[k] for k in order[first : first + count]]
        curve = np.sum([band.sum(axis=0, dtype=np.float64) for band in chosen], axis=0)
        yield Trial(curve, 75 * count, truth, speaker)
