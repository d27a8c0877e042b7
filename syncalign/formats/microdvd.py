"""MicroDVD (.sub): ``{start}{end}text`` in frames; the first line may tell the frame rate."""

from __future__ import annotations

import re
from fractions import Fraction

from syncalign.errors import FormatError, ParameterError
from syncalign.formats.notation import Count
from syncalign.formats.sbv import head_lines
from syncalign.formats.source import Source
from syncalign.formats.srt import not_times, shifted
from syncalign.formats.subtitle_file import CueList, Findings, Found
from syncalign.timebase import exact_rate

_LINE = re.compile(rb"[ \t\x80-\xff]{0,16}\{(\d{1,12})\}\{(\d{0,12})\}")
_LIKE_LINE = re.compile(rb"\{[^}]{1,20}\}\{[^}]{0,20}\}")
_RATE_LINE = re.compile(
    r"\{([01])\}\{[01]\}[ \t]*(?:fps[ =]*)?(\d{1,3}(?:[.,]\d{1,6})?)[ \t]*\Z", re.I
)
_CODES = re.compile(r"\{[A-Za-z]:[^}]{0,100}\}")


def sniff(source: Source) -> float:
    """Return how much the text looks like MicroDVD, 0 to 1."""
    return 0.8 if any(_LINE.match(line) for line in head_lines(source)) else 0.0


def locate(source: Source, *, frame_rate: Fraction | None = None) -> Findings:
    """Find the cues of a MicroDVD file.

    Parameters
    ----------
    source : Source
        The file.
    frame_rate : Fraction, optional
        Frames a second; it wins over the file's own.

    Raises
    ------
    FormatError
        Neither the file nor the caller names the frame rate.
    """
    cues = CueList()
    broken: list[tuple[int, str]] = []
    declared: Fraction | None = None
    for line in source.lines():
        units = source.units[line[0] : line[1]]
        match = _LINE.match(units)
        if match is None:
            if _LIKE_LINE.match(units) and not units.upper().startswith(b"{DEFAULT}"):
                broken.append((line[0], not_times(source, line)))
            continue
        body = (line[0] + match.end(), line[1])
        if not cues and declared is None:
            declared = _declared_rate(units.decode("latin-1")[match.start(1) - 1 :])
            if declared is not None:
                continue
        start = shifted(match.span(1), line[0])
        end = shifted(match.span(2), line[0]) if match[2] else None
        cues.append(Found(start, end, plain_text(source.text(*body)), text_span=body))
    rate = frame_rate or declared
    if rate is None:
        raise FormatError(
            None,
            "counts frames (MicroDVD) and does not say how many make a second; give --fps, "
            "such as --fps 23.976 (the film's rate is shown by syncalign probe)",
        )
    notes = []
    if frame_rate is not None and declared not in (None, frame_rate):
        notes.append(f"the file says {_shown(declared)} frames a second; {_shown(rate)} was given")
    return Findings(cues, broken, notes, notation=Count(rate))


def _declared_rate(line: str) -> Fraction | None:
    match = _RATE_LINE.match(line)
    if match is None:
        return None
    try:
        rate = exact_rate(float(match[2].replace(",", ".")))
    except ParameterError:
        return None
    return rate if 5 <= rate <= 300 else None


def _shown(rate: Fraction | None) -> str:
    return f"{float(rate or 0):.6g}"


def plain_text(text: str) -> str:
    r"""Return what a viewer reads: without codes, with bars as line ends.

    Examples
    --------
    >>> plain_text("{y:i}Wait|{c:$0000ff}/for me")
    'Wait\nfor me'
    """
    text = _CODES.sub("", text) if "{" in text else text
    lines = (line.removeprefix("/") for line in text.split("|"))
    return "\n".join(lines).strip()
