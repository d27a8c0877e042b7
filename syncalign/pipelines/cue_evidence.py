"""Speech evidence from subtitles that are in sync: their cues stand for the speech."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import numpy as np

from syncalign.alignment.evidence import SpeechEvidence
from syncalign.errors import FormatError
from syncalign.features import spoken_cues
from syncalign.formats import SubtitleFile, read_subtitles
from syncalign.timebase import Features, Grid

#: Log odds of activity inside and outside of a cue, of an onset at a cue's start and away from it.
_SPOKEN, _SILENT, _BEGINS, _AWAY = 2.0, -2.0, 6.0, -3.0
#: Editors place starts by eye and to a frame: deviation of a start from the speech, in seconds.
_START_DEVIATION = 0.03
_LONGEST = 12 * 3600.0  # seconds; a stray time of 99:59:59 must not fill the memory


def read_cues_in_sync(path: str | os.PathLike[str]) -> SubtitleFile | None:
    """Read a reference that turned out to be no medium; None if it is no subtitle file either."""
    if not Path(path).is_file():
        return None
    try:
        return read_subtitles(path)
    except FormatError:
        return None


def cue_evidence(subtitles: SubtitleFile) -> SpeechEvidence:
    """Make the evidence that a perfect ear would find where these subtitles are spoken.

    Parameters
    ----------
    subtitles : SubtitleFile
        Cues that are in sync, in any language; of those beyond 12 hours no notice is taken.

    Returns
    -------
    SpeechEvidence
    """
    spoken = spoken_cues(subtitles.timeline, visible=subtitles.visible)
    kept = (spoken.starts >= 0) & (spoken.starts < _LONGEST)
    starts, ends = spoken.starts[kept], np.minimum(spoken.ends[kept], _LONGEST)
    size = int(np.ceil(ends.max(initial=0.0) * 100)) + 1
    grid = Grid(Fraction(100), 0.0, size)
    first, stop = np.rint(starts * 100).astype(int), np.rint(ends * 100).astype(int)
    change = np.bincount(first, minlength=size) - np.bincount(stop, minlength=size)
    active = np.where(np.cumsum(change) > 0, _SPOKEN, _SILENT)
    edges = np.concatenate([[-np.inf], starts, [np.inf]])
    times = np.arange(size) / 100
    after = np.searchsorted(starts, times) + 1
    distance = np.minimum(times - edges[after - 1], edges[after] - times)
    begins = np.maximum(_BEGINS - 0.5 * (distance / _START_DEVIATION) ** 2, _AWAY)
    return SpeechEvidence(Features(np.column_stack([active, begins]).astype(np.float32), grid))
