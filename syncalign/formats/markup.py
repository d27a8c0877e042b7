"""Markup: the tags and the text of an HTML file, each with its place.

Written here because places are needed to the character, which tree builders don't keep, and because
a file of 32 MiB of unclosed tags must not take hours: each character is looked at a few times.
Entities that a file declares are not looked at, and nothing outside the file is opened.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from syncalign.errors import FormatError

_TAG = re.compile(
    r"<(?P<slash>/?)(?P<name>[A-Za-z][^\s/>]{0,63}+)"
    r"(?P<attributes>(?:[^>=]++|=\s*+(?:\"[^\"]*+\"|'[^']*+')?+)*+)>"
)
_LIKE_TAG = re.compile(r"</?[A-Za-z]")
_ATTRIBUTE = re.compile(r"([^\s=\"'/]++)\s*+(?:=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"']++)))?+")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_DECLARES = re.compile(r"<!doctype[^>\[]*+\[", re.IGNORECASE)
_RAW = frozenset(("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"))
_MOST_UNCLOSED = 32


class Tag(NamedTuple):
    """Characters ``start`` to ``end`` of the file: a start tag or an end tag.

    Names are in small letters.
    """

    name: str
    is_end: bool
    attributes: dict[str, str]
    is_empty: bool
    start: int
    end: int


class Text(NamedTuple):
    """Characters ``start`` to ``end`` of the file, which stand for ``text``."""

    text: str
    start: int
    end: int


def read_markup(source: str) -> Iterator[Tag | Text]:
    """Go through the tags and the text of a page; comments and declarations are left out.

    Raises
    ------
    FormatError
        Many tags never end.
    """
    at = unclosed = 0
    while at < len(source):
        mark = source.find("<", at)
        mark = len(source) if mark < 0 else mark
        yield from _texts(source, at, mark)
        aside = _end_of_aside(source, mark)
        if aside is not None:
            at = aside
            continue
        match = _TAG.match(source, mark)
        if match is None:
            unclosed += _LIKE_TAG.match(source, mark) is not None
            if unclosed > _MOST_UNCLOSED:
                raise FormatError(None, "has many tags that never end; it is no HTML page")
            at = mark + 1
            yield from _texts(source, mark, min(at, len(source)))
            continue
        tag = _tag(match)
        yield tag
        at = match.end()
        if tag.name in _RAW and not tag.is_end and not tag.is_empty:
            end = re.compile(f"</{tag.name}\\b", re.IGNORECASE).search(source, at)
            at = len(source) if end is None else end.start()


def _end_of_aside(source: str, at: int) -> int | None:
    """Return where a comment or a declaration ends, or None if there is none."""
    if _DECLARES.match(source, at):
        found = source.find("]", at)
        at = found if found >= 0 else len(source)
        found = source.find(">", at)
        return len(source) if found < 0 else found + 1
    for begin, end in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<!", ">"), ("<?", ">")):
        if source.startswith(begin, at):
            found = source.find(end, at + len(begin))
            return len(source) if found < 0 else found + len(end)
    return None


def _tag(match: re.Match[str]) -> Tag:
    written = match["attributes"]
    attributes: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(written) if not written.isspace() else ():
        attributes.setdefault(name.lower(), html.unescape("".join(values)))
    is_empty = written.endswith("/")
    return Tag(match["name"].lower(), bool(match["slash"]), attributes, is_empty, *match.span())


def _texts(source: str, start: int, end: int) -> Iterator[Text]:
    """Go through a stretch without tags: character references, and what is between them."""
    done = start
    for match in _REFERENCE.finditer(source, start, end):
        meant = html.unescape(match[0])
        if meant == match[0]:
            continue
        if done < match.start():
            yield Text(source[done : match.start()], done, match.start())
        yield Text(meant, *match.span())
        done = match.end()
    if done < end:
        yield Text(source[done:end], done, end)
