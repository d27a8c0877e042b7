"""Square regions of a picture, turned with the face, and how they are cut out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Singles = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Region:
    """A square in a picture.

    Attributes
    ----------
    x, y : float
        Its middle, in pixels.
    size : float
        Its side, in pixels.
    angle : float
        By how much it is turned clockwise as one looks at it, in radians.
    """

    x: float
    y: float
    size: float
    angle: float = 0.0

    def onto(self, width: int, height: int) -> Doubles:
        """Return the affine matrix from the picture to a cut of that size, as wide as the square.

        Returns
        -------
        ndarray [shape=(2, 3)]
        """
        scale = width / self.size
        cos, sin = scale * math.cos(self.angle), scale * math.sin(self.angle)
        matrix = np.array([[cos, sin, 0.0], [-sin, cos, 0.0]])
        matrix[:, 2] = np.array([width / 2, height / 2]) - matrix[:, :2] @ (self.x, self.y)
        return matrix

    def cut(self, picture: Picture, width: int, height: int) -> Picture:
        """Cut the region out, turned upright and scaled; what lies outside is black."""
        import cv2

        matrix = self.onto(width, height)
        shrink = self.size / width
        if shrink > 2:  # linear interpolation would skip pixels
            picture, matrix = _shrunk(picture, matrix, shrink, self)
        cut: Picture = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR)  # type: ignore[assignment]
        return cut


def _shrunk(
    picture: Picture, matrix: Doubles, shrink: float, region: Region
) -> tuple[Picture, Doubles]:
    """Scale the surroundings of a region down, and the matrix up in return."""
    import cv2

    reach = region.size / math.sqrt(2) + 2 * shrink
    left, top = max(0, int(region.x - reach)), max(0, int(region.y - reach))
    part = picture[top : math.ceil(region.y + reach), left : math.ceil(region.x + reach)]
    if not part.size:
        return picture, matrix
    size = (max(1, round(part.shape[1] / shrink)), max(1, round(part.shape[0] / shrink)))
    small: Picture = cv2.resize(part, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    scale = np.array([part.shape[1] / size[0], part.shape[0] / size[1]])
    # A pixel's middle is half a pixel from its edge, on either scale.
    shift = np.array([left, top]) + (scale - 1) / 2
    moved = matrix.copy()
    moved[:, 2] = matrix[:, :2] @ shift + matrix[:, 2]
    moved[:, :2] = matrix[:, :2] * scale
    return small, moved
