"""Edits: small changes of a text, told by their places; all else stays as it is."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

from syncalign.errors import FormatError, printable
from syncalign.formats.archive import Archive


class Edit(NamedTuple):
    """Characters ``start`` to ``end`` become ``text``; an insertion has an empty range."""

    start: int
    end: int
    text: str


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with its edits done; those at one place in their order.

    Examples
    --------
    >>> edited("one two", [Edit(4, 7, "three"), Edit(0, 0, "<"), Edit(3, 3, ">")])
    '<one> three'
    """
    parts, done = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        parts += [text[done:start], new]
        done = end
    return "".join([*parts, text[done:]])


def edited_member(archive: Archive, name: str, edits: Iterable[Edit]) -> bytes:
    """Return the bytes of a member with its edits done.

    Raises
    ------
    FormatError
        Its bytes are not what its encoding makes of its text, so that they would not stay as they
        are.
    """
    text, encoding, has_bom = archive.text(name)
    bom = "\ufeff".encode(encoding) if has_bom else b""
    if bom + text.encode(encoding, "replace") != archive.read(name):
        raise FormatError(
            archive.path,
            f"has text that is not {codecs.lookup(encoding).name} in {printable(name)}; "
            "it cannot be changed without a loss",
        )
    return bom + edited(text, edits).encode(encoding, "xmlcharrefreplace")


def attribute(name: str, value: str) -> str:
    """Return an attribute as it is written in a tag.

    Examples
    --------
    >>> attribute("title", 'a "b"')
    ' title="a &quot;b&quot;"'
    """
    return f' {name}="{escape(value)}"'
