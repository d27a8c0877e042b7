"""The fewest straight pieces that lead through a corridor.

The corridor is a window of values at each of some places. From the first window on, the lines that
pass through all windows so far are known by the steepest and the flattest of them; each leans on
one point of the lower border and one of the upper. At the first window that none passes, whatever
lies beyond can be seen only across the stretch of that last line between its upper or lower support
and the border, so the next piece has to begin there. Every piece reaches as far as any could, so no
chain of fewer is possible.

After J. O'Rourke, "An on-line algorithm for fitting straight lines between data ranges", Comm. ACM
24 (1981), and H. Imai and M. Iri, "An optimal algorithm for approximating a piecewise linear
function", J. Inf. Process. 9 (1986).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_HALVINGS = 12


class _Point(NamedTuple):
    x: float
    y: float


class _Line(NamedTuple):
    x: float
    y: float
    slope: float

    def at(self, x: float) -> float:
        return self.y + self.slope * (x - self.x)


def fewest_pieces(places: Floats, lower: Floats, upper: Floats) -> Floats:
    """Find a continuous function of the fewest straight pieces that passes through windows.

    Parameters
    ----------
    places : np.ndarray [shape=(N,)]
        Where the windows are; strictly rising.
    lower, upper : np.ndarray [shape=(N,)]
        Their edges, ``lower <= upper``. Between two windows the corridor is bounded by straight
        lines.

    Returns
    -------
    np.ndarray [shape=(K + 1, 2)]
        Place and value of the ends of K pieces; K is the least possible. Where the borders of the
        corridor never fall, neither do the values.
    """
    if len(places) == 1:
        return np.array([[places[0], (lower[0] + upper[0]) / 2]])
    lines = _lines(places.tolist(), lower.tolist(), upper.tolist())
    knots = [_Point(float(places[0]), lines[0].at(float(places[0])))]
    for before, after in itertools.pairwise(lines):
        x = (after.at(0.0) - before.at(0.0)) / (before.slope - after.slope)
        knots.append(_Point(x, before.at(x)))
    knots.append(_Point(float(places[-1]), lines[-1].at(float(places[-1]))))
    return np.array(knots)


def moved_to(knots: Floats, places: Floats, lower: Floats, upper: Floats, middle: Floats) -> Floats:
    """Move the values of knots towards the least squares fit, as far as the corridor allows.

    Parameters
    ----------
    knots : np.ndarray [shape=(K + 1, 2)]
        What `fewest_pieces` returned.
    places, lower, upper : np.ndarray [shape=(N,)]
        The corridor.
    middle : np.ndarray [shape=(N,)]
        What to fit, inside the corridor.

    Returns
    -------
    np.ndarray [shape=(K + 1, 2)]
        Knots at the same places, inside the corridor, rising if the given ones rise.
    """
    x, start = knots[:, 0], knots[:, 1]
    if len(knots) < 2 or np.any(np.diff(x) <= 0):
        return knots
    goal, share = _least_squares(x, places, middle), np.ones(len(knots))
    index = np.clip(np.searchsorted(x, places, side="right") - 1, 0, len(x) - 2)
    slack = 1e-9 * max(1.0, float(np.abs(middle).max()))
    for _ in range(_HALVINGS):
        y = start + share * (goal - start)
        values = np.interp(places, x, y)
        out = index[(values < lower - slack) | (values > upper + slack)]
        flat = np.flatnonzero(np.diff(y) <= 0)
        bad = np.unique(np.concatenate([out, out + 1, flat, flat + 1]))
        if not len(bad):
            return np.column_stack([x, y])
        share[bad] *= 0.5
    return knots


def _least_squares(x: Floats, places: Floats, values: Floats) -> Floats:
    """Fit the values at knots of a continuous piecewise linear function."""
    index = np.clip(np.searchsorted(x, places, side="right") - 1, 0, len(x) - 2)
    right = (places - x[index]) / np.diff(x)[index]
    left = 1 - right
    size = len(x)
    # Knots that no value speaks for stay near the line between their neighbours.
    least = np.full(size, 1e-9 * len(places) / size + 1e-12)
    diagonal = least + np.bincount(index, left**2, size) + np.bincount(index + 1, right**2, size)
    beside = np.bincount(index, left * right, size)
    target = least * np.interp(x, places, values)
    for side, share in ((0, left), (1, right)):
        target = target + np.bincount(index + side, share * values, size)
    for k in range(1, size):
        factor = beside[k - 1] / diagonal[k - 1]
        diagonal[k] -= factor * beside[k - 1]
        target[k] -= factor * target[k - 1]
    fitted = np.empty(size)
    fitted[-1] = target[-1] / diagonal[-1]
    for k in range(size - 2, -1, -1):
        fitted[k] = (target[k] - beside[k] * fitted[k + 1]) / diagonal[k]
    return fitted


class _Lean(NamedTuple):
    """Where an extreme line leans last: a point of the border, and the first window behind it."""

    point: _Point
    behind: int


@dataclass(slots=True)
class _Beam:
    """The lines that pass above some points and below others, told by the two extreme ones.

    The steepest leans on a point of the floor and, behind it, one of the ceiling; the flattest on
    one of the ceiling and, behind it, one of the floor. None: nothing limits the slope.
    """

    steepest: _Line | None = None
    flattest: _Line | None = None
    on_ceiling: _Lean | None = None
    on_floor: _Lean | None = None
    floor: list[_Point] = field(default_factory=list)
    ceiling: list[_Point] = field(default_factory=list)

    def keep_below(self, point: _Point, behind: int) -> None:
        """Take an upper limit, one that some line of the beam keeps."""
        leans = bool(self.floor) and self.floor[0].x < point.x
        if leans and (self.steepest is None or point.y < self.steepest.at(point.x)):
            self.steepest = _leaning(self.floor, point, sign=1.0)
            self.on_ceiling = _Lean(point, behind)
        _add_to_hull(self.ceiling, point, sign=-1.0)

    def keep_above(self, point: _Point, behind: int) -> None:
        """Take a lower limit, one that some line of the beam keeps."""
        leans = bool(self.ceiling) and self.ceiling[0].x < point.x
        if leans and (self.flattest is None or point.y > self.flattest.at(point.x)):
            self.flattest = _leaning(self.ceiling, point, sign=-1.0)
            self.on_floor = _Lean(point, behind)
        _add_to_hull(self.floor, point, sign=1.0)

    def middle(self) -> _Line:
        """Return a line well inside, rising if any does."""
        assert self.steepest is not None
        assert self.flattest is not None
        slope = (self.steepest.slope + self.flattest.slope) / 2
        if slope <= 0:
            return self.steepest
        x = self.steepest.x
        return _Line(x, (self.steepest.y + self.flattest.at(x)) / 2, slope)


def _leaning(hull: list[_Point], point: _Point, *, sign: float) -> _Line:
    """Return the line to a point that leans on a hull; what lies before is needed no more.

    The flattest of those from the hull's points where the sign is 1, the steepest where it is -1.
    """
    best, at = _slope(hull[0], point), 0
    for k in range(1, len(hull)):
        if hull[k].x >= point.x:
            break
        slope = _slope(hull[k], point)
        if sign * (slope - best) > 0:
            break
        best, at = slope, k
    del hull[:at]
    return _Line(point.x, point.y, best)


def _slope(a: _Point, b: _Point) -> float:
    return (b.y - a.y) / (b.x - a.x)


def _add_to_hull(hull: list[_Point], point: _Point, *, sign: float) -> None:
    """Add a point behind all others to the hull from above (sign 1) or from below (sign -1)."""
    while len(hull) > 1 and sign * (_slope(hull[-1], point) - _slope(hull[-2], hull[-1])) >= 0:
        hull.pop()
    hull.append(point)


def _lines(x: list[float], lower: list[float], upper: list[float]) -> list[_Line]:
    """Return the lines on which the pieces lie."""
    lines: list[_Line] = []
    beam = _Beam()
    for k in range(len(x)):
        if beam.steepest and lower[k] > beam.steepest.at(x[k]):
            line, lean = beam.steepest, beam.on_ceiling
            lines.append(line)
            # Only lines that cross the last one behind its support on the ceiling go on.
            beam = _Beam()
            corner = _crossing(line, x[k - 1 : k + 1], lower[k - 1 : k + 1])
            _keep_border(beam.keep_below, lean, x, upper, k)
            beam.floor, beam.on_floor, beam.flattest = [corner], _Lean(corner, k), line
        elif beam.flattest and upper[k] < beam.flattest.at(x[k]):
            line, lean = beam.flattest, beam.on_floor
            lines.append(line)
            beam = _Beam()
            corner = _crossing(line, x[k - 1 : k + 1], upper[k - 1 : k + 1])
            _keep_border(beam.keep_above, lean, x, lower, k)
            beam.ceiling, beam.on_ceiling, beam.steepest = [corner], _Lean(corner, k), line
        beam.keep_below(_Point(x[k], upper[k]), k + 1)
        beam.keep_above(_Point(x[k], lower[k]), k + 1)
    return [*lines, beam.middle()]


def _keep_border(
    keep: Callable[[_Point, int], None],
    lean: _Lean | None,
    x: list[float],
    border: list[float],
    stop: int,
) -> None:
    """Keep to a border from where a line leaned on it, as far as a window."""
    assert lean is not None
    keep(lean.point, lean.behind)
    for k in range(lean.behind, stop):
        keep(_Point(x[k], border[k]), k + 1)


def _crossing(line: _Line, x: list[float], border: list[float]) -> _Point:
    """Return where a line leaves the corridor between two windows."""
    before, after = (abs(line.at(at) - value) for at, value in zip(x, border, strict=True))
    share = before / (before + after)
    at = x[0] + share * (x[1] - x[0])
    # A crossing in the next window itself would leave no room to lean on it.
    at = min(at, x[1] - 1e-9 * (x[1] - x[0]))
    return _Point(at, line.at(at))
