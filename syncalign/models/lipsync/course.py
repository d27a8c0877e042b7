"""The course of the offset: the same all along, in steps, or drifting."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
_LEAST_STEP, _LARGEST_DRIFT = 0.04, 0.4


@dataclass(frozen=True, slots=True)
class Course:
    """How the offset goes on.

    Attributes
    ----------
    steps : tuple of (Segment, float)
        Stretches with an offset of their own, in seconds; one, if it is the same all along.
    drift : float
        Seconds a second; 0 where the offset does not drift.
    """

    steps: tuple[tuple[Segment, float], ...]
    drift: float = 0.0


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
    most = round(_LARGEST_DRIFT / OFFSET_STEP)
    _, rise, on_line = line_of(nats, most=most)
    stepped = sum(float(nats[one.first : one.stop, one.column].sum()) for one in levels)
    stepped -= _PRICE * (len(levels) - 1)
    half = 0.5 / LIP_RATE
    times = evidence.start - half + np.arange(len(nats) + 1) / LIP_RATE
    steps = tuple(
        (Segment(float(times[level.first]), float(times[level.stop])), offset)
        for level, offset in zip(levels, offsets, strict=True)
    )
    if abs(rise) * OFFSET_STEP >= _LEAST_STEP and on_line > max(steady + _PRICE, stepped):
        return Course(steps, rise * OFFSET_STEP / float(times[-1] - times[0]))
    return Course(steps)
