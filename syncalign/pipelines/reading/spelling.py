"""Spelling: the times of words by a recogniser of English phones, where it is at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from syncalign.models.pocket_phones import LONGEST_REGION, PocketPhones
from syncalign.pipelines.reading.following import Following
from syncalign.progress import NoProgress, Progress
from syncalign.streams.sound import RATE, Sound
from syncalign.streams.text import Token

#: Seconds between words that end a region, seconds of a region, and what is heard around it.
_PAUSE, _LONGEST, _AROUND = 0.6, 30.0, 0.3
#: Further apart than this the recogniser went astray: it knows no foreign sound.
_APART = 0.3


def spelled(
    following: Following, tokens: Sequence[Token], sound: Sound, progress: Progress | None = None
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

    Raises
    ------
    DependencyError
        The recogniser is not installed.
    """
    progress = progress or NoProgress()
    progress.start("words", int(following.is_found.sum()))
    recogniser = PocketPhones()
    starts, ends = following.starts.copy(), following.ends.copy()
    for region in _regions(following):
        begin = max(0, round((following.starts[region[0]] - _AROUND) * RATE))
        end = round((following.ends[region[-1]] + _AROUND) * RATE)
        progress.advance(len(region))
        if end - begin > LONGEST_REGION * RATE:  # one word, drawn out over a pause
            continue
        placed = recogniser.align_words(
            sound.read(begin, end), [tokens[word].spoken for word in region]
        )
        for word, place in zip(region, placed or (), strict=False):
            if place is not None and abs(place.start + begin / RATE - starts[word]) <= _APART:
                starts[word] = place.start + begin / RATE
                ends[word] = max(place.end + begin / RATE, starts[word] + 0.01)
    progress.finish()
    return replace(following, starts=starts, ends=ends)


def _regions(following: Following) -> Iterator[list[int]]:
    """Group words that follow each other without a pause, in the order of time."""
    found = np.flatnonzero(following.is_found)
    region: list[int] = []
    for word in found[np.argsort(following.starts[found], kind="stable")].tolist():
        if region and (
            following.starts[word] - following.ends[region[-1]] > _PAUSE
            or following.ends[word] - following.starts[region[0]] > _LONGEST
        ):
            yield region
            region = []
        region.append(word)
    if region:
        yield region
