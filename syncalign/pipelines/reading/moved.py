"""Moved passages: text that is read elsewhere than its place in the text says, or read twice.

One path through a recording keeps the order of the text. What it leaves over on either side - text
that was not found, speech without a text - is laid against each other here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from syncalign.models.reading_judge import built_in_judge
from syncalign.pipelines.reading.following import Following, follow_part
from syncalign.pipelines.reading.hearing import Hearing
from syncalign.pipelines.reading.saying import Saying
from syncalign.pipelines.reading.signs import unit_signs

Ranges = Sequence[tuple[int, int]]

#: Probability from which a phrase counts as read: on development recordings 0.6 forgets 3 in 1,000
#: that were read and keeps none of 12 that were not; 0.4 one in 1,000, and one.
READ = 0.6
#: Phones and frames below which nothing is looked for: anything would fit.
_LEAST_PHONES, _LEAST_FRAMES = 12, 100
#: A shorter run is looked for between its neighbours only: elsewhere it would be found by chance.
_LEAST_ALONE = 40
_LONGEST_HOLE = 60.0  # seconds
#: Pairs of leftover text and sound that are tried, the longest first.
_MOST_TRIALS = 300
_AROUND_FRAMES = 20
#: What a phrase must have elsewhere: evidence as a share of the rule, so much of it heard, so many
#: phones.
HEARD_SHARE, _LEAST_SHARE, _LEAST_HEARD = 0.6, 0.7, 8


def heard_phrases(
    following: Following, hearing: Hearing, phrases: Ranges
) -> npt.NDArray[np.float64]:
    """Return the probability that each phrase begins where it was found."""
    found = np.array([following.is_found[a:b].any() for a, b in phrases], bool)
    probability = built_in_judge().unit.probability(unit_signs(following, phrases, hearing.odds))
    return np.where(found, probability, 0.0)


def without_doubtful(following: Following, hearing: Hearing, phrases: Ranges) -> Following:
    """Forget the places of phrases that were probably not read there."""
    doubtful = np.zeros(len(following.starts), bool)
    for (first, last), chance in zip(
        phrases, heard_phrases(following, hearing, phrases), strict=True
    ):
        doubtful[first:last] = chance < READ
    return following.without(doubtful)


def with_moved(
    following: Following, hearing: Hearing, saying: Saying, phrases: Ranges, gaps: Ranges
) -> Following:
    """Look for phrases that were not found in stretches of speech that have no text.

    Parameters
    ----------
    following : Following
        Where phrases were found in the order of the text.
    hearing, saying : Hearing, Saying
        The recording and the text.
    phrases, gaps : sequence of (int, int)
        Half-open ranges of words, and of frames with speech but no text.
    """
    pairs = sorted(
        (
            (run, gap)
            for run in _unread_runs(following, phrases)
            for gap in _places(following, run, gaps)
        ),
        key=lambda pair: -min(_phones(following, pair[0]) * 8, pair[1][1] - pair[1][0]),
    )
    for run, gap in pairs[:_MOST_TRIALS]:
        found = find(following, hearing, saying, run, gap)
        if found is not None:
            # A longer stretch may have given some of them a place by now.
            unread = [
                phrase
                for phrase in _within(phrases, run)
                if not following.is_found[slice(*phrase)].any()
            ]
            heard = _is_heard(following, found, unread)
            following = following.joined(found.without(~heard))
    return following


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


def _places(following: Following, run: tuple[int, int], gaps: Ranges) -> Ranges:
    """Return the frames in which a run may be: between its neighbours, and where speech is free."""
    elsewhere = list(gaps) if _phones(following, run) >= _LEAST_ALONE else []
    before, after = following.ends[: run[0]], following.starts[run[1] :]
    before, after = before[np.isfinite(before)], after[np.isfinite(after)]
    if len(before) and len(after) and 0 < after[0] - before[-1] < _LONGEST_HOLE:
        return [(round(before[-1] * 100), round(after[0] * 100)), *elsewhere]
    return elsewhere


def find(
    following: Following,
    hearing: Hearing,
    saying: Saying,
    words: tuple[int, int],
    frames: tuple[int, int],
) -> Following | None:
    """Look for a stretch of text that has no place yet in a stretch of sound."""
    free = _phones(following, words)
    if free < _LEAST_PHONES or frames[1] - frames[0] < _LEAST_FRAMES:
        return None
    first = max(0, frames[0] - _AROUND_FRAMES)
    stop = min(len(hearing), frames[1] + _AROUND_FRAMES)
    return follow_part(hearing, saying.of_words(*words), following, (first, stop))


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


def _phones(following: Following, words: tuple[int, int]) -> int:
    return int(following.phones[slice(*words)].sum())
