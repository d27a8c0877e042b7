"""Pictures in which faces are plain squares, and a finder that sees them: trackers need no more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from syncalign.media import Frame
from syncalign.models.faces.detection import DetectedFace
from syncalign.models.faces.sighting import Head, Sighting

WIDTH, HEIGHT = 160, 90
RATE = 25
_LIGHT = 200


def film(*squares: dict[int, tuple[int, int, int]], walls: dict[int, int] | None = None):
    """Frames with squares ``number: (x, y, side)`` in front of a wall.

    Each mapping is one face; it keeps its last place until the next number, and a side of 0
    takes it away. ``walls`` gives the level of the wall from a frame on.
    """
    last = max(max(square) for square in squares)
    levels = walls or {0: 60}
    for number in range(last + 1):
        wall = levels[max(start for start in levels if start <= number)]
        picture = np.full((HEIGHT, WIDTH, 3), wall, np.uint8)
        for square in squares:
            x, y, side = square[max(start for start in square if start <= number)]
            picture[y : y + side, x : x + side] = _LIGHT
        yield Frame(picture, number / RATE, (number + 1) / RATE)


@dataclass
class SquareFinder:
    """Finds squares by floods of light pixels; counts how often it was asked to."""

    interval: float = 0.4
    asked: int = 0

    def detect(self, picture):
        import cv2

        self.asked += 1
        light = (picture[..., 0] == _LIGHT).astype(np.uint8)
        _, _, places, _ = cv2.connectedComponentsWithStats(light)
        return [DetectedFace(place[:4].astype(np.float32), None, 1.0) for place in places[1:]]

    def meet(self, picture, face):
        return SquareFollower(self, face.box)


class SquareFollower:
    """Finds the square that overlaps its last one."""

    def __init__(self, finder, box):
        self._finder, self._box = finder, box

    def follow(self, picture):
        from syncalign.models.faces.overlap import overlaps

        asked = self._finder.asked
        for face in self._finder.detect(picture):
            if overlaps(face.box, self._box[None])[0] > 0.2:
                self._box = face.box
                break
        else:
            face = None
        self._finder.asked = asked
        if face is None:
            return None
        x, y, side = (float(value) for value in face.box[:3])
        head = Head(x + side / 2, y + side / 3, side / 2.5, 0.0)
        return Sighting(face.box, None, 1.0, head, (0.0, 1.0))

    def correct(self, picture, face, *, is_lost):
        if is_lost:
            self._box = face.box
