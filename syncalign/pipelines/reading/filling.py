"""Filling: times for words of phrases that are read, which were not heard themselves.

Reading swallows words, and where the evidence for one is less than the price of leaving it out, the
path leaves it out. It has a time all the same: where it fits best between its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from syncalign.pipelines.reading.fitting import Fit
from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.hearing import Hearing
from syncalign.pipelines.reading.places import Places

Indices = npt.NDArray[np.int64]


def filled(
    following: Following,
    phones: Sequence[Indices],
    hearing: Hearing,
    phrases: Sequence[tuple[int, int]],
) -> Following:
    """Give every word of the phrases that were found a time.

    Parameters
    ----------
    following : Following
        Where words were found.
    phones : sequence of np.ndarray of int64
        The phones of each word, as the recording's shapes count them; none: nothing is heard.
    hearing : Hearing
        The recording.
    phrases : sequence of (int, int)
        Half-open ranges of words that are read or not read as a whole.

    Returns
    -------
    Following
        Its `filled` tells which words got a time here, where they had none or one far from their
        phrase. A word beside them may have given room.
    """
    if following.shapes is None or not following.is_found.any():
        return following
    spoken = np.flatnonzero([len(each) for each in phones])
    places = Places(following, phones, hearing)
    for hole, is_within in _holes(places, spoken, phrases):
        words = _with_neighbours(places, spoken, hole, is_within)
        laid = spoken[hole].tolist()
        frames = places.stretch(words, laid)
        places.take(words, laid, places.fit(words, frames) or _shared(places, words, frames))
    is_filled = np.isfinite(places.starts) & ~following.is_found
    return replace(following, starts=places.starts, ends=places.ends, filled=is_filled)


def _holes(
    places: Places, spoken: Indices, phrases: Sequence[tuple[int, int]]
) -> Iterator[tuple[slice, tuple[bool, bool]]]:
    """Yield runs of spoken words without a place, and whether their phrase goes on either side."""
    edges = np.searchsorted(spoken, phrases).reshape(-1, 2)
    for first, last in edges.tolist():
        found = np.isfinite(places.starts[spoken[first:last]])
        if not found.any() or found.all():
            continue
        changes = np.flatnonzero(np.diff(found, prepend=True, append=True))
        for begin, stop in (first + changes).reshape(-1, 2).tolist():
            yield slice(begin, stop), (begin > first, stop < last)


def _with_neighbours(
    places: Places, spoken: Indices, hole: slice, is_within: tuple[bool, bool]
) -> list[int]:
    """Add the word before and the word behind, if they are of the phrase or close to it."""
    words: list[int] = spoken[hole].tolist()
    before = int(spoken[hole.start - 1]) if hole.start else None
    after = int(spoken[hole.stop]) if hole.stop < len(spoken) else None
    is_close = False
    if before is not None and after is not None:
        pause = places.starts[after] - places.ends[before]
        is_close = -1e-6 <= pause <= places.reach(words)  # False for NaN
    if before is not None and (is_within[0] or is_close):
        words.insert(0, before)
    if after is not None and (is_within[1] or is_close):
        words.append(after)
    return words


def _shared(places: Places, words: Sequence[int], frames: tuple[int, int]) -> Fit:
    """Share out a stretch that is too short for the words, by their phones."""
    counts = np.array([len(places.phones[word]) for word in words], np.float64)
    edges = np.concatenate([[0.0], np.cumsum(counts) / counts.sum()])
    times = (frames[0] + edges * (frames[1] - frames[0])) / 100
    return Fit(times[:-1], times[1:], np.zeros(len(words)), 0.0)
