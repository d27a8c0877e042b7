"""Script: a text with its language, words, units and phrases."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

from syncalign.errors import FormatError, ParameterError
from syncalign.formats.document import Document, read_document
from syncalign.streams.languages import guess_language, wrong_script
from syncalign.streams.text import Level, Token, Unit, read_tokens, text_units


@dataclass(frozen=True, slots=True)
class Script:
    """A text that somebody may read.

    Parameters
    ----------
    language : str
        Its code.
    tokens : tuple of Token
        Its words.
    units : tuple of Unit
        What gets a time.
    phrases : tuple of (int, int)
        Half-open ranges of tokens that are read or not read as a whole: of one line and sentence.
    left_out : tuple of str
        What of the file is no part of the text, in sentences.
    """

    language: str
    tokens: tuple[Token, ...]
    units: tuple[Unit, ...]
    phrases: tuple[tuple[int, int], ...]
    left_out: tuple[str, ...] = ()

    @property
    def phrase_numbers(self) -> npt.NDArray[np.int64]:
        """Which phrase each token is in [shape=(W,)]."""
        sizes = [last - first for first, last in self.phrases]
        return np.repeat(np.arange(len(sizes)), sizes)


def read_script(
    path: str | os.PathLike[str],
    level: Level,
    *,
    language: str | None = None,
    text_format: str | None = None,
    encoding: str | None = None,
) -> Script:
    """Read a text; parameters and errors are those of ``align_text``."""
    document = read_document(path, format=text_format, encoding=encoding)
    language = language or document.language or guess_language(document)
    if language is None:
        raise ParameterError(
            f"the language of {document.name} cannot be told: name it, such as --language en"
        )
    _ensure_script(document, language)
    tokens = read_tokens(document, language)
    if not any(token.spoken for token in tokens):
        raise FormatError(document.name, "has no words that can be read aloud")
    units = text_units(document, tokens, level)
    return Script(language, tokens, units, _phrases(tokens), document.left_out)


def _ensure_script(document: Document, language: str) -> None:
    name = wrong_script(document, language)
    if name is not None:
        raise FormatError(
            document.name,
            f"is in {name} letters, in which {language!r} is not written; "
            "name its language, such as --language ru",
        )


def _phrases(tokens: Sequence[Token]) -> tuple[tuple[int, int], ...]:
    ranges, first = [], 0
    for _, group in groupby(tokens, lambda token: (token.line, token.sentence)):
        count = sum(1 for _ in group)
        ranges.append((first, first + count))
        first += count
    return tuple(ranges)
