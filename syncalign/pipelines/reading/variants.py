"""Variants: which of the ways a word may be read is the one that was.

A text is said and followed in its likeliest form. Where a word may be read otherwise ("1900",
"Prof.", "p.m."), each form is laid between the words around it, and the one that explains the
stretch best stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from syncalign.pipelines.reading.fitting import Fit
from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.hearing import Hearing
from syncalign.pipelines.reading.places import Places
from syncalign.pipelines.reading.saying import Saying, say
from syncalign.pipelines.reading.script import Script
from syncalign.streams.text import Token

Indices = npt.NDArray[np.int64]

#: Words on either side that are laid anew with one.
_AROUND = 2
#: Nats by which a form has to be better than the likeliest one: it is rarer.
_MARGIN = 3.0
#: Frames of a stretch beyond which nothing is tried: something else is wrong there.
_LONGEST_FRAMES = 3000


def as_read(
    following: Following, saying: Saying, hearing: Hearing, script: Script, voice: str
) -> tuple[Following, Script]:
    """Choose the form of each word that is heard, and give the words around it their times.

    Parameters
    ----------
    following : Following
        Where words were found, and the others filled in.
    saying : Saying
        The text in its likeliest form.
    hearing : Hearing
        The recording.
    script : Script
        The text.
    voice : str
        Of the saying.

    Returns
    -------
    Following, Script
        The script's tokens have the form that was heard before the others.
    """
    asked = [
        (phrase, k)
        for phrase in script.phrases
        for k in range(*phrase)
        if len(script.tokens[k].spoken) > 1 and following.is_found[k]
    ]
    if not asked or following.shapes is None:
        return following, script
    phones = saying.by_word(len(script.tokens))
    forms = _Forms([script.tokens[k] for _, k in asked], saying, voice)
    choice = _Choice(following, phones, hearing)
    tokens = list(script.tokens)
    for phrase, k in asked:
        best = choice.among(forms.of(tokens[k]), k, phrase)
        if best is not None:
            spoken = tokens[k].spoken
            tokens[k] = replace(tokens[k], spoken=tuple(dict.fromkeys((best, *spoken))))
    return choice.following(following), replace(script, tokens=tuple(tokens))


class _Forms:
    """The phones of the forms of some tokens, said alone."""

    def __init__(self, tokens: Sequence[Token], saying: Saying, voice: str) -> None:
        first = {text: token for token in tokens for text in token.spoken[1:]}
        alone = [
            replace(token, spoken=(text,), line=number, sentence=number)
            for number, (text, token) in enumerate(first.items())
        ]
        said = say(alone, voice)
        known = {name: number for number, name in enumerate(saying.names)}
        self._phones: dict[str, Indices] = {}
        for text, mine in zip(first, said.by_word(len(alone)), strict=True):
            names = [said.names[phone] for phone in mine]
            # A form with a phone that the text has nowhere else cannot be heard out.
            if names and all(name in known for name in names):
                self._phones[text] = np.array([known[name] for name in names], np.int64)

    def of(self, token: Token) -> dict[str, Indices]:
        """Return the phones of the forms that are not the likeliest."""
        return {text: self._phones[text] for text in token.spoken[1:] if text in self._phones}


class _Choice:
    def __init__(self, following: Following, phones: Sequence[Indices], hearing: Hearing) -> None:
        self._places = Places(following, phones, hearing)
        self._nats = following.nats.copy()
        self._filled = np.zeros(len(phones), bool)
        if following.filled is not None:
            self._filled |= following.filled

    def among(self, forms: Mapping[str, Indices], k: int, phrase: tuple[int, int]) -> str | None:
        """Choose a form for a word and place it; None for the likeliest, whose place stays."""
        places, likeliest = self._places, self._places.phones[k]
        words = self._around(k, phrase)
        places.phones[k] = max((likeliest, *forms.values()), key=len)
        frames = places.stretch(words, [k])
        places.phones[k] = likeliest
        if not 0 < frames[1] - frames[0] <= _LONGEST_FRAMES:
            return None
        usual = places.fit(words, frames)
        best, chosen = None, None
        least = usual.total + _MARGIN if usual is not None else 0.0
        for text, mine in forms.items():
            places.phones[k] = mine
            placed = places.fit(words, frames)
            if placed is not None and placed.total > least:
                best, chosen, least = text, placed, placed.total
        places.phones[k] = forms[best] if best is not None else likeliest
        if chosen is not None:
            places.take(words, [k], chosen)
            self._hear(words, k, chosen)
        return best

    def _around(self, k: int, phrase: tuple[int, int]) -> list[int]:
        """Return a word and those beside it that have a place."""
        beside = [
            word
            for word in range(*phrase)
            if len(self._places.phones[word]) and np.isfinite(self._places.starts[word])
        ]
        at = beside.index(k)
        return beside[max(0, at - _AROUND) : at + _AROUND + 1]

    def _hear(self, words: Sequence[int], k: int, placed: Fit) -> None:
        """Take what speaks for a form, and for the words beside it that it left no room."""
        for word, nats in zip(words, placed.nats.tolist(), strict=True):
            if word == k or self._filled[word]:
                self._filled[word] = nats <= 0
                self._nats[word] = max(nats, 0.0)

    def following(self, before: Following) -> Following:
        """Return what was found, with the forms that were chosen."""
        return replace(
            before,
            starts=self._places.starts,
            ends=self._places.ends,
            nats=self._nats,
            phones=np.array([len(each) for each in self._places.phones], np.int64),
            filled=self._filled,
        )
