"""Edges of words where speech begins and ends: what a recogniser tells only roughly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from syncalign.features.spectral import FRAME_RATE
from syncalign.features.speech_regions import smoothed_odds
from syncalign.timebase import Cue, Features, Segment

#: Frames of a pause; shorter ones are closures of plosives inside of words.
_PAUSE_FRAMES = 20
#: Frames by which a word that begins late after a pause is moved to where speech begins.
_LATE_FRAMES = 25


def on_speech(words: Sequence[Cue], odds: Features) -> list[Cue]:
    """Free words of pauses, and begin those after a pause where speech begins.

    Parameters
    ----------
    words : sequence of Cue
        In order, one ending where the next begins or before.
    odds : Features [shape=(T, ...)]
        Natural-log odds that somebody speaks, in the first column, at 100 Hz from 0 on.

    Returns
    -------
    list of Cue
        The same words, none overlapping another more than before.
    """
    firsts, stops = _speech(smoothed_odds(odds))
    found: list[Cue] = []
    for word in words:
        begin, end = (time * float(FRAME_RATE) for time in (word.start, word.end))
        overlap = np.minimum(stops, end) - np.maximum(firsts, begin)
        if len(overlap) and overlap.max() > 0:
            most = int(overlap.argmax())
            first, stop = float(firsts[most]), float(stops[most])
            before = found[-1].end * float(FRAME_RATE) if found else 0.0
            is_late = begin > first >= max(before, begin - _LATE_FRAMES)
            begin = first if is_late else max(begin, first)
            segment = Segment(begin / float(FRAME_RATE), min(end, stop) / float(FRAME_RATE))
            word = replace(word, segment=segment)
        found.append(word)
    return found


def _speech(odds: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return first frames and ends of stretches of speech, with a pause between each two."""
    edges = np.flatnonzero(np.diff(np.pad(odds > 0, 1).astype(np.int8))).reshape(-1, 2)
    if not len(edges):
        return edges[:, 0], edges[:, 1]
    is_pause = edges[1:, 0] - edges[:-1, 1] >= _PAUSE_FRAMES
    return edges[np.append(True, is_pause), 0], edges[np.append(is_pause, True), 1]
