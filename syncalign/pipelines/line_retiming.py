"""Line retiming: the guarded second stage of a sync, in which single lines follow their speech."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from syncalign.alignment.evidence import SpeechEvidence
from syncalign.alignment.onsets import find_onsets, settle_moves
from syncalign.alignment.search import CueAlignment
from syncalign.features import SpokenCues
from syncalign.results.subtitle_sync import SubtitleSync, unrolled


def move_lines(
    result: SubtitleSync, evidence: SpeechEvidence, spoken: SpokenCues, alignment: CueAlignment
) -> SubtitleSync:
    """Move single lines of a trusted result onto the speech found for them.

    A line moves by at most a second and only where its speech onset is all but certain; it keeps
    its length, its place in the order and its gaps. Lines that begin together move together. Lines
    that nobody speaks and lines without a place stay where the time map put them, and so does what
    the map made of a lead-in that all lines share.

    Parameters
    ----------
    result : SubtitleSync
        What the time map gives.
    evidence : SpeechEvidence
        The sound.
    spoken : SpokenCues
        The cues that were aligned.
    alignment : CueAlignment
        Their places on the sound.

    Returns
    -------
    SubtitleSync
        With ``moves``, where there are any; a file that was in sync is ``synced`` then.
    """
    if alignment.fit is None:
        return result
    placed = alignment.piece >= 0
    # By the map and not by the alignment: a map may have been made to pass through points.
    starts, ends = (result.time_map.extrapolate(t[placed]) for t in (spoken.starts, spoken.ends))
    onsets = find_onsets(evidence, starts, ends, alignment.fit.sigma)
    file = result.subtitles
    clock = unrolled(file.starts, result.restarts)
    wanted = _of_every_line(clock, spoken.starts[placed], onsets.certain_moves)
    wanted[list(result.unmatched)] = 0.0
    moves = settle_moves(wanted, result.starts, result.ends, file.visible)
    count, farthest = int(np.count_nonzero(moves)), float(np.abs(moves).max(initial=0.0))
    explanation = (
        f"lines: scatter {onsets.sigma * 1000:.0f} ms, {np.count_nonzero(onsets.certain_moves)}"
        f" onsets surely elsewhere, {count} lines move",
    )
    result = replace(result, explanation=result.explanation + explanation)
    if not count:
        return replace(result, reasons=(*result.reasons, "No line had to move alone."))
    return replace(
        result,
        status="synced",
        reasons=(*result.reasons, _sentence(count, farthest)),
        moves=tuple(moves.tolist()),
    )


def _of_every_line(
    starts: npt.NDArray[np.float64],
    spoken: npt.NDArray[np.float64],
    moves: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Give the move of each spoken cue to all lines that begin with it; 0 to the others."""
    if not len(spoken):
        return np.zeros(len(starts))
    nearest = np.clip(np.searchsorted(spoken, starts), 0, len(spoken) - 1)
    return np.where(spoken[nearest] == starts, moves[nearest], 0.0)


def _sentence(count: int, farthest: float) -> str:
    lines = "1 line was" if count == 1 else f"{count} lines were"
    speech = "it" if count == 1 else "them"
    return (
        f"{lines} moved alone, by up to {farthest:.2f} s, onto the speech found for {speech}; the"
        " confidence is that of the time map before."
    )
