"""The course of the offset: the same all along, in steps, or drifting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.alignment.offset_path import line_of, steps_of
from syncalign.models.lipsync.band import OFFSET_STEP
from syncalign.models.lipsync.faces_heard import Evidence
from syncalign.models.lipsync.inputs import LIP_RATE
from syncalign.models.lipsync.judge import Judge
from syncalign.timebase import Segment

#: Nats that another offset has to bring before it is believed: a step has some hundred places and
#: dozens of heights, whose logarithms add up to 9.
_PRICE = 12.0
#: Evidence is added up as over stretches of so many rows.
_ROWS = 50
_LEAST_STEP = 0.04


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """How the offset goes on.

    Attributes
    ----------
    steps : tuple of (Segment, float)
        Stretches with an offset of their own, in seconds; one, if it is the same all along.
    drift : float
        Seconds a second; 0 where the offset does not drift.
    columns : ndarray [shape=(T,)]
        The column of each row's offset.
    """

    steps: tuple[tuple[Segment, float], ...]
    drift: float
    columns: npt.NDArray[np.floating]

    @property
    def changes(self) -> bool:
        """Whether the offset is another one on the way."""
        return len(self.steps) > 1 or self.drift != 0


def course_of(evidence: Evidence, judge: Judge) -> Course:
    """Tell how the offset goes on over the time of some evidence.

    Parameters
    ----------
    evidence : Evidence
        Of all faces.
    judge : Judge
        Of the model that it is from.
    """
    nats = judge.nats(evidence.rows, _ROWS)
    levels = steps_of(nats, jump=_PRICE)
    offsets = [(level.column - nats.shape[1] // 2) * OFFSET_STEP for level in levels]
    steady = float(nats.sum(axis=0).max())
    first, rise, on_line = line_of(nats, most=nats.shape[1] - 1)
    stepped = sum(float(nats[one.first : one.stop, one.column].sum()) for one in levels)
    stepped -= _PRICE * (len(levels) - 1)
    half = 0.5 / LIP_RATE
    times = evidence.start - half + np.arange(len(nats) + 1) / LIP_RATE
    steps = tuple(
        (Segment(float(times[level.first]), float(times[level.stop])), offset)
        for level, offset in zip(levels, offsets, strict=True)
    )
    if abs(rise) * OFFSET_STEP >= _LEAST_STEP and on_line > max(steady + _PRICE, stepped):
        columns = first + np.linspace(0, 1, len(nats)) * rise
        return Course(steps, rise * OFFSET_STEP / float(times[-1] - times[0]), columns)
    columns = np.concatenate([np.full(one.stop - one.first, one.column) for one in levels])
    return Course(steps, 0.0, columns)


def straightened(evidence: Evidence, course: Course) -> npt.NDArray[np.float64]:
    """Move each row by as much as its offset differs from the one in the middle [shape=(T, L)].

    What a course gathers is then one peak, at that offset. Beyond the edges there is no evidence.
    """
    columns = np.rint(course.columns).astype(np.int64)
    rows, middle = evidence.rows, int(columns[len(columns) // 2])
    places = np.arange(rows.shape[1]) + (columns - middle)[:, None]
    inside = (places >= 0) & (places < rows.shape[1])
    return np.where(inside, np.take_along_axis(rows, places.clip(0, rows.shape[1] - 1), 1), 0.0)
