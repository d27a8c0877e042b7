"""HTML: what a page says to its reader, block by block; and the fragments of aeneas in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from syncalign.errors import FormatError
from syncalign.formats.markup import Tag, Text, read_markup
from syncalign.formats.traced_text import Span, TracedText

#: Elements that are blocks of a page, and the kind of text in them.
BLOCKS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("li", "dt", "dd"), "item"),
    **dict.fromkeys(("td", "th", "caption"), "cell"),
    **dict.fromkeys(
        ("html", "body", "p", "div", "section", "article", "main", "aside", "header", "footer",
         "nav", "blockquote", "pre", "center", "address", "figure", "figcaption", "form",
         "fieldset", "legend", "details", "summary", "dialog", "hgroup", "ul", "ol", "dl", "menu",
         "table", "thead", "tbody", "tfoot", "tr"),
        "paragraph",
    ),
}  # fmt: skip
VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
     "track", "wbr")
)  # fmt: skip
_SILENT = frozenset(
    ("head", "title", "script", "style", "template", "noscript", "noembed", "noframes", "iframe",
     "object", "audio", "video", "canvas", "svg", "math", "map", "select", "datalist", "textarea",
     "button", "rt", "rp", "del")
)  # fmt: skip
_CLOSED_BY_ITS_LIKE = frozenset(("p", "li", "dt", "dd", "td", "th", "tr", "option"))
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NOTE_MARK = re.compile(r"\b(?:noteref|doc-noteref|footnote-ref)\b")
_BLANK = re.compile(r"([ \t\r\n\f]+)")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_FRAGMENT_ID = re.compile(r"f\d+")
_LANGUAGE = re.compile(r"<html\b[^>]{0,2000}?\blang\s*=\s*[\"']?([A-Za-z][\w-]{1,20})", re.I)
_DEEPEST = 256


@dataclass(slots=True)
class _Element:
    """An open element, as far as it matters to a reader."""

    name: str
    path: str
    kind: str
    id: str | None = None
    is_silent: bool = False
    is_block: bool = True
    children: Counter[str] = field(default_factory=Counter)


def read_page(
    text: str, file: str, is_unread: Callable[[Tag], bool] = lambda tag: False
) -> Iterator[Span]:
    """Go through the blocks of a page.

    Scripts, styles, the head, hidden elements, form fields, pictures, marks of footnotes, readings
    set over characters and what is struck out are not read, nor are elements that ``is_unread``.

    Raises
    ------
    FormatError
        It is nested more than 256 deep, or many tags never end.
    """
    yield from _Page(file, is_unread=is_unread).read(text)


def read_page_fragments(text: str, file: str) -> Iterator[Span]:
    """Go through the elements that have ids (aeneas calls it unparsed).

    Where some ids are an f and a number, as in f001, only those elements are read.
    """
    tags = (part for part in read_markup(text) if isinstance(part, Tag))
    is_numbered = any(_FRAGMENT_ID.fullmatch(tag.attributes.get("id", "")) for tag in tags)
    ids = _FRAGMENT_ID if is_numbered else re.compile(".+", re.DOTALL)
    yield from _Page(file, ids).read(text)


def declared_language(text: str) -> str | None:
    """Return the language that a page says it is in."""
    match = _LANGUAGE.search(text[:65_536])
    return match[1] if match else None


class _Page:
    def __init__(
        self,
        file: str,
        ids: re.Pattern[str] | None = None,
        is_unread: Callable[[Tag], bool] = lambda tag: False,
    ) -> None:
        self._file = file
        self._ids = ids
        self._is_unread = is_unread
        self._open = [_Element("", "", "paragraph")]
        self._block = TracedText(file)
        self._home = self._open[0]

    def read(self, text: str) -> Iterator[Span]:
        for part in read_markup(text):
            if isinstance(part, Text):
                yield from self._read_text(part)
            elif part.is_end:
                yield from self._leave(part.name)
            elif part.name in VOID:
                yield from self._read_void(part)
            else:
                yield from self._enter(part)
        yield from self._finished()

    def _read_void(self, tag: Tag) -> Iterator[Span]:
        if tag.name == "hr":
            yield from self._finished()
        elif tag.name == "br" and not self._open[-1].is_silent:
            self._block.add("\n", tag.start, tag.start + 3)

    def _enter(self, tag: Tag) -> Iterator[Span]:
        is_block = tag.name in BLOCKS
        if is_block:
            yield from self._finished()
            self._close_its_like(tag.name)
        parent = self._open[-1]
        is_silent = parent.is_silent or is_silent_tag(tag) or self._is_unread(tag)
        name = tag.attributes.get("id") or None
        # Elements inside a line matter only if they hide, name or raise something.
        if tag.is_empty or not (is_block or is_silent or name or tag.name == "sup"):
            return
        if len(self._open) > _DEEPEST:
            raise FormatError(None, f"is nested more than {_DEEPEST} elements deep")
        parent.children[tag.name] += 1
        path = parent.path
        if is_block:
            step = f"{tag.name}[{parent.children[tag.name]}]"
            path = f"{path}/{step}" if path else step
        kind = BLOCKS.get(tag.name, parent.kind)
        kind = parent.kind if kind == "paragraph" != parent.kind else kind
        self._open.append(_Element(tag.name, path, kind, name, is_silent, is_block))

    def _close_its_like(self, name: str) -> None:
        """Close what a new block closes without an end tag: a paragraph, an item, a cell."""
        for depth in range(len(self._open) - 1, 0, -1):
            element = self._open[depth]
            is_like = element.name == name or {element.name, name} <= {"td", "th", "dt", "dd"}
            if element.name in ("p", "head") or (name in _CLOSED_BY_ITS_LIKE and is_like):
                del self._open[depth:]
                return
            if element.is_block:
                return

    def _leave(self, name: str) -> Iterator[Span]:
        if name in BLOCKS:
            yield from self._finished()
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].name == name:
                del self._open[depth:]
                return
            if self._open[depth].is_block and name not in BLOCKS:
                return

    def _read_text(self, part: Text) -> Iterator[Span]:
        element = self._open[-1]
        if element.is_silent:
            return
        if self._ids is not None and not part.text.isspace():
            home = self._fragment()
            if home is not self._home:
                yield from self._finished()
                self._home = home
        text = part.text.translate(_RAISED) if element.name == "sup" else part.text
        if any(open_.name == "pre" for open_ in self._open):
            self._block.add(text.replace("\r", "\n"), part.start, part.end)
        else:
            self._add_folded(text, part)

    def _add_folded(self, text: str, part: Text) -> None:
        if part.end - part.start != len(text) or not _BLANK.search(text):
            self._block.add(text, part.start, part.end)
            return
        at = part.start
        for piece in _BLANK.split(text):
            end = at + len(piece)
            if not piece or not piece.isspace() or piece.strip(" \t\r\n\f"):
                self._block.add(piece, at, end)
            elif not self._block.ends_blank:
                self._block.add(" ", at, end)
            at = end

    def _fragment(self) -> _Element:
        """Return the innermost open element whose id names a fragment, or the page."""
        for element in reversed(self._open):
            if self._ids is not None and element.id and self._ids.fullmatch(element.id):
                return element
        return self._open[0]

    def _finished(self) -> Iterator[Span]:
        """Return the block that ends here, if it has words."""
        block, self._block = self._block, TracedText(self._file)
        if self._ids is not None:
            name = self._home.id
            span = block.span("fragment", id=name, element=name) if name else None
        else:
            home = self._open[-1]
            home = next((e for e in reversed(self._open) if e.is_block), home)
            span = block.span(home.kind, id=home.id, element=home.id or home.path or None)
        if span:
            yield span


def is_silent_tag(tag: Tag) -> bool:
    """Whether what is in an element is for no reader, whatever the page."""
    attributes = tag.attributes
    if tag.name in _SILENT or "hidden" in attributes or attributes.get("aria-hidden") == "true":
        return True
    marks = " ".join(attributes.get(key, "") for key in ("epub:type", "role", "class"))
    return bool(_NOTE_MARK.search(marks) or _UNSEEN.search(attributes.get("style", "")))
