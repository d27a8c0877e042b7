"""A read-aloud book: the book, the sound of its reading, and which words are heard when.

Members that need no change are copied as they are, in their order.
"""

from __future__ import annotations

import itertools
import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import BinaryIO, NamedTuple
from urllib.parse import quote

from syncalign.errors import FormatError
from syncalign.formats.archive import Archive
from syncalign.formats.epub import upgrade
from syncalign.formats.epub.book import read_chapters
from syncalign.formats.epub.chapter import Chapter
from syncalign.formats.epub.edits import Edit, attribute, edited_member
from syncalign.formats.epub.marking import Mark, Stretch, mark_chapter
from syncalign.formats.epub.overlay import Clip, clock, write_overlay
from syncalign.formats.epub.package import Package, read_package
from syncalign.formats.epub.protection import ensure_unprotected
from syncalign.formats.epub.unread import Unread
from syncalign.formats.markup import Tag, read_markup
from syncalign.formats.source import read_bytes

MIMETYPE = "mimetype"
_OVERLAY = "application/smil+xml"
_PAGE = "application/xhtml+xml"
_ACTIVE = "-epub-media-overlay-active"
_STYLE = f".{_ACTIVE} {{\n  background-color: #ffe08a;\n  color: #000000;\n}}\n"
_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP file knows: the same bytes every time


class BookSound(NamedTuple):
    """A sound file, and what it is: "audio/mpeg" or "audio/mp4".

    It is put into the book, but where it has an address: a URL under which it is found elsewhere.
    """

    path: str
    media_type: str
    address: str | None = None


class Reading(NamedTuple):
    """A stretch of a chapter, and when it is heard."""

    member: str
    stretch: Stretch
    clip: Clip


@dataclass(slots=True)
class _Changes:
    """What becomes of the book: edits by member, new members, new items of the package."""

    folder: str
    edits: dict[str, list[Edit]] = field(default_factory=dict)
    added: dict[str, bytes] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)
    metas: list[tuple[str, str, str]] = field(default_factory=list)  # property, refined id, value

    def edit(self, member: str, edits: list[Edit]) -> None:
        self.edits.setdefault(member, []).extend(edits)

    def add_item(self, name: str, member: str, media_type: str, properties: str = "") -> None:
        self.add_address(name, _relative(member, self.folder), media_type, properties)

    def add_address(self, name: str, address: str, media_type: str, properties: str = "") -> None:
        more = attribute("properties", properties) if properties else ""
        self.items.append(
            f"{attribute('id', name)}{attribute('href', address)}"
            f"{attribute('media-type', media_type)}{more}/>"
        )


def ensure_can_speak(path: str) -> None:
    """Fail before the long work where the writing would fail after it.

    Raises
    ------
    FormatError
        It is no book, protected, read aloud already, or a chapter is no XHTML.
    """
    if read_bytes(path, what="book", most=4) != b"PK\3\4":
        raise FormatError(path, "is no EPUB book, of which a read-aloud one could be made")
    with Archive(path) as archive:
        ensure_unprotected(archive)
        package = _silent_package(archive)
        for item in read_chapters(package, Unread()):
            _chapter(archive, item.member)


