"""SBV (.sbv), YouTube's captions: a line of two times with a comma, text, an empty line."""

from __future__ import annotations

import re
from collections.abc import Iterator

from syncalign.formats.source import Source
from syncalign.formats.srt import not_times, shifted, with_plain_line_ends
from syncalign.formats.stamp import Span
from syncalign.formats.subtitle_file import CueList, Findings, Found

_TIME = rb"\d{1,4}:\d{1,2}:\d{1,2}\.\d{3}"
_TIMES = re.compile(
    rb"[ \t\x80-\xff]{0,16}(" + _TIME + rb")[ \t]{0,9},[ \t]{0,9}(" + _TIME + rb")[ \t]{0,99}\Z"
)
_LIKE_TIMES = re.compile(rb"[ \t]{0,16}\d{1,4}:\d{1,2}:[^,]{1,20},\d{1,4}:\d{1,2}:")


def sniff(source: Source) -> float:
    """Return how much the text looks like SBV, 0 to 1."""
    return 0.7 if any(_TIMES.match(line) for line in head_lines(source)) else 0.0


def locate(source: Source) -> Findings:
    """Find the cues of an SBV file; a cue reaches to the next line of times."""
    return locate_blocks(source, _TIMES, _LIKE_TIMES)


def head_lines(source: Source) -> Iterator[bytes]:
    """Go through the lines of a file's first 64 KiB."""
    return iter(re.split(rb"[\r\n]+", source.units[:65_536]))


def locate_blocks(
    source: Source, times: re.Pattern[bytes], like_times: re.Pattern[bytes]
) -> Findings:
    """Find blocks of one line with two times (groups 1 and 2 of ``times``) and lines of text."""
    cues = CueList()
    broken: list[tuple[int, str]] = []
    found: tuple[Span, Span] | None = None
    body: list[Span] = []
    for line in source.lines():
        units = source.units[line[0] : line[1]]
        match = times.match(units) if len(units) < 200 else None
        if match is None and not (len(units) < 200 and like_times.match(units)):
            body.append(line)
            continue
        if found is not None:
            cues.append(_cue(source, found, body))
        found, body = None, []
        if match is None:
            broken.append((line[0], not_times(source, line)))
        else:
            found = shifted(match.span(1), line[0]), shifted(match.span(2), line[0])
    if found is not None:
        cues.append(_cue(source, found, body))
    return Findings(cues, broken)


def _cue(source: Source, times: tuple[Span, Span], body: list[Span]) -> Found:
    if not body:
        return Found(*times, "")
    span = (body[0][0], body[-1][1])
    return Found(*times, plain_text(source.text(*span)), text_span=span)


def plain_text(text: str) -> str:
    r"""Return what a viewer reads: SBV and SubViewer may write a line end as ``[br]``.

    Examples
    --------
    >>> plain_text("Wait[br]for me")
    'Wait\nfor me'
    """
    return with_plain_line_ends(text).replace("[br]", "\n").strip()
