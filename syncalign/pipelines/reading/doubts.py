"""Doubts: phrases that were found where a transcript has other words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.script import Script
from syncalign.streams.phonetic_keys import phonetic_key
from syncalign.streams.spoken_forms import spoken_forms
from syncalign.timebase import Cue

#: Seconds around a phrase in which its words may stand in the transcript.
_AROUND = 0.5
#: Share of a phrase's consonants that stand in the transcript, below which it has other words.
LEAST_LIKENESS = 0.6
#: Share from which on it has the phrase's own words, whatever the sound says.
_SURE_LIKENESS = 0.8


def without_contradicted(
    following: Following,
    script: Script,
    words: Sequence[Cue],
    voice: str,
    doubtful: npt.NDArray[np.bool_] | None = None,
) -> Following:
    """Forget the places of phrases at which a transcript has other words.

    Where it has none, nothing is said against them; unless they are doubtful by their sound.

    Parameters
    ----------
    following : Following
        Where words were found.
    script : Script
        The text.
    words : sequence of Cue
        The transcript, in order.
    voice : str
        Of espeak-ng, which knows how words sound.
    doubtful : np.ndarray of bool [shape=(W,)] or None
        Words of phrases that are not, by their sound, where they were found.
    """
    likeness = transcript_likeness(following, script, words, voice)
    sizes = [last - first for first, last in script.phrases]
    alike = np.repeat(likeness, sizes)
    forgotten = alike < LEAST_LIKENESS  # False for NaN
    if doubtful is not None:
        forgotten |= doubtful & ~(alike >= _SURE_LIKENESS)
    return following.without(forgotten)


def borne_out(
    following: Following, script: Script, words: Sequence[Cue], voice: str
) -> npt.NDArray[np.bool_]:
    """Tell which words are of phrases that a transcript has where they were found [shape=(W,)].

    Parameters are those of :func:`without_contradicted`.
    """
    sizes = [last - first for first, last in script.phrases]
    likeness = transcript_likeness(following, script, words, voice)
    return np.repeat(likeness >= _SURE_LIKENESS, sizes) & following.is_found


def transcript_likeness(
    following: Following, script: Script, words: Sequence[Cue], voice: str
) -> npt.NDArray[np.float64]:
    """Return how much of each phrase a transcript has where it was found [shape=(P,)].

    As a share of its consonants, less one for each that stands between them. NaN: it has no place,
    the transcript has no words there, or it has no consonants.
    """
    said = [_keys(token.spoken, voice) for token in script.tokens]
    forms = spoken_forms([word.text.strip() for word in words], script.language)
    heard = [_keys(form, voice) for form in forms]
    starts = np.array([word.start for word in words])
    ends = np.maximum.accumulate(np.array([word.end for word in words]))
    likeness = np.full(len(script.phrases), np.nan)
    for number, (first, last) in enumerate(script.phrases):
        found = first + np.flatnonzero(following.is_found[first:last])
        if not len(found) or not len(words):
            continue
        begin, end = following.starts[found].min(), following.ends[found].max()
        near = slice(
            int(np.searchsorted(ends, begin - _AROUND)),
            int(np.searchsorted(starts, end + _AROUND)),
        )
        mine, theirs = "".join(said[first:last]), "".join(heard[near])
        if mine and theirs:
            likeness[number] = 1 - _unlike(mine, theirs) / len(mine)
    return likeness


def _keys(form: Sequence[str], voice: str) -> str:
    return "".join(phonetic_key(word, voice) for word in form[0].lower().split()) if form else ""


def _unlike(one: str, other: str) -> int:
    """Return the fewest edits that make a word of a part of another (Sellers, 1980)."""
    letters = np.array(list(other))
    places = np.arange(len(other) + 1)
    row = np.zeros(len(other) + 1, np.int64)
    for letter in one:
        changed = np.append(row[0] + 1, np.minimum(row[:-1] + (letters != letter), row[1:] + 1))
        row = np.minimum.accumulate(changed - places) + places
    return int(row.min())
