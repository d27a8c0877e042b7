"""Transcript: what a recogniser heard, matched to a text, and the text followed along it.

Words are compared by how they sound, so that it does not matter how the recogniser spells them.
What both say in the same order is an anchor; passages may be read elsewhere than they stand, or
twice. The text is then followed in the order in which it is read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from syncalign.alignment.ngram_anchors import AnchorChain, Takes, anchor_chains, one_place_each
from syncalign.pipelines.reading.doubts import borne_out
from syncalign.pipelines.reading.following import Following, follow
from syncalign.pipelines.reading.hearing import Hearing
from syncalign.pipelines.reading.reading_order import reading_order
from syncalign.pipelines.reading.saying import Saying
from syncalign.pipelines.reading.script import Script
from syncalign.progress import Progress
from syncalign.streams.phonetic_keys import phonetic_key
from syncalign.streams.spoken_forms import spoken_forms
from syncalign.timebase import Cue, Segment

Indices = npt.NDArray[np.int64]

#: Words that a transcript must have, and the share of them that anchors must have, to say that this
#: is another text.
_ENOUGH_WORDS, _FOREIGN_SHARE = 60, 0.05
#: Log odds of speech where nothing is to be found.
_NOT_THERE = -20.0
#: Words in common below which the transcript is no guide.
_LEAST_KNOWN = 3


@dataclass(frozen=True, slots=True, eq=False)
class TranscriptMatch:
    """What a transcript and a text have in common.

    Parameters
    ----------
    chains : tuple of AnchorChain
        Words of the text and words of the transcript that sound alike, in the order heard.
    words : tuple of Cue
        The words of the transcript.
    """

    chains: tuple[AnchorChain, ...]
    words: tuple[Cue, ...]

    @property
    def is_guide(self) -> bool:
        """Whether it tells where in the text the recording is."""
        return sum(len(chain.pairs) for chain in self.chains) >= _LEAST_KNOWN

    @property
    def is_foreign(self) -> bool:
        """Whether the transcript is long enough to tell that this is another text, and does."""
        matched = sum(len(chain.pairs) for chain in self.chains)
        return len(self.words) >= _ENOUGH_WORDS and matched < _FOREIGN_SHARE * len(self.words)

    def known(self, takes: Takes) -> Indices:
        """Return frames and the words of the text that begin there, in the order heard.

        Each word once: in its first or its last take [shape=(K, 2)].
        """
        pairs = one_place_each(self.chains, takes)
        frames = np.array([round(self.words[k].start * 100) for k in pairs[:, 1]], np.int64)
        return np.column_stack([frames, pairs[:, 0]])

    def borne_out(
        self, following: Following, script: Script, voice: str
    ) -> npt.NDArray[np.bool_] | None:
        """Tell which words of a text stand in it where they were found; None: it is no guide."""
        return borne_out(following, script, self.words, voice) if self.is_guide else None

    def other_takes(self, takes: Takes) -> list[tuple[int, int]]:
        """Return the frames at which words are read that have their place in another take."""
        again = self._again(takes)[:, 1].tolist()
        return [(round(self.words[k].start * 100), round(self.words[k].end * 100)) for k in again]

    def takes_of(self, first: int, last: int, takes: Takes) -> tuple[Segment, ...]:
        """Return where words ``first <= k < last`` of a text are read beside the take that is kept.

        Half of them at least, in order.
        """
        again = self._again(takes)
        mine = again[(again[:, 0] >= first) & (again[:, 0] < last)]
        cuts = np.flatnonzero(np.diff(mine[:, 0]) <= 0) + 1
        return tuple(
            Segment(self.words[take[0, 1]].start, self.words[take[-1, 1]].end)
            for take in np.split(mine, cuts)
            if 2 * len(take) >= last - first
        )

    def _again(self, takes: Takes) -> Indices:
        """Return the pairs that are not kept, in the order heard [shape=(K, 2)]."""
        if not self.chains:
            return np.zeros((0, 2), np.int64)
        pairs = np.concatenate([chain.pairs for chain in self.chains])
        pairs = pairs[np.argsort(pairs[:, 1], kind="stable")]
        kept = one_place_each(self.chains, takes)[:, 1]
        return pairs[~np.isin(pairs[:, 1], kept)]


def match_transcript(words: Sequence[Cue], script: Script, voice: str) -> TranscriptMatch:
    """Find what a transcript and a text have in common.

    Parameters
    ----------
    words : sequence of Cue
        What a recogniser heard; a text is one word.
    script : Script
        The text.
    voice : str
        Of espeak-ng, which knows how words sound.
    """
    heard = spoken_forms([word.text.strip() for word in words], script.language)
    said = [token.spoken for token in script.tokens]
    numbers: dict[str, int] = {}
    mine, theirs = (_keyed(forms, voice, numbers) for forms in (said, heard))
    chains = (
        AnchorChain(_by_word(chain.pairs, mine[1], theirs[1]), chain.score)
        for chain in anchor_chains(mine[0], theirs[0])
    )
    return TranscriptMatch(tuple(chains), tuple(words))


def follow_transcript(
    hearing: Hearing,
    saying: Saying,
    script: Script,
    known: Indices,
    other_takes: Sequence[tuple[int, int]] = (),
    progress: Progress | None = None,
) -> Following:
    """Find each word of a text in a recording, of some words of which it is known where they are.

    Parameters
    ----------
    hearing : Hearing
        The recording.
    saying, script : Saying, Script
        The text.
    known : np.ndarray of int64 [shape=(K, 2)]
        Frames and the words that begin there, in the order heard.
    other_takes : sequence of (int, int)
        Frames, half-open, of takes that are to get no time.
    progress : Progress or None
        Told about rounds.
    """
    odds = hearing.odds.copy()
    for first, stop in other_takes:
        odds[first:stop] = _NOT_THERE
    hearing = replace(hearing, odds=odds)
    phrases = reading_order(script, saying, hearing, known)
    order = np.concatenate([np.arange(*script.phrases[phrase]) for phrase in phrases])
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    numbers = np.cumsum(np.diff(script.phrase_numbers[order], prepend=-1) != 0) - 1
    moved = np.column_stack([known[:, 0], place[known[:, 1]]])
    found = follow(hearing, saying.in_order(order), numbers, progress, _rising(moved))
    return replace(
        found,
        starts=found.starts[place],
        ends=found.ends[place],
        nats=found.nats[place],
        phones=found.phones[place],
    )


def _keyed(
    forms: Iterable[Sequence[str]], voice: str, numbers: dict[str, int]
) -> tuple[Indices, Indices]:
    """Give the words that are said numbers by their sound, and the entry that each is of."""
    keys, owners = [], []
    for owner, form in enumerate(forms):
        for word in form[0].lower().split() if form else ():
            key = phonetic_key(word, voice)
            if key:
                keys.append(numbers.setdefault(key, len(numbers)))
                owners.append(owner)
    return np.array(keys, np.int64), np.array(owners, np.int64)


def _by_word(pairs: Indices, mine: Indices, theirs: Indices) -> Indices:
    """Turn pairs of keys into pairs of words: of several keys of a word the first."""
    words = np.column_stack([mine[pairs[:, 0]], theirs[pairs[:, 1]]])
    is_new = (np.diff(words, axis=0, prepend=-1) > 0).all(axis=1)
    return words[is_new]


def _rising(known: Indices) -> Indices:
    """Keep the longest part that rises on both sides [shape=(K, 2)]."""
    from bisect import bisect_left

    tails: list[int] = []
    at: list[int] = []
    before = np.full(len(known), -1)
    for index, (_, word) in enumerate(known.tolist()):
        place = bisect_left(tails, word)
        tails[place : place + 1] = [word]
        at[place : place + 1] = [index]
        before[index] = at[place - 1] if place else -1
    kept, index = [], at[-1] if at else -1
    while index >= 0:
        kept.append(index)
        index = int(before[index])
    rising: Indices = known[kept[::-1]]
    _, first = np.unique(rising[:, 0], return_index=True)
    return rising[first]
