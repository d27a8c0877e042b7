"""One cue list on one reference: the search, the verdict, and the answer made of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from syncalign.alignment.evidence import SpeechEvidence
from syncalign.alignment.vouching import vouched
from syncalign.formats import SubtitleFile
from syncalign.pipelines.cue_search import TRUSTED, search_cues
from syncalign.pipelines.hand_set import HandSet
from syncalign.pipelines.line_retiming import move_lines
from syncalign.pipelines.sync_reasons import about_map, about_parts, about_unmatched, explained
from syncalign.results.subtitle_sync import Kind, Status, SubtitleSync, unrolled
from syncalign.timebase import Segment, TimeMap

#: Below this probability there is nothing to show.
WORTH_SHOWING = 0.3
#: A subtitle that would move by no more than a film's frame is in sync, in seconds.
IN_SYNC_SECONDS = 0.04
#: Who sets points by hand wants them kept to the millisecond.
_IDLE_BESIDE_POINTS = 0.0005


def sync_cues(
    evidence: SpeechEvidence,
    subtitles: SubtitleFile,
    *,
    points: HandSet | None = None,
    words: HandSet | None = None,
    retime: bool = False,
) -> SubtitleSync:
    """Find where the cues of a subtitle file belong in a reference whose evidence is known.

    Parameters
    ----------
    evidence : SpeechEvidence
        Of the reference; it serves for any number of subtitle files.
    subtitles : SubtitleFile
        The cues.
    points : HandSet, optional
        Places that are known.
    words : HandSet, optional
        Places where the words of cues are heard. They guide a second search, whose answer counts
        where the reference bears it out better; the map need not pass through them. Points go
        before them.
    retime : bool
        Move single lines too.

    Returns
    -------
    SubtitleSync
    """
    found, verdict = search_cues(evidence, subtitles, points)
    if words is not None and points is None:
        by_words, other = search_cues(evidence, subtitles, words)
        if other.trust > verdict.trust:
            found, verdict = by_words, other
    alignment = found.alignment
    explanation = tuple(explained(evidence, found, verdict))
    if points is not None:
        # Between two parts of a file lies a time that is not its own: no line leads across it.
        span = (float(subtitles.starts.min()), float(subtitles.ends.max()))
        alignment, verdict = vouched(
            alignment, verdict, None if found.restarts else span, least=WORTH_SHOWING
        )
    if verdict.trust < WORTH_SHOWING:
        return SubtitleSync(
            subtitles=subtitles,
            status="refused",
            confidence=verdict.confidence,
            reasons=(*verdict.reasons, *subtitles.notes),
            explanation=explanation,
        )
    starts = unrolled(subtitles.starts, found.restarts)
    idle = IN_SYNC_SECONDS if points is None else _IDLE_BESIDE_POINTS
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
            about_map(kind, time_map, by_hand=points is not None),
            *about_parts(found.restarts),
            *verdict.reasons,
            *about_unmatched(unmatched),
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
    return result


def limited(result: SubtitleSync, max_offset: float) -> SubtitleSync:
    """Refuse a result that moves a cue with a place by more than ``max_offset`` seconds."""
    moved = np.abs(result.starts - result.subtitles.starts)
    moved[list(result.unmatched)] = 0.0
    farthest = int(moved.argmax())
    if moved[farthest] <= max_offset:
        return result
    sentence = (
        f"Cue {farthest + 1} would move by {moved[farthest]:.3f} s, and --max-offset allows"
        f" {max_offset:g} s. What was found without that bound:"
    )
    return replace(result, status="refused", reasons=(sentence, *result.reasons))


def _without_place(
    time_map: TimeMap, ends: npt.NDArray[np.float64], lost: npt.NDArray[np.int64]
) -> tuple[int, ...]:
    """Add to the cues that found no place those that would end before the reference begins."""
    gone = np.flatnonzero(time_map.extrapolate(ends) <= 0)
    before = gone[ends[gone] > 0]  # not those that the file itself puts there
    return tuple(np.union1d(lost, before).tolist())


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