def write_read_aloud(
    archive: Archive, readings: Sequence[Reading], sounds: Sequence[BookSound], file: BinaryIO
) -> None:
    """Write a book of EPUB 3 that is read aloud; one of EPUB 2 becomes one of EPUB 3.

    Parameters
    ----------
    archive : Archive
        The book.
    readings : sequence of Reading
        In the order of the text; those of a chapter do not overlap.
    sounds : sequence of BookSound
        The files that the clips count.
    file : binary file
        Where it is written to.

    Raises
    ------
    FormatError
        As for :func:`ensure_can_speak`.
    """
    package = _silent_package(archive)
    changes = _Changes(package.folder)
    within = _free_folder(archive, package.folder)
    names = _free_names(package)
    if not package.version.startswith("3"):
        _upgrade(archive, package, changes, within, names)
    members = [f"{within}/sound{n}{_ending(sound)}" for n, sound in enumerate(sounds, 1)]
    for sound, member in zip(sounds, members, strict=True):
        address = sound.address or _relative(member, package.folder)
        changes.add_address(next(names), address, sound.media_type)
    addresses = [
        sound.address or _relative(member, within)
        for sound, member in zip(sounds, members, strict=True)
    ]
    style = f"{within}/read-aloud.css"
    changes.added[style] = _STYLE.encode()
    changes.add_item(next(names), style, "text/css")
    total = 0.0
    groups = itertools.groupby(readings, lambda reading: reading.member)
    for number, (member, group) in enumerate(groups, 1):
        name, overlay = next(names), f"{within}/chapter{number}.smil"
        stretches = list(group)
        marks = _mark(archive, member, stretches, style, changes)
        clips = [reading.clip for reading in stretches]
        page = posixpath.relpath(member, within)
        changes.added[overlay] = write_overlay(page, marks, clips, addresses).encode()
        refers = any(sounds[clip.sound].address for clip in clips)
        changes.add_item(name, overlay, _OVERLAY, "remote-resources" if refers else "")
        seconds = sum(clip.seconds for clip in clips)
        total += seconds
        changes.metas.append(("media:duration", name, clock(seconds)))
        tag = next(item.tag for item in package.items if item.member == member)
        at = tag.start + 1 + len(tag.name)
        changes.edit(package.member, [Edit(at, at, attribute("media-overlay", name))])
    changes.metas += [("media:narrator", "", name) for name in package.narrators]
    changes.metas += [("media:duration", "", clock(total)), ("media:active-class", "", _ACTIVE)]
    changes.edit(package.member, list(_package_edits(package, changes)))
    inside = {m: s for m, s in zip(members, sounds, strict=True) if s.address is None}
    _write(archive, changes, inside, file)


def _silent_package(archive: Archive) -> Package:
    package = read_package(archive)
    if any("media-overlay" in item.tag.attributes for item in package.items):
        raise FormatError(archive.path, "is read aloud already: it has media overlays of its own")
    if not {"metadata", "manifest"} <= _ends(package).keys():
        raise FormatError(archive.path, "is damaged: its package has no metadata or no manifest")
    return package


def _chapter(archive: Archive, member: str) -> Chapter:
    try:
        return Chapter(archive.text(member).text, member)
    except FormatError as exc:
        raise FormatError(archive.path, exc.message) from exc


def _mark(
    archive: Archive, member: str, readings: Sequence[Reading], style: str, changes: _Changes
) -> tuple[Mark, ...]:
    chapter = _chapter(archive, member)
    marks, edits = mark_chapter(chapter, [reading.stretch for reading in readings])
    head = next((e for e in chapter.elements if e.tag.name == "head"), None)
    if head is not None and head.close is not head.tag:
        address = quote(posixpath.relpath(style, posixpath.dirname(member) or "."))
        link = f'<link rel="stylesheet" type="text/css"{attribute("href", address)}/>'
        edits.append(Edit(head.close.start, head.close.start, link))
    changes.edit(member, edits)
    return marks


def _upgrade(
    archive: Archive, package: Package, changes: _Changes, within: str, names: Iterator[str]
) -> None:
    dates = [member.date for member in archive.members]
    year, month, day, hour, minute, second = max(dates)
    modified = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{min(second, 59):02}Z"
    changes.edit(package.member, list(upgrade.package_edits(package.text, modified)))
    covers = _cover_pictures(package)
    for item in package.items:
        properties: tuple[str, ...] = ("cover-image",) if item.id in covers else ()
        if item.media_type == _PAGE and item.member in archive:
            text = archive.text(item.member).text
            changes.edit(item.member, list(upgrade.page_edits(text)))
            properties += upgrade.page_properties(text)
        if properties and not item.properties:
            at = item.tag.start + 1 + len(item.tag.name)
            said = attribute("properties", " ".join(properties))
            changes.edit(package.member, [Edit(at, at, said)])
    page = f"{within}/contents.xhtml"
    ncx, folder = "", ""
    if package.ncx is not None and package.ncx.member in archive:
        ncx = archive.text(package.ncx.member).text
        changes.edit(package.ncx.member, list(upgrade.contents_edits(ncx)))
        folder = posixpath.relpath(posixpath.dirname(package.ncx.member) or ".", within) + "/"
    title = package.title or "Contents"
    try:
        text = upgrade.navigation_page(ncx, title, package.language, quote(folder))
    except FormatError as exc:
        raise FormatError(archive.path, exc.message) from exc
    changes.added[page] = text.encode()
    changes.add_item(next(names), page, _PAGE, "nav")


