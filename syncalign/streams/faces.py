"""Faces: where one is in each frame of a moving picture, its points and its mouth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LIP_POINTS = slice(0, 40)
_RIGHT_EYE_CORNERS = (40, 48)  # the person's right eye: the left one in the picture
_LEFT_EYE_CORNERS = (56, 64)
#: Points that neither speech nor expression moves in the head: corners of the eyes, the ridge of
#: the nose, forehead and temples.
RIGID_POINTS = (40, 48, 56, 64, *range(72, 78), *range(80, 89), *range(108, 116))


@dataclass(frozen=True, slots=True, eq=False)
class FaceTrack:
    """One face from frame to frame, within one shot.

    Places are pixels of the picture as a player shows it: upright, x to the right, y down.

    Attributes
    ----------
    id : int
        Number among the tracks of its file, from 0, in the order in which they begin.
    times, ends : ndarray of float64 [shape=(N,)]
        Seconds on the container's clock between which each frame is shown. Frames in which the
        face was not found are missing.
    boxes : ndarray of float32 [shape=(N, 4)]
        x, y, width and height.
    points : ndarray of float32 [shape=(N, 116, 2)] or None
        Of the face mesh: 0 to 19 the outer rim of the lips, 20 to 39 the inner one (each from
        the corner at the left of the picture along the lower lip to the other corner, and back
        along the upper lip), 40 to 55 and 56 to 71 the rims of the eyes from their outer corners
        (left, right in the picture), 72 to 79 the nose from the root to its base, 80 to 115 the
        outline of the face from the forehead, clockwise. None where faces were found without.
    mouths : ndarray of uint8 [shape=(N, 32, 48)]
        The mouth in grey, upright by the eyes; 48 pixels are 1.25 distances between the eyes. It
        lies still in the frame of the eyes, so that only the mouth itself moves in it.
    scores : ndarray of float32 [shape=(N,)]
        How sure it is that this is a face, 0 to 1.
    """

    id: int
    times: npt.NDArray[np.float64]
    ends: npt.NDArray[np.float64]
    boxes: npt.NDArray[np.float32]
    points: npt.NDArray[np.float32] | None
    mouths: npt.NDArray[np.uint8]
    scores: npt.NDArray[np.float32]

    def __len__(self) -> int:
        """Count the frames."""
        return len(self.times)

    @property
    def start(self) -> float:
        """When the first frame begins to be shown, in seconds."""
        return float(self.times[0])

    @property
    def end(self) -> float:
        """When the last frame is shown no longer, in seconds."""
        return float(self.ends[-1])

    @property
    def lips(self) -> npt.NDArray[np.float32] | None:
        """The points of the lips in pixels [shape=(N, 40, 2)]."""
        return None if self.points is None else self.points[:, LIP_POINTS]

    @property
    def eyes(self) -> npt.NDArray[np.float32] | None:
        """The middles between the corners of either eye in pixels, left first [shape=(N, 2, 2)]."""
        return None if self.points is None else eye_centres(self.points)


@dataclass(frozen=True, slots=True, eq=False)
class FacesFound:
    """The faces of a moving picture.

    Attributes
    ----------
    tracks : tuple of FaceTrack
        In the order in which they begin.
    detector : str
        ``landmarks`` or ``haar``: what found them.
    displayed : tuple of int
        Width and height of the picture as shown.
    frames : int
        How many frames were looked at.
    start, end : float
        Seconds on the container's clock: when the first frame is shown, and the last no longer.
    cuts : tuple of float
        When a new shot begins, in seconds.
    reasons : tuple of str
        What limits this answer, as sentences.
    """

    tracks: tuple[FaceTrack, ...]
    detector: str
    displayed: tuple[int, int]
    frames: int
    start: float
    end: float
    cuts: tuple[float, ...] = ()
    reasons: tuple[str, ...] = ()


def eye_centres(points: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the middle between the corners of each eye.

    Parameters
    ----------
    points : ndarray [shape=(..., 116, 2)]
        As in :class:`FaceTrack`.

    Returns
    -------
    ndarray [shape=(..., 2, 2)]
        The eye at the left of the picture first.
    """
    pairs = [points[..., pair, :].mean(axis=-2) for pair in (_RIGHT_EYE_CORNERS, _LEFT_EYE_CORNERS)]
    return np.stack(pairs, axis=-2)
