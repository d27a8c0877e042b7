"""Local costs: how far a reference frame is from a query frame, in four metrics."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError

Metric = Literal["euclidean", "sqeuclidean", "cosine", "cityblock"]
METRICS: tuple[str, ...] = get_args(Metric)
Floats = npt.NDArray[np.float64]

#: Squares of larger values would leave float64 when they are summed over a path.
LARGEST_VALUE = 1e100
_PAIRS_AT_ONCE = 65536


class Prepared(NamedTuple):
    """Frames moved and scaled so that single precision serves them.

    Attributes
    ----------
    reference, query : np.ndarray of float64 [shape=(N, D), (M, D)]
        About 0, of magnitude 1 at most.
    metric : str
        "euclidean", "sqeuclidean" or "cityblock": cosine has become sqeuclidean.
    unit : float
        The cost between given frames is that between prepared ones times this.
    """

    reference: Floats
    query: Floats
    metric: str
    unit: float


def prepare(reference: Floats, query: Floats, metric: str) -> Prepared:
    """Move and scale frames; costs keep their proportions exactly.

    Metrics of differences do not see a common shift. Half the squared distance of unit vectors is
    1 - cos, without its loss of digits for similar vectors.
    """
    if metric == "cosine":
        reference, query = _unit_vectors(reference, query)
        metric = "sqeuclidean"
    middle = (reference.sum(axis=0) + query.sum(axis=0)) / (len(reference) + len(query))
    reference, query = reference - middle, query - middle
    largest = max(largest_value(reference), largest_value(query))
    scale = 2.0 ** np.ceil(np.log2(largest)) if largest > 0 else 1.0
    reference /= scale
    query /= scale
    return Prepared(reference, query, metric, scale**2 if metric == "sqeuclidean" else scale)


def largest_value(frames: npt.NDArray[np.generic]) -> float:
    """Return the largest absolute value, not a number where there is one that is none."""
    return float(max(frames.max(), -frames.min()))


def pair_costs(
    reference: Floats, query: Floats, metric: str, indices: npt.NDArray[np.int64]
) -> Floats:
    """Compute the local costs of pairs in double precision.

    Parameters
    ----------
    reference, query : np.ndarray of float64 [shape=(N, D), (M, D)]
        Frames as they were given.
    metric : str
        One of `METRICS`.
    indices : np.ndarray of int64 [shape=(L, 2)]
        Reference and query frame of each pair.

    Returns
    -------
    np.ndarray of float64 [shape=(L,)]
        Costs.
    """
    costs = np.empty(len(indices))
    for begin in range(0, len(indices), _PAIRS_AT_ONCE):
        part = indices[begin : begin + _PAIRS_AT_ONCE]
        costs[begin : begin + len(part)] = _costs(reference[part[:, 0]], query[part[:, 1]], metric)
    return costs


def _costs(left: Floats, right: Floats, metric: str) -> Floats:
    if metric == "cosine":
        left, right = _unit_vectors(left, right)
        return np.asarray(((left - right) ** 2).sum(axis=1))
    difference = left - right
    if metric == "cityblock":
        return np.asarray(np.abs(difference).sum(axis=1))
    squares = (difference**2).sum(axis=1)
    return np.asarray(np.sqrt(squares) if metric == "euclidean" else squares)


def _unit_vectors(reference: Floats, query: Floats) -> tuple[Floats, Floats]:
    """Return frames whose squared distance is 1 - cos, and 1 where a vector is zero.

    Each zero vector gets a direction of its own: the reference's and the query's are at right
    angles to all else and to each other.
    """
    sides = []
    for side, place in ((reference, 0), (query, 1)):
        largest = np.abs(side).max(axis=1, keepdims=True)
        scaled = side / np.where(largest > 0, largest, 1)
        length = np.sqrt((scaled**2).sum(axis=1, keepdims=True))
        extra = np.zeros((len(side), 2))
        extra[:, place] = largest[:, 0] == 0
        sides.append(np.hstack([scaled / np.where(length > 0, length, 1), extra]) / np.sqrt(2))
    if not sides[0][:, -2].any() and not sides[1][:, -1].any():
        return sides[0][:, :-2], sides[1][:, :-2]
    return sides[0], sides[1]


def check_metric(metric: str) -> None:
    """Raise ParameterError for a metric that is not one of `METRICS`."""
    if metric not in METRICS:
        raise ParameterError(f"metric is one of {', '.join(METRICS)}, not {metric!r}")
