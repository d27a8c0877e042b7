"""Spelling: the times of words by a recogniser of English phones, where it is at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from syncalign.cache import Cache
from syncalign.models.pocket_phones import LONGEST_REGION, PocketPhones
from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.kept_places import KeptPlaces
from syncalign.progress import NoProgress, Progress
from syncalign.streams.sound import RATE, Sound
from syncalign.streams.text import Token

Doubles = npt.NDArray[np.float64]

#: Seconds between words that end a region, seconds of a region, and what is heard around it.
_PAUSE, _LONGEST, _AROUND = 0.6, 30.0, 0.3
#: Further apart than this the recogniser went astray: it knows no foreign sound.
_APART = 0.3


def spelled(
    following: Following,
    tokens: Sequence[Token],
    sound: Sound,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Following:
    """Replace the times of words that were found by the recogniser's, where the two agree.

    Parameters
    ----------
    following : Following
        Where the words were found.
    tokens : sequence of Token
        The words.
    sound : Sound
        What they were found in.
    progress : Progress or None
        Told about words.
    cache : Cache or None
        Where what was placed is kept, so that a run that was broken off goes on.

    Raises
    ------
    DependencyError
        The recogniser is not installed.
    """
    times = following.starts, following.ends
    phrases = [token.spoken for token in tokens]
    starts, ends = spelled_times(*times, phrases, sound, progress, cache)
    return replace(following, starts=starts, ends=ends)


def spelled_times(
    starts: Doubles,
    ends: Doubles,
    phrases: Sequence[Sequence[str]],
    sound: Sound,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> tuple[Doubles, Doubles]:
    """Replace rough times of English words by the recogniser's, where the two agree.

    Parameters
    ----------
    starts, ends : np.ndarray [shape=(N,)]
        Seconds; not a number for a word that was not found.
    phrases : sequence of sequences of str
        For each word what it may be spoken as.
    sound : Sound
        What they were found in.
    progress : Progress or None
        Told about words.
    cache : Cache or None
        Where what was placed is kept, so that a run that was broken off goes on.

    Raises
    ------
    DependencyError
        The recogniser is not installed.
    """
    progress = progress or NoProgress()
    progress.start("words", int(np.isfinite(starts).sum()))
    recogniser = KeptPlaces(PocketPhones(), cache)
    new_starts, new_ends = starts.copy(), ends.copy()
    for region in _regions(starts, ends):
        begin = max(0, round((starts[region[0]] - _AROUND) * RATE))
        end = round((ends[region[-1]] + _AROUND) * RATE)
        progress.advance(len(region))
        if end - begin > LONGEST_REGION * RATE:  # one word, drawn out over a pause
            continue
        placed = recogniser.align_words(sound.read(begin, end), [phrases[word] for word in region])
        for word, place in zip(region, placed or (), strict=False):
            if place is not None and abs(place.start + begin / RATE - starts[word]) <= _APART:
                new_starts[word] = place.start + begin / RATE
                new_ends[word] = max(place.end + begin / RATE, new_starts[word] + 0.01)
    progress.finish()
    return new_starts, new_ends


def _regions(starts: Doubles, ends: Doubles) -> Iterator[list[int]]:
    """Group words that follow each other without a pause, in the order of time."""
    found = np.flatnonzero(np.isfinite(starts))
    region: list[int] = []
    for word in found[np.argsort(starts[found], kind="stable")].tolist():
        if region and (
            starts[word] - ends[region[-1]] > _PAUSE or ends[word] - starts[region[0]] > _LONGEST
        ):
            yield region
            region = []
        region.append(word)
    if region:
        yield region
