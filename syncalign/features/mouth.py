"""The mouth of a face over time: its shape, its picture and its motion, freed of the head's."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError
from syncalign.features.shown import mean_shown
from syncalign.streams.faces import LIP_POINTS, RIGID_POINTS, FaceTrack, eye_centres
from syncalign.timebase import Features

LIP_VALUES = 80
# Pairs of lip points, as numbered in FaceTrack: what a mouth's opening and width are measured by.
_INNER_MIDDLE, _OUTER_MIDDLE = (35, 25), (15, 5)
_INNER_SIDES = ((37, 23), (33, 27))
_CORNERS, _INNER_CORNERS = (0, 10), (20, 30)
_PROCRUSTES_ROUNDS = 3


def lip_shapes(track: FaceTrack, rate: int | Fraction = 25) -> Features:
    """Return the points of the lips in the frame of the head.

    The middle between the eyes is the origin, the line through them the first axis, their
    distance the unit: moving, tilting and coming nearer change nothing.

    Parameters
    ----------
    track : FaceTrack
        A face with points.
    rate : int or Fraction
        Rows a second, whatever the video's rate; see :func:`syncalign.features.shown.mean_shown`
        for the grid.

    Returns
    -------
    Features [shape=(T, 80)]
        float32: x and y of point 0, of point 1, ... of the 40 points of the lips; y points down.
        Rows without the face are NaN.

    Raises
    ------
    ParameterError
        The track has no points.
    """
    if track.points is None:
        raise ParameterError("this face was found without its points; fetch the model 'face'")
    shapes = _in_frame_of_head(track.points)
    return mean_shown(shapes.reshape(len(track), LIP_VALUES), track.times, track.ends, rate)


def lip_distances(shapes: Features) -> Features:
    """Return how far a mouth is open, and how wide it is.

    Parameters
    ----------
    shapes : Features [shape=(T, 80)]
        What :func:`lip_shapes` returned.

    Returns
    -------
    Features [shape=(T, 5)]
        In distances between the eyes: opening between the inner rims in the middle, between the
        outer rims, between the inner rims at both sides on average; width between the outer
        corners, between the inner ones.
    """
    points = shapes.values.astype(np.float32).reshape(len(shapes), -1, 2)

    def distance(pair: tuple[int, int]) -> npt.NDArray[np.float32]:
        across, down = (points[:, pair[0]] - points[:, pair[1]]).T
        length: npt.NDArray[np.float32] = np.hypot(across, down)
        return length

    left, right = _INNER_SIDES
    columns = [
        distance(_INNER_MIDDLE),
        distance(_OUTER_MIDDLE),
        (distance(left) + distance(right)) / np.float32(2),
        distance(_CORNERS),
        distance(_INNER_CORNERS),
    ]
    return Features(np.stack(columns, axis=1), shapes.grid)


def mouth_pixels(track: FaceTrack, rate: int | Fraction = 25) -> Features:
    """Return the picture of the mouth in grey.

    Parameters
    ----------
    track : FaceTrack
        A face, with or without points.
    rate : int or Fraction
        Rows a second.

    Returns
    -------
    Features [shape=(T, 32, 48)]
        float32, 0 black to 1 white. Rows without the face are NaN.
    """
    pictures = mean_shown(track.mouths, track.times, track.ends, rate)
    return Features(pictures.values.astype(np.float32) / np.float32(255), pictures.grid)


def mouth_motion(track: FaceTrack, rate: int | Fraction = 25) -> Features:
    """Return how much moves in the picture of the mouth: needs no points.

    It is the mean change of a pixel from one frame to the next over the time between, relative to
    the mean brightness; light that changes everywhere alike counts for nothing. A change stands
    halfway between the middles of its two frames.

    Parameters
    ----------
    track : FaceTrack
        A face, with or without points.
    rate : int or Fraction
        Rows a second.

    Returns
    -------
    Features [shape=(T,)]
        float32, in parts of the brightness a second. Rows without the face are NaN.

    Raises
    ------
    ParameterError
        The track has fewer than two frames.
    """
    if len(track) < 2:
        raise ParameterError("one frame shows no motion")
    middles = (track.times + track.ends) / 2
    steps = np.diff(middles)
    motion = np.empty(len(steps))
    for index in range(len(steps)):  # all at once would be eight times the pictures in memory
        before, after = (track.mouths[at].astype(np.float32) for at in (index, index + 1))
        change = after / max(1.0, after.mean()) - before / max(1.0, before.mean())
        motion[index] = np.abs(change).mean() / steps[index]
    seen = np.flatnonzero(track.times[1:] - track.ends[:-1] < 1e-3)
    if not len(seen):
        raise ParameterError("no two neighbouring frames show this face")
    return mean_shown(motion[seen], middles[:-1][seen], middles[1:][seen], rate)


def _in_frame_of_head(points: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Turn, move and scale the lips of each frame so that the head's rigid points lie still.

    The rigid points of all frames are laid onto their mean by least squares (generalised
    Procrustes analysis with similarities; J. C. Gower, "Generalized Procrustes analysis", 1975):
    many points are steadier than the corners of the eyes alone. In the mean, the eyes then lie at
    (-1/2, 0) and (1/2, 0).
    """
    # Complex numbers: to multiply is to turn and to scale.
    places = points.astype(np.float64) @ np.array([1, 1j])
    rigid = places[:, RIGID_POINTS]
    middles = rigid.mean(axis=1, keepdims=True)
    rigid = rigid - middles
    mean = rigid[0]
    for _ in range(_PROCRUSTES_ROUNDS):
        turns = (rigid @ mean.conj() / np.vdot(mean, mean))[:, None]
        mean = (rigid / turns).mean(axis=0)
    at_rest = np.zeros(points.shape[1], np.complex128)
    at_rest[list(RIGID_POINTS)] = mean
    left, right = eye_centres(np.stack([at_rest.real, at_rest.imag], axis=-1)) @ np.array([1, 1j])
    lips = (places[:, LIP_POINTS] - middles) / turns
    lips = (lips - (left + right) / 2) / (right - left)
    return np.stack([lips.real, lips.imag], axis=-1).astype(np.float32)
