"""Scores of books: false placements, and the order of the chapters."""

import dataclasses
from pathlib import Path

import pytest

from benchmarks.books.book import Book
from benchmarks.books.score import score_book
from benchmarks.text.cases import Case
from benchmarks.text.reading import Line, Truth
from benchmarks.text.score import Answer, Placed

#: Two chapters of three lines, the second read first; two lines of front matter; none of them read.
STARTS = (None, None, 60.0, 70.0, 80.0, 10.0, 20.0, 30.0)
CHAPTERS = (-1, -1, 0, 0, 0, 1, 1, 1)


def book() -> Book:
    lines = tuple(Line(f"line {n}", at, at and at + 5) for n, at in enumerate(STARTS))
    truth = Truth("a book", "en", "made up", "exact", 100.0, lines)
    case = Case("a book", "row", Path("a.flac"), Path("a.txt"), "en", truth)
    return Book(case, CHAPTERS, (1, 0))


def scored(starts):
    placed = tuple(Placed(at, None if at is None else at + 5) for at in starts)
    return score_book(book(), "ours", Answer("aligned", placed))


def test_what_is_right_is_right():
    found = scored(STARTS)
    assert (found.order_is_right, found.false_share, found.astray) == (True, 0.0, 0)
    assert found.figures["within 0.25"] == 1.0


@pytest.mark.parametrize(
    "starts",
    [
        (None, None, 10.0, 20.0, 30.0, 60.0, 70.0, 80.0),  # in the order of the text
        (None, None, 60.0, None, None, 10.0, 20.0, 30.0),  # a chapter is missed
        (1.0, None, 60.0, 70.0, 80.0, 10.0, 20.0, 30.0),  # front matter is found
    ],
)
def test_chapters_that_are_elsewhere_missed_or_too_many_are_not_in_order(starts):
    assert not scored(starts).order_is_right


def test_false_and_stray_places_are_counted():
    found = scored((1.0, None, 62.0, 70.3, None, 10.0, 20.0, 30.0))
    assert found.false_share == 0.5
    assert found.astray == 1
    assert found.figures["within 0.25"] == 0.5


def test_a_refused_book_has_no_figures():
    found = score_book(book(), "ours", Answer("unsure"))
    assert not found.order_is_right
    assert found.figures == {}
    assert dataclasses.asdict(found)["astray"] == 0
