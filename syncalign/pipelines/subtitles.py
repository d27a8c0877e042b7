"""Subtitles onto a sound: the flow from two files to one answer."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from syncalign.alignment.evidence import SpeechEvidence
from syncalign.alignment.search import CueAlignment, align_cues
from syncalign.alignment.verdict import Verdict, doubted, judge
from syncalign.cache import Cache
from syncalign.errors import FormatError, MediaError, ParameterError
from syncalign.features import SpokenCues, spoken_cues
from syncalign.formats import SubtitleFile, read_subtitles
from syncalign.media import choose_audio, probe
from syncalign.pipelines.line_retiming import move_lines
from syncalign.pipelines.speech_evidence import cue_evidence, read_cues_in_sync, read_evidence
from syncalign.progress import Progress
from syncalign.results.subtitle_sync import Kind, Status, SubtitleSync
from syncalign.timebase import Segment, TimeMap

#: From the first probability on a map is trusted; below the second there is nothing to show.
TRUSTED, WORTH_SHOWING = 0.8, 0.3
#: A subtitle that would move by no more than a film's frame is in sync, in seconds.
IN_SYNC_SECONDS = 0.04
#: Formats whose files are written in the order in which they are read; ASS goes by layers.
_IN_READING_ORDER = ("srt", "vtt", "sbv", "subviewer", "subviewer1", "microdvd", "mpl2")
_RESTART_SECONDS = 60.0
_BY_CUES = "The reference is a subtitle file: its cues stand for the speech."


def sync_subtitles(  # noqa: PLR0913  one parameter an option
    reference: str | os.PathLike[str],
    subtitles: str | os.PathLike[str],
    *,
    track: int | None = None,
    language: str | None = None,
    encoding: str | None = None,
    frame_rate: float | Fraction | None = None,
    max_offset: float | None = None,
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
    encoding : str, optional
        Encoding of the subtitle file; found if not given.
    frame_rate : float or Fraction, optional
        Frames a second of a subtitle file that counts frames (MicroDVD); 23.976 stands for
        24000/1001. It wins over what the file says.
    max_offset : float, optional
        Refuse a map that moves a cue which has a place by more than this, in seconds. The search
        itself has no bound.
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
        The medium is missing, unreadable or has no sound.
    FormatError
        The subtitle file is missing or is no timed text.
    ParameterError
        There is no such encoding, ``max_offset`` is negative, or a sound track is asked for and
        the reference is a subtitle file.
    """
    if max_offset is not None and not max_offset >= 0:
        raise ParameterError(f"the largest offset must be 0 s or more, not {max_offset}")
    file = _read_query(reference, subtitles, encoding, frame_rate)
    try:
        evidence = read_evidence(
            reference, track=track, language=language, cache=cache, progress=progress
        )
    except MediaError:
        in_sync = read_cues_in_sync(reference)
        if in_sync is None:
            raise
        if track is not None or language is not None:
            raise ParameterError(
                "the reference is a subtitle file: it has no sound track"
            ) from None
        result = sync_cues(cue_evidence(in_sync), file, max_offset=max_offset, retime=retime)
        return replace(result, reasons=(*result.reasons, _BY_CUES))
    result = sync_cues(evidence, file, max_offset=max_offset, retime=retime)
    if result.is_trusted:
        return result
    return replace(result, reasons=(*result.reasons, *_other_tracks(reference, track, language)))


