"""Speech evidence from a reference: from the sound of a medium, or from subtitles in sync."""

from __future__ import annotations

import os
from fractions import Fraction
from functools import partial

import numpy as np

from syncalign.alignment.evidence import SpeechEvidence
from syncalign.cache import Cache, remembered
from syncalign.errors import FormatError
from syncalign.features import band_levels, spoken_cues
from syncalign.formats import SubtitleFile, read_subtitles
from syncalign.media import read_audio
from syncalign.models.speech_detector import built_in_detector, detector_digest
from syncalign.progress import Progress
from syncalign.timebase import Features, Grid

#: Log odds of activity inside and outside of a cue, of an onset at a cue's start and away from it.
#: Measured with benchmarks/subtitles/reference_cues.py: +-2 to +-3 and 5 to 6 do equally well; what
#: strict odds would be for another edit of the same speech (about 3 at a start) refuses more right
#: files, for a break costs the same then.
_SPOKEN, _SILENT, _BEGINS, _AWAY = 2.0, -2.0, 6.0, -3.0
#: Editors place starts by eye and to a frame: deviation of a start from the speech, in seconds;
#: 0.03 to 0.07 do equally well.
_START_DEVIATION = 0.03
_LONGEST = 12 * 3600.0  # seconds; a stray time of 99:59:59 must not fill the memory


def read_evidence(
    medium: str | os.PathLike[str],
    *,
    track: int | None = None,
    language: str | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> SpeechEvidence:
    """Listen to a medium: where is speech, and where does it begin.

    Parameters and errors are those of :func:`syncalign.pipelines.subtitles.sync_subtitles`.
    """
    settings = ("speech evidence", track, language, detector_digest())
    stored = remembered(
        cache, medium, *settings, make=partial(_listen, medium, track, language, progress)
    )
    values = np.frombuffer(stored, np.float16).reshape(-1, 2)
    return SpeechEvidence(Features(values, Grid(Fraction(100), 0.0, len(values))))


def _listen(
    medium: str | os.PathLike[str],
    track: int | None,
    language: str | None,
    progress: Progress | None,
) -> tuple[bytes, bool]:
    """Decode and detect: two log odds of two bytes each for every 10 ms; whether all decoded."""
    from threadpoolctl import threadpool_limits

    blocks = read_audio(medium, track=track, language=language, progress=progress)
    # The products are small: BLAS's own threads would only wait for each other, and for a busy
    # machine's other work (measured: 13 s instead of 4 s beside two busy processes).
    with threadpool_limits(limits=1, user_api="blas"):
        odds = built_in_detector().log_odds(band_levels(blocks))
    return odds.values.astype(np.float16).tobytes(), blocks.damaged_packets == 0


def read_cues_in_sync(
    path: str | os.PathLike[str], *, frame_rate: float | Fraction | None = None
) -> SubtitleFile:
    """Read a subtitle file that is the reference.

    Parameters
    ----------
    path : path-like
        The file; its encoding is found.
    frame_rate : float or Fraction, optional
        Frames a second where it counts frames and does not say how many: the rate that the other
        subtitle was made for says nothing of one that tells its own.

    Raises
    ------
    FormatError
        As :func:`syncalign.formats.read_subtitles`.
    """
    try:
        return read_subtitles(path)
    except FormatError:
        if frame_rate is None:
            raise
        return read_subtitles(path, frame_rate=frame_rate)


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
