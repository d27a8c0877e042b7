"""Saying: a text as a synthesizer speaks it, phone by phone, in the phone space."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import numpy.typing as npt

from syncalign.features.cepstra import PHONE_BANK
from syncalign.features.spectral import FRAME_RATE, band_levels
from syncalign.media import AudioBlock
from syncalign.models.phone_space import built_in_space
from syncalign.progress import NoProgress, Progress
from syncalign.streams.synthesis import Phones, speak
from syncalign.streams.text import Token

_RATE = 16000
#: Longer sentences are said in parts: the synthesizer cuts them where it likes.
_MOST_WORDS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Saying:
    """A text as a synthesizer speaks it.

    Parameters
    ----------
    names : tuple of str
        The phones that occur.
    phones : np.ndarray of int64 [shape=(P,)]
        Each phone of the text, as an index into `names`.
    starts, ends : np.ndarray of float64 [shape=(P,)]
        Frames of the synthetic speech, half-open.
    words : np.ndarray of int64 [shape=(P,)]
        Which token of the text each phone is of; rising.
    features : np.ndarray of float16 [shape=(T, 24)]
        The synthetic speech in the phone space.
    active : np.ndarray of bool [shape=(T,)]
        Where it is not silent.
    """

    names: tuple[str, ...]
    phones: npt.NDArray[np.int64]
    starts: npt.NDArray[np.float64]
    ends: npt.NDArray[np.float64]
    words: npt.NDArray[np.int64]
    features: npt.NDArray[np.float16]
    active: npt.NDArray[np.bool_]

    def by_word(self, count: int) -> list[npt.NDArray[np.int64]]:
        """Return the phones of each of so many tokens; none for those that are not spoken."""
        return np.split(self.phones, np.searchsorted(self.words, np.arange(1, count)))

    def has_phones(self, words: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Tell which of some tokens are heard at all."""
        return np.isin(words, self.words)

    def in_order(self, order: npt.NDArray[np.int64]) -> Saying:
        """Put the tokens in another order: `order` tells which one comes first, second, ..."""
        counts = np.bincount(self.words, minlength=len(order))
        firsts = np.cumsum(counts) - counts
        counts, firsts = counts[order], firsts[order]
        at = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - firsts, counts)
        return replace(
            self,
            phones=self.phones[at],
            starts=self.starts[at],
            ends=self.ends[at],
            words=np.repeat(np.arange(len(order)), counts),
        )

    def of_words(self, words: npt.NDArray[np.bool_]) -> Saying:
        """Keep some of the tokens (a mask)."""
        kept = words[self.words]
        starts, ends = self.starts[kept], self.ends[kept]
        active = np.zeros_like(self.active)
        for start, end in zip(starts, ends, strict=True):
            active[round(start) : round(end)] = True
        return replace(
            self,
            phones=self.phones[kept],
            starts=starts,
            ends=ends,
            words=self.words[kept],
            active=active,
        )

    def spoken_in(self, words: npt.NDArray[np.int64]) -> Saying:
        """Put the words into another order: each token's number, in turn."""
        counts = np.bincount(self.words, minlength=len(words))[words]
        firsts = np.searchsorted(self.words, words)
        at = np.repeat(firsts - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())
        return replace(
            self,
            phones=self.phones[at],
            starts=self.starts[at],
            ends=self.ends[at],
            words=self.words[at],
        )


def say(tokens: Sequence[Token], voice: str, progress: Progress | None = None) -> Saying:
    """Have a text spoken, each token in its likeliest form.

    Parameters
    ----------
    tokens : sequence of Token
        The text.
    voice : str
        As espeak-ng calls it.
    progress : Progress or None
        Told about tokens.
    """
    progress = progress or NoProgress()
    progress.start("speak", len(tokens))
    script = _Script(tokens, voice, progress)
    levels = band_levels(script.blocks(), PHONE_BANK)
    progress.finish()
    names = tuple(sorted(set(script.names)))
    index = {name: number for number, name in enumerate(names)}
    starts, ends = (np.array(times, np.float64) for times in (script.starts, script.ends))
    scale = float(FRAME_RATE) / _RATE
    active = np.zeros(len(levels), bool)
    for start, end in zip(starts * scale, ends * scale, strict=True):
        active[round(start) : round(end)] = True
    return Saying(
        names,
        np.array([index[name] for name in script.names], np.int64),
        starts * scale,
        ends * scale,
        np.array(script.words, np.int64),
        np.asarray(built_in_space().features(levels, active).values),
        active,
    )


class _Script:
    """Speaks phrase after phrase and notes the phones on the way."""

    def __init__(self, tokens: Sequence[Token], voice: str, progress: Progress) -> None:
        self.names: list[str] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.words: list[int] = []
        self._tokens, self._voice, self._progress = tokens, voice, progress

    def blocks(self) -> Iterator[AudioBlock]:
        phrases = list(_phrases(self._tokens))
        spoken = speak([[self._tokens[k].spoken[0] for k in p] for p in phrases], self._voice)
        begin = 0
        for phrase, (samples, phones) in zip(phrases, spoken, strict=True):
            self._note(phones, begin, phrase)
            yield AudioBlock(samples, begin / _RATE)
            begin += len(samples)
            self._progress.advance(len(phrase))

    def _note(self, phones: Phones, begin: int, phrase: list[int]) -> None:
        self.names += phones.names
        self.starts += (phones.starts + begin).tolist()
        self.ends += (phones.ends + begin).tolist()
        self.words += [phrase[word] for word in phones.words]


def _phrases(tokens: Sequence[Token]) -> Iterator[list[int]]:
    """Cut a text into what is said in one go: spoken tokens of one line and sentence."""
    spoken = (k for k, token in enumerate(tokens) if token.spoken)
    for _, group in groupby(spoken, lambda k: (tokens[k].line, tokens[k].sentence)):
        members = list(group)
        for first in range(0, len(members), _MOST_WORDS):
            yield members[first : first + _MOST_WORDS]
