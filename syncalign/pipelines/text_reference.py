"""Embedded text tracks as the reference: which of them stand for the speech, and which do not."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from syncalign.alignment.evidence import SpeechEvidence
from syncalign.errors import FormatError, MediaError
from syncalign.features import spoken_cues
from syncalign.formats import SubtitleFile, parse_subtitles
from syncalign.media import probe
from syncalign.pipelines.extract import extract_subtitles, is_stub
from syncalign.pipelines.speech_evidence import cue_evidence
from syncalign.results.extraction import ExtractedTrack
from syncalign.results.subtitle_sync import SubtitleSync

#: A track stands for the speech from so many spoken cues a minute on; sparse films have 3.
_FEWEST_A_MINUTE = 1.0
#: And where at least so many of ten equal parts of the medium have one.
_PARTS, _FEWEST_PARTS = 10, 6
#: The tracks of a medium share its clock: where so many do not fit, no other will.
_MOST_TRIED = 4

Search = Callable[[SpeechEvidence], SubtitleSync]


@dataclass(frozen=True, slots=True)
class TextTracks:
    """The embedded text tracks of a medium.

    Parameters
    ----------
    full : dict of str to SubtitleFile
        Those that stand for the speech by what they are called in sentences, the one with the most
        cues first.
    ignored : tuple of str
        A sentence for each other one: forced only, too sparse, or pictures.
    """

    full: dict[str, SubtitleFile]
    ignored: tuple[str, ...]


def read_text_tracks(medium: str | os.PathLike[str], *, track: int | None = None) -> TextTracks:
    """Read the embedded text tracks of a medium and tell which stand for its speech.

    Parameters
    ----------
    medium : path-like
        The medium.
    track : int, optional
        Only this one, counting the subtitle tracks from 0 as ``extract`` does. It may carry the
        flag of forced subtitles, so long as it is full.

    Raises
    ------
    MediaError
        The medium cannot be read, has no subtitle track, or not this one.
    """
    found = extract_subtitles(medium).tracks
    chosen = [one for one in found if track in (None, one.track)]
    if not chosen:
        listed = ", ".join(f"{one.track}: {_language(one)} {one.codec}" for one in found)
        raise MediaError(medium, f"has no subtitle track {track}; it has {listed}")
    fullest, length = max(one.cues for one in found), probe(medium).duration or 0.0
    full: dict[str, SubtitleFile] = {}
    ignored: list[str] = []
    for one in sorted(chosen, key=lambda one: -one.cues):
        name = f"embedded text track {one.track} ({_language(one)})"
        flag_counts = track is None or is_stub(one.cues, fullest)
        try:
            full[name] = _standing_for_speech(one, length, flag_counts=flag_counts)
        except FormatError as exc:
            ignored.append(f"{_capital(name)} was ignored: {exc.message}.")
    return TextTracks(full, tuple(ignored))


def _standing_for_speech(one: ExtractedTrack, length: float, *, flag_counts: bool) -> SubtitleFile:
    """Open a track as a file, or say in a FormatError why it does not stand for the speech."""
    if one.name is None:
        reason = one.reason or "it cannot be read"
        raise FormatError(None, reason.removeprefix("skipped: "))
    if one.forced and flag_counts:
        raise FormatError(None, one.reason or "forced only")
    file = parse_subtitles(one.data, name_hint=one.name)
    starts = spoken_cues(file.timeline, visible=file.visible).starts
    length = max(length, float(starts.max(initial=0.0)))
    if len(starts) < _FEWEST_A_MINUTE * length / 60:
        raise FormatError(
            None, f"too few of its cues are spoken: {len(starts)} in {length / 60:.0f} minutes"
        )
    parts = np.unique(np.floor(starts / (length + 1e-3) * _PARTS))
    if len(parts) < _FEWEST_PARTS:
        raise FormatError(None, f"its cues lie in {len(parts)} of {_PARTS} parts of the medium")
    return file


def _language(one: ExtractedTrack) -> str:
    return one.language or "unknown language"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def sync_by_text(
    medium: str | os.PathLike[str],
    subtitles: SubtitleFile,
    search: Search,
    *,
    track: int | None = None,
    why: str = "",
) -> SubtitleSync:
    """Find where a subtitle belongs by embedded text tracks; the first trusted answer counts.

    Parameters
    ----------
    medium : path-like
        The medium.
    subtitles : SubtitleFile
        What is to be synced.
    search : callable
        Syncs it to the evidence given.
    track : int, optional
        Only this one.
    why : str
        Why the sound does not decide, to stand before what the reference was.

    Returns
    -------
    SubtitleSync
        The first that can be trusted, else the surest; refused where no track stands for the
        speech. Its reasons say which track was the reference, and, where that does not decide,
        which were ignored.

    Raises
    ------
    MediaError
        The medium cannot be read, has no subtitle track, or not this one.
    """
    tracks = read_text_tracks(medium, track=track)
    said = _capital(f"{why}no embedded text track stands for the speech.")
    nothing = SubtitleSync(subtitles=subtitles, status="refused", confidence=0.0, reasons=(said,))
    answers = _asked(tracks, search, why) or [nothing]
    best = max(answers, key=lambda one: (one.is_trusted, one.confidence))
    return best if best.is_trusted else replace(best, reasons=(*best.reasons, *tracks.ignored))


def _asked(tracks: TextTracks, search: Search, why: str) -> list[SubtitleSync]:
    """Return the answers of some full tracks, up to the first that can be trusted."""
    answers: list[SubtitleSync] = []
    for name, file in itertools.islice(tracks.full.items(), _MOST_TRIED):
        answer = search(cue_evidence(file))
        said = _capital(f"{why}{name} was the reference: its cues stand for the speech.")
        answers.append(replace(answer, reasons=(*answer.reasons, said)))
        if answer.is_trusted:
            break
    return answers


def text_instead(
    heard: SubtitleSync, medium: str | os.PathLike[str], search: Search
) -> SubtitleSync:
    """Ask the embedded text tracks where the sound's answer cannot be trusted.

    Parameters
    ----------
    heard : SubtitleSync
        The sound's answer.
    medium, search
        As for :func:`sync_by_text`.

    Returns
    -------
    SubtitleSync
        A trusted answer that says what its reference was; else the sound's, with a reason for each
        track that was asked or ignored.
    """
    if not has_subtitle_tracks(medium):
        return heard
    try:
        tracks = read_text_tracks(medium)
    except MediaError as exc:
        said = f"The embedded text tracks cannot be read: {exc.message}."
        return replace(heard, reasons=(*heard.reasons, said))
    answers = _asked(tracks, search, "the sound did not decide; ")
    if answers and answers[-1].is_trusted:
        return answers[-1]
    asked = itertools.islice(tracks.full, len(answers))
    each = [f"{_capital(name)} was asked too and does not decide either." for name in asked]
    return replace(heard, reasons=(*heard.reasons, *each, *tracks.ignored))


def has_subtitle_tracks(medium: str | os.PathLike[str]) -> bool:
    """Whether a medium has any subtitle track, full or not, text or not."""
    return any(stream.kind == "subtitle" for stream in probe(medium).streams)
