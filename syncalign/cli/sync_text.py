"""A subtitle's alignment in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from syncalign.results import SubtitleSync
    from syncalign.timebase import Piece


def described(result: SubtitleSync, *, explain: bool) -> list[str]:
    """Return the lines that tell a person about a result."""
    lines = [f"{result.status.replace('_', ' ')} (confidence {result.confidence:.2f})"]
    lines += [f"  {reason}" for reason in result.reasons]
    if result.kind == "pieces":
        pieces = zip(result.time_map.pieces, result.piece_confidence, strict=True)
        lines += [_piece_line(piece, confidence) for piece, confidence in pieces]
    if explain:
        lines += ["tried:", *(f"  {line}" for line in result.explanation)]
    return lines


def _piece_line(piece: Piece, confidence: float) -> str:
    from syncalign.timebase import format_timecode

    start, end = format_timecode(piece.source.start), format_timecode(piece.source.end)
    shift = piece(piece.source.start) - piece.source.start
    return f"  {start} - {end}: {shift:+.3f} s (confidence {confidence:.2f})"
