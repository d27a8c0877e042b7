"""Subtitles onto a sound: the flow from two files to one answer."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Literal

import numpy as np
import numpy.typing as npt

from syncalign.alignment.anchors import Anchors
from syncalign.alignment.evidence import SpeechEvidence
from syncalign.alignment.verdict import Verdict
from syncalign.alignment.vouching import vouched
from syncalign.cache import Cache
from syncalign.errors import FormatError, MediaError, ParameterError
from syncalign.formats import SubtitleFile, read_points, read_subtitles
from syncalign.media import MediaInfo, choose_audio, probe
from syncalign.pipelines.cue_search import TRUSTED, Reading, search_cues
from syncalign.pipelines.line_retiming import move_lines
from syncalign.pipelines.speech_evidence import cue_evidence, read_cues_in_sync, read_evidence
from syncalign.pipelines.text_reference import (
    Search,
    has_subtitle_tracks,
    sync_by_text,
    text_instead,
)
from syncalign.progress import Progress
from syncalign.results.subtitle_sync import Kind, Restart, Status, SubtitleSync, unrolled
from syncalign.timebase import Segment, TimeMap

#: Below this probability there is nothing to show.
WORTH_SHOWING = 0.3
#: A subtitle that would move by no more than a film's frame is in sync, in seconds.
IN_SYNC_SECONDS = 0.04
#: Who sets points by hand wants them kept to the millisecond.
_IDLE_BESIDE_POINTS = 0.0005
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
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> SubtitleSync:
    """Find where a subtitle file belongs on the sound of a medium. Nothing is written.

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
        Encoding of the subtitle file; found if not given.
    frame_rate : float or Fraction, optional
        Frames a second of a subtitle file that counts frames (MicroDVD); 23.976 stands for
        24000/1001. It wins over what the file says.
    max_offset : float, optional
        Refuse a map that moves a cue which has a place by more than this, in seconds. The search
        itself has no bound.
    points : path-like or iterable of (float, float), optional
        Moments of the subtitle whose places are known, each with its time in the reference, in
        seconds: the map passes through them. Or the file that holds them; see
        :func:`syncalign.formats.read_points`.
    retime : bool
        Move single lines too, where the map is trusted, onto the speech that is surely theirs; see
        :func:`syncalign.pipelines.line_retiming.move_lines`.
    cache : Cache, optional
        Where the speech found in a medium is kept, so that it is decoded only once;
        ``Cache.default()`` is the one of the command line.
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
        The subtitle file is missing or is no timed text, or the points file is none.
    ParameterError
        There is no such encoding, ``max_offset`` is negative, points cross, or a track is asked
        for and the reference is a subtitle file, or one of each kind.
    """
    if max_offset is not None and not max_offset >= 0:
        raise ParameterError(f"the largest offset must be 0 s or more, not {max_offset}")
    if text_track is not None and (track is not None or language is not None):
        raise ParameterError("choose a sound track or a text track, not both")
    file = _read_query(reference, subtitles, encoding, frame_rate)
    anchors = None if points is None else _anchors(points, file)
    search = partial(sync_cues, subtitles=file, anchors=anchors, retime=retime)
    if text_track is not None:
        result = _by_text_track(reference, file, search, text_track)
    else:
        result = _by_sound(reference, file, search, track, language, cache, progress)
    return result if max_offset is None else _limited(result, max_offset)


def _anchors(
    points: str | os.PathLike[str] | Iterable[tuple[float, float]], file: SubtitleFile
) -> Anchors:
    if isinstance(points, str | os.PathLike):
        points = read_points(points, file.starts)
    return Anchors.of(points)


def _by_text_track(
    reference: str | os.PathLike[str],
    file: SubtitleFile,
    search: Search,
    text_track: int | Literal["auto"],
) -> SubtitleSync:
    if not _is_medium(reference) and read_cues_in_sync(reference) is not None:
        raise ParameterError("the reference is a subtitle file: it has no text tracks")
    track = None if text_track == "auto" else text_track
    return sync_by_text(reference, file, search, track=track)


def _by_sound(
    reference: str | os.PathLike[str],
    file: SubtitleFile,
    search: Search,
    track: int | None,
    language: str | None,
    cache: Cache | None,
    progress: Progress | None,
) -> SubtitleSync:
    """Listen, and where that does not decide, ask what text there is."""
    try:
        evidence = read_evidence(
            reference, track=track, language=language, cache=cache, progress=progress
        )
    except MediaError:
        in_sync = read_cues_in_sync(reference)
        is_wish = track is not None or language is not None
        if in_sync is None:
            if is_wish or not _is_silent_medium(reference):
                raise
            return sync_by_text(reference, file, search, why="the medium has no sound; ")
        if is_wish:
            raise ParameterError(
                "the reference is a subtitle file: it has no sound track"
            ) from None
        result = search(cue_evidence(in_sync))
        return replace(result, reasons=(*result.reasons, _BY_CUES))
    result = search(evidence)
    if result.is_trusted:
        return result
    told = _told_of_medium(probe(reference), evidence, track, language)
    heard = replace(result, reasons=(*result.reasons, *told))
    return text_instead(heard, reference, search)


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


def _is_silent_medium(path: str | os.PathLike[str]) -> bool:
    """Whether this is a medium without a sound track, but with subtitle tracks."""
    return _is_medium(path) and not probe(path).audio and has_subtitle_tracks(path)


def _other_tracks(info: MediaInfo, track: int | None, language: str | None) -> tuple[str, ...]:
    """Say which of several sound tracks was listened to: another may be the one that fits."""
    if len(info.audio) < 2:
        return ()
    heard = info.audio.index(choose_audio(info, track=track, language=language))
    return (f"Sound track {heard} of {len(info.audio)} was listened to; --track takes another.",)


def _read_query(
    reference: str | os.PathLike[str],
    subtitles: str | os.PathLike[str],
    encoding: str | None,
    frame_rate: float | Fraction | None,
) -> SubtitleFile:
    try:
        return read_subtitles(subtitles, encoding=encoding, frame_rate=frame_rate)
    except FormatError as exc:
        if read_cues_in_sync(reference) is None or not _is_medium(subtitles):
            raise
        message = "the reference is a subtitle file and the subtitle is a medium: swap them"
        raise FormatError(subtitles, message) from exc


def _is_medium(path: str | os.PathLike[str]) -> bool:
    try:
        probe(path)
    except MediaError:
        return False
    return True


def sync_cues(
    evidence: SpeechEvidence,
    subtitles: SubtitleFile,
    *,
    max_offset: float | None = None,
    anchors: Anchors | None = None,
    retime: bool = False,
) -> SubtitleSync:
    """Find where the cues of a subtitle file belong on a sound that was listened to.

    Parameters
    ----------
    evidence : SpeechEvidence
        What :func:`read_evidence` returned; it serves for any number of subtitle files.
    subtitles : SubtitleFile
        The cues.
    max_offset : float, optional
        Refuse a map that moves a cue which has a place by more than this, in seconds.
    anchors : Anchors, optional
        Places that are known.
    retime : bool
        Move single lines too.

    Returns
    -------
    SubtitleSync
    """
    found, verdict = search_cues(evidence, subtitles, anchors)
    alignment = found.alignment
    explanation = tuple(_explained(evidence, found, verdict))
    if anchors is not None:
        span = (float(subtitles.starts.min()), float(subtitles.ends.max()))
        alignment, verdict = vouched(alignment, verdict, anchors, span, least=WORTH_SHOWING)
    if verdict.trust < WORTH_SHOWING:
        return SubtitleSync(
            subtitles=subtitles,
            status="refused",
            confidence=verdict.confidence,
            reasons=(*verdict.reasons, *subtitles.notes),
            explanation=explanation,
        )
    starts = unrolled(subtitles.starts, found.restarts)
    idle = IN_SYNC_SECONDS if anchors is None else _IDLE_BESIDE_POINTS
    kind = _kind(alignment.time_map, starts, idle)
    time_map = _identity(alignment.time_map) if kind == "identity" else alignment.time_map
    line = None if kind == "pieces" else time_map.pieces[0]
    lost = np.isin(starts, found.spoken.starts[alignment.piece < 0]) & subtitles.visible
    lengths = np.maximum(subtitles.ends - subtitles.starts, 0.0)
    unmatched = _without_place(time_map, starts + lengths, np.flatnonzero(lost))
    trusted: Status = "in_sync" if kind == "identity" else "synced"
    result = SubtitleSync(
        subtitles=subtitles,
        status=trusted if verdict.trust >= TRUSTED else "unsure",
        confidence=verdict.confidence,
        reasons=(
            _sentence(kind, time_map),
            *_about_restarts(found.restarts),
            *verdict.reasons,
            *_about_unmatched(unmatched),
            *subtitles.notes,
        ),
        time_map=time_map,
        restarts=found.restarts,
        piece_confidence=verdict.piece_confidence,
        kind=kind,
        offset=line.offset if line else None,
        rate=line.rate if line else None,
        unmatched=unmatched,
        explanation=explanation,
    )
    if retime and result.is_trusted:
        result = move_lines(result, evidence, found.spoken, alignment)
    return result if max_offset is None else _limited(result, max_offset)


def _without_place(
    time_map: TimeMap, ends: npt.NDArray[np.float64], lost: npt.NDArray[np.int64]
) -> tuple[int, ...]:
    """Add to the cues that found no place those that would end before the reference begins."""
    gone = np.flatnonzero(time_map.extrapolate(ends) <= 0)
    before = gone[ends[gone] > 0]  # not those that the file itself puts there
    return tuple(np.union1d(lost, before).tolist())


def _limited(result: SubtitleSync, max_offset: float) -> SubtitleSync:
    """Refuse a result that moves a cue with a place by more than ``max_offset`` seconds."""
    moved = np.abs(result.starts - result.subtitles.starts)
    farthest = float(np.delete(moved, list(result.unmatched)).max(initial=0.0))
    if farthest <= max_offset:
        return result
    sentence = f"A cue would move by {farthest:.3f} s, and {max_offset:g} s are allowed at most."
    return replace(result, status="refused", reasons=(sentence, *result.reasons))


def _kind(time_map: TimeMap, starts: npt.NDArray[np.float64], idle: float) -> Kind:
    moved = np.abs(time_map.extrapolate(starts) - starts)
    if len(time_map.pieces) > 1:
        return "pieces"
    if moved.max() <= idle:
        return "identity"
    return "offset" if abs(time_map.pieces[0].rate - 1) < 1e-9 else "rate"


def _identity(time_map: TimeMap) -> TimeMap:
    source = time_map.pieces[0].source
    return TimeMap.linear(Segment(source.start, source.end))


def _sentence(kind: Kind, time_map: TimeMap) -> str:
    first = time_map.pieces[0]
    if kind == "identity":
        return "The subtitle is in sync with the sound."
    if kind == "pieces":
        return f"The subtitle fits in {len(time_map.pieces)} pieces, each with its own offset."
    direction = "later" if first.offset > 0 else "earlier"
    if kind == "offset":
        return f"The subtitle moves {abs(first.offset):.3f} s {direction}."
    return (
        f"The subtitle runs at {first.rate:.6f} times its own pace, offset {first.offset:+.3f} s."
    )


def _about_restarts(restarts: tuple[Restart, ...]) -> tuple[str, ...]:
    if not restarts:
        return ()
    cues = ", ".join(str(restart.cue) for restart in restarts)
    return (f"The file's times begin anew at cue {cues}, from 0: each part has its own place.",)


def _about_unmatched(unmatched: tuple[int, ...]) -> tuple[str, ...]:
    if not unmatched:
        return ()
    plural = "cue has" if len(unmatched) == 1 else "cues have"
    return (f"{len(unmatched)} {plural} no place in the sound.",)


def _explained(evidence: SpeechEvidence, found: Reading, verdict: Verdict) -> list[str]:
    alignment, spoken = found.alignment, found.spoken
    lines = [f"sound: {evidence.duration:.1f} s; cues that are speech: {len(spoken.starts)}"]
    for trial in alignment.trials:
        rates = " and ".join(f"{rate:.6f}" for rate in trial.rates)
        told = []
        if trial.score is not None:
            told.append(f"best chain {trial.score:.0f} nats in {trial.pieces} pieces")
        if (peak := trial.peak) is not None:
            told.append(
                f"best single offset {peak.offset:+.2f} s at {peak.sigma:.1f} sigma,"
                f" runner-up {peak.runner_up:.1f}"
            )
        lines.append(f"rate {rates}: " + "; ".join(told))
    if alignment.fit is not None:
        fit = alignment.fit
        lines.append(
            f"fit: {fit.offsets.size} pieces, spread {fit.sigma * 1000:.0f} ms, drift"
            f" {fit.slope * 1e6:.0f} ppm, {fit.hits.mean():.0%} of the onsets found"
        )
    return lines + [f"sign: {name} = {value:.3f}" for name, value in verdict.signs.items()]
