"""Write down what is said in a recording."""

from __future__ import annotations

import os
from collections.abc import Sequence

from syncalign.cache import Cache
from syncalign.features import band_levels
from syncalign.models.speech_detector import built_in_detector
from syncalign.pipelines.listening import HeardWords, Listener
from syncalign.pipelines.transcript_lines import transcript_lines
from syncalign.pipelines.word_refinement import can_refine, refined
from syncalign.progress import NoProgress, Progress
from syncalign.results import Transcription
from syncalign.streams.sound import RATE, Sound
from syncalign.timebase import Cue, Features


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
    listener = Listener.load(model, language=language, backend=backend, device=device, cache=cache)
    heard = listener.hear(sound, _speech_odds(sound, progress), progress)
    words: Sequence[Cue] = heard.words
    if can_refine(heard.language):
        words = refined(words, sound, progress, cache)
    return Transcription(
        status="transcribed" if words else "no_speech",
        reasons=_reasons(heard, sound),
        path=os.fspath(media),
        duration=sound.size / RATE,
        language=heard.language,
        language_probability=heard.probability,
        model=os.fspath(model),
        backend=listener.whisper.backend,
        device=listener.whisper.device,
        lines=transcript_lines(words),
    )


def _speech_odds(sound: Sound, progress: Progress) -> Features:
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):  # the products are small
        return built_in_detector().log_odds(band_levels(sound.blocks(progress)))


def _reasons(heard: HeardWords, sound: Sound) -> tuple[str, ...]:
    if not heard.words:
        return ("Nobody speaks in the recording, as far as can be heard.",)
    seconds = sum(region.duration for region in heard.regions)
    reasons = [f"{seconds:.1f} of {sound.size / RATE:.1f} s are speech."]
    if can_refine(heard.language):
        reasons.append("Words were placed by their phones (pocketsphinx).")
    if heard.lost:
        reasons.append(f"In {heard.lost:.1f} s of speech no words could be made out.")
    if sound.damaged_packets:
        reasons.append("The medium is damaged: what could not be decoded was taken for silence.")
    return tuple(reasons)
