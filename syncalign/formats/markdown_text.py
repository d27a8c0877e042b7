"""Markdown: what is read aloud of it, block by block."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from syncalign.formats.traced_text import Span, TracedText

if TYPE_CHECKING:
    from markdown_it.token import Token

_LINE_END = re.compile(r"\r\n?|\n")
_FRONT_MATTER = re.compile(
    r"---[ \t]*(?:\r\n?|\n)(?:(?!---|\.\.\.).*(?:\r\n?|\n))*?(?:---|\.\.\.)[ \t]*(?:\r\n?|\n|\Z)"
)
_CLOSING_HASHES = re.compile(r"[ \t]+#+[ \t]*$")
_TITLE = {'"': '"', "'": "'", "<": ">"}


def read_markdown(text: str, file: str) -> Iterator[Span]:
    """Go through the headings, paragraphs, items and cells of a Markdown text.

    Front matter, blocks of code, blocks of HTML, pictures, the addresses of links and definitions
    of references are not read; code inside a line is.
    """
    from markdown_it import MarkdownIt  # 40 ms

    parser = MarkdownIt("commonmark").enable("table").disable("text_join")
    front = _FRONT_MATTER.match(text)
    size = front.end() if front else 0
    blank = "\n" * len(_LINE_END.findall(text[:size]))
    lines = _lines(text)
    within: list[str] = []
    cell_end = (-1, 0)
    for token in parser.parse(blank + text[size:]):
        if token.nesting:
            name = token.type.rpartition("_")[0]
            within[len(within) - (token.nesting < 0) :] = [name] * (token.nesting > 0)
        if token.type != "inline" or token.map is None:
            continue
        kind = _kind(within)
        line = token.map[0]
        after = cell_end[1] if kind == "cell" and cell_end[0] == line else 0
        places = _Places(text, lines[line : max(token.map[1], line + 1)], token.content, after)
        cell_end = (line, places.last)
        block = TracedText(file)
        for piece, start, end in _pieces(token.content, token.children or []):
            block.add(piece, *places.of(start, end))
        if span := block.span(kind):
            yield span


def _lines(text: str) -> list[tuple[int, int]]:
    ends = [match.span() for match in _LINE_END.finditer(text)]
    starts = [0, *(after for _, after in ends)]
    return list(zip(starts, [*(end for end, _ in ends), len(text)], strict=True))


def _kind(within: Sequence[str]) -> str:
    for name, kind in (("heading", "heading"), ("td", "cell"), ("th", "cell")):
        if name in within:
            return kind
    return "item" if "list_item" in within else "paragraph"


class _Places:
    """Finds the characters of a block's content, whose lines lost their marks, in the file."""

    def __init__(
        self, text: str, lines: Sequence[tuple[int, int]], content: str, after: int
    ) -> None:
        self._ats: list[int] = []
        self._found: list[tuple[tuple[int, int], int | None]] = []  # the line, and its content
        at = self.last = 0
        for (start, end), part in zip(lines, content.split("\n"), strict=False):
            found = _find(text[start:end], part, after)
            self._ats.append(at)
            self._found.append(((start, end), None if found is None else start + found))
            at += len(part) + 1
            self.last = 0 if found is None else found + len(part)

    def of(self, start: int, end: int) -> tuple[int, int]:
        """Return the place of the characters ``start`` to ``end`` of the content."""
        return self._one(start)[0], self._one(end - 1)[1]

    def _one(self, index: int) -> tuple[int, int]:
        number = bisect_right(self._ats, index) - 1
        line, at = self._found[number]
        if at is None:
            return line
        return at + index - self._ats[number], at + index - self._ats[number] + 1


def _find(line: str, part: str, after: int) -> int | None:
    """Return where in a line its content begins: at its end, but for hashes and other cells."""
    part = part.rstrip(" \t")
    for whole in (line.rstrip(" \t"), _CLOSING_HASHES.sub("", line)):
        if not after and whole.endswith(part):
            return len(whole) - len(part)
    found = line.find(part, after)
    return None if found < 0 else found


def _pieces(content: str, children: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
    """Go through what is read in a block, each with its place in the content."""
    at = 0
    for number, child in enumerate(children):
        found = max(content.find(_written(child), at), at)
        match child.type:
            case "text" if child.content:
                at = found + len(child.content)
                yield child.content, found, at
            case "text_special":
                at = found + len(child.markup)
                yield child.content, found, at
            case "softbreak" | "hardbreak":
                at = found + 1
                yield "\n", found, at
            case "code_inline":
                at = found + len(child.markup)
                at += not content[at:].replace("\n", " ").startswith(child.content)
                yield child.content, at, at + len(child.content)
                at = content.find(child.markup, at + len(child.content)) + len(child.markup)
            case "html_inline":
                at = found + len(child.content)
                if re.match(r"<br\b", child.content, re.IGNORECASE):
                    yield "\n", found, at
            case "link_close" if child.markup != "autolink":
                at = _end_of_link(content, found, children[number + 1 : number + 2])
            case "image":
                at = _end_of_link(content, _closing(content, found + 1), children[number + 1 :][:1])
            case _:
                at = found + len(_written(child))


def _written(child: Token) -> str:
    """Return how a token begins in the text."""
    match child.type:
        case "text" | "html_inline":
            return child.content
        case "softbreak" | "hardbreak":
            return "\n"
        case "image":
            return "!["
        case "link_open":
            return "<" if child.markup == "autolink" else "["
        case "link_close":
            return ">" if child.markup == "autolink" else "]"
    return child.markup


def _closing(content: str, at: int) -> int:
    """Return the place of the bracket that closes the one at ``at``."""
    depth = 0
    for match in re.compile(r"\\.|[\[\]]").finditer(content, at):
        depth += {"[": 1, "]": -1}.get(match[0], 0)
        if not depth:
            return match.start()
    return at


def _end_of_link(content: str, bracket: int, following: Sequence[Token]) -> int:
    """Return where a link ends whose text ends with the bracket at ``bracket``."""
    at = bracket + 1
    is_text = bool(following) and following[0].type == "text"
    if is_text and content.startswith(following[0].content, at):
        return at
    if content.startswith("[", at):
        return _closing(content, at) + 1
    if not content.startswith("(", at):
        return at
    depth, quote = 0, ""
    for match in re.compile(r"\\.|[()<>\"']").finditer(content, at):
        mark = match[0]
        if quote:
            quote = "" if mark == quote else quote
        elif mark in _TITLE and content[match.start() - 1] in "( \t\n":
            quote = _TITLE[mark]
        else:
            depth += {"(": 1, ")": -1}.get(mark, 0)
        if not depth and not quote:
            return match.end()
    return at
