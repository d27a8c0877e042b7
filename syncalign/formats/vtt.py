"""WebVTT (.vtt): a header, then blocks of cues, notes, styles and regions."""

from __future__ import annotations

import re
from itertools import islice

from syncalign.formats.marks import without_marks
from syncalign.formats.notation import TIME
from syncalign.formats.source import Source
from syncalign.formats.srt import (
    LIKE_TIMES,
    LONGEST_TIME_LINE,
    TIME_LINE,
    not_times,
    shifted,
    with_plain_line_ends,
)
from syncalign.formats.stamp import Span
from syncalign.formats.subtitle_file import MOST_CUES, CueList, Findings, Found

_INNER = re.compile(rb"<(" + TIME + rb")>")
_MAP = re.compile(r"LOCAL:(?P<local>[\d:.]+)|MPEGTS:(?P<ticks>\d{1,20})", re.ASCII)
_TAG = re.compile(r"<[^>]*>")
_MPEGTS_RATE = 90_000


def sniff(source: Source) -> float:
    """Return how much the text looks like WebVTT, 0 to 1."""
    head = source.units[:256].lstrip()
    return 1.0 if re.match(rb"WEBVTT(?:[ \t\r\n]|\Z)", head) else 0.0


def locate(source: Source) -> Findings:
    """Find the cues of a WebVTT file; notes, styles, regions and the header stay as they are."""
    cues = CueList()
    broken: list[tuple[int, str]] = []
    notes: list[str] = []
    for block in _blocks(source):
        first = source.units[block[0][0] : block[0][1]].strip()
        if first.startswith(b"WEBVTT") and not cues:
            notes += _notes_on_header(source, block)
            block = _without_header(source, block)  # a file may lack the blank line
        elif _is_aside(source, first, block):
            continue
        _read_block(source, block, cues, broken)
    return Findings(cues, broken, notes)


def _blocks(source: Source) -> list[list[Span]]:
    blocks: list[list[Span]] = []
    block: list[Span] = []
    for line in source.lines():
        units = source.units[line[0] : line[1]]
        if units and not units.isspace():
            block.append(line)
        elif block:
            blocks.append(block)
            block = []
    return [*blocks, block] if block else blocks


def _without_header(source: Source, block: list[Span]) -> list[Span]:
    for index, line in enumerate(block):
        if _times(source, line) is not None:
            return block[index:]
    return []


def _is_aside(source: Source, first: bytes, block: list[Span]) -> bool:
    word = first.split(None, 1)[0] if first else b""
    if word == b"NOTE":
        return True
    if first not in (b"STYLE", b"REGION"):
        return False
    # A cue may be *named* STYLE: then the line of times follows at once.
    return len(block) == 1 or _times(source, block[1]) is None


def _read_block(
    source: Source, block: list[Span], cues: CueList, broken: list[tuple[int, str]]
) -> None:
    times: tuple[Span, Span] | None = None
    body: list[Span] = []
    for index, line in enumerate(block):
        found = _times(source, line)
        if found is None and not _is_meant_as_times(
            source, line, first=times is None and index < 2
        ):
            body.append(line)
            continue
        # By the standard a line with an arrow begins a cue, even without a blank line before it.
        if times is not None:
            cues.append(_cue(source, times, body))
        times, body = found, []
        if found is None:
            broken.append((line[0], not_times(source, line)))
    if times is not None:
        cues.append(_cue(source, times, body))


def _times(source: Source, line: Span) -> tuple[Span, Span] | None:
    if line[1] - line[0] > LONGEST_TIME_LINE:
        return None
    units = source.units[line[0] : line[1]]
    match = TIME_LINE.match(units) if b">" in units else None
    if match is None:
        return None
    return shifted(match.span(1), line[0]), shifted(match.span(2), line[0])


def _is_meant_as_times(source: Source, line: Span, *, first: bool) -> bool:
    units = source.units[line[0] : line[1]]
    if b"-->" not in units or len(units) > LONGEST_TIME_LINE:
        return False
    return first or LIKE_TIMES.search(units) is not None


def _cue(source: Source, times: tuple[Span, Span], body: list[Span]) -> Found:
    if not body:
        return Found(*times, "")
    start, end = body[0][0], body[-1][1]
    marks = islice(_INNER.finditer(source.units, start, end), MOST_CUES)
    inner = tuple(match.span(1) for match in marks)
    return Found(*times, plain_text(source.text(start, end)), inner, text_span=(start, end))


def plain_text(text: str) -> str:
    """Return what a viewer reads: without tags, with character references resolved.

    Examples
    --------
    >>> plain_text("<v Ann>Tom &amp; <i>I</i>")
    'Tom & I'
    """
    text = without_marks(_TAG, text, ">")
    if "&" in text:
        text = unescaped(text)
    return with_plain_line_ends(text).strip()


def unescaped(text: str) -> str:
    """Return the text with character references resolved; a number beyond all sense stays."""
    import html  # costs 2 ms: only where there is something to resolve

    try:
        return html.unescape(text)
    except ValueError:  # a reference of thousands of digits
        return text


def _notes_on_header(source: Source, block: list[Span]) -> list[str]:
    for line in block:
        text = source.text(*line)
        if not text.startswith("X-TIMESTAMP-MAP"):
            continue
        values = {match.lastgroup: match[0].partition(":")[2] for match in _MAP.finditer(text)}
        local, ticks = values.get("local", "00:00:00.000"), int(values.get("ticks", 0))
        return [
            f"the file is a segment of an HTTP live stream (X-TIMESTAMP-MAP: {local} is "
            f"{ticks / _MPEGTS_RATE:.3f} s of the stream); the line is kept, and the times are "
            "taken as written"
        ]
    return []
