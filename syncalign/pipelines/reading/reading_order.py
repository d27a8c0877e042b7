"""Reading order: the phrases of a text in the order in which they are read."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from syncalign.pipelines.reading.hearing import Hearing, SpeechTime
from syncalign.pipelines.reading.saying import Saying
from syncalign.pipelines.reading.script import Script

Indices = npt.NDArray[np.int64]

#: Frames of speech that a phone takes, near enough.
_PHONE_FRAMES = 8


@dataclass(frozen=True, slots=True)
class _Known:
    """A phrase some words of which are known.

    Parameters
    ----------
    phrase : int
        Which one.
    rank : float
        Its place among the known words in the order heard.
    first, last : int
        The first and the last of them that is its own, near that place.
    """

    phrase: int
    rank: float
    first: int
    last: int


def reading_order(
    script: Script, saying: Saying, hearing: Hearing, known: Indices
) -> tuple[int, ...]:
    """Put the phrases in the order in which they are read.

    A phrase is where most of its known words are. One of which none is known is beside its
    neighbours in the text; where those are read in different places, it goes where there is speech
    enough that is no known word's.

    Parameters
    ----------
    script, saying : Script, Saying
        The text.
    hearing : Hearing
        The recording.
    known : np.ndarray of int64 [shape=(K, 2)]
        Frames and the words that begin there, in the order heard.

    Returns
    -------
    tuple of int
        All phrases.
    """
    speech = SpeechTime(hearing.odds)
    times = np.concatenate([[0.0], known[:, 0] / 100, [len(hearing) / 100]])
    free = np.array([speech.frames(a, b) for a, b in pairwise(times.tolist())])
    phones = np.bincount(saying.words, minlength=len(script.tokens))
    wanted = np.array([phones[a:b].sum() for a, b in script.phrases]) * _PHONE_FRAMES
    ranks = np.full(len(script.phrases), -1.0)
    places = _places(script, known)
    for place in places:
        ranks[place.phrase] = place.rank
    for before, after in zip([None, *places], [*places, None], strict=True):
        first = 0 if before is None else before.phrase + 1
        stop = len(ranks) if after is None else after.phrase
        cut = first if before is None else stop
        if before is not None and after is not None and after.first != before.last + 1:
            behind, ahead = free[before.last + 1], free[after.first]
            cut = first + _cut(wanted[first:stop], float(behind), float(ahead))
        if before is not None:
            ranks[first:cut] = before.rank
        if after is not None:
            ranks[cut:stop] = after.rank
    return tuple(sorted(range(len(ranks)), key=lambda phrase: (ranks[phrase], phrase)))


def _places(script: Script, known: Indices) -> list[_Known]:
    """Return the phrases of which words are known, in the order of the text."""
    numbers = script.phrase_numbers[known[:, 1]]
    found = []
    for phrase in np.unique(numbers).tolist():
        mine = np.flatnonzero(numbers == phrase)
        rank = float(np.median(mine))
        near = mine[np.abs(mine - rank) <= len(mine)]
        near = near if len(near) else mine
        found.append(_Known(phrase, rank, int(near[0]), int(near[-1])))
    return found


def _cut(wanted: Indices, behind: float, ahead: float) -> int:
    """Tell how many phrases go behind what is before them, so that all fit best."""
    before = np.concatenate([[0], np.cumsum(wanted)]).astype(np.float64)
    after = before[-1] - before
    lack = np.maximum(before - behind, 0) + np.maximum(after - ahead, 0)
    idle = np.minimum(behind - before, 0) ** 2 + np.minimum(ahead - after, 0) ** 2
    return int(np.lexsort((idle, lack))[0])
