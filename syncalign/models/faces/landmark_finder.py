"""Faces by detector and mesh: the way with the fetched model."""

from __future__ import annotations

import math

import numpy as np

from syncalign.models.faces.detection import DetectedFace, FaceDetector
from syncalign.models.faces.landmarks import (
    KEPT,
    FaceMesh,
    region_of_detection,
    region_of_points,
)
from syncalign.models.faces.region import Picture, Region, Singles
from syncalign.models.faces.sighting import Head, Sighting
from syncalign.streams.faces import LIP_POINTS, eye_centres

_SURE = 0.5


class LandmarkFinder:
    """Finds faces with the detector, and follows each with the face mesh.

    Raises
    ------
    DependencyError
        LiteRT is not installed, or the model is not at hand.
    """

    interval = 0.4

    def __init__(self) -> None:
        self._detector = FaceDetector()
        self._mesh = FaceMesh()

    def detect(self, picture: Picture) -> list[DetectedFace]:
        """Find the faces of a picture, the surest first."""
        return self._detector.find(picture)

    def meet(self, picture: Picture, face: DetectedFace) -> _MeshFollower:
        """Begin to follow a face."""
        return _MeshFollower(self._mesh, region_of_detection(face))


class _MeshFollower:
    """Looks for the points of a face where those of the frame before were."""

    def __init__(self, mesh: FaceMesh, region: Region) -> None:
        self._mesh = mesh
        self._region = region
        self._is_rough = True  # the region is the detector's, not one about points

    def follow(self, picture: Picture) -> Sighting | None:
        points, score = self._mesh.fit(picture, self._region)
        if self._is_rough:
            points, score = self._mesh.fit(picture, region_of_points(points))
        if score < _SURE:
            return None
        self._region, self._is_rough = region_of_points(points), False
        return _sighting(points, score)

    def correct(self, picture: Picture, face: DetectedFace, *, is_lost: bool) -> None:
        if is_lost:
            self._region, self._is_rough = region_of_detection(face), True


def _sighting(points: Singles, score: float) -> Sighting:
    low, high = points.min(axis=0), points.max(axis=0)
    kept = points[list(KEPT)]
    left, right = eye_centres(kept)
    middle, line = (left + right) / 2, right - left
    unit, angle = math.hypot(*line), math.atan2(line[1], line[0])
    across, down = (kept[LIP_POINTS].mean(axis=0) - middle) / max(unit, 1e-6)
    cos, sin = math.cos(angle), math.sin(angle)
    return Sighting(
        box=np.concatenate([low, high - low]),
        points=kept,
        score=score,
        head=Head(float(middle[0]), float(middle[1]), unit, angle),
        mouth=(float(cos * across + sin * down), float(cos * down - sin * across)),
    )
