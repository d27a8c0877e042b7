"""Tokens and units: the words of a document in order, and the stretches that get a time each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, get_args

from syncalign.errors import ParameterError
from syncalign.formats.document import Document, Place, Span
from syncalign.streams.sentences import sentence_starts
from syncalign.streams.spoken_forms import spoken_forms
from syncalign.streams.words import word_ranges

Level = Literal["paragraph", "line", "sentence", "word"]
LEVELS: tuple[Level, ...] = get_args(Level)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text.

    Parameters
    ----------
    text : str
        As it is written, with the punctuation at it.
    place : Place
        Where.
    spoken : tuple of str
        What a reader may say, likeliest first, in words; empty where nothing is said ("--").
        Digits are left only in languages without a table of numbers: a synthesizer reads them.
    paragraph, line, sentence : int
        Number of the block, line and sentence that it is in, counted through the document.
    """

    text: str
    place: Place
    spoken: tuple[str, ...]
    paragraph: int
    line: int
    sentence: int


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of text that gets a time.

    Parameters
    ----------
    id : str
        The file's name for it, or one counted through the document; no other unit's.
    level : str
        One of :data:`LEVELS`.
    text : str
        Its text, each blank space as one blank.
    place : Place
        Where.
    first, last : int
        Half-open range of its tokens.
    """

    id: str
    level: Level
    text: str
    place: Place
    first: int
    last: int


def read_tokens(document: Document, language: str) -> tuple[Token, ...]:
    """Return the words of a document with what a reader says for them.

    Parameters
    ----------
    document : Document
        The text.
    language : str
        The code of its language, such as "en" or "pt-br".

    Examples
    --------
    >>> from syncalign.formats.document import parse_document
    >>> tokens = read_tokens(parse_document(b"Dr. Lee -- room 12.", "a.txt"), "en")
    >>> [token.spoken[:1] for token in tokens]
    [('doctor',), ('Lee',), (), ('room',), ('twelve',)]
    """
    tokens: list[Token] = []
    line = sentence = -1
    for paragraph, span in enumerate(document.spans):
        ranges = word_ranges(span.text)
        words = [span.text[start:end] for start, end in ranges]
        begins = sentence_starts(span.text, language)
        done = 0
        after = 0
        for (start, end), word, spoken in zip(
            ranges, words, spoken_forms(words, language), strict=True
        ):
            is_first = not done
            line += is_first or "\n" in span.text[done:start]
            while after < len(begins) and begins[after] < end:
                after += 1
                is_first = True
            sentence += is_first
            tokens.append(Token(word, span.place_of(start, end), spoken, paragraph, line, sentence))
            done = end
    return tuple(tokens)


def text_units(document: Document, tokens: tuple[Token, ...], level: Level) -> tuple[Unit, ...]:
    """Return the stretches of a text that get a time each; every token is in one.

    Parameters
    ----------
    document : Document
        The text.
    tokens : tuple of Token
        Its words, from :func:`read_tokens`.
    level : str
        One of :data:`LEVELS`.

    Raises
    ------
    ParameterError
        There is no such level.
    """
    if level not in LEVELS:
        raise ParameterError(f"there is no level named {level!r}; known are {', '.join(LEVELS)}")
    names = _Names(document)
    return tuple(
        Unit(names.of(span, is_whole=is_whole), level, text, place, first, last)
        for span, is_whole, text, place, first, last in _stretches(document, tokens, level)
    )


def _stretches(
    document: Document, tokens: tuple[Token, ...], level: Level
) -> Iterator[tuple[Span, bool, str, Place, int, int]]:
    first = 0
    for span in document.spans:
        ranges = word_ranges(span.text)
        last = first + len(ranges)
        numbers = range(first, last)
        if level != "word":
            groups = [list(g) for _, g in groupby(numbers, lambda n: getattr(tokens[n], level))]
        else:
            groups = [[number] for number in numbers]
        for group in groups:
            start, end = ranges[group[0] - first][0], ranges[group[-1] - first][1]
            text = " ".join(span.text[start:end].split())
            place = span.place_of(start, end)
            yield span, len(groups) == 1, text, place, group[0], group[-1] + 1
        first = last


class _Names:
    """Gives each unit a name that no other has."""

    def __init__(self, document: Document) -> None:
        self._taken = {span.id for span in document.spans if span.id is not None}
        self._given: set[str] = set()
        self._count = 0

    def of(self, span: Span, *, is_whole: bool) -> str:
        """Return the name of a unit of a block, which may be the whole block."""
        self._count += 1
        if span.id is None:
            name = self._free(f"f{self._count:06d}", self._taken)
        elif is_whole and span.id not in self._given:
            name = span.id
        else:
            name = self._free(f"{span.id}-1", self._taken)
        self._given.add(name)
        return name

    def _free(self, name: str, taken: set[str]) -> str:
        stem, number = name.rpartition("-")[0] or name, 1
        while name in taken or name in self._given:
            number += 1
            name = f"{stem}-{number}"
        return name
