"""Clips to learn lip-sync from: the lips and the sound of somebody who speaks, in sync."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from syncalign.models.lipsync.band import REACH, offset_at_peak
from syncalign.models.lipsync.envelope import EnvelopeModel
from syncalign.models.lipsync.sound import SpokenSound
from syncalign.timebase import Features, Grid

#: Beyond this an offset is a mistake of the measurement rather than one of the clip.
_LARGEST_SLIP = 0.08
#: How much of what is measured is the clip's: the rest is the measurement's own scatter.
_BELIEVED = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class SyncClip:
    """A clip in which one face speaks.

    Attributes
    ----------
    name, speaker : str
        Speakers count alike, however many clips they have.
    shapes : Features [shape=(T, 80)]
        Of :func:`syncalign.features.mouth.lip_shapes`, at 25 Hz.
    sound : SpokenSound
        What is said.
    """

    name: str
    speaker: str
    shapes: Features
    sound: SpokenSound


def evened(clips: Sequence[SyncClip]) -> tuple[SyncClip, ...]:
    """Take out by how much the clips' sounds differ in being early or late.

    Recordings that count as in sync scatter by some 20 ms. The weight-free model measures by how
    much, so that no network learns its own mistakes; the middle of the speakers stays.

    Parameters
    ----------
    clips : sequence of SyncClip
        As they were recorded.

    Returns
    -------
    tuple of SyncClip
        With their pictures' clocks moved.
    """
    offsets = np.array([_measured(clip) for clip in clips])
    speakers = np.array([clip.speaker for clip in clips])
    middles = [np.median(offsets[speakers == speaker]) for speaker in np.unique(speakers)]
    slips = offsets - np.median(middles)
    moves = np.where(np.abs(slips) <= _LARGEST_SLIP, -_BELIEVED * slips, 0.0)
    return tuple(_moved(clip, float(move)) for clip, move in zip(clips, moves, strict=True))


def _measured(clip: SyncClip) -> float:
    return offset_at_peak(EnvelopeModel().band_of_shapes(clip.shapes, clip.sound, REACH).curve())


def _moved(clip: SyncClip, seconds: float) -> SyncClip:
    grid = clip.shapes.grid
    moved = Grid(grid.rate, grid.start + seconds, grid.size)
    return replace(clip, shapes=Features(clip.shapes.values, moved))
