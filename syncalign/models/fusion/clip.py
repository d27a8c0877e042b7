"""A recording as fusion takes it: its sound, and the mouth of each face in it."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.cache import Cache, remembered
from syncalign.errors import MediaError
from syncalign.features.mouth import LIP_VALUES, lip_shapes, mouth_pixels
from syncalign.media import probe
from syncalign.models.faces import find_faces
from syncalign.streams.faces import FaceTrack
from syncalign.streams.sound import Sound

#: Rows of a mouth a second.
PICTURE_RATE = 25
PIXELS = (32, 48)
#: What is said where the lips have no shape.
NO_POINTS = (
    "faces were found without their points, so that the lips' shapes are unknown: "
    "syncalign models fetch face"
)
_VERSION = 1  # of what is kept in the cache

Singles = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Mouth:
    """The mouth of one face; row n is what is shown from ``n / 25`` to ``(n + 1) / 25`` seconds.

    Attributes
    ----------
    first : int
        Number of the first row.
    shapes : ndarray of float32 [shape=(T, 80)]
        See :func:`syncalign.features.mouth.lip_shapes`. NaN where the face is not seen, or was
        found without its points.
    pictures : ndarray of uint8 [shape=(T, 32, 48)]
        Grey; anything where the face is not seen.
    seen : ndarray of bool [shape=(T,)]
        Where it is.
    height : float
        Of the face, in pixels.
    """

    first: int
    shapes: Singles
    pictures: npt.NDArray[np.uint8]
    seen: npt.NDArray[np.bool_]
    height: float


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A recording.

    Attributes
    ----------
    samples : ndarray of float32 [shape=(N,)] or None
        Mono at 16 kHz from 0:00 on; None without a sound track.
    mouths : tuple of Mouth
        One a face and shot; none without a picture.
    """

    samples: Singles | None
    mouths: tuple[Mouth, ...]

    @property
    def duration(self) -> float:
        """Seconds from 0:00 to the end of what is heard or seen."""
        heard = 0.0 if self.samples is None else len(self.samples) / Sound.rate
        ends = [(mouth.first + len(mouth.seen)) / PICTURE_RATE for mouth in self.mouths]
        return max([heard, *ends])


def read_clip(path: str | os.PathLike[str], *, cache: Cache | None = None) -> Clip:
    """Read a recording's sound, and find the mouths in its picture.

    Parameters
    ----------
    path : path-like
        A video; also one without a sound track or without a picture.
    cache : Cache or None
        Where what was found is kept, by the file's content.

    Returns
    -------
    Clip

    Raises
    ------
    MediaError
        It cannot be read, or has neither sound nor picture.
    DependencyError
        OpenCV is not installed.
    """
    return _unpacked(remembered(cache, path, "clip", _VERSION, make=lambda: _read(path)))


def _read(path: str | os.PathLike[str]) -> tuple[bytes, bool]:
    info = probe(path)
    kinds = {stream.kind for stream in info.streams}
    if not kinds & {"audio", "video"}:
        raise MediaError(path, "has neither sound nor picture")
    samples = None
    if "audio" in kinds:
        samples = np.concatenate([block.samples for block in Sound(path).blocks()])
    mouths = []
    is_sound = True
    if "video" in kinds:
        found = find_faces(path)
        is_sound = not found.reasons
        mouths = [_mouth(track) for track in found.tracks]
    return _packed(Clip(samples, tuple(mouths))), is_sound


def _mouth(track: FaceTrack) -> Mouth:
    pictures = mouth_pixels(track, PICTURE_RATE)
    seen = np.isfinite(pictures.values).all(axis=(1, 2))
    grey = np.where(np.isfinite(pictures.values), pictures.values, 0)
    shapes = np.full((len(seen), LIP_VALUES), np.nan, np.float32)
    if track.points is not None:
        shapes = np.asarray(lip_shapes(track, PICTURE_RATE).values, np.float32)
    first = int(np.floor(pictures.grid.start * PICTURE_RATE))
    height = float(np.median(track.boxes[:, 3]))
    return Mouth(first, shapes, np.rint(grey * 255).astype(np.uint8), seen, height)


def _packed(clip: Clip) -> bytes:
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    if clip.samples is not None:
        arrays["samples"] = np.rint(np.clip(clip.samples, -1, 1) * 32767).astype(np.int16)
    for number, mouth in enumerate(clip.mouths):
        arrays[f"{number}/shapes"] = mouth.shapes
        arrays[f"{number}/pictures"] = mouth.pictures
        arrays[f"{number}/seen"] = mouth.seen
        arrays[f"{number}/place"] = np.array([mouth.first, mouth.height])
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def _unpacked(data: bytes) -> Clip:
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        samples = None
        if "samples" in arrays:
            samples = arrays["samples"].astype(np.float32) / np.float32(32767)
        mouths: list[Mouth] = []
        while f"{len(mouths)}/place" in arrays:
            name = len(mouths)
            first, height = arrays[f"{name}/place"]
            shapes, pictures, seen = (
                arrays[f"{name}/{part}"] for part in ("shapes", "pictures", "seen")
            )
            mouths.append(Mouth(int(first), shapes, pictures, seen, float(height)))
    return Clip(samples, tuple(mouths))
