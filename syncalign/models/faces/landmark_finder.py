"""Faces by detector and mesh: the way with the fetched model."""

from __future__ import annotations

import math
from dataclasses import replace

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
# The mesh is fitted to regions of these sizes, and the points averaged. Half of the noise of a
# mouth at rest is gone by this and by the region's own smoothing, and a tight region shows the
# lips larger; below 0.85 the fit gets lost (benchmarks/lipsync/front_end.py, noise).
_TIGHTNESS = (0.9, 1.0)
# The region follows the points slowly, for its own noise comes back in the points; but at once
# where the head moves by this share of the region in a frame.
_SLOWNESS, _AT_ONCE = 0.25, 0.15


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
        if self._is_rough:
            points, _ = self._mesh.fit(picture, self._region)
            self._region = region_of_points(points)
        fits = [
            self._mesh.fit(picture, replace(self._region, size=self._region.size * tightness))
            for tightness in _TIGHTNESS
        ]
        score = min(score for _, score in fits)
        if score < _SURE:
            return None
        points = np.mean([points for points, _ in fits], axis=0, dtype=np.float32)
        self._region = _followed(self._region, region_of_points(points))
        self._is_rough = False
        return _sighting(points, score)

    def correct(self, picture: Picture, face: DetectedFace, *, is_lost: bool) -> None:
        if is_lost:
            self._region, self._is_rough = region_of_detection(face), True


def _followed(last: Region, seen: Region) -> Region:
    moved = math.hypot(seen.x - last.x, seen.y - last.y) + abs(seen.size - last.size)
    weight = max(_SLOWNESS, min(1.0, moved / (_AT_ONCE * last.size)))
    turn = math.remainder(seen.angle - last.angle, math.tau)
    return Region(
        last.x + weight * (seen.x - last.x),
        last.y + weight * (seen.y - last.y),
        last.size + weight * (seen.size - last.size),
        last.angle + weight * turn,
    )


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
