"""What listens to a reading beside the comparison with synthetic speech, by the backend's name."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass

import numpy as np

from syncalign.cache import Cache
from syncalign.errors import ParameterError
from syncalign.pipelines.reading.following import Following, follow
from syncalign.pipelines.reading.hearing import Hearing
from syncalign.pipelines.reading.kept_stages import kept_following
from syncalign.pipelines.reading.lettering import LetterEar
from syncalign.pipelines.reading.saying import Saying
from syncalign.pipelines.reading.script import Script
from syncalign.pipelines.reading.spelling import spelled
from syncalign.pipelines.reading.transcript import TranscriptMatch
from syncalign.pipelines.reading_by_ear import ByEar, Retakes
from syncalign.progress import Progress
from syncalign.streams.sound import Sound


@dataclass(frozen=True, slots=True)
class Ears:
    """What hears words, letters and phones; each may be missing.

    Parameters
    ----------
    words : ByEar or None
        The text is followed along what it hears.
    letters : LetterEar or None
        Places the words that were found.
    phones : bool
        Whether a recogniser of phones places them.
    cache : Cache or None
        Where is kept what was placed.
    """

    words: ByEar | None = None
    letters: LetterEar | None = None
    phones: bool = False
    cache: Cache | None = None

    @classmethod
    def load(
        cls,
        backend: str,
        model: str | os.PathLike[str] | None,
        script: Script,
        *,
        retakes: Retakes,
        device: str,
        cache: Cache | None,
    ) -> Ears:
        """Load what a backend listens with.

        Raises
        ------
        ParameterError
            It takes no model, or the model has not the letters of the text.
        FormatError, DependencyError
            The model cannot be used, or is not there.
        """
        language = script.language
        if backend == "whisper":
            words = ByEar.load(model, language, retakes=retakes, device=device, cache=cache)
            return cls(words=words, phones=can_spell(language), cache=cache)
        if backend == "ctc":
            letters = LetterEar.load(model, language, device=device, cache=cache)
            letters.ensure_spells(script.tokens)
            return cls(letters=letters, cache=cache)
        if model is not None:
            raise ParameterError(f"the backend {backend} takes no model: ctc and whisper do")
        return cls(phones=backend == "phones", cache=cache)

    def follow(
        self,
        match: TranscriptMatch | None,
        hearing: Hearing,
        saying: Saying,
        script: Script,
        progress: Progress | None,
    ) -> Following:
        """Find each word of a text, along a transcript if there is one."""
        phrases = script.phrase_numbers
        if self.words is None or match is None:
            return kept_following(
                *(hearing, saying, phrases),
                cache=self.cache,
                make=lambda: follow(hearing, saying, phrases, progress),
            )
        words = self.words
        others = np.array(match.other_takes(words.takes), np.int64)
        return kept_following(
            *(hearing, saying, phrases, match.known(words.takes), others),
            cache=self.cache,
            make=lambda: words.follow(match, hearing, saying, script, progress),
        )

    def placed(
        self, following: Following, script: Script, sound: Sound, progress: Progress | None
    ) -> Following:
        """Replace the times of words that were found by those of letters or phones."""
        if self.letters is not None:
            return self.letters.placed(following, script.tokens, sound, progress)
        if self.phones:
            return spelled(following, script.tokens, sound, progress, self.cache)
        return following

    def reasons(self, has_placed: bool) -> tuple[str, ...]:
        """Say what placed the words, if that is a model and any were placed."""
        return (self.letters.reason,) if self.letters is not None and has_placed else ()


def is_english(language: str) -> bool:
    """Whether a code is that of English."""
    return language.lower().replace("_", "-").split("-")[0] == "en"


def can_spell(language: str) -> bool:
    """Whether there is a recogniser of phones for a language."""
    return is_english(language) and importlib.util.find_spec("pocketsphinx") is not None
