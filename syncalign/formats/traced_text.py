"""Place, Span, TracedText: a text whose every character remembers where in its file it stands."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands in its file.

    Parameters
    ----------
    file : str
        The file.
    start, end : int
        Half-open range of characters of the decoded file, after its byte order mark.
    element : str or None
        In HTML, the id of the element around it, or the path of elements that leads there.
    """

    file: str
    start: int
    end: int
    element: str | None = None


#: From character ``at`` of a text on: the characters ``start`` to ``end`` of the file. Where it is
#: as long as the text up to the next run, character stands for character; else all of it stands
#: for each (``&amp;`` for ``&``).
Run = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Span:
    """A block of text: a paragraph, a heading, a list item, a table cell, a cue, a fragment.

    Parameters
    ----------
    text : str
        What is read, without markup; line ends are line feeds.
    place : Place
        Where it stands.
    kind : str
        "paragraph", "heading", "item", "cell", "cue" or "fragment".
    id : str or None
        The file's own name for it.
    offsets : tuple of (int, int, int)
        Runs of ``text`` and of the file, see :data:`Run`; empty where ``text`` is the slice that
        ``place`` names.

    Examples
    --------
    >>> span = Span("Tom & I", Place("a.html", 3, 14), offsets=((0, 3, 7), (4, 7, 12), (5, 12, 14)))
    >>> span.place_of(4, 5)
    Place(file='a.html', start=7, end=12, element=None)
    """

    text: str
    place: Place
    kind: str = "paragraph"
    id: str | None = None
    offsets: tuple[Run, ...] = field(default=(), repr=False)

    def place_of(self, start: int, end: int) -> Place:
        """Return where the characters ``start`` to ``end`` (one at least) of the text stand."""
        first, _ = self._character(start)
        _, last = self._character(end - 1)
        return Place(self.place.file, first, last, self.place.element)

    def _character(self, index: int) -> tuple[int, int]:
        if not self.offsets:
            return self.place.start + index, self.place.start + index + 1
        number = bisect_right(self.offsets, index, key=lambda run: run[0]) - 1
        at, start, end = self.offsets[number]
        is_last = number + 1 == len(self.offsets)
        size = (len(self.text) if is_last else self.offsets[number + 1][0]) - at
        if end - start == size:
            return start + index - at, start + index - at + 1
        return start, end


@dataclass(slots=True)
class TracedText:
    """A block of text in the making.

    Parameters
    ----------
    file : str
        The file that the pieces are from.
    """

    file: str
    _parts: list[str] = field(default_factory=list)
    _runs: list[Run] = field(default_factory=list)
    _size: int = 0

    @property
    def is_blank(self) -> bool:
        """Whether nothing but blank space was added."""
        return not any(part and not part.isspace() for part in self._parts)

    @property
    def ends_blank(self) -> bool:
        """Whether it is empty or its last character is blank space."""
        return not self._parts or self._parts[-1][-1].isspace()

    def add(self, text: str, start: int, end: int) -> None:
        """Add the text that the characters ``start`` to ``end`` of the file stand for."""
        if not text:
            return
        self._parts.append(text)
        if not self._continues(len(text), start, end):
            self._runs.append((self._size, start, end))
        else:
            at, first, _ = self._runs[-1]
            self._runs[-1] = (at, first, end)
        self._size += len(text)

    def _continues(self, size: int, start: int, end: int) -> bool:
        if not self._runs or end - start != size:
            return False
        at, first, last = self._runs[-1]
        return last == start and last - first == self._size - at

    def span(self, kind: str, *, id: str | None = None, element: str | None = None) -> Span | None:
        """Return the block without blank space around it, or None if there is nothing else."""
        text = "".join(self._parts)
        left, size = len(text) - len(text.lstrip()), len(text.strip())
        if not size:
            return None
        whole = Span(text, Place(self.file, 0, 0, element), kind, id, tuple(self._runs))
        place = whole.place_of(left, left + size)
        runs = _cut(self._runs, left, left + size, self._size)
        is_slice = len(runs) == 1 and runs[0][2] - runs[0][1] == size
        return Span(text[left : left + size], place, kind, id, () if is_slice else runs)


def _cut(runs: list[Run], left: int, right: int, size: int) -> tuple[Run, ...]:
    """Return the runs of the characters ``left`` to ``right``, counted from ``left``."""
    kept: list[Run] = []
    for number, (at, start, end) in enumerate(runs):
        after = runs[number + 1][0] if number + 1 < len(runs) else size
        first, last = max(at, left), min(after, right)
        if first >= last:
            continue
        if end - start == after - at:
            start, end = start + first - at, start + last - at
        kept.append((first - left, start, end))
    return tuple(kept)
