"""Write down what is said in a recording."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

from syncalign.cache import Cache, content_key
from syncalign.features import band_levels
from syncalign.features.speech_regions import speech_regions
from syncalign.features.word_edges import on_speech
from syncalign.models.speech_detector import built_in_detector
from syncalign.models.whisper import LONGEST_REGION, Samples, Whisper, check_language
from syncalign.models.whisper_loading import load_whisper, model_path
from syncalign.pipelines.hearing_words import Ear, HeardRegion
from syncalign.pipelines.transcript_lines import transcript_lines
from syncalign.pipelines.word_refinement import can_refine, refined
from syncalign.progress import NoProgress, Progress
from syncalign.results import Transcription
from syncalign.streams.sound import RATE, Sound
from syncalign.timebase import Cue, Features, Segment

#: Regions by which the language is told.
_REGIONS_OF_LANGUAGE = 3


def transcribe(
    media: str | os.PathLike[str],
    *,
    model: str | os.PathLike[str] = "base",
    language: str | None = None,
    backend: str = "auto",
    device: str = "auto",
    track: int | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Transcription:
    """Write down what is said in a recording, with the time of each word.

    What the built-in speech detector takes for silence is not listened to. The answer is the same
    every time: the likeliest word is taken, and nothing is drawn by lot.

    Parameters
    ----------
    media : path-like
        Sound or video.
    model : str or path-like
        A Whisper: ``tiny.en`` (English alone), ``base``, or a path; see
        :func:`syncalign.models.whisper_loading.load_whisper`. Nothing is downloaded.
    language : str or None
        What is spoken, such as "en"; None lets the model tell.
    backend : {"auto", "faster-whisper", "whisper"}
        What runs the model; auto takes faster-whisper where it is installed.
    device : {"auto", "cpu", "cuda"}
        Where it runs.
    track : int or None
        Sound track, from 0; None chooses.
    cache : Cache or None
        Where what was heard is kept, so that a run that was broken off goes on where it was.
    progress : Progress or None
        Told about seconds of sound, and then of speech.

    Returns
    -------
    Transcription

    Raises
    ------
    MediaError
        The medium cannot be used.
    FormatError
        The path of the model holds none.
    ParameterError
        There is no such model, language or backend.
    DependencyError
        The model, a package or the device is not there.
    """
    progress = progress or NoProgress()
    sound = Sound(media, track)
    whisper = load_whisper(model, backend=backend, device=device)
    if language is not None:
        check_language(language, whisper.codes)
    speech = _speech_odds(sound, progress)
    regions = speech_regions(speech, longest=LONGEST_REGION)
    odds = {} if language else _languages(whisper, sound, regions)
    language = language or max(odds, key=lambda code: (odds[code], code), default="und")
    ear = Ear(whisper, language, _weights_key(model), cache)
    heard = _listened(ear, sound, regions, progress)
    words = on_speech([word for region in heard for word in region.words], speech)
    if can_refine(language):
        words = refined(words, sound, progress)
    return Transcription(
        status="transcribed" if words else "no_speech",
        reasons=_reasons(regions, words, sum(region.lost for region in heard), sound, language),
        path=os.fspath(media),
        duration=sound.size / RATE,
        language=language,
        language_probability=odds.get(language),
        model=os.fspath(model),
        backend=whisper.backend,
        device=whisper.device,
        lines=transcript_lines(words),
    )


def _speech_odds(sound: Sound, progress: Progress) -> Features:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):  # the products are small
        return built_in_detector().log_odds(band_levels(sound.blocks(progress)))


def _languages(whisper: Whisper, sound: Sound, regions: Sequence[Segment]) -> dict[str, float]:
    """Return the probability of each language, by the longest regions."""
    longest = sorted(regions, key=lambda region: -region.duration)[:_REGIONS_OF_LANGUAGE]
    total: Counter[str] = Counter()
    for region in sorted(longest):
        total.update(whisper.languages(_samples(sound, region)))
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


def _reasons(
    regions: Sequence[Segment], words: Sequence[Cue], lost: float, sound: Sound, language: str
) -> tuple[str, ...]:
    if not words:
        return ("Nobody speaks in the recording, as far as can be heard.",)
    seconds = sum(region.duration for region in regions)
    reasons = [f"{seconds:.1f} of {sound.size / RATE:.1f} s are speech."]
    if can_refine(language):
        reasons.append("Words were placed by their phones (pocketsphinx).")
    if lost:
        reasons.append(f"In {lost:.1f} s of speech no words could be made out.")
    if sound.damaged_packets:
        reasons.append("The medium is damaged: what could not be decoded was taken for silence.")
    return tuple(reasons)
