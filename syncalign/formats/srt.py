"""SubRip (.srt): blocks of a number, a line of two times, and text."""

from __future__ import annotations

import re

from syncalign.formats.notation import TIME
from syncalign.formats.source import Source
from syncalign.formats.subtitle_file import Findings, Found, Span

_GAP = rb"[ \t\xc2\xa0]{0,16}"  # also a no-break space, in UTF-8 or alone
# Marks of writing direction and byte order, which editors leave before a time, are high bytes.
TIME_LINE = re.compile(
    rb"[ \t\x80-\xff]{0,16}(" + TIME + rb")" + _GAP + rb"-{1,3} ?>" + _GAP + rb"(" + TIME + rb")"
    rb"(?=[ \t\r\n\xc2\xa0\xe2]|\Z)"
)
_TIME_LINE_ANYWHERE = re.compile(rb"(?:\A|(?<=[\r\n]))" + TIME_LINE.pattern)
_NUMBER = re.compile(rb"[ \t\x80-\xff]{0,16}\d{1,9}[ \t]*\Z")
# What was meant as a line of times, in contrast to an arrow in a text; for short lines only.
LIKE_TIMES = re.compile(rb"\d[:.,].*-->|-->.*\d[:.,]")
LONGEST_TIME_LINE = 1000

_TAG = re.compile(r"</?(?:i|b|u|s|font|span|c|v|ruby|rt)\b[^>]*>|\{\\[^}]*\}", re.IGNORECASE)


def sniff(source: Source) -> float:
    """Return how much the text looks like SubRip, 0 to 1."""
    return 0.6 if _TIME_LINE_ANYWHERE.search(source.units) else 0.0


def locate(source: Source) -> Findings:
    """Find the cues of a SubRip file.

    As players do, a cue reaches to the next line of times: blank lines inside its text, and
    missing or repeated numbers, do no harm.
    """
    reader = _Reader(source)
    for line in source.lines():
        reader.take(line)
    reader.close(at_end=True)
    return Findings(reader.cues, reader.broken)


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.cues: list[Found] = []
        self.broken: list[tuple[int, str]] = []
        self.times: tuple[Span, Span] | None = None
        self.body: list[Span] = []  # the lines since the last line of times that are not blank
        self.after_blank = True

    def take(self, line: Span) -> None:
        units = self.source.units[line[0] : line[1]]
        if not units or units.isspace():
            self.after_blank = True
            return
        if b">" in units and len(units) <= LONGEST_TIME_LINE:
            match = TIME_LINE.match(units)
            if match is not None:
                self.close()
                self.times = shifted(match.span(1), line[0]), shifted(match.span(2), line[0])
                self.after_blank = False
                return
            if b"-->" in units and self._is_at_top_of_block(units):
                self.close()
                self.times = None
                self.broken.append((line[0], not_times(self.source, line)))
                return
        self.body.append(line)
        self.after_blank = False

    def _is_at_top_of_block(self, units: bytes) -> bool:
        if self.after_blank:
            return LIKE_TIMES.search(units) is not None
        return bool(self.body) and self._is_number(self.body[-1])

    def close(self, *, at_end: bool = False) -> None:
        """End the cue: the number above the next line of times is not its text."""
        body, self.body = self.body, []
        if self.times is None:
            return
        if body and not (self.after_blank or at_end) and self._is_number(body[-1]):
            body.pop()
        text = self.source.text(body[0][0], body[-1][1]) if body else ""
        self.cues.append(Found(*self.times, plain_text(text)))
        self.times = None

    def _is_number(self, line: Span) -> bool:
        return _NUMBER.match(self.source.units[line[0] : line[1]]) is not None


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
    if "<" in text or "{" in text:
        text = _TAG.sub("", text)
    if "\\N" in text:
        text = text.replace("\\N", "\n")
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
