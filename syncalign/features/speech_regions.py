"""Speech regions: a recording cut at its pauses, in stretches that a recogniser takes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from syncalign.features.spectral import FRAME_RATE
from syncalign.timebase import Features, Segment

#: Frames over which the odds are averaged: a click is no speech, a plosive's closure no pause.
_SMOOTHED_FRAMES = 21
#: Frames that belong to a region on either side of its speech.
_AROUND_FRAMES = 20
#: Frames of silence at which a region always ends: silence is not to be listened to.
_LONG_PAUSE_FRAMES = 200
#: Frames of a run of speech that is too short to hold a word.
_SHORTEST_FRAMES = 10


@dataclass(frozen=True, slots=True)
class _Run:
    """Frames ``first <= k < stop``."""

    first: int
    stop: int


def speech_regions(odds: Features, *, longest: float) -> tuple[Segment, ...]:
    """Cut a recording into regions of speech.

    A region is as long as it may be, since a recogniser goes by what is said around; it ends at
    the longest pause in its second half. Speech without a pause is cut where it is least sure.

    Parameters
    ----------
    odds : Features [shape=(T, ...)]
        Natural-log odds that somebody speaks, in the first column, at 100 Hz from 0 on.
    longest : float
        Most seconds of a region.

    Returns
    -------
    tuple of Segment
        In order, none overlapping; none where nobody speaks.
    """
    active = smoothed_odds(odds)
    most = int(longest * FRAME_RATE) - 2 * _AROUND_FRAMES
    regions: list[_Run] = []
    held: list[_Run] = []
    for run in _short_enough(_runs(active), active, most):
        if held and run.first - held[-1].stop > _LONG_PAUSE_FRAMES:
            regions.append(_Run(held[0].first, held[-1].stop))
            held = []
        while held and run.stop - held[0].first > most:
            cut = _cut(held, run)
            regions.append(_Run(held[0].first, held[cut].stop))
            held = held[cut + 1 :]
        held.append(run)
    if not held:
        return ()
    regions.append(_Run(held[0].first, held[-1].stop))
    return _with_margin(regions, len(active))


def smoothed_odds(odds: Features) -> npt.NDArray[np.float32]:
    """Average the odds in the first column over a fifth of a second [shape=(T,)]."""
    values = np.asarray(odds.values, np.float32)[:, 0]
    if not len(values):
        return values
    reach = _SMOOTHED_FRAMES // 2
    total = np.cumsum(np.pad(values, (reach + 1, reach), mode="edge"), dtype=np.float64)
    mean = (total[_SMOOTHED_FRAMES:] - total[:-_SMOOTHED_FRAMES]) / _SMOOTHED_FRAMES
    return mean.astype(np.float32)


def _runs(odds: npt.NDArray[np.float32]) -> list[_Run]:
    """List the stretches that are likelier speech than not."""
    edges = np.flatnonzero(np.diff(np.pad(odds > 0, 1).astype(np.int8)))
    runs = (_Run(int(first), int(stop)) for first, stop in edges.reshape(-1, 2))
    return [run for run in runs if run.stop - run.first >= _SHORTEST_FRAMES]


def _short_enough(runs: list[_Run], odds: npt.NDArray[np.float32], most: int) -> list[_Run]:
    """Cut runs that are longer than a region where speech is least sure, in their second half."""
    found = []
    for run in runs:
        first = run.first
        while run.stop - first > most:
            low, high = first + most // 2, first + most
            at = low + int(np.argmin(odds[low:high]))
            found.append(_Run(first, at))
            first = at
        found.append(_Run(first, run.stop))
    return found


def _cut(held: list[_Run], following: _Run) -> int:
    """Return the run after which to end: before the longest pause of the second half."""
    pauses = [b.first - a.stop for a, b in pairwise([*held, following])]
    middle = (held[0].first + held[-1].stop) / 2
    late = [index for index, run in enumerate(held) if run.stop >= middle]
    return max(late, key=lambda index: (pauses[index], index))


def _with_margin(regions: list[_Run], size: int) -> tuple[Segment, ...]:
    """Add a little silence on either side, as far as there is some: half of a pause at most."""
    edges = [-_AROUND_FRAMES]
    edges += [(a.stop + b.first) // 2 for a, b in pairwise(regions)]
    edges.append(size)
    rate = float(FRAME_RATE)
    return tuple(
        Segment(
            max(region.first - _AROUND_FRAMES, low, 0) / rate,
            min(region.stop + _AROUND_FRAMES, high, size) / rate,
        )
        for region, (low, high) in zip(regions, pairwise(edges), strict=True)
    )
