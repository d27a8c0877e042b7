"""Passages: stretches of text that are read in one go.

Where a text is read in another order, the one path through the recording can take only some of its
passages. The others it squeezes between, or it picks what sounds like something on its way: phrases
of which one may seem read, but not their neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from syncalign.models.reading_judge import built_in_judge
from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.hearing import Hearing
from syncalign.pipelines.reading.signs import unit_signs

Doubles = npt.NDArray[np.float64]
Ranges = Sequence[tuple[int, int]]

#: Probability from which a phrase counts as read: on development recordings 0.6 forgets 3 in 1,000
#: that were read and keeps none of 12 that were not; 0.4 one in 1,000, and one.
READ = 0.6
#: What one phrase can say at most, in nats; what one says of which nothing was found; and what it
#: costs to go from a passage that is read here to one that is not, and back.
_MOST, _NOT_FOUND, _CHANGE = 4.0, -1.0, 5.0
#: Phones of other text that are heard in between, from which on two phrases are of two passages.
_OTHER_PHONES = 60


def heard_phrases(following: Following, hearing: Hearing, phrases: Ranges) -> Doubles:
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


def without_squeezed(
    following: Following,
    hearing: Hearing,
    phrases: Ranges,
    settled: npt.NDArray[np.bool_] | None = None,
) -> Following:
    """Forget the places of passages that are not read there as a whole.

    Parameters
    ----------
    following : Following
        Where words were found.
    hearing : Hearing
        The recording.
    phrases : sequence of (int, int)
        Half-open ranges of words that are read or not read as a whole.
    settled : np.ndarray of bool [shape=(W,)] or None
        Words whose place is not in question.
    """
    chance = heard_phrases(following, hearing, phrases)
    with np.errstate(divide="ignore"):
        odds = np.clip(np.log(chance / (1 - chance)), -_MOST, _MOST)
    found = np.array([following.is_found[a:b].any() for a, b in phrases], bool)
    is_read = _read(np.where(found, odds, _NOT_FOUND), _jumps(following, phrases, found))
    sizes = [last - first for first, last in phrases]
    squeezed = np.repeat(~is_read, sizes)
    return following.without(squeezed if settled is None else squeezed & ~settled)


def reading_order(following: Following, phrases: Ranges) -> npt.NDArray[np.int64]:
    """Return the words in the order in which they are read [shape=(W,)].

    A phrase that was not found stays behind the one before it.
    """
    begins = np.zeros(len(phrases))
    for k, (first, last) in enumerate(phrases):
        starts = following.starts[first:last]
        known = np.isfinite(starts)
        begins[k] = starts[known].min() if known.any() else begins[k - 1] if k else -1.0
    order = np.argsort(begins, kind="stable")
    return np.concatenate([np.arange(*phrases[k]) for k in order])


def _jumps(
    following: Following, phrases: Ranges, found: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Tell which phrases are not heard right behind the one that was found before them."""
    jumps = np.zeros(len(phrases), bool)
    which = np.flatnonzero(found).tolist()
    spans = np.array(
        [
            (np.nanmin(following.starts[a:b]), np.nanmax(following.ends[a:b]))
            for a, b in (phrases[k] for k in which)
        ]
    ).reshape(-1, 2)
    phones = np.array([following.phones[slice(*phrases[k])].sum() for k in which])
    order = np.argsort(spans[:, 0], kind="stable")
    upto = np.concatenate([[0], np.cumsum(phones[order])])
    rank = np.argsort(order)
    between = upto[rank[1:]] - upto[rank[:-1] + 1]
    jumps[which[1:]] = (between < 0) | (between >= _OTHER_PHONES)
    return jumps


def _read(odds: Doubles, jumps: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Decide for each phrase whether its passage is read, by the best path through two states."""
    scores = np.zeros(2)
    came_from = np.zeros((len(odds), 2), np.int64)
    for k, (each, jump) in enumerate(zip(odds, jumps, strict=True)):
        costs = _CHANGE * np.array([[0, 1], [1, 2 * jump]])  # from not read, from read
        ways = scores[:, None] - costs
        came_from[k] = ways.argmax(axis=0)
        scores = ways.max(axis=0) + np.array([0, each])
    states = np.zeros(len(odds), bool)
    state = int(scores.argmax())
    for k in range(len(odds) - 1, -1, -1):
        states[k] = bool(state)
        state = int(came_from[k, state])
    return states
