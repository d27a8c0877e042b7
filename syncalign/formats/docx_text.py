"""DOCX: the paragraphs of a Word file, each character with its place in ``word/document.xml``.

Read here because places are needed: libraries give the text without them.
"""

from __future__ import annotations

from collections.abc import Iterator

from syncalign.errors import FormatError
from syncalign.formats.archive import Archive
from syncalign.formats.markup import Tag, Text, read_markup
from syncalign.formats.traced_text import Span, TracedText

MAIN = "word/document.xml"
_STYLES = "word/styles.xml"
#: What is in these is not read: text that was deleted or moved away, codes of fields, the second
#: copy of a drawing's text, contents.
_SILENT = frozenset(("w:del", "w:movefrom", "w:instrtext", "mc:fallback", "w:sdtpr"))
_BESIDE = {
    "word/footnotes.xml": "footnotes", "word/endnotes.xml": "endnotes",
    "word/comments.xml": "comments",
}  # fmt: skip
_DEEPEST = 256


def read_docx(archive: Archive) -> tuple[tuple[Span, ...], str | None, tuple[str, ...]]:
    """Read a Word file.

    Footnotes, endnotes, comments, headers and footers, hidden and deleted text, and a table of
    contents are not read.

    Returns
    -------
    spans, language, left_out
        As of :func:`~syncalign.formats.epub.book.read_epub`.

    Raises
    ------
    FormatError
        It is damaged, or nested too deep.
    """
    styles = _Styles(archive.text(_STYLES).text if _STYLES in archive else "")
    paragraphs = _Paragraphs(styles)
    spans = tuple(paragraphs.read(archive.text(MAIN).text))
    found = [kind for member, kind in _BESIDE.items() if member in archive]
    found += ["contents"] if paragraphs.has_contents else []
    left_out = (f"Not read aloud: {', '.join(found)}.",) if found else ()
    return spans, styles.language, left_out


class _Styles:
    """Which paragraphs are headings and contents, whatever Word's language; and the text's."""

    def __init__(self, text: str) -> None:
        self.kinds: dict[str, str] = {}
        self.language: str | None = None
        style = ""
        for tag in read_markup(text):
            if not isinstance(tag, Tag) or tag.is_end:
                continue
            value = tag.attributes.get("w:val", "").lower()
            if tag.name == "w:style":
                style = tag.attributes.get("w:styleid", "")
            elif tag.name == "w:name" and value.startswith(("heading", "title", "toc ")):
                self.kinds[style] = "contents" if value.startswith("toc ") else "heading"
            elif tag.name == "w:lang" and value and self.language is None:
                self.language = tag.attributes["w:val"]


class _Paragraphs:
    def __init__(self, styles: _Styles) -> None:
        self._styles = styles
        self._open: list[str] = []
        self._silent_above: int | None = None  # how many elements were open outside of it
        self.has_contents = False
        self._begin()

    def _begin(self) -> None:
        self._block = TracedText(MAIN)
        self._kind = "paragraph"
        self._is_hidden = False

    def read(self, text: str) -> Iterator[Span]:
        for part in read_markup(text):
            if isinstance(part, Text):
                if self._open and self._open[-1] == "w:t" and self._is_read:
                    self._block.add(part.text, part.start, part.end)
            elif part.is_end:
                yield from self._leave(part.name)
            else:
                yield from self._enter(part)

    @property
    def _is_read(self) -> bool:
        return self._silent_above is None and not self._is_hidden

    def _enter(self, tag: Tag) -> Iterator[Span]:
        if tag.name == "w:p":  # within another one it is the text of a frame
            yield from self._finished()
        if not tag.is_empty:
            if len(self._open) > _DEEPEST:
                raise FormatError(None, f"is nested more than {_DEEPEST} elements deep")
            if self._silent_above is None and tag.name in _SILENT:
                self._silent_above = len(self._open)
            self._open.append(tag.name)
        self._note(tag)

    def _note(self, tag: Tag) -> None:
        value = tag.attributes.get("w:val", "")
        if tag.name == "w:pstyle":
            self._kind = self._styles.kinds.get(value, "paragraph")
            self.has_contents |= self._kind == "contents"
        elif tag.name == "w:vanish" and "w:r" in self._open:
            self._is_hidden = value not in ("0", "false")
        elif tag.name == "w:r":
            self._is_hidden = False
        elif tag.name in ("w:tab", "w:br", "w:cr") and "w:r" in self._open and self._is_read:
            self._block.add(" " if tag.name == "w:tab" else "\n", tag.start, tag.end)

    def _leave(self, name: str) -> Iterator[Span]:
        if name == "w:p":
            yield from self._finished()
        if self._open and self._open[-1] == name:
            self._open.pop()
            if self._silent_above == len(self._open):
                self._silent_above = None

    def _finished(self) -> Iterator[Span]:
        kind = self._kind
        if kind == "paragraph" and "w:tc" in self._open:
            kind = "cell"
        span = self._block.span(kind)
        self._begin()
        if span and kind != "contents":
            yield span
