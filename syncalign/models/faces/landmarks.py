"""The face mesh: 468 points of a face that is cut out of the picture.

Regions and their sizes as in MediaPipe's own pipeline (Y. Kartynnik et al., "Real-time Facial
Surface Geometry from Monocular Video on Mobile GPUs", 2019).
"""

from __future__ import annotations

import math

import numpy as np

from syncalign.models.faces.detection import DetectedFace
from syncalign.models.faces.litert import TfliteModel
from syncalign.models.faces.region import Picture, Region, Singles

_SIDE = 192
_MARGIN = 1.5  # side of the region in sides of the face
_OUTER_EYE_CORNERS = (33, 263)

#: Which of the 468 points are kept, in the order of :class:`syncalign.streams.faces.FaceTrack`.
KEPT = (
    # lips: outer rim, inner rim
    61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185,
    78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191,
    # eyes: left in the picture, right in the picture
    33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246,
    263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466,
    # nose
    168, 6, 197, 195, 5, 4, 1, 2,
    # outline
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
    152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip


class FaceMesh:
    """Finds the points of a face.

    Raises
    ------
    DependencyError
        LiteRT is not installed, or the model is not at hand.
    """

    def __init__(self) -> None:
        self._model = TfliteModel("face_landmark.tflite")

    def fit(self, picture: Picture, region: Region) -> tuple[Singles, float]:
        """Find the points of the face in a region.

        Returns
        -------
        tuple of ndarray of float32 [shape=(468, 2)] and float
            The points in pixels of the picture, and how sure it is that there is a face, 0 to 1.
        """
        cut = region.cut(picture, _SIDE, _SIDE)
        places, logit = self._model(cut.astype(np.float32) / np.float32(255))
        matrix = region.onto(_SIDE, _SIDE)
        inside = places.reshape(-1, 3)[:, :2] - matrix[:, 2]
        points = inside @ np.linalg.inv(matrix[:, :2]).T
        score = 1 / (1 + math.exp(-max(-80.0, min(80.0, float(logit.ravel()[0])))))
        return points.astype(np.float32), score


def region_of_detection(face: DetectedFace) -> Region:
    """Return the region in which to look for the points of a face that was detected."""
    x, y, width, height = (float(value) for value in face.box)
    angle = 0.0
    if face.eyes is not None:
        across, down = face.eyes[1] - face.eyes[0]
        angle = math.atan2(down, across)
    return Region(x + width / 2, y + height / 2, _MARGIN * max(width, height), angle)


def region_of_points(points: Singles) -> Region:
    """Return the region in which to look for the points of a face that had these before.

    Parameters
    ----------
    points : ndarray [shape=(468, 2)]
        In pixels.
    """
    left, right = _OUTER_EYE_CORNERS
    across, down = points[right] - points[left]
    angle = math.atan2(down, across)
    cos, sin = math.cos(angle), math.sin(angle)
    turned = points @ np.array([[cos, -sin], [sin, cos]])
    low, high = turned.min(axis=0), turned.max(axis=0)
    x, y = (low + high) / 2
    return Region(
        float(cos * x - sin * y), float(sin * x + cos * y), _MARGIN * float(max(high - low)), angle
    )
