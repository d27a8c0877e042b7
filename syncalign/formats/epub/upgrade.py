"""Upgrade: a book of EPUB 2 as one of EPUB 3, as far as that asks for."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.entities import html5

from syncalign.errors import FormatError
from syncalign.formats.epub.edits import Edit, attribute
from syncalign.formats.markup import Tag, Text, read_markup

_DOCTYPE = re.compile(r"<!DOCTYPE\s+html\b[^>\[]*>", re.IGNORECASE)
_CONTENTS_DOCTYPE = re.compile(r"<!DOCTYPE\s+ncx\b[^>\[]*>\s*")
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)")
_OLD_ATTRIBUTE = re.compile(r"\sopf:([a-z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_VERSION = re.compile(r"\bversion\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_REFINEMENTS = {"role": "role", "file-as": "file-as", "scheme": "identifier-type"}
_DEEPEST = 64
_SCRIPTED = frozenset(("script", "form", "input", "button"))


def page_edits(text: str) -> Iterator[Edit]:
    """Change what EPUB 3 does not know in a page: the document type, entities with names."""
    match = _DOCTYPE.search(text)
    if match is not None:
        yield Edit(*match.span(), "<!DOCTYPE html>")
    for match in _NAMED.finditer(text):
        if match[1] in html5:
            codes = "".join(f"&#{ord(character)};" for character in html5[match[1]])
            yield Edit(*match.span(), codes)


def contents_edits(ncx: str) -> Iterator[Edit]:
    """Take the document type out of the contents of EPUB 2: in EPUB 3 it may name nothing."""
    match = _CONTENTS_DOCTYPE.search(ncx)
    if match is not None:
        yield Edit(*match.span(), "")


def page_properties(text: str) -> tuple[str, ...]:
    """Return what EPUB 3 wants to be told of a page: drawings, formulas and programs in it."""
    names = {tag.name for tag in read_markup(text) if isinstance(tag, Tag)}
    found = {
        "svg": "svg" in names,
        "mathml": "math" in names,
        "scripted": bool(names & _SCRIPTED),
    }
    return tuple(name for name, is_there in found.items() if is_there)


def package_edits(text: str, modified: str) -> Iterator[Edit]:
    """Change what differs in the package: its version, and what it says with attributes.

    Only the first date, or that of the publication if there is one, is kept: EPUB 3 has one.

    Parameters
    ----------
    text : str
        The package.
    modified : str
        When the book was changed last, such as "2001-02-03T00:00:00Z".
    """
    tags = [part for part in read_markup(text) if isinstance(part, Tag)]
    yield _version_edit(text, next(tag for tag in tags if local_name(tag) == "package"))
    end = next(tag for tag in tags if tag.is_end and local_name(tag) == "metadata")
    meta = prefix_of(text, end) + "meta"
    said = [f'<{meta} property="dcterms:modified">{modified}</{meta}>']
    taken = {tag.attributes["id"] for tag in tags if "id" in tag.attributes}
    free = (name for n in itertools.count(1) if (name := f"said{n}") not in taken)
    dates = list(_unwanted_dates(tags))
    yield from dates
    for tag in tags:
        if tag.is_end or not tag.name.startswith("dc:") or any(tag.start == d.start for d in dates):
            continue
        values = {}
        for match in _OLD_ATTRIBUTE.finditer(text, tag.start, tag.end):
            values[match[1]] = match[2] if match[2] is not None else match[3]
            yield Edit(*match.span(), "")
        wanted = {_REFINEMENTS[key]: value for key, value in values.items() if key in _REFINEMENTS}
        name = tag.attributes.get("id") or (next(free) if wanted else "")
        if wanted and "id" not in tag.attributes:
            at = tag.start + 1 + len(tag.name)
            yield Edit(at, at, attribute("id", name))
        said += [_refinement(meta, name, key, value) for key, value in wanted.items()]
    yield Edit(end.start, end.start, "".join(f"  {line}\n  " for line in said))


def local_name(tag: Tag) -> str:
    """Return the name of an element without its prefix."""
    return tag.name.rpartition(":")[2]


def prefix_of(text: str, end: Tag) -> str:
    """Return the prefix of an end tag's name with its colon, or nothing."""
    return text[end.start + 2 : end.start + 2 + len(end.name) - len(local_name(end))]


def _version_edit(text: str, root: Tag) -> Edit:
    match = _VERSION.search(text, root.start, root.end)
    if match is None:
        at = root.start + 1 + len(root.name)
        return Edit(at, at, ' version="3.0"')
    return Edit(*match.span(1 if match[1] is not None else 2), "3.0")


def _refinement(meta: str, name: str, key: str, value: str) -> str:
    scheme = ' scheme="marc:relators"' if key == "role" else ""
    return f'<{meta} refines="#{escape(name)}" property="{key}"{scheme}>{value}</{meta}>'


def _unwanted_dates(tags: list[Tag]) -> Iterator[Edit]:
    starts = [n for n, tag in enumerate(tags) if tag.name == "dc:date" and not tag.is_end]
    events = [tags[n].attributes.get("opf:event", "") for n in starts]
    kept = events.index("publication") if "publication" in events else 0
    for number, n in enumerate(starts):
        if number != kept:
            last = tags[n] if tags[n].is_empty else tags[n + 1]
            yield Edit(tags[n].start, last.end, "")


def navigation_page(ncx: str, title: str, language: str | None, folder: str) -> str:
    """Return the navigation document of EPUB 3 from the contents of EPUB 2.

    Parameters
    ----------
    ncx : str
        The contents.
    title : str
        Of the book.
    language : str or None
        Of the book.
    folder : str
        What to put before the addresses in the contents: "" or a folder with its slash.

    Raises
    ------
    FormatError
        It is nested more than 64 deep.
    """
    said = escape(language or "und")
    entries = "\n".join(_list_of(_read_contents(ncx), folder))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
        f'lang="{said}" xml:lang="{said}">\n<head><title>{escape(title)}</title></head>\n'
        f'<body>\n<nav epub:type="toc" id="toc"><h1>{escape(title)}</h1>\n{entries}\n</nav>\n'
        "</body>\n</html>\n"
    )


@dataclass(slots=True)
class _Entry:
    label: str = ""
    address: str = ""
    within: list[_Entry] = field(default_factory=list)


def _read_contents(ncx: str) -> list[_Entry]:
    chain, in_text = [_Entry()], False
    for part in read_markup(ncx):
        if isinstance(part, Text):
            chain[-1].label += part.text if in_text else ""
            continue
        name = local_name(part)
        if name == "navpoint" and part.is_end:
            del chain[max(1, len(chain) - 1) :]
        elif name == "navpoint" and not part.is_empty:
            if len(chain) > _DEEPEST:
                raise FormatError(None, f"has contents nested more than {_DEEPEST} deep")
            chain[-1].within.append(_Entry())
            chain.append(chain[-1].within[-1])
        elif name == "content":
            chain[-1].address = part.attributes.get("src", "")
        elif name == "text":
            in_text = not part.is_end
    return chain[0].within


def _list_of(entries: list[_Entry], folder: str) -> Iterator[str]:
    yield "<ol>"
    for entry in entries:
        label = escape(" ".join(entry.label.split()), quote=False) or "-"
        address = attribute("href", folder + entry.address)
        name = f"<a{address}>{label}</a>" if entry.address else f"<span>{label}</span>"
        if entry.within:
            yield f"<li>{name}"
            yield from _list_of(entry.within, folder)
            yield "</li>"
        elif entry.address:
            yield f"<li>{name}</li>"
    yield "</ol>"
