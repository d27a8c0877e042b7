"""The face detector: MediaPipe's BlazeFace graphs for near and for far faces, on whole and tiles.

Anchors, scales and score of the published graphs (V. Bazarevsky et al., "BlazeFace: Sub-millisecond
Neural Face Detection on Mobile GPUs", 2019, and the graphs' own options).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from syncalign.models.faces.litert import TfliteModel
from syncalign.models.faces.overlap import suppress
from syncalign.models.faces.region import Picture, Singles

_SURE = 0.5  # as in the graphs' own options
_SAME_FACE = 0.3
# The far graph sees faces of an eighth of its picture's side for sure, the tiles such of half
# the size (benchmarks/lipsync/front_end.py, sizes).
_SMALL = 0.125
_TILE = 0.6  # of the picture's sides: neighbours share a fifth, which a face there fits into


@dataclass(frozen=True, slots=True)
class DetectedFace:
    """A face that a detector found.

    Attributes
    ----------
    box : ndarray of float32 [shape=(4,)]
        x, y, width and height, in pixels.
    eyes : ndarray of float32 [shape=(2, 2)] or None
        x and y of either eye, the one at the left of the picture first.
    score : float
        How sure it is, 0 to 1.
    """

    box: Singles
    eyes: Singles | None
    score: float


class FaceDetector:
    """Finds faces of all sizes.

    Raises
    ------
    DependencyError
        LiteRT is not installed, or the model is not at hand.
    """

    def __init__(self) -> None:
        near = ((16, 2), (8, 6))
        self._near = _Graph("face_detection_short_range.tflite", 128, near)
        self._far = _Graph("face_detection_full_range_sparse.tflite", 192, ((48, 1),))

    def find(self, picture: Picture) -> list[DetectedFace]:
        """Find the faces of a picture, the surest first.

        Parts of the picture are looked at closer where no face was seen or one is small.
        """
        faces = _distinct(self._near.find(picture) + self._far.find(picture))
        side = max(picture.shape[:2])
        if faces and min(max(face.box[2:]) for face in faces) > _SMALL * side:
            return faces
        height, width = (round(_TILE * extent) for extent in picture.shape[:2])
        for top in (0, picture.shape[0] - height):
            for left in (0, picture.shape[1] - width):
                tile = np.ascontiguousarray(picture[top : top + height, left : left + width])
                faces += [_moved(face, left, top) for face in self._far.find(tile)]
        return _distinct(faces)


class _Graph:
    """One detector: boxes and key points around fixed anchors."""

    def __init__(self, name: str, side: int, layers: tuple[tuple[int, int], ...]) -> None:
        self._model = TfliteModel(name)
        self._side = side
        self._anchors = np.concatenate([_anchors(*layer) for layer in layers]) * side

    def find(self, picture: Picture) -> list[DetectedFace]:
        scale, left, top, values = _letterboxed(picture, self._side)
        places, logits = self._model(values)
        scores = 1 / (1 + np.exp(-np.clip(logits[:, 0], -80, 80)))
        found = np.flatnonzero(scores >= _SURE)
        shift = np.array([left, top], np.float32)
        # Middle, size and six key points, of which the first two are the eyes.
        pairs = places[found].reshape(len(found), 8, 2)
        middles = (pairs[:, 0] + self._anchors[found] - shift) / scale
        sizes = pairs[:, 1] / scale
        eyes = (pairs[:, 2:4] + self._anchors[found][:, None] - shift) / scale
        boxes = np.concatenate([middles - sizes / 2, sizes], axis=1).astype(np.float32)
        return [
            DetectedFace(box, own, float(score))
            for box, own, score in zip(boxes, eyes, scores[found], strict=True)
        ]


def _anchors(cells: int, copies: int) -> Singles:
    """Return the middles of the cells of a square of side 1, row by row, each some times."""
    y, x = np.mgrid[:cells, :cells]
    middles = np.stack([x + 0.5, y + 0.5], axis=-1).reshape(-1, 2) / cells
    return np.repeat(middles, copies, axis=0).astype(np.float32)


def _letterboxed(picture: Picture, side: int) -> tuple[float, int, int, Singles]:
    """Fit a picture into a black square; give its scale, its place there, and the square."""
    import cv2

    scale = side / max(picture.shape[:2])
    width = max(1, round(picture.shape[1] * scale))
    height = max(1, round(picture.shape[0] * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    left, top = (side - width) // 2, (side - height) // 2
    square = np.full((side, side, 3), -1, np.float32)
    fitted = cv2.resize(picture, (width, height), interpolation=method)
    square[top : top + height, left : left + width] = fitted.astype(np.float32) / 127.5 - 1
    return scale, left, top, square


def _distinct(faces: list[DetectedFace]) -> list[DetectedFace]:
    if not faces:
        return faces
    boxes = np.array([face.box for face in faces])
    scores = np.array([face.score for face in faces], np.float32)
    return [faces[index] for index in suppress(boxes, scores, most=_SAME_FACE)]


def _moved(face: DetectedFace, x: int, y: int) -> DetectedFace:
    shift = np.array([x, y], np.float32)
    eyes = None if face.eyes is None else face.eyes + shift
    box = np.concatenate([face.box[:2] + shift, face.box[2:]])
    return DetectedFace(box, eyes, face.score)
