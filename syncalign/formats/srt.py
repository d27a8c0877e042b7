"""SubRip (.srt): blocks of a number, a line of two times, and text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from syncalign.formats.marks import without_marks
from syncalign.formats.notation import TIME
from syncalign.formats.source import Source
from syncalign.formats.stamp import Span
from syncalign.formats.subtitle_file import CueList, Findings, Found

_GAP = rb"[ \t\xc2\xa0]{0,16}"  # also a no-break space, in UTF-8 or alone
# Marks of writing direction and byte order, which editors leave before a time, are high bytes.
TIME_LINE = re.compile(
    rb"[ \t\x80-\xff]{0,16}(" + TIME + rb")" + _GAP + rb"-{1,3} ?>" + _GAP + rb"(" + TIME + rb")"
    rb"(?=[ \t\r\n\xc2\xa0\xe2]|\Z)"
)
_ARROW = re.compile(rb"- ?>")
_LINE_END = re.compile(rb"[\r\n]")
_NUMBER = re.compile(rb"[ \t\x80-\xff]{0,16}\d{1,9}\Z")
_ONE_LINE_END = re.compile(rb"[ \t]{0,99}(?:\r{0,2}\n|\r)\Z")
# What was meant as a line of times, in contrast to an arrow in a text; for short lines only.
LIKE_TIMES = re.compile(rb"\d[:.,].*-->|-->.*\d[:.,]")
LONGEST_TIME_LINE = 1000

_TAG = re.compile(r"</?(?:i|b|u|s|font|span|c|v|ruby|rt)\b[^>]*>", re.IGNORECASE)
_CODE = re.compile(r"\{\\[^}]*\}")


def sniff(source: Source) -> float:
    """Return how much the text looks like SubRip, 0 to 1."""
    units = source.units
    return 0.6 if any(TIME_LINE.match(units, *line) for line in _arrow_lines(units)) else 0.0


def locate(source: Source) -> Findings:
    """Find the cues of a SubRip file.

    As players do, a cue reaches to the next line of times: blank lines inside its text, and
    missing or repeated numbers, do no harm.
    """
    units = source.units
    cues = CueList()
    broken: list[tuple[int, str]] = []
    times: tuple[Span, Span] | None = None
    body_start = 0
    for line in _arrow_lines(units):
        match = TIME_LINE.match(units, *line)
        body_end, top = _body_before(units, body_start, line[0])
        if match is None and not _is_meant_as_times(units, line, top):
            continue
        if times is not None:
            cues.append(_cue(source, times, (body_start, body_end)))
        body_start = line[1]
        times = None if match is None else (match.span(1), match.span(2))
        if match is None:
            broken.append((line[0], not_times(source, line)))
    if times is not None:
        cues.append(_cue(source, times, (body_start, len(units))))
    return Findings(cues, broken)


def _cue(source: Source, times: tuple[Span, Span], body: Span) -> Found:
    return Found(*times, plain_text(source.text(*body)), text_span=body)


def _arrow_lines(units: bytes) -> Iterator[Span]:
    """Go through the lines with an arrow; lines too long to be times are left out."""
    done = 0
    for arrow in _ARROW.finditer(units):
        at = arrow.start()
        if at < done:
            continue
        first = max(units.rfind(b"\n", done, at), units.rfind(b"\r", done, at), done - 1) + 1
        end = _LINE_END.search(units, at)
        done = len(units) if end is None else end.start()
        if done - first <= LONGEST_TIME_LINE:
            yield first, done


def _body_before(units: bytes, start: int, end: int) -> tuple[int, str]:
    """Return where the text before a line ends, and what is above: "number", "blank", "text".

    A number directly above a line of times is the number of its cue, not text.
    """
    chunk = units[start:end]
    body = chunk.rstrip(b" \t\r\n")
    if _ONE_LINE_END.match(chunk, len(body)) is None:
        return start + len(body), "blank"
    last = max(body.rfind(b"\n"), body.rfind(b"\r")) + 1
    # Without a line end before it, the number would stand on the last line of times.
    if (last or not start) and _NUMBER.match(body, last):
        return start + last, "number"
    return start + len(body), "text" if body else "blank"


def _is_meant_as_times(units: bytes, line: Span, top: str) -> bool:
    written = units[line[0] : line[1]]
    if b"-->" not in written or top == "text":
        return False
    return top == "number" or LIKE_TIMES.search(written) is not None


def shifted(span: Span, by: int) -> Span:
    """Return a span found in a line as a span of the file."""
    return span[0] + by, span[1] + by


def not_times(source: Source, line: Span) -> str:
    """Say that a line does not hold two times."""
    written = source.text(line[0], min(line[1], line[0] + 80)).strip()
    return f"not a time: {written!r}"


def plain_text(text: str) -> str:
    r"""Return what a viewer reads: without tags, and with plain line ends.

    Examples
    --------
    >>> plain_text("{\\an8}<i>Wait</i>\r\nfor 3 < 4")
    'Wait\nfor 3 < 4'
    """
    if "<" in text:
        text = without_marks(_TAG, text, ">")
    if "{" in text:
        text = without_marks(_CODE, text, "}")
    if "\\N" in text:
        text = text.replace("\\N", "\n")
    return with_plain_line_ends(text).strip()


def with_plain_line_ends(text: str) -> str:
    """Return the text with every line end, CR CR LF included, as a line feed."""
    if "\r" not in text:
        return text
    return text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
