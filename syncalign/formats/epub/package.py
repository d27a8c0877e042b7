"""Package: what a book is made of, and in which order it is read."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from syncalign.errors import FormatError, printable
from syncalign.formats.archive import Archive
from syncalign.formats.markup import Tag, Text, read_markup

_CONTAINER = "META-INF/container.xml"
_PAGES = ("application/xhtml+xml", "text/html", "text/x-oeb1-document", "application/xml")
_PACKAGE_TYPE = "application/oebps-package+xml"
_NARRATOR = "nrt"  # of MARC
_MOST_CHAPTERS = 10_000


@dataclass(frozen=True, slots=True)
class Item:
    """A file of a book.

    Parameters
    ----------
    id : str
        Its name in the package.
    member : str
        Its name in the archive; empty where it lies outside.
    media_type : str
        What it is, such as "application/xhtml+xml".
    properties : tuple of str
        What EPUB 3 says of it: "nav", "cover-image", "svg", ...
    tag : Tag
        Its element.
    """

    id: str
    member: str
    media_type: str
    properties: tuple[str, ...]
    tag: Tag

    @property
    def is_page(self) -> bool:
        """Whether it is a page of text."""
        return self.media_type in _PAGES


@dataclass(frozen=True, slots=True)
class Package:
    """The package file of a book.

    Parameters
    ----------
    member : str
        Its name in the archive.
    text : str
        Its content.
    version : str
        "2.0", "3.0", ...
    language, title : str or None
        As it says.
    items : tuple of Item
        All files of the book.
    spine : tuple of (Item, bool)
        What is read, in order, and whether it belongs to the main text.
    guide : dict
        From the names of members to the types that EPUB 2 gives them.
    ncx : Item or None
        The contents of EPUB 2.
    narrators : tuple of str
        Who reads it aloud, where it says so.
    """

    member: str
    text: str = field(repr=False)
    version: str
    language: str | None
    title: str | None
    items: tuple[Item, ...] = field(repr=False)
    spine: tuple[tuple[Item, bool], ...] = field(repr=False)
    guide: dict[str, list[str]] = field(repr=False)
    ncx: Item | None
    narrators: tuple[str, ...]

    @property
    def folder(self) -> str:
        """The folder that its addresses start from."""
        return posixpath.dirname(self.member)


def read_package(archive: Archive) -> Package:
    """Read what a book is made of.

    Raises
    ------
    FormatError
        It is no book, or a chapter is missing.
    """
    member = _package_member(archive)
    text = archive.text(member).text
    tags = [tag for tag in read_markup(text) if isinstance(tag, Tag) and not tag.is_end]
    root = next((tag for tag in tags if _local(tag) == "package"), None)
    if root is None:
        raise FormatError(archive.path, f"is no book: {printable(member)} is no package")
    folder = posixpath.dirname(member)
    items = tuple(_items(archive, tags, folder))
    by_id = {item.id: item for item in items}
    toc = next((tag.attributes.get("toc", "") for tag in tags if _local(tag) == "spine"), "")
    ncx = by_id.get(toc) or next((i for i in items if i.media_type.endswith("ncx+xml")), None)
    return Package(
        member=member,
        text=text,
        version=root.attributes.get("version", "2.0"),
        language=_said(text, "dc:language"),
        title=_said(text, "dc:title"),
        items=items,
        spine=tuple(_spine(archive, tags, by_id)),
        guide=_guide(tags, folder),
        ncx=ncx,
        narrators=tuple(_narrators(text)),
    )


def resolved(folder: str, address: str) -> str:
    """Return the member that an address in a file of ``folder`` names; "" for what lies outside.

    Examples
    --------
    >>> resolved("OEBPS/text", "../a%20b.xhtml#p1")
    'OEBPS/a b.xhtml'
    >>> resolved("OEBPS", "../../etc/passwd"), resolved("", "https://example.org/a.xhtml")
    ('', '')
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
        return ""
    name = posixpath.normpath(posixpath.join(folder, unquote(parts.path)))
    return "" if name.startswith("../") or name in ("..", ".") else name


def _local(tag: Tag) -> str:
    return tag.name.rpartition(":")[2]


def _package_member(archive: Archive) -> str:
    if _CONTAINER not in archive:
        raise FormatError(archive.path, f"is no book: it lacks {_CONTAINER}")
    roots = [
        tag.attributes
        for tag in read_markup(archive.text(_CONTAINER).text)
        if isinstance(tag, Tag) and _local(tag) == "rootfile" and not tag.is_end
    ]
    roots = [root for root in roots if root.get("media-type", _PACKAGE_TYPE) == _PACKAGE_TYPE]
    member = resolved("", roots[0].get("full-path", "")) if roots else ""
    if not member:
        raise FormatError(archive.path, f"is no book: {_CONTAINER} names no package in it")
    return member


def _items(archive: Archive, tags: list[Tag], folder: str) -> Iterator[Item]:
    seen: set[str] = set()
    for tag in tags:
        if _local(tag) != "item":
            continue
        name = tag.attributes.get("id", "")
        if not name or name in seen:
            raise FormatError(
                archive.path, f"is damaged: it has the item {name!r} twice or unnamed"
            )
        seen.add(name)
        yield Item(
            name,
            resolved(folder, tag.attributes.get("href", "")),
            tag.attributes.get("media-type", "").strip().lower(),
            tuple(tag.attributes.get("properties", "").split()),
            tag,
        )


def _spine(
    archive: Archive, tags: list[Tag], items: dict[str, Item]
) -> Iterator[tuple[Item, bool]]:
    seen: set[str] = set()
    for tag in tags:
        if _local(tag) != "itemref":
            continue
        name = tag.attributes.get("idref", "")
        item = items.get(name)
        if item is None or item.member not in archive:
            raise FormatError(archive.path, f"is damaged: the chapter {printable(name)} is missing")
        if item.member in seen:
            continue
        seen.add(item.member)
        if len(seen) > _MOST_CHAPTERS:
            raise FormatError(archive.path, f"has more than {_MOST_CHAPTERS:,} chapters")
        yield item, tag.attributes.get("linear", "yes").strip() != "no"


def _guide(tags: list[Tag], folder: str) -> dict[str, list[str]]:
    guide: dict[str, list[str]] = {}
    for tag in tags:
        if _local(tag) == "reference" and "#" not in tag.attributes.get("href", "#"):
            member = resolved(folder, tag.attributes["href"])
            guide.setdefault(member, []).append(tag.attributes.get("type", ""))
    return guide


def _said(text: str, name: str) -> str | None:
    """Return the text of the first element of a name."""
    return next((said for tag, said in _statements(text) if tag.name == name and said), None)


def _narrators(text: str) -> Iterator[str]:
    """Go through the contributors who have the role of a narrator."""
    statements = list(_statements(text))
    reading = {
        tag.attributes.get("refines", "").removeprefix("#")
        for tag, said in statements
        if tag.attributes.get("property") == "role" and said == _NARRATOR
    }
    for tag, said in statements:
        role = tag.attributes.get("opf:role", "")
        if tag.name in ("dc:contributor", "dc:creator") and said:
            name = tag.attributes.get("id", "")
            if role == _NARRATOR or (name and name in reading):
                yield said


def _statements(text: str) -> Iterator[tuple[Tag, str]]:
    """Go through the start tags, with the text right after each."""
    tag, said = None, ""
    for part in read_markup(text):
        if isinstance(part, Text):
            said += part.text
            continue
        if tag is not None and not tag.is_end:
            yield tag, " ".join(said.split())
        tag, said = part, ""
