"""Plain text: paragraphs with blank lines between them; and the fragments of aeneas in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from syncalign.errors import FormatError
from syncalign.formats.traced_text import Span, TracedText

_LINE = re.compile(r"([^\r\n\v\f\x85\u2028\u2029]*)(\r{1,2}\n|[\r\n\v\f\x85\u2028\u2029]|\Z)")
_PARSED = re.compile(r"[ \t]*([^|\s][^|]{0,200}?)[ \t]*\|")


def read_paragraphs(text: str, file: str) -> Iterator[Span]:
    """Go through the paragraphs: lines up to an empty one or the end of a page."""
    yield from _blocks(text, file, "paragraph")


def read_subtitle_fragments(text: str, file: str) -> Iterator[Span]:
    """Go through fragments of lines with empty lines between them (aeneas calls it subtitles)."""
    yield from _blocks(text, file, "fragment")


def read_line_fragments(text: str, file: str) -> Iterator[Span]:
    """Go through fragments of one line each (aeneas calls it plain)."""
    for start, end, _ in _lines(text):
        block = TracedText(file)
        block.add(text[start:end], start, end)
        if span := block.span("fragment"):
            yield span


def read_parsed_fragments(text: str, file: str) -> Iterator[Span]:
    """Go through lines of an id, a bar and a fragment (aeneas calls it parsed).

    Raises
    ------
    FormatError
        A line is not so, or an id is not the only one of its name; with the line.
    """
    seen: set[str] = set()
    for number, (start, end, _) in enumerate(_lines(text), 1):
        if not text[start:end].strip("\ufeff \t\0"):
            continue
        match = _PARSED.match(text, start, end)
        if match is None:
            raise FormatError(None, "is not an id, a bar and a text (id|text)", number)
        if match[1] in seen:
            raise FormatError(None, f"has the id {match[1]!r} a second time", number)
        seen.add(match[1])
        block = TracedText(file)
        block.add(text[match.end() : end], match.end(), end)
        if span := block.span("fragment", id=match[1]):
            yield span


def _blocks(text: str, file: str, kind: str) -> Iterator[Span]:
    block = TracedText(file)
    for start, end, after in _lines(text):
        line = text[start:end]
        if line.strip():
            block.add(line, start, end)
            block.add("\n", end, after)
        if not line.strip() or text[end:after] in ("\f", "\u2029"):
            if span := block.span(kind):
                yield span
            block = TracedText(file)
    if span := block.span(kind):
        yield span


def _lines(text: str) -> Iterator[tuple[int, int, int]]:
    """Go through the lines: first character, the one after the last, start of the next line."""
    for match in _LINE.finditer(text):
        if match.end() > match.start():
            yield match.start(), match.end(1), match.end()
