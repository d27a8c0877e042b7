"""Embedded text tracks as the reference: which of them stand for the speech, and which do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import numpy as np

from syncalign.alignment.evidence import SpeechEvidence
from syncalign.cache import Cache
from syncalign.errors import FormatError, MediaError
from syncalign.features import spoken_cues
from syncalign.formats import SubtitleFile, parse_subtitles
from syncalign.media import MediaInfo, choose_texts
from syncalign.pipelines.kept_tracks import every_track
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


def read_text_tracks(
    info: MediaInfo, *, track: int | None = None, cache: Cache | None = None
) -> TextTracks:
    """Read the embedded text tracks of a medium and tell which stand for its speech.

    Parameters
    ----------
    info : MediaInfo
        The medium.
    track : int, optional
        Only this one, counting the subtitle tracks from 0 as ``extract`` does. It may carry the
        flag of forced subtitles, so long as it is full.
    cache : Cache, optional
        Where the tracks are kept, so that the medium is gone through only once.

    Raises
    ------
    MediaError
        The medium cannot be read, has no subtitle track, or not this one.
    """
    chosen = choose_texts(info, track=track)
    found = every_track(info, cache)
    full: dict[str, SubtitleFile] = {}
    ignored: list[str] = []
    for one in sorted((found[number] for number in chosen), key=lambda one: -one.cues):
        name = f"embedded text track {one.track} ({one.language or 'unknown language'})"
        answer = _standing_for_speech(one, info.duration or 0.0, is_wish=track is not None)
        if isinstance(answer, str):
            ignored.append(f"{_capital(name)} was ignored: {answer}.")
        else:
            full[name] = answer
    return TextTracks(full, tuple(ignored))


def _standing_for_speech(
    one: ExtractedTrack, length: float, *, is_wish: bool
) -> SubtitleFile | str:
    """Open a track as a file, or say in a clause why it does not stand for the speech."""
    if one.name is None:
        return (one.reason or "it cannot be read").removeprefix("skipped: ")
    if one.forced and (one.is_stub or not is_wish):
        return one.reason or "forced only"
    try:
        file = parse_subtitles(one.data, name_hint=one.name)
    except FormatError as exc:
        return exc.message
    starts = spoken_cues(file.timeline, visible=file.visible).starts
    length = max(length, float(starts.max(initial=0.0)))
    if len(starts) < _FEWEST_A_MINUTE * length / 60:
        return f"too few of its cues are spoken: {len(starts)} in {length / 60:.0f} minutes"
    parts = np.unique(np.floor(starts / (length + 1e-3) * _PARTS))
    if len(parts) < _FEWEST_PARTS:
        return f"its cues lie in {len(parts)} of {_PARTS} parts of the medium"
    return file


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def sync_by_text(
    info: MediaInfo,
    subtitles: SubtitleFile,
    search: Search,
    *,
    track: int | None = None,
    cache: Cache | None = None,
    why: str = "",
) -> SubtitleSync:
    """Find where a subtitle belongs by embedded text tracks; the first trusted answer counts.

    Parameters
    ----------
    info : MediaInfo
        The medium.
    subtitles : SubtitleFile
        What is to be synced.
    search : callable
        Syncs it to the evidence given.
    track, cache : optional
        As for :func:`read_text_tracks`, with the same errors.
    why : str
        Why the sound does not decide, to stand before what the reference was.

    Returns
    -------
    SubtitleSync
        The first that can be trusted, else the surest; refused where no track stands for the
        speech. Its reasons say which track was the reference, and, where that does not decide,
        which were ignored.
    """
    tracks = read_text_tracks(info, track=track, cache=cache)
    said = _capital(f"{why}no embedded text track stands for the speech.")
    nothing = SubtitleSync(subtitles=subtitles, status="refused", confidence=0.0, reasons=(said,))
    answers = _asked(tracks, search, why) or [nothing]
    best = max(answers, key=lambda one: (one.is_trusted, one.confidence))
    return best if best.is_trusted else best.with_reasons(*tracks.ignored)


def _asked(tracks: TextTracks, search: Search, why: str) -> list[SubtitleSync]:
    """Return the answers of some full tracks, up to the first that can be trusted."""
    answers: list[SubtitleSync] = []
    for name, file in islice(tracks.full.items(), _MOST_TRIED):
        said = _capital(f"{why}{name} was the reference: its cues stand for the speech.")
        answers.append(search(cue_evidence(file)).with_reasons(said))
        if answers[-1].is_trusted:
            break
    return answers


def text_instead(
    heard: SubtitleSync, info: MediaInfo, search: Search, *, cache: Cache | None = None
) -> SubtitleSync:
    """Ask the embedded text tracks where the sound's answer cannot be trusted.

    Parameters
    ----------
    heard : SubtitleSync
        The sound's answer.
    info, search, cache
        As for :func:`sync_by_text`.

    Returns
    -------
    SubtitleSync
        A trusted answer that says what its reference was; else the sound's, with a reason for each
        track that was asked or ignored.
    """
    if not info.subtitles:
        return heard
    try:
        tracks = read_text_tracks(info, cache=cache)
    except MediaError as exc:
        return heard.with_reasons(f"The embedded text tracks cannot be read: {exc.message}.")
    answers = _asked(tracks, search, "the sound did not decide; ")
    if answers and answers[-1].is_trusted:
        return answers[-1]
    asked = islice(tracks.full, len(answers))
    each = [f"{_capital(name)} was asked too and does not decide either." for name in asked]
    return heard.with_reasons(*each, *tracks.ignored)
