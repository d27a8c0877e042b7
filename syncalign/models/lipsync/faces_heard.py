"""Faces and a sound: each face's evidence, and which of the faces speaks when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.features.mouth import lip_shapes
from syncalign.models.lipsync.band import SimilarityBand
from syncalign.models.lipsync.inputs import LIP_RATE
from syncalign.models.lipsync.judge import Judge
from syncalign.models.lipsync.sound import SpokenSound
from syncalign.models.lipsync.windows import Face
from syncalign.streams.faces import FaceTrack
from syncalign.timebase import Segment

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: Seconds about a moment whose evidence tells who speaks then.
_AROUND = 2.0
#: Pauses that are shorter than this, in seconds, are within what somebody says.
_PAUSE = 0.4


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What all faces together say of the offset, moment by moment.

    Attributes
    ----------
    rows : ndarray [shape=(T, 2 * R + 1)]
        In each row what the face says that speaks then; 0 where none does.
    start : float
        Seconds on the container's clock of the first row; 25 a second.
    frames : int
        How many rows say anything.
    """

    rows: Doubles
    start: float
    frames: int


def face_of(track: FaceTrack, band: SimilarityBand, sound: SpokenSound) -> Face:
    """Join what is known of a face.

    Parameters
    ----------
    track : FaceTrack
        The face.
    band : SimilarityBand
        Of the face with the sound.
    sound : SpokenSound
        The sound.
    """
    return Face(band, sound.spoken_at(band.grid), _motion(track, band))


def _motion(track: FaceTrack, band: SimilarityBand) -> npt.NDArray[np.float32]:
    """Return how far the lips are from their mean; without points nothing says that they rest."""
    if track.points is None:
        return np.where(band.seen, np.float32(1), np.float32(0))
    shapes = np.asarray(lip_shapes(track, LIP_RATE).values, np.float64)
    away = shapes - np.nanmean(shapes, axis=0)
    return np.asarray(np.nan_to_num(np.sqrt(np.square(away).mean(axis=1) * 2)), np.float32)


def who_speaks(faces: Sequence[Face], judge: Judge) -> tuple[Flags, ...]:
    """Tell for each face in which of its rows it, of all that are seen then, fits the sound best.

    Parameters
    ----------
    faces : sequence of Face
        On grids of 25 Hz.
    judge : Judge
        Of the model that made their bands.

    Returns
    -------
    tuple of ndarray of bool
        For each face [shape=(T,)]; at most one face at a time.
    """
    if not faces:
        return ()
    firsts = [first_row(face.band) for face in faces]
    stop = max(first + len(face.band.seen) for first, face in zip(firsts, faces, strict=True))
    best = np.zeros(stop - min(firsts))
    winner = np.full(len(best), -1)
    for number, (first, face) in enumerate(zip(firsts, faces, strict=True)):
        here = slice(first - min(firsts), first - min(firsts) + len(face.band.seen))
        strength = np.where(face.band.seen, _strength(face, judge), 0.0)
        wins = strength > best[here]
        best[here][wins], winner[here][wins] = strength[wins], number
    return tuple(
        winner[first - min(firsts) : first - min(firsts) + len(face.band.seen)] == number
        for number, (first, face) in enumerate(zip(firsts, faces, strict=True))
    )


def first_row(band: SimilarityBand) -> int:
    """Return the number of a band's first row among all rows from the clock's zero on."""
    return round(band.grid.start * LIP_RATE - 0.5)


def _strength(face: Face, judge: Judge) -> Doubles:
    """Return the evidence about each moment, at the offset that has most of it."""
    size = min(round(_AROUND * LIP_RATE), len(face.band.seen))
    sums = np.concatenate(
        [np.zeros((1, face.band.values.shape[1])), np.cumsum(face.band.values, 0, np.float64)]
    )
    index = np.arange(len(face.band.seen))
    first = np.clip(index - size // 2, 0, len(index) - size)
    return judge.nats((sums[first + size] - sums[first]).max(axis=1), size)


def gathered(faces: Sequence[Face], speaking: Sequence[Flags]) -> Evidence:
    """Lay what the speaking faces say onto one clock.

    Parameters
    ----------
    faces : sequence of Face
        At least one.
    speaking : sequence of ndarray of bool
        What :func:`who_speaks` returned.
    """
    firsts = [first_row(face.band) for face in faces]
    stop = max(first + len(own) for first, own in zip(firsts, speaking, strict=True))
    rows = np.zeros((stop - min(firsts), faces[0].band.values.shape[1]))
    frames = 0
    for first, face, own in zip(firsts, faces, speaking, strict=True):
        at = first - min(firsts) + np.flatnonzero(own)
        rows[at] = face.band.values[own]
        frames += int((own & face.band.seen).sum())
    return Evidence(rows, (min(firsts) + 0.5) / LIP_RATE, frames)


def spoken_segments(face: Face, speaking: Flags) -> tuple[Segment, ...]:
    """Return when a face speaks: the sound is speech, and it is this face that fits it."""
    pause = round(_PAUSE * LIP_RATE)
    on = np.flatnonzero(speaking & face.spoken & face.band.seen)
    if not len(on):
        return ()
    breaks = np.flatnonzero(np.diff(on) > pause)
    firsts, lasts = on[np.r_[0, breaks + 1]], on[np.r_[breaks, len(on) - 1]]
    half = 0.5 / LIP_RATE
    return tuple(
        Segment(face.band.grid.time_at(int(first)) - half, face.band.grid.time_at(int(last)) + half)
        for first, last in zip(firsts, lasts, strict=True)
    )