def _other_tracks(
    medium: str | os.PathLike[str], track: int | None, language: str | None
) -> tuple[str, ...]:
    """Say which of several sound tracks was listened to: another may be the one that fits."""
    info = probe(medium)
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
    retime : bool
        Move single lines too.

    Returns
    -------
    SubtitleSync
    """
    spoken = spoken_cues(subtitles.timeline, visible=subtitles.visible)
    try:
        alignment = align_cues(evidence, spoken.starts, spoken.ends)
        verdict = judge(evidence, alignment, spoken.starts, spoken.ends)
    except ParameterError as exc:  # nothing here is the caller's choice: it would be our bug
        raise RuntimeError(f"the search broke a rule of its own: {exc}") from exc
    if subtitles.format in _IN_READING_ORDER:
        run = _runs_of(subtitles)
        verdict = doubted(verdict, evidence, alignment, run[spoken.indices])
    explanation = tuple(_explained(evidence, spoken, alignment, verdict))
    if verdict.trust < WORTH_SHOWING:
        return SubtitleSync(
            subtitles=subtitles,
            status="refused",
            confidence=verdict.confidence,
            reasons=(*verdict.reasons, *subtitles.notes),
            explanation=explanation,
        )
    kind = _kind(alignment.time_map, subtitles)
    time_map = _identity(alignment.time_map) if kind == "identity" else alignment.time_map
    line = None if kind == "pieces" else time_map.pieces[0]
    lost = np.isin(subtitles.starts, spoken.starts[alignment.piece < 0]) & subtitles.visible
    unmatched = _without_place(time_map, subtitles, np.flatnonzero(lost))
    trusted: Status = "in_sync" if kind == "identity" else "synced"
    result = SubtitleSync(
        subtitles=subtitles,
        status=trusted if verdict.trust >= TRUSTED else "unsure",
        confidence=verdict.confidence,
        reasons=(
            _sentence(kind, time_map),
            *verdict.reasons,
            *_about_unmatched(unmatched),
            *subtitles.notes,
        ),
        time_map=time_map,
        piece_confidence=verdict.piece_confidence,
        kind=kind,
        offset=line.offset if line else None,
        rate=line.rate if line else None,
        unmatched=unmatched,
        explanation=explanation,
    )
    if retime and result.is_trusted:
        result = move_lines(result, evidence, spoken, alignment)
    return result if max_offset is None else _limited(result, max_offset)


def _runs_of(subtitles: SubtitleFile) -> npt.NDArray[np.int64]:
    """Give each cue the number of its run: one begins where the times jump back by a minute."""
    back = np.diff(subtitles.starts, prepend=subtitles.starts[:1]) < -_RESTART_SECONDS
    return np.cumsum(back)


def _without_place(
    time_map: TimeMap, subtitles: SubtitleFile, lost: npt.NDArray[np.int64]
) -> tuple[int, ...]:
    """Add to the cues that found no place those that would end before the reference begins."""
    last = np.maximum(subtitles.starts, subtitles.ends)
    gone = np.flatnonzero(time_map.extrapolate(last) <= 0)
    before = gone[last[gone] > 0]  # not those that the file itself puts there
    return tuple(np.union1d(lost, before).tolist())


def _limited(result: SubtitleSync, max_offset: float) -> SubtitleSync:
    """Refuse a result that moves a cue with a place by more than ``max_offset`` seconds."""
    moved = np.abs(result.starts - result.subtitles.starts)
    farthest = float(np.delete(moved, list(result.unmatched)).max(initial=0.0))
    if farthest <= max_offset:
        return result
    sentence = f"A cue would move by {farthest:.3f} s, and {max_offset:g} s are allowed at most."
    return replace(result, status="refused", reasons=(sentence, *result.reasons))


def _kind(time_map: TimeMap, subtitles: SubtitleFile) -> Kind:
    moved = np.abs(time_map.extrapolate(subtitles.starts) - subtitles.starts)
    if len(time_map.pieces) > 1:
        return "pieces"
    if moved.max() <= IN_SYNC_SECONDS:
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


def _about_unmatched(unmatched: tuple[int, ...]) -> tuple[str, ...]:
    if not unmatched:
        return ()
    plural = "cue has" if len(unmatched) == 1 else "cues have"
    return (f"{len(unmatched)} {plural} no place in the sound.",)


def _explained(
    evidence: SpeechEvidence, spoken: SpokenCues, alignment: CueAlignment, verdict: Verdict
) -> list[str]:
    lines = [f"sound: {evidence.duration:.1f} s; cues that are speech: {len(spoken.starts)}"]
    for trial in alignment.trials:
        line = f"rate {trial.rate:.6f}: best single offset {trial.peak.offset:+.2f} s"
        line += f" at {trial.peak.sigma:.1f} sigma, runner-up {trial.peak.runner_up:.1f}"
        if trial.score is not None:
            line += f"; best chain {trial.score:.0f} nats in {trial.pieces} pieces"
        lines.append(line)
    if alignment.fit is not None:
        fit = alignment.fit
        lines.append(
            f"fit: {fit.offsets.size} pieces, spread {fit.sigma * 1000:.0f} ms, drift"
            f" {fit.slope * 1e6:.0f} ppm, {fit.hits.mean():.0%} of the onsets found"
        )
    return lines + [f"sign: {name} = {value:.3f}" for name, value in verdict.signs.items()]
