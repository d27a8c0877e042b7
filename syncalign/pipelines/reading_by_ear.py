"""A text followed along what a Whisper hears, or by its sound alone where that is no help."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from syncalign.alignment.ngram_anchors import Takes
from syncalign.cache import Cache
from syncalign.models.weights import find_model, is_at_hand, known_model
from syncalign.pipelines.listening import Listener
from syncalign.pipelines.reading.following import Following, follow
from syncalign.pipelines.reading.hearing import Hearing
from syncalign.pipelines.reading.saying import Saying
from syncalign.pipelines.reading.script import Script
from syncalign.pipelines.reading.transcript import (
    TranscriptMatch,
    follow_transcript,
    match_transcript,
)
from syncalign.pipelines.word_refinement import joined_pieces
from syncalign.progress import Progress
from syncalign.results import AlignedUnit
from syncalign.streams.sound import Sound

#: Which take of what is read more than once gets the times; ``all``: the last, and all are told.
Retakes = Literal["last", "first", "all"]


@dataclass(frozen=True, slots=True, eq=False)
class ByEar:
    """A text that is followed along a transcript.

    Parameters
    ----------
    listener : Listener
        What hears words.
    model : str
        What it was asked for by.
    takes : {"first", "last"}
        Which take of what is read more than once gets the times.
    tells_all : bool
        Whether the other takes are told too.
    """

    listener: Listener
    model: str
    takes: Takes
    tells_all: bool = False

    @classmethod
    def load(
        cls,
        model: str | os.PathLike[str] | None,
        language: str,
        *,
        retakes: Retakes = "last",
        device: str = "auto",
        cache: Cache | None = None,
    ) -> ByEar:
        """Load a Whisper for a language; None takes the smallest at hand that knows it.

        Raises
        ------
        ParameterError, FormatError, DependencyError
            As :func:`syncalign.models.whisper_loading.load_whisper`.
        """
        code = language.lower().replace("_", "-").split("-")[0]
        name = default_model(code) if model is None else os.fspath(model)
        listener = Listener.load(name, language=code, device=device, cache=cache)
        takes: Takes = "first" if retakes == "first" else "last"
        return cls(listener, name, takes, retakes == "all")

    def match(
        self, sound: Sound, hearing: Hearing, script: Script, voice: str, progress: Progress | None
    ) -> TranscriptMatch:
        """Hear the words of a recording and find those of a text among them."""
        heard = self.listener.hear(sound, hearing.speech, progress)
        return match_transcript(joined_pieces(heard.words), script, voice)

    def follow(
        self,
        match: TranscriptMatch,
        hearing: Hearing,
        saying: Saying,
        script: Script,
        progress: Progress | None,
    ) -> Following:
        """Find each word of a text in a recording."""
        known = match.known(self.takes)
        known = known[saying.has_phones(known[:, 1])]
        if not (match.is_guide and len(known)):
            return follow(hearing, saying, script.phrase_numbers, progress)
        return follow_transcript(
            hearing, saying, script, known, match.other_takes(self.takes), progress
        )

    def with_takes(
        self, units: Sequence[AlignedUnit], match: TranscriptMatch, script: Script
    ) -> tuple[AlignedUnit, ...]:
        """Tell of each unit where else it is read, if that is asked for."""
        if not self.tells_all:
            return tuple(units)
        return tuple(
            replace(unit, takes=match.takes_of(where.first, where.last, self.takes))
            for unit, where in zip(units, script.units, strict=True)
        )

    def reason(self, match: TranscriptMatch) -> str:
        """Say what the transcript was good for."""
        whisper = self.listener.whisper
        by = f"Whisper {self.model} ({whisper.backend} on {whisper.device})"
        known = match.known(self.takes)
        if not match.is_guide:
            return f"{by} heard next to nothing of this text: it was followed by its sound alone."
        return f"{by} heard {len(match.words)} words; {len(known)} of the text are among them."


def default_model(language: str) -> str:
    """Return the smallest model at hand that knows a language.

    Raises
    ------
    DependencyError
        There is none.

    Examples
    --------
    >>> default_model("it")  # doctest: +SKIP
    'base'
    """
    names = ("tiny.en", "base") if language == "en" else ("base",)
    there = [name for name in names if is_at_hand(known_model(f"whisper-{name}"))]
    if not there:
        find_model(f"whisper-{names[0]}")  # says which command fetches it
    return there[0]
