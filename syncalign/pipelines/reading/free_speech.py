"""Free speech: speech in a recording that is no phrase's of the text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.hearing import Hearing

#: Frames of speech without a text from which on it is told.
_LEAST_SPEECH = 300
#: Frames of quiet within one gap, and those around words that still are theirs.
_PAUSE_FRAMES, _AROUND_FRAMES = 150, 15


def speech_without_text(
    following: Following, hearing: Hearing, phrases: Sequence[tuple[int, int]]
) -> tuple[tuple[int, int], ...]:
    """Return the half-open ranges of frames with over 3 s of speech that is no phrase's."""
    free = hearing.odds > 0
    for first, last in phrases:
        found = first + np.flatnonzero(following.is_found[first:last])
        if len(found):
            begin = max(0, round(following.starts[found].min() * 100) - _AROUND_FRAMES)
            free[begin : round(following.ends[found].max() * 100) + _AROUND_FRAMES] = False
    return tuple(
        (first, stop) for first, stop in _stretches(free) if free[first:stop].sum() >= _LEAST_SPEECH
    )


def _stretches(free: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Join frames with little between them: half-open ranges."""
    frames = np.flatnonzero(free)
    if len(frames) == 0:
        return []
    cuts = np.flatnonzero(np.diff(frames) > _PAUSE_FRAMES)
    firsts = np.concatenate([frames[:1], frames[cuts + 1]])
    stops = np.concatenate([frames[cuts], frames[-1:]]) + 1
    return list(zip(firsts.tolist(), stops.tolist(), strict=True))
