"""Points set by hand, for each reading of a file's clock: as it stands, or as parts joined."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np

from syncalign.alignment.anchors import Anchors
from syncalign.errors import FormatError, ParameterError
from syncalign.formats import SubtitleFile, read_points
from syncalign.pipelines.restarts import readings_of
from syncalign.results.subtitle_sync import Restart, unrolled
from syncalign.timebase import format_timecode


@dataclass(frozen=True, slots=True)
class HandSet:
    """What points set by hand are in each reading of a file.

    Parameters
    ----------
    anchors : dict of tuple of Restart to Anchors
        Of the readings in which they make sense: of one at least.
    problems : tuple of str
        Why they make none in another, as sentences.
    """

    anchors: dict[tuple[Restart, ...], Anchors]
    problems: tuple[str, ...] = ()


def hand_set(
    points: str | os.PathLike[str] | Iterable[tuple[float, float]], file: SubtitleFile
) -> HandSet:
    """Return the anchors that points are, in each reading of a file in which they make sense.

    Parameters
    ----------
    points : path-like or iterable of (float, float)
        A points file, or subtitle seconds and reference seconds.
    file : SubtitleFile
        The subtitle.

    Raises
    ------
    FormatError
        The points file cannot be read, or makes sense in no reading; with the line.
    ParameterError
        The pairs make sense in no reading.
    """
    given = points if isinstance(points, str | os.PathLike) else list(points)
    found: dict[tuple[Restart, ...], Anchors] = {}
    problems: list[FormatError | ParameterError] = []
    for restarts in readings_of(file):
        clock = partial(_on_clock, file, restarts)
        try:
            if isinstance(given, list):
                pairs = [(clock(query, None), reference) for query, reference in given]
            else:
                pairs = list(read_points(given, file.starts, clock=clock))
            found[restarts] = Anchors.of(pairs)
        except (FormatError, ParameterError) as exc:
            problems.append(exc)
    if not found:
        raise problems[-1]
    return HandSet(found, tuple(f"Not read as parts with these points: {one}." for one in problems))


def _on_clock(
    file: SubtitleFile, restarts: tuple[Restart, ...], time: float, cue: int | None
) -> float:
    """Take a time in the file, or the start of a cue, to the unrolled clock."""
    if not restarts:
        return time
    shifts = unrolled(np.zeros(len(file)), restarts)
    if cue is not None:
        return time + float(shifts[cue])
    first = [0, *(restart.cue for restart in restarts)]
    low = np.minimum.reduceat(file.starts, first)
    high = np.maximum.reduceat(np.maximum(file.starts, file.ends), first)
    parts = np.flatnonzero((low <= time) & (time <= high))
    if len(parts) != 1:
        raise ParameterError(
            f"{format_timecode(time)} is in {len(parts)} of the {len(first)} parts of the subtitle,"
            f" whose times begin anew at cue {first[1] + 1}; name the cue that begins there, in a"
            f" points file: @{first[1] + 1}"
        )
    return time + float(shifts[first[int(parts[0])]])