def _cover_pictures(package: Package) -> set[str]:
    tags = (part for part in read_markup(package.text) if isinstance(part, Tag))
    named = {
        tag.attributes.get("content", "")
        for tag in tags
        if upgrade.local_name(tag) == "meta" and tag.attributes.get("name") == "cover"
    }
    return {i.id for i in package.items if i.id in named and i.media_type.startswith("image/")}


def _package_edits(package: Package, changes: _Changes) -> Iterator[Edit]:
    ends = _ends(package)
    metadata, manifest = ends["metadata"], ends["manifest"]
    meta = upgrade.prefix_of(package.text, metadata) + "meta"
    lines = []
    for name, refined, value in changes.metas:
        refines = attribute("refines", f"#{refined}") if refined else ""
        lines.append(f'  <{meta} property="{name}"{refines}>{escape(value)}</{meta}>\n  ')
    yield Edit(metadata.start, metadata.start, "".join(lines))
    item = upgrade.prefix_of(package.text, manifest) + "item"
    lines = [f"  <{item}{said}\n  " for said in changes.items]
    yield Edit(manifest.start, manifest.start, "".join(lines))


def _ends(package: Package) -> dict[str, Tag]:
    """Return the first end tag of each name."""
    ends: dict[str, Tag] = {}
    for part in read_markup(package.text):
        if isinstance(part, Tag) and part.is_end:
            ends.setdefault(upgrade.local_name(part), part)
    return ends


def _write(
    archive: Archive, changes: _Changes, sounds: dict[str, BookSound], file: BinaryIO
) -> None:
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(_entry(MIMETYPE, _DATE, is_stored=True), b"application/epub+zip")
        for member in archive.members:
            if member.name == MIMETYPE:
                continue
            entry = _entry(member.name, member.date, is_stored=member.is_stored)
            if changes.edits.get(member.name):
                made.writestr(
                    entry, edited_member(archive, member.name, changes.edits[member.name])
                )
                continue
            entry.file_size = member.size
            with made.open(entry, "w") as copy:
                for piece in archive.pieces(member.name):
                    copy.write(piece)
        for name, data in changes.added.items():
            made.writestr(_entry(name, _DATE, is_stored=False), data)
        for name, sound in sounds.items():
            entry = _entry(name, _DATE, is_stored=True)
            entry.file_size = Path(sound.path).stat().st_size
            with made.open(entry, "w") as copy, Path(sound.path).open("rb") as source:
                while piece := source.read(2**20):
                    copy.write(piece)


def _entry(
    name: str, date: tuple[int, int, int, int, int, int], *, is_stored: bool
) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date)
    entry.compress_type = zipfile.ZIP_STORED if is_stored else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _relative(member: str, folder: str) -> str:
    """Return the URL of a member from a folder."""
    return quote(posixpath.relpath(member, folder or "."))


def _ending(sound: BookSound) -> str:
    return ".mp3" if sound.media_type == "audio/mpeg" else ".m4a"


def _free_folder(archive: Archive, folder: str) -> str:
    taken = {posixpath.dirname(member.name) for member in archive.members}
    for number in itertools.count(1):
        name = posixpath.join(folder, "read-aloud" if number == 1 else f"read-aloud-{number}")
        if not any(one == name or one.startswith(f"{name}/") for one in taken):
            return name
    raise AssertionError


def _free_names(package: Package) -> Iterator[str]:
    taken = {
        part.attributes["id"]
        for part in read_markup(package.text)
        if isinstance(part, Tag) and "id" in part.attributes
    }
    return (name for n in itertools.count(1) if (name := f"read-aloud-{n}") not in taken)
