"""A subtitle's alignment in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syncalign.results import SubtitleSync
    from syncalign.timebase import Segment


def described(result: SubtitleSync, *, explain: bool) -> list[str]:
    """Return the lines that tell a person about a result."""
    lines = [f"{result.status.replace('_', ' ')} (confidence {result.confidence:.2f})"]
    lines += [f"  {reason}" for reason in result.reasons]
    if result.kind == "pieces":
        lines += [_piece_line(*piece) for piece in result.pieces()]
    if explain:
        lines += ["tried:", *(f"  {line}" for line in result.explanation)]
    return lines


def _piece_line(source: Segment, target: Segment, confidence: float) -> str:
    from syncalign.timebase import format_timecode

    start, end = format_timecode(source.start), format_timecode(source.end)
    return f"  {start} - {end}: {target.start - source.start:+.3f} s (confidence {confidence:.2f})"
