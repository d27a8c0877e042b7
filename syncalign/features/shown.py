"""What was shown on average in each step of a grid, whatever the frame rate."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError
from syncalign.timebase import Features, Grid

#: Seconds without a frame that are filled in between its neighbours: a few frames.
BRIDGED = 0.15
_COLUMNS = 256  # worked on at a time: bounds the memory for pictures
_ROUNDING = 1e-4  # seconds; time stamps are rounded to a millisecond and less

Doubles = npt.NDArray[np.float64]


def mean_shown(
    values: npt.NDArray[np.generic], times: Doubles, ends: Doubles, rate: int | Fraction
) -> Features:
    """Sample what frames show, on a grid, by the mean over each step.

    A frame holds its values from its time to its end, so a moving picture is a function of time
    whatever its frame rate; a frame that is shown twice, or twice as long, changes nothing. The
    grid's steps are ``[n / rate, (n + 1) / rate)`` of the container's clock, and its instants are
    their middles: with frames on that grid, each row is one frame. Between the edges of frames
    the running integral is interpolated by cubic polynomials (Catmull-Rom), which keeps the mean
    of every frame and makes no stairs on a finer grid.

    Parameters
    ----------
    values : ndarray [shape=(N, ...)]
        One row a frame.
    times, ends : ndarray of float64 [shape=(N,)]
        Seconds between which each frame is shown, in order, without overlap.
    rate : int or Fraction
        Steps a second.

    Returns
    -------
    Features [shape=(T, ...)]
        float32. Rows of which less than half was seen are NaN; gaps of up to 0.15 s are filled in
        between their neighbours.

    Raises
    ------
    ParameterError
        The rate is not positive, or there is no frame.
    """
    rate = Fraction(rate)
    if rate <= 0:
        raise ParameterError(f"the rate is {rate}; it must be positive")
    if not len(times):
        raise ParameterError("there is no frame to sample")
    first = math.floor((times[0] + _ROUNDING) * rate)
    steps = max(1, math.ceil((ends[-1] - _ROUNDING) * rate) - first)
    bounds = (first + np.arange(steps + 1)) / float(rate)
    gaps = np.flatnonzero(times[1:] - ends[:-1] > _ROUNDING) + 1
    edges = np.append(np.insert(times, gaps, ends[gaps - 1]), ends[-1])
    flat = values.reshape(len(values), -1)
    means = np.empty((steps, flat.shape[1]), np.float32)
    for column in range(0, flat.shape[1], _COLUMNS):
        some = flat[:, column : column + _COLUMNS].astype(np.float64)
        some = np.insert(some, gaps, (some[gaps - 1] + some[gaps]) / 2, axis=0)
        means[:, column : column + _COLUMNS] = _step_means(some, edges, bounds)
    long = gaps[times[gaps] - ends[gaps - 1] > BRIDGED]
    means[_share_seen(times, ends, long, bounds) < 0.5] = np.nan
    grid = Grid(rate, float((first + Fraction(1, 2)) / rate), steps)
    return Features(means.reshape(steps, *values.shape[1:]), grid)


def _step_means(held: Doubles, edges: Doubles, bounds: Doubles) -> Doubles:
    """Return the mean of what is held between edges, over each step, by its running integral."""
    widths = np.diff(edges)[:, None]
    integral = np.concatenate([np.zeros((1, held.shape[1])), np.cumsum(held * widths, axis=0)])
    # At an edge the integral rises as the narrower neighbour says, the more the narrower it is.
    rises = np.concatenate([held[:1], held, held[-1:]])
    before, after = np.append(widths[:1], widths)[:, None], np.append(widths, widths[-1:])[:, None]
    slopes = (rises[:-1] * after + rises[1:] * before) / (before + after)
    inside = np.clip(bounds, edges[0], edges[-1])
    cell = np.clip(np.searchsorted(edges, inside, side="right") - 1, 0, len(held) - 1)
    width = widths[cell]
    x = ((inside - edges[cell])[:, None]) / width
    at_bounds = (
        integral[cell] * (1 - x) ** 2 * (1 + 2 * x)
        + integral[cell + 1] * x**2 * (3 - 2 * x)
        + slopes[cell] * width * x * (1 - x) ** 2
        - slopes[cell + 1] * width * x**2 * (1 - x)
    )
    spans = np.maximum(np.diff(inside), 1e-9)[:, None]
    means: Doubles = np.diff(at_bounds, axis=0) / spans
    return means


def _share_seen(
    times: Doubles, ends: Doubles, long: npt.NDArray[np.intp], bounds: Doubles
) -> Doubles:
    """Return which share of each step lies within the frames, long gaps between them left out."""
    starts = np.append(times[0], times[long])
    stops = np.append(ends[long - 1], ends[-1])
    total = np.zeros(len(bounds))
    for start, stop in zip(starts, stops, strict=True):
        total += np.clip(bounds, start, stop) - start
    share: Doubles = np.diff(total) / np.diff(bounds)
    return share
