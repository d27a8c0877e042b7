"""A text's alignment in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncalign.errors import printable

if TYPE_CHECKING:
    from syncalign.results import AlignedUnit, AudioGap, TextAlignment

#: Most units and gaps that are told to people; programs get all.
_MOST_LINES = 10
_MOST_LETTERS = 60


def described(result: TextAlignment) -> list[str]:
    """Return the lines that tell a person about a result."""
    lines = [f"{result.status} (confidence {result.confidence:.2f})"]
    lines += [f"  {reason}" for reason in result.reasons]
    if result.status == "refused":
        return lines
    counts = [
        f"{count} {status.replace('_', ' ')}" for status, count in result.counts.items() if count
    ]
    lines.append(f"  {len(result.units)} {result.level}s: {', '.join(counts)}")
    doubtful = sorted(
        (unit for unit in result.units if unit.status != "ok"),
        key=lambda unit: (unit.status == "not_spoken", unit.confidence),
    )
    lines += _told(f"{result.level}s to look at", [_unit_line(unit) for unit in doubtful])
    lines += _told("sound without a text", [_gap_line(gap) for gap in result.audio_gaps])
    return lines


def _told(title: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    shown = [f"  {title}:", *(f"    {line}" for line in lines[:_MOST_LINES])]
    if len(lines) > _MOST_LINES:
        shown.append(f"    and {len(lines) - _MOST_LINES} more (--json shows all)")
    return shown


def _unit_line(unit: AlignedUnit) -> str:
    from syncalign.timebase import format_timecode

    place = " " * 12 if unit.start is None else format_timecode(unit.start)
    text = printable(" ".join(unit.text.split()))
    if len(text) > _MOST_LETTERS:
        text = text[: _MOST_LETTERS - 1].rstrip() + "\u2026"
    return f"{place}  {unit.status.replace('_', ' ')} {unit.confidence:.2f}  {text}"


def _gap_line(gap: AudioGap) -> str:
    from syncalign.timebase import format_timecode

    return f"{format_timecode(gap.start)} - {format_timecode(gap.end)}  {gap.kind}"
