"""Subtitles onto a reference: the flow from two files to one answer."""

from __future__ import annotations

import os
from collections.abc import Iterable
from fractions import Fraction
from functools import partial
from typing import Literal

from syncalign.alignment.evidence import SpeechEvidence
from syncalign.cache import Cache
from syncalign.errors import FormatError, MediaError, ParameterError
from syncalign.formats import SubtitleFile, is_timed_text, read_subtitles
from syncalign.media import MediaInfo, choose_audio, probe
from syncalign.pipelines.cue_sync import limited, sync_cues
from syncalign.pipelines.hand_set import hand_set
from syncalign.pipelines.heard_cues import WordSearch
from syncalign.pipelines.speech_evidence import cue_evidence, read_cues_in_sync, read_evidence
from syncalign.pipelines.text_reference import sync_by_text, text_instead
from syncalign.progress import Progress
from syncalign.results.subtitle_sync import SubtitleSync
from syncalign.streams.sound import Sound

#: A sound that lasts for less of what the medium announces is cut short.
_WHOLE_SHARE = 0.8
_BY_CUES = "The reference is a subtitle file: its cues stand for the speech."


def sync_subtitles(  # noqa: PLR0913  one parameter an option
    reference: str | os.PathLike[str],
    subtitles: str | os.PathLike[str],
    *,
    track: int | None = None,
    language: str | None = None,
    text_track: int | Literal["auto"] | None = None,
    encoding: str | None = None,
    frame_rate: float | Fraction | None = None,
    max_offset: float | None = None,
    points: str | os.PathLike[str] | Iterable[tuple[float, float]] | None = None,
    retime: bool = False,
    words: bool = False,
    model: str | os.PathLike[str] | None = None,
    device: str = "auto",
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> SubtitleSync:
    """Find where a subtitle file belongs in its reference. Nothing is written.

    Parameters
    ----------
    reference : path-like
        A film or any other medium with speech, or a subtitle file that is in sync with it.
    subtitles : path-like
        In any format of :data:`syncalign.formats.FORMATS` and any language.
    track : int, optional
        Sound track to listen to, from 0; by default the one a viewer would hear.
    language : str, optional
        Language of the sound track to listen to, such as ``en``.
    text_track : int or "auto", optional
        Take an embedded text track as the reference instead of the sound: this one, counting the
        subtitle tracks from 0, or the first that decides. Without it they are asked only where
        the sound does not decide, or there is none; the reasons then say so.
    encoding : str, optional
        Encoding of the subtitle file; found if not given. That of a reference is always found.
    frame_rate : float or Fraction, optional
        Frames a second of a subtitle file that counts frames (MicroDVD); 23.976 stands for
        24000/1001. It wins over what the file says. A reference that counts frames is read at this
        rate where it does not say its own.
    max_offset : float, optional
        Refuse a map that moves a cue which has a place by more than this, in seconds. The search
        itself has no bound.
    points : path-like or iterable of (float, float), optional
        Moments of the subtitle whose places are known, each with its time in the reference, in
        seconds: the map passes through them. Or the file that holds them; see
        :func:`syncalign.formats.read_points`, which can name cues too, as is needed where the
        subtitle's times begin anew and a time stands in several of its parts.
    retime : bool
        Move single lines too, where the map is trusted, onto the speech that is surely theirs; see
        :func:`syncalign.pipelines.line_retiming.move_lines`.
    words : bool
        Let a Whisper write down what is said, and look for the words of the cues in that: helps
        where the medium is cut often, and takes longer. Of a translation nothing is heard; the
        sound alone decides then, and the reasons say so.
    model : path-like, optional
        For ``words``: ``base``, ``tiny.en`` or a path, as for ``transcribe``; by default ``base``.
    device : {"auto", "cpu", "cuda"}
        Where the model runs.
    cache : Cache, optional
        Where the speech and the words found in a medium and its text tracks are kept, so that it
        is gone through only once; ``Cache.default()`` is the one of the command line.
    progress : Progress, optional
        Told of the seconds decoded.

    Returns
    -------
    SubtitleSync
        The time map, how sure it is, and why; its ``save`` writes the corrected file.

    Raises
    ------
    MediaError
        The medium is missing, unreadable, has no sound and no subtitle track, or not the track
        asked for.
    FormatError
        The subtitle file, or a reference that is one, is missing or cannot be read as timed text;
        or the points file is none.
    ParameterError
        There is no such encoding, ``max_offset`` is negative, points cross, or a track is asked
        for and the reference is a subtitle file, or one of each kind; or words are asked for where
        nothing is listened to.
    DependencyError
        The model, what runs it or the device is not there.
    """
    if max_offset is not None and not max_offset >= 0:
        raise ParameterError(f"the largest offset must be 0 s or more, not {max_offset}")
    wants_sound = track is not None or language is not None
    if wants_sound and text_track is not None:
        raise ParameterError("choose a sound track or a text track, not both")
    is_text = is_timed_text(reference)
    file = _read_query(subtitles, encoding, frame_rate, may_be_swapped=is_text)
    if words and (is_text or text_track is not None):
        raise ParameterError("words are heard in the sound, and none is listened to here")
    if model is not None and not words:
        raise ParameterError("a model hears words: ask for them too")
    ear = WordSearch.load(model, language, device=device, cache=cache) if words else None
    if is_text and (wants_sound or text_track is not None):
        kind = "sound track" if wants_sound else "text tracks"
        raise ParameterError(f"the reference is a subtitle file: it has no {kind}")
    kept = None if points is None else hand_set(points, file)
    search = partial(sync_cues, subtitles=file, points=kept, retime=retime)
    if is_text:
        in_sync = read_cues_in_sync(reference, frame_rate=frame_rate)
        result = search(cue_evidence(in_sync)).with_reasons(_BY_CUES)
    elif text_track is not None:
        number = None if text_track == "auto" else text_track
        result = sync_by_text(probe(reference), file, search, track=number, cache=cache)
    else:
        result = _by_sound(reference, file, search, track, language, ear, cache, progress)
    if kept is not None and not result.is_trusted:
        result = result.with_reasons(*kept.problems)
    return result if max_offset is None else limited(result, max_offset)


def _read_query(
    subtitles: str | os.PathLike[str],
    encoding: str | None,
    frame_rate: float | Fraction | None,
    *,
    may_be_swapped: bool,
) -> SubtitleFile:
    try:
        return read_subtitles(subtitles, encoding=encoding, frame_rate=frame_rate)
    except FormatError as exc:
        if not may_be_swapped or not _is_medium(subtitles):
            raise
        message = "the reference is a subtitle file and the subtitle is a medium: swap them"
        raise FormatError(subtitles, message) from exc


def _is_medium(path: str | os.PathLike[str]) -> bool:
    try:
        probe(path)
    except MediaError:
        return False
    return True


def _by_sound(
    reference: str | os.PathLike[str],
    file: SubtitleFile,
    search: partial[SubtitleSync],
    track: int | None,
    language: str | None,
    ear: WordSearch | None,
    cache: Cache | None,
    progress: Progress | None,
) -> SubtitleSync:
    """Listen, and where that does not decide, ask what text there is."""
    try:
        evidence = read_evidence(
            reference, track=track, language=language, cache=cache, progress=progress
        )
    except MediaError:
        if track is not None or language is not None:
            raise
        info = probe(reference)
        if info.audio or not info.subtitles:
            raise
        return sync_by_text(info, file, search, cache=cache, why="the medium has no sound; ")
    if ear is None:
        heard = search(evidence)
    else:
        sound = Sound(reference, track, language=language)
        places, told_of_words = ear.places(sound, evidence, file, progress)
        heard = search(evidence, words=places).with_reasons(told_of_words)
    if heard.is_trusted:
        return heard
    info = probe(reference)
    told = _told_of_medium(info, evidence, track, language)
    return text_instead(heard.with_reasons(*told), info, search, cache=cache)


def _told_of_medium(
    info: MediaInfo, evidence: SpeechEvidence, track: int | None, language: str | None
) -> tuple[str, ...]:
    """Say what about a medium may be the reason why its sound does not decide."""
    return (*_cut_short(info, evidence), *_other_tracks(info, track, language))


def _cut_short(info: MediaInfo, evidence: SpeechEvidence) -> tuple[str, ...]:
    """Say that the sound ends long before the medium does: the file may be a part of one."""
    announced = info.duration
    if announced is None or evidence.duration > _WHOLE_SHARE * announced:
        return ()
    return (
        f"The sound ends at {evidence.duration:.0f} s of the {announced:.0f} s that the medium"
        " announces: the file may be cut short.",
    )


def _other_tracks(info: MediaInfo, track: int | None, language: str | None) -> tuple[str, ...]:
    """Say which of several sound tracks was listened to: another may be the one that fits."""
    if len(info.audio) < 2:
        return ()
    heard = info.audio.index(choose_audio(info, track=track, language=language))
    return (f"Sound track {heard} of {len(info.audio)} was listened to; --track takes another.",)
