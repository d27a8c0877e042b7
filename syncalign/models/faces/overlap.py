"""How much boxes overlap, and which of several that overlap are kept."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Singles = npt.NDArray[np.float32]


def overlaps(box: Singles, boxes: Singles) -> Singles:
    """Return the intersection over the union of a box with each of others.

    Parameters
    ----------
    box : ndarray [shape=(4,)]
        x, y, width, height.
    boxes : ndarray [shape=(N, 4)]
        The others.

    Returns
    -------
    ndarray of float32 [shape=(N,)]
        0 where they do not touch, 1 where they are the same.

    Examples
    --------
    >>> box = np.array([0, 0, 2, 2], np.float32)
    >>> overlaps(box, np.array([[0, 0, 2, 2], [1, 0, 2, 2], [5, 5, 1, 1]], np.float32)).round(2)
    array([1.  , 0.33, 0.  ], dtype=float32)
    """
    low = np.maximum(box[:2], boxes[:, :2])
    high = np.minimum(box[:2] + box[2:], boxes[:, :2] + boxes[:, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=1)
    union = box[2] * box[3] + boxes[:, 2] * boxes[:, 3] - shared
    share: Singles = (shared / np.maximum(union, 1e-9)).astype(np.float32)
    return share


def suppress(boxes: Singles, scores: Singles, *, most: float) -> list[int]:
    """Choose boxes by non-maximum suppression: the surest first, none that overlaps one chosen.

    Parameters
    ----------
    boxes : ndarray [shape=(N, 4)]
        x, y, width, height.
    scores : ndarray [shape=(N,)]
        How sure each is.
    most : float
        Largest intersection over union that two chosen boxes may have.

    Returns
    -------
    list of int
        Which are chosen, the surest first.
    """
    chosen: list[int] = []
    for index in np.argsort(-scores, kind="stable"):
        if not chosen or overlaps(boxes[index], boxes[chosen]).max() <= most:
            chosen.append(int(index))
    return chosen
