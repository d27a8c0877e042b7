"""What a tracker needs of whatever finds and follows faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from syncalign.models.faces.detection import DetectedFace
from syncalign.models.faces.region import Picture, Singles


@dataclass(frozen=True, slots=True)
class Head:
    """How a head is held: what mouths are cut out by.

    Attributes
    ----------
    x, y : float
        The middle between the eyes, in pixels.
    unit : float
        The distance between the eyes, in pixels.
    angle : float
        Of the line through the eyes, in radians; positive where it falls to the right.
    """

    x: float
    y: float
    unit: float
    angle: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """A face in one picture.

    Attributes
    ----------
    box : ndarray of float32 [shape=(4,)]
        x, y, width and height.
    points : ndarray of float32 [shape=(116, 2)] or None
        As in :class:`syncalign.streams.faces.FaceTrack`.
    score : float
        How sure it is, 0 to 1.
    head : Head
        How the head is held.
    mouth : tuple of float
        The middle of the mouth in the frame of the eyes: to the right of their middle and below
        it, in distances between them.
    """

    box: Singles
    points: Singles | None
    score: float
    head: Head
    mouth: tuple[float, float]


class Follower(Protocol):
    """Follows one face from picture to picture."""

    def follow(self, picture: Picture) -> Sighting | None:
        """Find the face in the next picture, near to where it was seen last; None if it is not."""

    def correct(self, picture: Picture, face: DetectedFace, *, is_lost: bool) -> None:
        """Take note of where the detector sees the face, before it is followed there."""


class FaceFinder(Protocol):
    """Finds faces, and people who follow them.

    Attributes
    ----------
    interval : float
        Seconds after which to look for new faces again.
    """

    interval: float

    def detect(self, picture: Picture) -> list[DetectedFace]:
        """Find the faces of a picture, the surest first."""

    def meet(self, picture: Picture, face: DetectedFace) -> Follower:
        """Begin to follow a face; it is first looked for in this picture."""
