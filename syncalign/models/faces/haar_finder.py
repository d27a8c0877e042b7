"""Faces by OpenCV's Haar cascade and template matching: the way without any download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from syncalign.errors import DependencyError
from syncalign.models.faces.detection import DetectedFace
from syncalign.models.faces.litert import require_opencv
from syncalign.models.faces.region import Picture, Singles
from syncalign.models.faces.sighting import Head, Sighting

if TYPE_CHECKING:
    from collections.abc import Sequence

_CASCADE = "haarcascade_frontalface_alt2.xml"
_SIDE = 400  # pixels of the longest side of the picture that is searched
_SMALLEST = 0.08  # of that side
# A face that is seen again: how much of its new box is taken over, and the least likeness.
_TAKEN_OVER = 0.3
_ALIKE = 0.6
_TEMPLATE = 48  # pixels of a face's width while it is followed
_REACH = 8  # pixels of that width that it may move by in a frame
# The part of a box that is followed holds eyes and nose but no mouth, whose motion would move it.
_RIGID = (0.15, 0.2, 0.85, 0.65)
# Where eyes and mouth lie in a box (medians: benchmarks/lipsync/front_end.py, haar).
_EYE_HEIGHT, _EYE_DISTANCE, _MOUTH_BELOW_EYES = 0.40, 0.34, 1.15

Grey = npt.NDArray[np.uint8]


class HaarFinder:
    """Finds upright frontal faces.

    Raises
    ------
    DependencyError
        OpenCV is not installed, or is one without cascades.
    """

    interval = 0.2

    def __init__(self) -> None:
        require_opencv()
        import cv2

        try:
            folder = cv2.data.haarcascades  # type: ignore[attr-defined]  # the stubs lack it
            self._cascade = cv2.CascadeClassifier(folder + _CASCADE)
        except (AttributeError, cv2.error) as exc:
            raise DependencyError(
                "this OpenCV comes without its cascades", "pip install 'opencv-python<5'"
            ) from exc

    def detect(self, picture: Picture) -> list[DetectedFace]:
        """Find the faces of a picture, the largest first."""
        import cv2

        scale = min(1.0, _SIDE / max(picture.shape[:2]))
        grey = _grey(picture, scale)
        least = max(20, round(_SMALLEST * max(grey.shape)))
        found: Sequence[Sequence[int]] = self._cascade.detectMultiScale(
            cv2.equalizeHist(grey), scaleFactor=1.1, minNeighbors=5, minSize=(least, least)
        )
        boxes = sorted((np.array(box, np.float32) / scale for box in found), key=_larger)
        return [DetectedFace(box, None, 1.0) for box in boxes]

    def meet(self, picture: Picture, face: DetectedFace) -> _TemplateFollower:
        """Begin to follow a face."""
        return _TemplateFollower(picture, face.box)


class _TemplateFollower:
    """Looks for what eyes and nose looked like when the detector saw them last."""

    def __init__(self, picture: Picture, box: Singles) -> None:
        self._box = box.astype(np.float64)
        self._template = self._remembered(picture)

    def follow(self, picture: Picture) -> Sighting | None:
        import cv2

        scale = _TEMPLATE / self._box[2]
        seen = self._surroundings(picture, scale, _REACH)
        likeness = cv2.matchTemplate(seen, self._template, cv2.TM_CCOEFF_NORMED)
        y, x = np.unravel_index(likeness.argmax(), likeness.shape)
        score = float(likeness[y, x])
        if not score >= _ALIKE:
            return None
        across = _REACH + _peak(likeness[y], int(x)) - 2 * _REACH
        down = _REACH + _peak(likeness[:, x], int(y)) - 2 * _REACH
        self._box[:2] += np.array([across, down]) / scale
        return _sighting(self._box.astype(np.float32), min(1.0, score))

    def correct(self, picture: Picture, face: DetectedFace, *, is_lost: bool) -> None:
        weight = 1.0 if is_lost else _TAKEN_OVER
        self._box += weight * (face.box - self._box)
        self._template = self._remembered(picture)

    def _remembered(self, picture: Picture) -> Grey:
        return self._surroundings(picture, _TEMPLATE / self._box[2], 0)

    def _surroundings(self, picture: Picture, scale: float, reach: int) -> Grey:
        """Cut out the rigid part of the box and some pixels about it, scaled."""
        import cv2

        x, y, width, height = self._box
        left, top, right, bottom = _RIGID
        size = (
            round((right - left) * width * scale) + 2 * reach,
            round((bottom - top) * height * scale) + 2 * reach,
        )
        corner = np.array([x + left * width, y + top * height]) - reach / scale
        matrix = np.array([[scale, 0, -corner[0] * scale], [0, scale, -corner[1] * scale]])
        cut = cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE)
        return cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY)  # type: ignore[return-value]


def _grey(picture: Picture, scale: float) -> Grey:
    import cv2

    size = (round(picture.shape[1] * scale), round(picture.shape[0] * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)  # type: ignore[return-value]


def _larger(box: Singles) -> float:
    return -float(box[2])


def _peak(values: npt.NDArray[Any], index: int) -> float:
    """Refine the place of a maximum by a parabola through its neighbours."""
    if not 0 < index < len(values) - 1:
        return float(index)
    before, at, after = (float(value) for value in values[index - 1 : index + 2])
    bend = before - 2 * at + after
    return index + (0.5 * (before - after) / bend if bend < 0 else 0.0)


def _sighting(box: Singles, score: float) -> Sighting:
    x, y, width, height = (float(value) for value in box)
    head = Head(x + width / 2, y + _EYE_HEIGHT * height, _EYE_DISTANCE * width, 0.0)
    return Sighting(box, None, score, head, (0.0, _MOUTH_BELOW_EYES))
