"""TextGrid: tiers of intervals for Praat, in its long text form.

Source: https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html
"""

from __future__ import annotations

from collections.abc import Iterable

from syncalign.formats.snapping import snapped
from syncalign.formats.transcript import Transcript, on_one_line
from syncalign.timebase import Cue, Segment, Timeline

_RATE = 10_000


def write(transcript: Transcript) -> str:
    """Return a tier of the units and, where those are longer, one of their words.

    A tier's intervals fill the whole sound; those without a text are empty.
    """
    tiers = [snapped(transcript.units, _RATE)]
    if transcript.units.name != "word":
        tiers.append(snapped(transcript.words, _RATE))
    ends = [cue.end for line in (transcript.sound, *tiers) for cue in line]
    end = max(ends, default=0.0)
    lines = [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        *_bounds(0.0, end),
        "tiers? <exists> ",
        f"size = {len(tiers)} ",
        "item []: ",
    ]
    for number, tier in enumerate(tiers, 1):
        lines.append(f"    item [{number}]:")
        lines += [f"        {line}" for line in _tier(tier, end)]
    return "\n".join([*lines, ""])


def _tier(tier: Timeline, end: float) -> list[str]:
    intervals = list(_filled(tier, end))
    lines = [
        'class = "IntervalTier" ',
        f'name = "{tier.name}s" ',
        *_bounds(0.0, end),
        f"intervals: size = {len(intervals)} ",
    ]
    for number, cue in enumerate(intervals, 1):
        text = on_one_line(cue.text).replace('"', '""')
        lines.append(f"intervals [{number}]:")
        lines += [f"    {line}" for line in (*_bounds(cue.start, cue.end), f'text = "{text}" ')]
    return lines


def _filled(tier: Timeline, end: float) -> Iterable[Cue]:
    at = 0.0
    for cue in tier:
        if cue.start > at:
            yield Cue(Segment(at, cue.start), "")
        yield cue
        at = cue.end
    if end > at:
        yield Cue(Segment(at, end), "")


def _bounds(start: float, end: float) -> tuple[str, str]:
    return f"xmin = {start:.4f} ", f"xmax = {end:.4f} "
