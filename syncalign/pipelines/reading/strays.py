"""Strays: words that were found far from the rest of their phrase."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.hearing import Hearing, SpeechTime

#: A part of a phrase so many seconds from the rest is a stray if it has so few phones: anything
#: sounds like them; or if somebody speaks for so long in between: that is no pause.
_APART_SECONDS, _FEW_PHONES = 2.0, 8
_SPEECH_FRAMES = 100


def without_strays(
    following: Following, hearing: Hearing, phrases: Sequence[tuple[int, int]]
) -> Following:
    """Forget the places of words that are far from what else was found of their phrase.

    Parameters
    ----------
    following : Following
        Where words were found.
    hearing : Hearing
        The recording.
    phrases : sequence of (int, int)
        Half-open ranges of words that are read or not read as a whole.
    """
    speech = SpeechTime(hearing.odds)
    is_stray = np.zeros(len(following.starts), bool)
    for first, last in phrases:
        found = first + np.flatnonzero(following.is_found[first:last])
        begins, ends = following.starts[found[1:]], following.ends[found[:-1]]
        for cut in np.flatnonzero(begins - ends > _APART_SECONDS) + 1:
            between = speech.frames(ends[cut - 1], begins[cut - 1])
            is_stray |= _weaker(following, found[:cut], found[cut:], between)
    return following.without(is_stray)


def _weaker(
    following: Following,
    before: npt.NDArray[np.int64],
    behind: npt.NDArray[np.int64],
    speech_between: int,
) -> npt.NDArray[np.bool_]:
    """Mark the words of the part that has less evidence, if it is a stray."""
    weaker = min((before, behind), key=lambda part: following.nats[part].sum())
    marked = np.zeros(len(following.starts), bool)
    few = following.phones[weaker].sum() <= _FEW_PHONES
    marked[weaker] = few or speech_between >= _SPEECH_FRAMES
    return marked
