"""Align a text to a recording in which somebody reads it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from syncalign.cache import Cache
from syncalign.errors import ParameterError
from syncalign.pipelines.ears import Ears, can_spell, is_english
from syncalign.pipelines.reading.doubts import without_contradicted
from syncalign.pipelines.reading.filling import filled
from syncalign.pipelines.reading.following import Following, follow_again
from syncalign.pipelines.reading.free_speech import speech_without_text
from syncalign.pipelines.reading.gaps import named_gaps
from syncalign.pipelines.reading.hearing import Hearing
from syncalign.pipelines.reading.judging import judged_units, text_confidence
from syncalign.pipelines.reading.kept_stages import kept_hearing, kept_saying
from syncalign.pipelines.reading.moved import with_moved
from syncalign.pipelines.reading.passages import (
    reading_order,
    without_doubtful,
    without_squeezed,
)
from syncalign.pipelines.reading.saying import Saying
from syncalign.pipelines.reading.script import Script, read_script
from syncalign.pipelines.reading.strays import without_strays
from syncalign.pipelines.reading.transcript import TranscriptMatch
from syncalign.pipelines.reading.variants import as_read
from syncalign.pipelines.reading.voices import voice_of
from syncalign.pipelines.reading_by_ear import ByEar, Retakes
from syncalign.progress import Progress
from syncalign.results import AlignedUnit, AudioGap, SoundFile, TextAlignment
from syncalign.results.text_alignment import AlignmentStatus
from syncalign.streams.sound import RATE, Sound
from syncalign.streams.text import Level

BACKENDS = ("auto", "synth", "phones", "ctc", "whisper")
#: A text is aligned from this probability on that the recording is a reading of it; below the
#: second one it is refused, between them the answer is unsure.
_ALIGNED, _UNSURE = 0.7, 0.3
_LEAST_SPEECH_FRAMES = 20
_NO_GAPS: tuple[AudioGap, ...] = ()


def align_text(  # noqa: PLR0913  one parameter an option
    audio: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    text: str | os.PathLike[str],
    *,
    level: Level = "line",
    language: str | None = None,
    backend: str = "auto",
    model: str | os.PathLike[str] | None = None,
    retakes: Retakes = "last",
    device: str = "auto",
    track: int | None = None,
    text_format: str | None = None,
    encoding: str | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> TextAlignment:
    """Find when each unit of a text is read in a recording, and what is not read.

    Parameters
    ----------
    audio : path-like or sequence of path-like
        Sound or video files, one after the other; a folder is its sound files.
    text : path-like
        What is read: a book (EPUB), DOCX, plain text, Markdown, HTML, subtitles, aeneas' fragments.
    level : {"paragraph", "line", "sentence", "word"}
        What gets a time. A line is a non-empty line of a plain text.
    language : str or None
        Code of the text's language, such as "en"; None finds it.
    backend : {"auto", "synth", "phones", "ctc", "whisper"}
        What listens: `synth` compares with synthetic speech in any language that espeak-ng
        speaks; `phones` then places words by an English recogniser; `auto` takes the latter for
        English where it is installed. `ctc` places words by the letters that a wav2vec 2.0
        hears. `whisper` writes down what it hears and goes by what that
        has in common with the text; it takes longer, and passages may stand anywhere.
    model : str or path-like or None
        For `whisper`: ``tiny.en``, ``base`` or a path, as for ``transcribe``; None takes the
        smallest at hand that knows the language. For `ctc`: ``wav2vec2-en``, ``mms-fa`` or the
        path of a checkpoint. Nothing is downloaded.
    retakes : {"last", "first", "all"}
        For `whisper`: which take of what is read more than once gets the times; `all` gives them
        to the last, and tells of each unit the others as `takes`.
    device : {"auto", "cpu", "cuda"}
        Where `ctc` and `whisper` run.
    track : int or None
        Sound track of each file, from 0; None chooses.
    text_format, encoding : str or None
        Of the text; None finds them.
    cache : Cache or None
        Where is kept what was heard and placed, so that a run that was broken off goes on.
    progress : Progress or None
        Told how far each stage is.

    Returns
    -------
    TextAlignment
        Refused, with reasons, where the recording is no reading of the text.

    Raises
    ------
    MediaError
        A sound file cannot be used.
    FormatError
        The text cannot be used, has no words, or is not in the language's letters.
    ParameterError
        There is no such level, language or backend, or the model has not the text's letters.
    DependencyError
        What the backend needs is not there: a package, a model or a device.
    """
    from threadpoolctl import threadpool_limits

    script = read_script(text, level, language=language, text_format=text_format, encoding=encoding)
    backend = _chosen(backend, script.language)
    ears = Ears.load(backend, model, script, retakes=retakes, device=device, cache=cache)
    ear = ears.words
    voice = voice_of(script.language)
    sound = Sound(audio, track)
    # Small products: BLAS's own threads would only wait for each other.
    with threadpool_limits(limits=1, user_api="blas"):
        saying = kept_saying(script, voice, cache, progress)
        hearing = kept_hearing(sound, cache, progress)
        confidence, gaps = 0.0, _NO_GAPS
        following = _nothing(script, saying)
        match = None
        if hearing.active.sum() >= _LEAST_SPEECH_FRAMES and len(saying.phones):
            if ear is not None:
                match = ear.match(sound, hearing, script, voice, progress)
            following = ears.follow(match, hearing, saying, script, progress)
            if ear is None:
                following = _in_any_order(following, hearing, saying, script)
            confidence = text_confidence(following)
            if match is not None and match.is_foreign:
                confidence = 0.0
        if confidence < _UNSURE:
            following = following.without(following.is_found)
        else:
            # A form that was not read makes its phrase doubtful: forms are compared before that is
            # judged, and once more for what is found elsewhere.
            following, _ = _every_word(following, hearing, saying, script, voice)
            doubted = _doubts(match, script, voice)
            following, gaps = _settled(following.heard, hearing, saying, script, doubted)
            following, script = _every_word(following, hearing, saying, script, voice)
            following = ears.placed(following, script, sound, progress)
    vouched = match.borne_out(following, script, voice) if match is not None else None
    units = judged_units(following, script, hearing, vouched)
    units, told = _with_transcript(units, ear, match, script)
    spoken = sum(bool(token.spoken) for token in script.tokens)
    return TextAlignment(
        status=_status(confidence),
        confidence=confidence,
        reasons=_reasons(confidence, hearing, units)
        + told
        + ears.reasons(confidence >= _UNSURE)
        + script.left_out,
        language=script.language,
        backend=backend,
        level=level,
        sound=tuple(SoundFile(p.path, p.start / RATE, p.end / RATE) for p in sound.parts),
        units=units,
        audio_gaps=gaps,
        coverage=float(following.heard.is_found.sum() / spoken),
    )


def _chosen(backend: str, language: str) -> str:
    """Pick the backend that listens."""
    if backend not in BACKENDS:
        raise ParameterError(
            f"there is no backend named {backend!r}; known are {', '.join(BACKENDS)}"
        )
    if backend == "phones" and not is_english(language):
        raise ParameterError(f"the backend phones knows English alone, not {language!r}")
    if backend == "auto":
        return "phones" if can_spell(language) else "synth"
    return backend


def _in_any_order(
    following: Following, hearing: Hearing, saying: Saying, script: Script
) -> Following:
    """Forget what was found by chance, and find what is read elsewhere than it stands."""
    following = without_strays(following, hearing, script.phrases)
    following = without_squeezed(following, hearing, script.phrases)
    moved = with_moved(following, hearing, saying, script.phrases)
    if moved.is_found.sum() == following.is_found.sum():
        return following
    moved = without_squeezed(moved, hearing, script.phrases)
    in_order = saying.spoken_in(reading_order(moved, script.phrases))
    return follow_again(hearing, in_order, script.phrase_numbers, moved)


def _with_transcript(
    units: tuple[AlignedUnit, ...],
    ear: ByEar | None,
    match: TranscriptMatch | None,
    script: Script,
) -> tuple[tuple[AlignedUnit, ...], tuple[str, ...]]:
    """Tell of units, and of the answer, what a transcript says beside."""
    if ear is None or match is None:
        return units, ()
    return ear.with_takes(units, match, script), (ear.reason(match),)


def _doubts(match: TranscriptMatch | None, script: Script, voice: str) -> Callable[..., Following]:
    """Return what forgets phrases that are doubtful by their sound or by a transcript."""
    if match is not None and match.is_guide:
        return partial(without_contradicted, script=script, words=match.words, voice=voice)
    return lambda following, doubtful=None: (
        following if doubtful is None else following.without(doubtful)
    )


def _settled(
    following: Following,
    hearing: Hearing,
    saying: Saying,
    script: Script,
    doubted: Callable[..., Following],
) -> tuple[Following, tuple[AudioGap, ...]]:
    """Forget what was found by chance, look elsewhere for what was not found, name the rest."""
    phrases = script.phrases
    following = without_strays(following, hearing, phrases)
    trusted = without_doubtful(following, hearing, phrases)
    following = doubted(following, doubtful=following.is_found & ~trusted.is_found)
    following = doubted(with_moved(following, hearing, saying, phrases))
    free = speech_without_text(following, hearing, phrases)
    return following, named_gaps(following, hearing, saying, free)


def _every_word(
    following: Following, hearing: Hearing, saying: Saying, script: Script, voice: str
) -> tuple[Following, Script]:
    """Give all words of what is read a time, in the form in which they were read."""
    phones = saying.by_word(len(script.tokens))
    following = filled(following, phones, hearing, script.phrases)
    return as_read(following, saying, hearing, script, voice)


def _nothing(script: Script, saying: Saying) -> Following:
    """Return a text none of which was found."""
    count = len(script.tokens)
    phones = np.bincount(saying.words, minlength=count)
    nowhere = np.full(count, np.nan)
    return Following(nowhere, nowhere, np.zeros(count), phones, None)


def _status(confidence: float) -> AlignmentStatus:
    if confidence >= _ALIGNED:
        return "aligned"
    return "unsure" if confidence >= _UNSURE else "refused"


def _reasons(confidence: float, hearing: Hearing, units: Sequence[AlignedUnit]) -> tuple[str, ...]:
    if hearing.active.sum() < _LEAST_SPEECH_FRAMES:
        return ("Nobody speaks in the recording.",)
    if confidence < _UNSURE:
        return ("What is heard is not this text: another text or another language is spoken.",)
    reasons = [] if confidence >= _ALIGNED else ["It is not sure that this is what is read."]
    unread = sum(unit.status == "not_spoken" for unit in units)
    if unread:
        reasons.append(f"{unread} of {len(units)} units are not read.")
    reasons.append(
        f"{sum(u.status == 'ok' for u in units)} of {len(units)} units are surely placed."
    )
    return tuple(reasons)
