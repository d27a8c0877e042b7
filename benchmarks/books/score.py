"""What a tool made of a book: starts of lines, false placements, the order of the chapters."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.books.book import Book
from benchmarks.text.score import Answer, Score, errors, quantiles, score

# A chapter is read when so large a share of its lines has a place.
_READ_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class BookScore:
    """One book, one tool.

    Attributes
    ----------
    lines : Score
        Line by line.
    order_is_right : bool
        Whether the chapters that are read were found, in the order in which they are read, and the
        one that nobody reads was not.
    astray : int
        Lines that are read and placed over 1 s from where they are.
    """

    lines: Score
    order_is_right: bool
    astray: int

    @property
    def false_share(self) -> float:
        """Return the share of false placements: of lines that nobody reads, those with a time."""
        unread = [mark for mark in self.lines.lines if not mark.is_spoken]
        return sum(mark.is_placed for mark in unread) / max(1, len(unread))

    @property
    def figures(self) -> dict[str, float]:
        """Return quantiles of the errors of line starts."""
        return quantiles(errors(self.lines.lines))


def score_book(book: Book, tool: str, answer: Answer) -> BookScore:
    """Score what a tool made of a book."""
    found = score(book.case, tool, answer)
    if not found.lines:
        return BookScore(found, False, 0)
    astray = sum(
        mark.is_spoken and mark.is_placed and abs(mark.start) > 1.0 for mark in found.lines
    )
    starts = [math.nan if each.start is None else each.start for each in answer.lines]
    return BookScore(found, _order(book, starts) == book.heard, astray)


def _order(book: Book, starts: Sequence[float]) -> tuple[int, ...]:
    """Return the chapters that were found to be read, in the order of their middle lines."""
    times, chapters = np.array(starts), np.array(book.chapters)
    middles = {}
    for chapter in sorted(set(book.chapters)):
        mine = times[chapters == chapter]
        placed = mine[np.isfinite(mine)]
        if len(placed) >= _READ_SHARE * len(mine):
            middles[chapter] = float(np.median(placed))
    return tuple(sorted(middles, key=lambda chapter: middles[chapter]))
