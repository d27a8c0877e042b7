"""Files whose times begin anew: two parts joined, each counted from zero."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt

from syncalign.formats import SubtitleFile
from syncalign.formats.subtitle_file import LONG_JUMP
from syncalign.results.subtitle_sync import Restart

#: Formats whose files are written in the order in which they are read; ASS goes by layers.
_IN_READING_ORDER = ("srt", "vtt", "sbv", "subviewer", "subviewer1", "microdvd", "mpl2")
#: Pause between two runs on the unrolled clock; the search finds the real one. It is long so that
#: a cue which nobody speaks is nearer to the pieces of its own run.
_PAUSE_SECONDS = 300.0


def find_runs(subtitles: SubtitleFile) -> npt.NDArray[np.int64]:
    """Give each cue the number of its run: one begins where the times jump back by a minute.

    Parameters
    ----------
    subtitles : SubtitleFile
        The cues. In a format that is not in reading order there is one run.

    Returns
    -------
    np.ndarray of int [shape=(N,)]
        Run of each cue in the order of the file, from 0.
    """
    if subtitles.format not in _IN_READING_ORDER:
        return np.zeros(len(subtitles), dtype=np.int64)
    starts = subtitles.starts
    return np.cumsum(np.diff(starts, prepend=starts[:1]) < -LONG_JUMP)


def readings_of(subtitles: SubtitleFile) -> list[tuple[Restart, ...]]:
    """Return the ways to read a file's clock: as it stands, and, where it jumps back, as parts."""
    run = find_runs(subtitles)
    return [(), find_restarts(subtitles, run)] if run.any() else [()]


def find_restarts(subtitles: SubtitleFile, run: npt.NDArray[np.int64]) -> tuple[Restart, ...]:
    """Say what to add to the times of each run but the first so that it follows the one before.

    Parameters
    ----------
    subtitles : SubtitleFile
        The cues.
    run : np.ndarray of int [shape=(N,)]
        What :func:`find_runs` returned.

    Returns
    -------
    tuple of Restart
        One for each run but the first.
    """
    starts, ends = subtitles.starts, np.maximum(subtitles.starts, subtitles.ends)
    bounds = [*(np.flatnonzero(np.diff(run)) + 1).tolist(), len(run)]
    restarts: list[Restart] = []
    reached = float(ends[: bounds[0]].max())
    for first, stop in itertools.pairwise(bounds):
        shift = reached + _PAUSE_SECONDS - float(starts[first:stop].min())
        restarts.append(Restart(first, shift))
        reached = max(reached, float(ends[first:stop].max()) + shift)
    return tuple(restarts)
