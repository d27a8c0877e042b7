"""Snapping: times on the whole steps of a format, so that rounding makes no overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from syncalign.formats.notation import whole_steps
from syncalign.timebase import Cue, Segment, Timeline


def snapped(timeline: Timeline, rate: int) -> Timeline:
    """Return the cues in the order of their starts, on whole steps.

    No cue overlaps another one and none is empty. Each time is rounded by itself, so that nothing
    adds up; a start is exact to half a step unless another cue starts at the same step. Where
    cues overlap, the earlier one ends sooner.

    Parameters
    ----------
    timeline : Timeline
        The cues; parts are snapped inside their cue, and left out where it has no step for them.
    rate : int
        Steps a second.

    Examples
    --------
    >>> line = Timeline((Cue(Segment(1.0, 2.0), "a"), Cue(Segment(1.999, 1.999), "b")))
    >>> [(cue.start, cue.end) for cue in snapped(line, 100)]
    [(1.0, 2.0), (2.0, 2.01)]
    """
    cues = timeline.sorted().cues
    found = []
    for cue, (start, end) in zip(cues, _steps(cues, rate, 0), strict=True):
        segment = Segment(start / rate, end / rate)
        found.append(replace(cue, segment=segment, parts=_parts(cue, start, end, rate)))
    return replace(timeline, cues=tuple(found))


def _parts(cue: Cue, start: int, end: int, rate: int) -> tuple[Cue, ...]:
    parts = Timeline(cue.parts).sorted().cues
    found = []
    for part, (first, last) in zip(parts, _steps(parts, rate, start), strict=True):
        if first < end:
            segment = Segment(first / rate, min(last, end) / rate)
            found.append(replace(part, segment=segment))
    return tuple(found)


def _steps(cues: Sequence[Cue], rate: int, earliest: int) -> list[tuple[int, int]]:
    starts: list[int] = []
    for cue in cues:
        starts.append(max(whole_steps(cue.start, rate), earliest))
        earliest = starts[-1] + 1
    found = []
    for cue, start, following in zip_longest(cues, starts, starts[1:]):
        end = max(whole_steps(cue.end, rate), start + 1)
        found.append((start, end if following is None else min(end, following)))
    return found
