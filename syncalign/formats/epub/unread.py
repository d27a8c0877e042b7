"""What nobody reads aloud of a book: elements and chapters that are marked as such."""

from __future__ import annotations

from collections import Counter

from syncalign.formats.markup import Tag

#: Values of ``epub:type``, of ``role`` (after "doc-"), and of the guide of EPUB 2, and what they
#: are. Prefaces, dedications and mottos are read.
_UNREAD = {
    **dict.fromkeys(("cover", "cover-page"), "the cover"),
    **dict.fromkeys(("titlepage", "halftitlepage", "title-page", "halftitle"), "title pages"),
    **dict.fromkeys(
        ("copyright-page", "imprint", "imprimatur", "colophon", "other-credits"), "imprints"
    ),
    **dict.fromkeys(("toc", "toc-brief", "landmarks"), "contents"),
    **dict.fromkeys(("loi", "lot", "loa", "lov"), "lists of pictures and tables"),
    **dict.fromkeys(("page-list", "pagelist", "pagebreak"), "page numbers"),
    **dict.fromkeys(("noteref", "backlink"), "marks of notes"),
    **dict.fromkeys(
        ("footnote", "footnotes", "endnote", "endnotes", "rearnote", "rearnotes", "note", "notes",
         "annotation"),
        "notes",
    ),
    **dict.fromkeys(
        ("index", "index-headnotes", "index-group", "index-entry-list", "index-legend"), "an index"
    ),
    **dict.fromkeys(("bibliography", "biblioentry", "errata"), "bibliographies and errata"),
}  # fmt: skip


class Unread:
    """Tells what is not read, and counts it."""

    def __init__(self) -> None:
        self._found: Counter[str] = Counter()

    def __call__(self, tag: Tag) -> bool:
        """Whether what is in an element is not read."""
        roles = tag.attributes.get("role", "")
        types = tag.attributes.get("epub:type", "").split()
        types += [role[4:] for role in roles.split() if role.startswith("doc-")]
        return self.is_marked(types)

    def is_marked(self, types: list[str]) -> bool:
        """Whether one of these types is not read."""
        kind = next((_UNREAD[t.lower()] for t in types if t.lower() in _UNREAD), None)
        if kind is not None:
            self.add(kind)
        return kind is not None

    def add(self, kind: str) -> None:
        """Count something that is not read."""
        self._found[kind] += 1

    @property
    def sentence(self) -> tuple[str, ...]:
        """A sentence on what is not read, if there is any."""
        if not self._found:
            return ()
        shown = [f"{kind} ({count})" for kind, count in sorted(self._found.items())]
        return (f"Not read aloud, as the book marks them: {', '.join(shown)}.",)
