"""SubViewer: version 2 with two times on a line, version 1 with a time before and after a text."""

from __future__ import annotations

import re

from syncalign.formats.sbv import head_lines, locate_blocks
from syncalign.formats.source import Source
from syncalign.formats.srt import shifted
from syncalign.formats.stamp import Span
from syncalign.formats.subtitle_file import CueList, Findings, Found

_TIME = rb"\d{1,4}:\d{1,2}:\d{1,2}[.,]\d{2}"
_TIMES = re.compile(
    rb"[ \t\x80-\xff]{0,16}(" + _TIME + rb")[ \t]{0,9},[ \t]{0,9}(" + _TIME + rb")[ \t]{0,99}\Z"
)
_LIKE_TIMES = re.compile(rb"[ \t]{0,16}\d{1,4}:\d{1,2}:[^,]{1,20},\d{1,4}:\d{1,2}:")
_SINGLE = re.compile(rb"[ \t\x80-\xff]{0,16}\[(\d{1,4}:\d{1,2}:\d{1,2})\][ \t]{0,99}\Z")

_LYRICS = re.compile(rb"\[\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?\][ \t]*[^ \t\[]")


def sniff(source: Source) -> float:
    """Return how much the text looks like SubViewer 2, 0 to 1."""
    return 0.72 if any(_TIMES.match(line) for line in head_lines(source)) else 0.0


def locate(source: Source) -> Findings:
    """Find the cues of a SubViewer 2 file; its header and colours stay as they are."""
    return locate_blocks(source, _TIMES, _LIKE_TIMES)


def sniff_first(source: Source) -> float:
    """Return how much the text looks like SubViewer 1, 0 to 1."""
    lines = list(head_lines(source))
    if any(_LYRICS.match(line) for line in lines):
        return 0.0
    return 0.75 if any(_SINGLE.match(line) for line in lines) else 0.0


def locate_first(source: Source) -> Findings:
    """Find the cues of a SubViewer 1 file: a time, a line of text, a time with no text.

    Without the second time a cue ends at the next one's start.
    """
    cues = CueList()
    start: Span | None = None
    text: Span | None = None
    for line in source.lines():
        units = source.units[line[0] : line[1]]
        match = _SINGLE.match(units) if len(units) < 200 else None
        if match is None:
            if start is not None and text is None and units.strip():
                text = line
            continue
        time = shifted(match.span(1), line[0])
        if start is not None and text is not None:
            cues.append(_cue(source, start, time, text))
            start, text = (time, None) if _has_text(source, line[1]) else (None, None)
        else:
            start = time
    if start is not None and text is not None:
        cues.append(_cue(source, start, None, text))
    return Findings(cues)


def _has_text(source: Source, unit: int) -> bool:
    """Whether the line after the one that ends at ``unit`` holds text: then a cue begins here."""
    rest = source.units[unit : unit + 200]
    end = re.match(rb"\r\n|[\r\n]|\Z", rest)
    following = re.split(rb"[\r\n]", rest[end.end() if end else 0 :], maxsplit=1)[0].strip()
    return bool(following) and _SINGLE.match(following) is None and following[:1] != b"["


def _cue(source: Source, start: Span, end: Span | None, text: Span) -> Found:
    return Found(start, end, plain_text_first(source.text(*text)), text_span=text)


def plain_text_first(text: str) -> str:
    """Return what a viewer reads: a bar is a line end."""
    return text.replace("|", "\n").strip()
