"""Heard cues: where a Whisper hears the words of a subtitle."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from syncalign.alignment.evidence import SpeechEvidence
from syncalign.alignment.ngram_anchors import anchor_chains, one_place_each
from syncalign.alignment.steady_anchors import steady_anchors
from syncalign.cache import Cache
from syncalign.errors import ParameterError
from syncalign.features import spoken_cues
from syncalign.formats import SubtitleFile
from syncalign.pipelines.hand_set import HandSet
from syncalign.pipelines.listening import HeardWords, Listener
from syncalign.pipelines.reading.voices import voice_of
from syncalign.pipelines.restarts import readings_of
from syncalign.pipelines.word_refinement import joined_pieces
from syncalign.progress import Progress
from syncalign.results.subtitle_sync import unrolled
from syncalign.streams.phonetic_keys import phonetic_key
from syncalign.streams.sound import Sound
from syncalign.streams.spoken_forms import spoken_forms
from syncalign.timebase import Features

#: A cue begins with its first word; one of so many first words tells when, at so many seconds each.
_FIRST_WORDS, _WORD_SECONDS = 4, 0.3
#: Share of the spoken cues that must be heard for their places to be a guide.
_LEAST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class WordSearch:
    """What hears the words of a medium.

    Parameters
    ----------
    listener : Listener
        A Whisper.
    model : str
        What it was asked for by.
    """

    listener: Listener
    model: str

    @classmethod
    def load(
        cls,
        model: str | os.PathLike[str] | None,
        language: str | None,
        *,
        device: str = "auto",
        cache: Cache | None = None,
    ) -> WordSearch:
        """Load a Whisper; None takes `base`, which knows many languages.

        Parameters
        ----------
        language : str or None
            What is spoken; None lets the network tell.

        Raises
        ------
        ParameterError, FormatError, DependencyError
            As :func:`syncalign.models.whisper_loading.load_whisper`.
        """
        name = "base" if model is None else os.fspath(model)
        listener = Listener.load(name, language=language, device=device, cache=cache)
        return cls(listener, name)

    def places(
        self,
        sound: Sound,
        evidence: SpeechEvidence,
        subtitles: SubtitleFile,
        progress: Progress | None = None,
    ) -> tuple[HandSet | None, str]:
        """Find where the cues of a subtitle are heard.

        Returns
        -------
        HandSet or None
            Places for the search, in each reading of the file's clock that they make sense in.
        str
            What came of it, as a sentence.
        """
        grid, odds = evidence.log_odds.grid, np.asarray(evidence.log_odds.values)
        speech = Features(odds[:, :1].astype(np.float32), grid)
        heard = self.listener.hear(sound, speech, progress)
        found = _places(heard, subtitles)
        spoken = len(spoken_cues(subtitles.timeline, visible=subtitles.visible).indices)
        by = f"Whisper {self.model} ({self.listener.whisper.backend})"
        if len(found) < max(3, _LEAST_SHARE * spoken):
            return None, (
                f"{by} heard {len(found)} of {spoken} spoken cues in their words: the sound alone"
                " decides."
            )
        anchors = {}
        for restarts in readings_of(subtitles):
            clock = unrolled(subtitles.starts, restarts)
            steady = steady_anchors(clock[[cue for cue, _ in found]], [at for _, at in found])
            if steady is not None:
                anchors[restarts] = steady
        if not anchors:
            return None, f"The words that {by} heard agree on no place: the sound alone decides."
        return HandSet(anchors), f"{by} heard {len(found)} of {spoken} spoken cues in their words."


def _places(heard: HeardWords, subtitles: SubtitleFile) -> list[tuple[int, float]]:
    """Return cues that are heard, and when each begins, roughly."""
    try:
        voice = voice_of(heard.language)
    except ParameterError:
        return []
    numbering = _Numbering(heard.language, voice)
    mine = [
        (cue, place, number)
        for cue in np.flatnonzero(subtitles.visible).tolist()
        for place, number in numbering.of(subtitles.timeline[cue].text.split())
    ]
    words = joined_pieces(heard.words)
    theirs = numbering.of([word.text.strip() for word in words])
    chains = anchor_chains([number for *_, number in mine], [number for _, number in theirs])
    found: dict[int, float] = {}
    for one, other in sorted(one_place_each(chains, "first").tolist()):
        cue, place, _ = mine[one]
        if place < _FIRST_WORDS and cue not in found:
            found[cue] = words[theirs[other][0]].start - place * _WORD_SECONDS
    return sorted(found.items())


class _Numbering:
    """Numbers words by their sound."""

    def __init__(self, language: str, voice: str) -> None:
        self._language, self._voice = language, voice
        self._numbers: dict[str, int] = {}

    def of(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """Return of each word that is said its place among them and its number."""
        found = []
        for place, form in enumerate(spoken_forms(words, self._language)):
            for word in form[0].lower().split() if form else ():
                key = phonetic_key(word, self._voice)
                if key:
                    found.append((place, self._numbers.setdefault(key, len(self._numbers))))
        return found
