"""MPL2 (.txt, .mpl): ``[start][end]text``, times in tenths of a second."""

from __future__ import annotations

import re
from fractions import Fraction

from syncalign.formats.notation import Count
from syncalign.formats.sbv import head_lines
from syncalign.formats.source import Source
from syncalign.formats.srt import not_times, shifted
from syncalign.formats.subtitle_file import CueList, Findings, Found

_LINE = re.compile(rb"[ \t\x80-\xff]{0,16}\[(\d{1,12})\]\[(\d{0,12})\]")
_LIKE_LINE = re.compile(rb"\[[^\]]{1,20}\]\[[^\]]{0,20}\]")


def sniff(source: Source) -> float:
    """Return how much the text looks like MPL2, 0 to 1."""
    return 0.8 if any(_LINE.match(line) for line in head_lines(source)) else 0.0


def locate(source: Source) -> Findings:
    """Find the cues of an MPL2 file."""
    cues = CueList()
    broken: list[tuple[int, str]] = []
    for line in source.lines():
        units = source.units[line[0] : line[1]]
        match = _LINE.match(units)
        if match is not None:
            body = (line[0] + match.end(), line[1])
            start = shifted(match.span(1), line[0])
            end = shifted(match.span(2), line[0]) if match[2] else None
            cues.append(Found(start, end, plain_text(source.text(*body)), text_span=body))
        elif _LIKE_LINE.match(units):
            broken.append((line[0], not_times(source, line)))
    return Findings(cues, broken, notation=Count(Fraction(10)))


def plain_text(text: str) -> str:
    r"""Return what a viewer reads: bars are line ends, a slash before a line is italics.

    Examples
    --------
    >>> plain_text("/Wait|for me")
    'Wait\nfor me'
    """
    return "\n".join(line.strip().removeprefix("/") for line in text.split("|")).strip()
