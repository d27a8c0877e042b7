"""Marking: ids in a chapter for stretches of its text, without a change of anything else."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from syncalign.formats.epub.chapter import Chapter, Element
from syncalign.formats.epub.edits import Edit, attribute

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_OWN_ID = re.compile(r"\sid\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_NOT_SHARED = frozenset(("body", "html"))


class Stretch(NamedTuple):
    """Characters ``start`` to ``end`` of a chapter, and the id that is wished for them."""

    start: int
    end: int
    wish: str


class Division(NamedTuple):
    """An element with an ``epub:type``, and its id."""

    id: str
    types: str


class Mark(NamedTuple):
    """The id of a stretch, and the divisions that it is in, the outermost first."""

    id: str
    divisions: tuple[Division, ...]


def mark_chapter(
    chapter: Chapter, stretches: Sequence[Stretch]
) -> tuple[tuple[Mark, ...], list[Edit]]:
    """Find or make an element with an id for each stretch.

    An element that holds the stretch alone is taken, with its id where it has one. Else a ``span``
    is put around it. Where it goes out of an element inside the line (``<i>One. Two</i> three.``),
    that element is closed before the span and opened anew in it.

    Parameters
    ----------
    chapter : Chapter
        The page.
    stretches : sequence of Stretch
        In their order, without an overlap.

    Returns
    -------
    marks : tuple of Mark
        One for each stretch.
    edits : list of Edit
        Insertions of tags and ids.
    """
    marking = _Marking(chapter)
    return tuple(marking.mark(stretch) for stretch in stretches), marking.edits


class _Marking:
    def __init__(self, chapter: Chapter) -> None:
        self.edits: list[Edit] = []
        self._chapter = chapter
        self._taken = chapter.ids()
        self._given: dict[int, str] = {}  # ids by the numbers of elements that had none

    def mark(self, stretch: Stretch) -> Mark:
        before, after = self._chapter.around(stretch.start), self._chapter.around(stretch.end)
        common = [one for one, other in zip(before, after, strict=False) if one is other]
        divisions = tuple(
            Division(self._id_of(element, f"{stretch.wish}-in"), types)
            for element in common
            if element.is_block and (types := _types(element))
        )
        element = self._own_element(stretch, before)
        if element is not None:
            return Mark(self._id_of(element, stretch.wish), divisions)
        name = self._free(stretch.wish)
        self._wrap(stretch, name, before[len(common) :], after[len(common) :])
        return Mark(name, divisions)

    def _own_element(self, stretch: Stretch, around: Sequence[Element]) -> Element | None:
        """Return an element that holds the stretch and no other text; one with an id if any."""
        found = []
        for element in reversed(around):
            if element.close.start < stretch.end:  # an initial, say, set in its own way
                continue
            if (
                element.tag.name in _NOT_SHARED
                or self._chapter.has_text(element.tag.end, stretch.start)
                or self._chapter.has_text(stretch.end, element.close.start)
            ):
                break
            if "epub:type" not in element.tag.attributes:
                found.append(element)
        return next((e for e in found if _has_id(e)), found[0] if found else None)

    def _wrap(
        self, stretch: Stretch, name: str, left: Sequence[Element], right: Sequence[Element]
    ) -> None:
        """Put a span around a stretch that begins within ``left`` and ends within ``right``."""
        start, end = stretch.start, stretch.end
        if any(element.is_block for element in itertools.chain(left, right)):
            left, right, end = (), (), self._chapter.text.find("<", start, end)
        while left and not self._chapter.has_text(left[-1].tag.end, start):
            start, left = left[-1].tag.start, left[:-1]
        while right and not self._chapter.has_text(end, right[-1].close.start):
            end, right = right[-1].close.end, right[:-1]
        opening, closing = f"<span{attribute('id', name)}>", "</span>"
        self.edits.append(Edit(start, start, self._closed(left) + opening + self._reopened(left)))
        self.edits.append(Edit(end, end, self._closed(right) + closing + self._reopened(right)))

    def _closed(self, elements: Sequence[Element]) -> str:
        text = self._chapter.text
        return "".join(text[e.close.start : e.close.end] for e in reversed(elements))

    def _reopened(self, elements: Iterable[Element]) -> str:
        tags = (self._chapter.text[e.tag.start : e.tag.end] for e in elements)
        return "".join(_OWN_ID.sub("", tag) for tag in tags)

    def _id_of(self, element: Element, wish: str) -> str:
        if _has_id(element):
            return element.tag.attributes["id"]
        if element.number not in self._given:
            name = self._given[element.number] = self._free(wish)
            self.edits.append(Edit(element.name_end, element.name_end, attribute("id", name)))
        return self._given[element.number]

    def _free(self, wish: str) -> str:
        wish = wish if _ID.fullmatch(wish) else "read"
        name = next(name for name in _numbered(wish) if name not in self._taken)
        self._taken.add(name)
        return name


def _has_id(element: Element) -> bool:
    return bool(element.tag.attributes.get("id"))


def _types(element: Element) -> str:
    """Return what an element is, in the words that every reader of books knows."""
    types = element.tag.attributes.get("epub:type", "").split()
    return " ".join(name for name in types if ":" not in name)


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}-{number}" for number in itertools.count(2))
