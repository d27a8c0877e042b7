"""Chapter: the elements of a page with the places of their tags."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from syncalign.errors import FormatError, printable
from syncalign.formats.html_text import BLOCKS
from syncalign.formats.markup import Tag, Text, read_markup


@dataclass(slots=True)
class Element:
    """An element: its start tag, its end tag (the same where it is empty), what it is in.

    ``number`` counts elements by their start tags.
    """

    number: int
    tag: Tag
    close: Tag
    parent: Element | None

    @property
    def is_block(self) -> bool:
        """Whether it is no part of a line."""
        return self.tag.name in BLOCKS

    @property
    def name_end(self) -> int:
        """The character after its name, where attributes may be put."""
        return self.tag.start + 1 + len(self.tag.name)


class Chapter:
    """A page of a book.

    Parameters
    ----------
    text : str
        The page, in XHTML.
    file : str
        Its name, for messages.

    Raises
    ------
    FormatError
        An end tag closes what is not open, or is missing: that is no XHTML.
    """

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.elements: list[Element] = []
        self._texts: list[Text] = []
        self._moments: list[tuple[int, Element | None]] = [(0, None)]  # what is open from where on
        self._read(file)
        self._starts = [part.start for part in self._texts]
        self._changes = [at for at, _ in self._moments]

    def _read(self, file: str) -> None:
        current: Element | None = None
        for part in read_markup(self.text):
            if isinstance(part, Text):
                if not part.text.isspace():
                    self._texts.append(part)
                continue
            if part.is_end:
                if current is None or current.tag.name != part.name:
                    raise _broken(file, f"</{part.name}> closes what is not open", self.text, part)
                current.close = part
                current = current.parent
            else:
                element = Element(len(self.elements), part, part, current)
                self.elements.append(element)
                current = current if part.is_empty else element
            self._moments.append((part.end, current))
        if current is not None:
            raise _broken(file, f"<{current.tag.name}> is not closed", self.text, current.tag)

    def ids(self) -> set[str]:
        """Return the ids that are taken."""
        return {e.tag.attributes["id"] for e in self.elements if "id" in e.tag.attributes}

    def around(self, at: int) -> list[Element]:
        """Return the elements that are open at a character, the outermost first."""
        element = self._moments[bisect_right(self._changes, at) - 1][1]
        found = []
        while element is not None:
            found.append(element)
            element = element.parent
        return found[::-1]

    def has_text(self, start: int, end: int) -> bool:
        """Whether there is anything but tags and blank space between two places."""
        number = max(bisect_right(self._starts, start) - 1, 0)
        while number < len(self._texts) and self._texts[number].start < end:
            part = self._texts[number]
            first, last = max(start, part.start), min(end, part.end)
            is_reference = part.end - part.start != len(part.text)
            if first < last and (is_reference or not self.text[first:last].isspace()):
                return True
            number += 1
        return False


def _broken(file: str, what: str, text: str, tag: Tag) -> FormatError:
    line = text.count("\n", 0, tag.start) + 1
    return FormatError(None, f"is no XHTML: {what} in {printable(file)}, line {line}")
