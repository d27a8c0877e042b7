"""What anchors do to an answer: the map is made exact, and the reference has its say on them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from syncalign.alignment.anchors import Anchors, map_of_anchors, map_through
from syncalign.alignment.search import CueAlignment
from syncalign.alignment.verdict import Verdict
from syncalign.timebase import format_timecode

#: The trust that two anchors lend where the reference lends none, and the most where it objects.
VOUCHED = 0.5
#: An anchor farther from where the reference has its moment is objected to, in seconds.
_OBJECTION_SECONDS = 0.25
#: So is one in a piece that is trusted less than this.
_OBJECTION_TRUST = 0.5


def vouched(
    alignment: CueAlignment,
    verdict: Verdict,
    span: tuple[float, float] | None,
    *,
    least: float,
) -> tuple[CueAlignment, Verdict]:
    """Let the map of an alignment pass through anchors, and weigh them against the reference.

    Parameters
    ----------
    alignment, verdict : CueAlignment, Verdict
        What the search found with the anchors that it was told, and what the reference says of it.
    span : (float, float) or None
        First start and last end of the cues, in query seconds; None where the anchors are not to
        make a map alone.
    least : float
        Below this trust the reference has no answer of its own: two anchors then make the map
        alone.

    Returns
    -------
    alignment, verdict : CueAlignment, Verdict
        With the new map. Where the reference objects to an anchor, or two anchors stand alone, the
        trust is ``VOUCHED`` at most. One anchor does not vouch for a file.
    """
    anchors = alignment.anchors
    if anchors is None:
        return alignment, verdict
    if verdict.trust < least:
        if span is None or len(anchors) < 2:
            said = "One point does not vouch for a whole file; two would."
            if span is None:
                said = "Points alone do not tell where the parts of a file belong."
            return alignment, replace(verdict, notes=(*verdict.notes, said))
        return _alone(alignment, verdict, anchors, span)
    objected = _objections(alignment, verdict, anchors)
    time_map, origin = map_through(alignment.time_map, anchors)
    confidence = tuple(verdict.piece_confidence[index] for index in origin)
    notes = (*_about(anchors, objected), *verdict.notes)
    verdict = replace(verdict, piece_confidence=confidence, notes=notes)
    if objected.any():
        trust, confident = min(verdict.trust, VOUCHED), min(verdict.confidence, VOUCHED)
        verdict = replace(verdict, trust=trust, confidence=confident)
    return replace(alignment, time_map=time_map), verdict


def _about(anchors: Anchors, objected: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    kept = "1 point was kept." if len(anchors) == 1 else f"{len(anchors)} points were kept."
    if not objected.any():
        return (kept,)
    which = "it" if len(anchors) == 1 else f"{int(objected.sum())} of them"
    listed = ", ".join(_named(anchors, index) for index in np.flatnonzero(objected)[:3])
    return kept, f"The reference does not bear {which} out: {listed}."


def _alone(
    alignment: CueAlignment, verdict: Verdict, anchors: Anchors, span: tuple[float, float]
) -> tuple[CueAlignment, Verdict]:
    time_map = map_of_anchors(anchors, *span)
    said = f"The map runs through the {len(anchors)} points alone: the reference does not decide."
    confidence = (verdict.confidence,) * len(time_map.pieces)
    alone = replace(alignment, time_map=time_map, piece=np.zeros_like(alignment.piece))
    # What the reference says stays said in the words of its own trust.
    own = replace(verdict, agreement="", notes=(said, *verdict.reasons))
    return alone, replace(own, trust=VOUCHED, piece_confidence=confidence)


def _objections(
    alignment: CueAlignment, verdict: Verdict, anchors: Anchors
) -> npt.NDArray[np.bool_]:
    """Tell which anchors the reference has elsewhere, or in a piece that is not trusted."""
    # A piece's confidence counts the subtitle's own scatter too, which says nothing of its place.
    scatter = verdict.confidence / verdict.trust if verdict.confidence > 0 else 1.0
    trust = np.array(verdict.piece_confidence) / scatter
    doubtful = trust[anchors.piece_of(alignment.time_map)] < _OBJECTION_TRUST
    return (anchors.distance_from(alignment.time_map) > _OBJECTION_SECONDS) | doubtful


def _named(anchors: Anchors, index: int) -> str:
    return f"the one at {format_timecode(float(anchors.reference[index]))}"
