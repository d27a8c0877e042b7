"""Listening: the words that a Whisper hears in a recording, region by region."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from syncalign.cache import Cache, content_key
from syncalign.features.speech_regions import speech_regions
from syncalign.features.word_edges import on_speech
from syncalign.models.whisper import LONGEST_REGION, Samples, Whisper, check_language
from syncalign.models.whisper_loading import load_whisper, model_path
from syncalign.pipelines.hearing_words import Ear, HeardRegion
from syncalign.progress import NoProgress, Progress
from syncalign.streams.sound import RATE, Sound
from syncalign.timebase import Cue, Features, Segment

#: Regions by which the language is told.
_REGIONS_OF_LANGUAGE = 3


@dataclass(frozen=True, slots=True)
class HeardWords:
    """What a Whisper heard in a recording.

    Parameters
    ----------
    words : tuple of Cue
        In order, on the sound's clock. A text begins with a blank where a word begins.
    regions : tuple of Segment
        Where somebody speaks.
    lost : float
        Seconds of speech in which no words could be made out.
    language : str
        What is spoken.
    probability : float or None
        The network's own, where it told the language.
    """

    words: tuple[Cue, ...]
    regions: tuple[Segment, ...]
    lost: float
    language: str
    probability: float | None


@dataclass(frozen=True, slots=True)
class Listener:
    """A Whisper at work.

    Parameters
    ----------
    whisper : Whisper
        The network.
    language : str or None
        What is spoken; None lets the network tell.
    weights_key : str or None
        Tells its weights from others.
    cache : Cache or None
        Where what was heard is kept.
    """

    whisper: Whisper
    language: str | None
    weights_key: str | None
    cache: Cache | None

    @classmethod
    def load(
        cls,
        model: str | os.PathLike[str],
        *,
        language: str | None = None,
        backend: str = "auto",
        device: str = "auto",
        cache: Cache | None = None,
    ) -> Listener:
        """Load a model; parameters and errors are those of ``load_whisper``.

        Raises
        ------
        ParameterError
            It does not know the language.
        """
        whisper = load_whisper(model, backend=backend, device=device)
        if language is not None:
            check_language(language, whisper.codes)
        return cls(whisper, language, _weights_key(model), cache)

    def hear(self, sound: Sound, speech: Features, progress: Progress | None = None) -> HeardWords:
        """Write down a recording.

        Parameters
        ----------
        sound : Sound
            The recording.
        speech : Features [shape=(T, ...)]
            Log odds that somebody speaks, in the first column, at 100 Hz from 0 on.
        progress : Progress or None
            Told about seconds of speech.
        """
        regions = speech_regions(speech, longest=LONGEST_REGION)
        odds = {} if self.language else self._languages(sound, regions)
        language = self.language or max(odds, key=lambda code: (odds[code], code), default="und")
        ear = Ear(self.whisper, language, self.weights_key, self.cache)
        heard = _listened(ear, sound, regions, progress or NoProgress())
        words = on_speech([word for region in heard for word in region.words], speech)
        lost = sum(region.lost for region in heard)
        return HeardWords(tuple(words), regions, lost, language, odds.get(language))

    def _languages(self, sound: Sound, regions: Sequence[Segment]) -> dict[str, float]:
        """Return the probability of each language, by the longest regions."""
        longest = sorted(regions, key=lambda region: -region.duration)[:_REGIONS_OF_LANGUAGE]
        total: Counter[str] = Counter()
        for region in sorted(longest):
            total.update(self.whisper.languages(_samples(sound, region)))
        return {code: share / len(longest) for code, share in total.items()}


def _listened(
    ear: Ear, sound: Sound, regions: Sequence[Segment], progress: Progress
) -> list[HeardRegion]:
    """Listen to each region; words are on the sound's clock."""
    found = []
    progress.start("transcribe", sum(region.duration for region in regions))
    try:
        for region in regions:
            found.append(ear.hear(_samples(sound, region)).moved(region))
            progress.advance(region.duration)
    finally:
        progress.finish()
    return found


def _samples(sound: Sound, region: Segment) -> Samples:
    return sound.read(round(region.start * RATE), round(region.end * RATE))


def _weights_key(model: str | os.PathLike[str]) -> str | None:
    """Return a key that changes with the weights."""
    path = model_path(model)
    return content_key(path / "model.bin" if path.is_dir() else path)
