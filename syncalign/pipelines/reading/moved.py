"""Moved passages: text that is read elsewhere than its place in the text says.

One path through a recording keeps the order of the text. What it leaves over on either side - text
that was not found, speech without a text - is laid against each other here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from syncalign.pipelines.reading.following import Following, follow_part
from syncalign.pipelines.reading.free_speech import speech_without_text
from syncalign.pipelines.reading.hearing import Hearing
from syncalign.pipelines.reading.passages import without_squeezed
from syncalign.pipelines.reading.saying import Saying

Ranges = Sequence[tuple[int, int]]

#: Phones and frames below which nothing is looked for: anything would fit. Fewer phones are looked
#: for between their neighbours only.
_LEAST_PHONES, _LEAST_FRAMES, _LEAST_ALONE = 12, 100, 40
_LONGEST_HOLE = 60.0  # seconds
_AROUND_FRAMES = 20
#: What a phrase must have elsewhere: evidence as a share of the rule, so much of it heard, so many
#: phones.
HEARD_SHARE, _LEAST_SHARE, _LEAST_HEARD = 0.6, 0.7, 8
#: Paths through what is left over: each leaves over less.
_PATHS = 3


def with_moved(
    following: Following, hearing: Hearing, saying: Saying, phrases: Ranges
) -> Following:
    """Look for phrases that were not found in stretches of speech that have no text.

    Parameters
    ----------
    following : Following
        Where phrases were found.
    hearing, saying : Hearing, Saying
        The recording and the text.
    phrases : sequence of (int, int)
        Half-open ranges of words.
    """
    for run, hole in _holes(following, phrases):
        found = find(following, hearing, saying, run, hole)
        if found is not None:
            # A longer stretch may have given some of them a place by now.
            unread = [
                phrase
                for phrase in _within(phrases, run)
                if not following.is_found[slice(*phrase)].any()
            ]
            heard = _is_heard(following, found, unread)
            following = following.joined(found.without(~heard))
    for _ in range(_PATHS):
        before = following.is_found.sum()
        following = _with_left_over(following, hearing, saying, phrases)
        if following.is_found.sum() == before:
            break
    return following


def _with_left_over(
    following: Following, hearing: Hearing, saying: Saying, phrases: Ranges
) -> Following:
    """Lay all text that has no place against all speech that has no text."""
    words = np.zeros(len(following.starts), bool)
    for first, last in phrases:
        words[first:last] = not following.is_found[first:last].any()
    gaps = speech_without_text(following, hearing, phrases)
    if following.phones[words].sum() < _LEAST_ALONE or not gaps or not following.is_found.any():
        return following
    frames = np.concatenate([np.arange(*gap) for gap in gaps])
    found = follow_part(hearing, saying, following, words, frames)
    heard = _is_heard(following, found, phrases)
    return without_squeezed(
        following.joined(found.without(~heard)), hearing, phrases, following.is_found
    )


def _within(phrases: Ranges, words: tuple[int, int]) -> Ranges:
    """Keep the phrases that have words in a range of words."""
    return [(first, last) for first, last in phrases if first < words[1] and last > words[0]]


def _is_heard(following: Following, found: Following, phrases: Ranges) -> npt.NDArray[np.bool_]:
    """Which words are of phrases that have as much evidence as the text has elsewhere."""
    heard = np.zeros(len(found.starts), bool)
    least = HEARD_SHARE * following.rule
    for first, last in phrases:
        known = found.is_found[first:last]
        phones = following.phones[first:last]
        enough = max(_LEAST_SHARE * phones.sum(), _LEAST_HEARD)
        if phones[known].sum() >= enough:
            heard[first:last] = found.nats[first:last].sum() >= least * phones[known].sum()
    return heard


def _holes(
    following: Following, phrases: Ranges
) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield runs of phrases that were not found, and frames without words beside a neighbour."""
    found = np.flatnonzero(following.is_found)
    starts, ends = np.sort(following.starts[found]), np.sort(following.ends[found])
    for run in _unread_runs(following, phrases):
        before, after = found[found < run[0]], found[found >= run[1]]
        holes = set()
        if len(before):
            begin = following.ends[before[-1]]
            k = np.searchsorted(starts, begin - 1e-6)
            if k < len(starts):
                holes.add((begin, starts[k]))
        if len(after):
            end = following.starts[after[0]]
            k = np.searchsorted(ends, end + 1e-6, "right") - 1
            if k >= 0:
                holes.add((ends[k], end))
        for begin, end in sorted(holes):
            if 0 < end - begin < _LONGEST_HOLE:
                yield run, (round(begin * 100), round(end * 100))


def find(
    following: Following,
    hearing: Hearing,
    saying: Saying,
    words: tuple[int, int],
    frames: tuple[int, int],
) -> Following | None:
    """Look for a stretch of text that has no place yet in a stretch of sound."""
    phones = following.phones[slice(*words)].sum()
    if phones < _LEAST_PHONES or frames[1] - frames[0] < _LEAST_FRAMES:
        return None
    first = max(0, frames[0] - _AROUND_FRAMES)
    stop = min(len(hearing), frames[1] + _AROUND_FRAMES)
    which = np.zeros(len(following.starts), bool)
    which[slice(*words)] = True
    return follow_part(hearing, saying, following, which, np.arange(first, stop))


def _unread_runs(following: Following, phrases: Ranges) -> Iterator[tuple[int, int]]:
    """Join neighbouring phrases of which no word was found."""
    begin = None
    for first, last in [*phrases, (len(following.starts), len(following.starts) + 1)]:
        spoken = following.phones[first:last].any() or first == len(following.starts)
        if spoken and (first == len(following.starts) or following.is_found[first:last].any()):
            if begin is not None:
                yield begin, first
            begin = None
        elif begin is None:
            begin = first
