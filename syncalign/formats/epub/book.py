"""The text of a book: its chapters in order, without what nobody reads aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator

from syncalign.errors import FormatError, printable
from syncalign.formats.archive import Archive
from syncalign.formats.epub.package import Item, Package, read_package
from syncalign.formats.epub.protection import ensure_unprotected
from syncalign.formats.epub.unread import Unread
from syncalign.formats.html_text import read_page
from syncalign.formats.traced_text import Span

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_SAYS_NOTHING = ("und", "zxx", "mul", "mis")


def read_epub(archive: Archive) -> tuple[tuple[Span, ...], str | None, tuple[str, ...]]:
    """Read a book of EPUB 2 or 3.

    A place's file is the name of the chapter in the archive; its characters are those of the
    decoded chapter, after its byte order mark.

    Returns
    -------
    spans : tuple of Span
        The blocks of all chapters in their order.
    language : str or None
        As the book says.
    left_out : tuple of str
        What is not read, in sentences.

    Raises
    ------
    FormatError
        It is no book, damaged, or protected against copying.
    """
    ensure_unprotected(archive)
    package = read_package(archive)
    unread = Unread()
    spans: list[Span] = []
    for item in read_chapters(package, unread):
        text = archive.text(item.member).text
        try:
            spans += read_page(text, item.member, unread)
        except FormatError as exc:
            raise FormatError(archive.path, f"{printable(item.member)} {exc.message}") from exc
    language = package.language
    if language is not None and (
        not _LANGUAGE.fullmatch(language) or language.lower() in _SAYS_NOTHING
    ):
        language = None
    return tuple(spans), language, unread.sentence


def read_chapters(package: Package, unread: Unread) -> Iterator[Item]:
    """Go through the chapters that are read aloud, in their order."""
    for item, is_main in package.spine:
        if not item.is_page:
            unread.add("pictures")
        elif "nav" in item.properties:
            unread.add("contents")
        elif unread.is_marked(package.guide.get(item.member, [])):
            continue
        elif not is_main:
            unread.add("pages beside the main text")
        else:
            yield item
