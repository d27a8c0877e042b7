"""Sentences: where in a block of text each one begins."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

# Languages that pysbd has rules for; Chinese, Japanese and others need no more than the marks.
_KNOWN = frozenset(
    ("am", "ar", "bg", "da", "de", "el", "en", "es", "fa", "fr", "hi", "hy", "it", "kk", "mr", "my",
     "nl", "pl", "ru", "sk", "ur")
)  # fmt: skip
_CLOSING = "[\"'\u2019\u201d\u00bb\u203a)\\]}\u300d\u300f\uff09\u3011]*"
_END = re.compile(
    f"[.!?\u2026\u203d\u037e\u0589\u055c\u055e\u061f\u06d4\u0964\u0965\u104b\u1362\u1367\u17d4]+"
    f"{_CLOSING}\\s+(?![a-z])|[\u3002\uff01\uff1f\uff61]+{_CLOSING}\\s*"
)
# The library takes time by the square of a text's length: long blocks are cut at full stops.
_PIECE = 1_500


def sentence_starts(text: str, language: str) -> tuple[int, ...]:
    """Return where in a block of text its sentences begin.

    A line end inside a block ends no sentence: most texts are wrapped.

    Parameters
    ----------
    text : str
        The block.
    language : str
        The code of its language; without rules for it, a sentence ends at ``.``, ``!``, ``?`` and
        their like in other scripts.

    Examples
    --------
    >>> sentence_starts("Dr. Lee left. She was late.", "en")
    (0, 14)
    """
    text = re.sub(r"\s", " ", text)
    code = re.split(r"[-_]", language.lower())[0]
    if code not in _KNOWN:
        return (0, *_by_marks(text))
    segmenter = _segmenter(code)
    starts = {0}
    for begin, end in _pieces(text):
        starts.add(begin)
        if not _is_prose(text[begin:end]):
            starts.update(begin + start for start in _by_marks(text[begin:end]))
            continue
        at = begin
        for sentence in segmenter.processor(text[begin:end]).process():
            found = text.find(sentence.strip(), at, end)
            if found >= 0:  # the library may have changed what it could not place
                starts.add(found)
                at = found + len(sentence.strip())
    return tuple(sorted(start for start in starts if not start or text[start - 1] == " "))


def _by_marks(text: str) -> Iterator[int]:
    return (match.end() for match in _END.finditer(text) if match.end() < len(text))


def _is_prose(text: str) -> bool:
    """Whether a text is mostly letters: on rows of dots the library takes its time."""
    return 3 * sum(character.isalpha() for character in text) >= len(text)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Cut a text where a sentence ends beyond doubt, or else at a blank."""
    begin = 0
    while len(text) - begin > _PIECE:
        window = text[begin : begin + _PIECE]
        ends = [match.end() for match in _END.finditer(window) if match.end() < len(window)]
        size = ends[-1] if ends else window.rfind(" ") + 1 or _PIECE
        yield begin, begin + size
        begin += size
    yield begin, len(text)


@lru_cache(maxsize=4)
def _segmenter(code: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # escapes in its patterns that Python complains about
        from pysbd import Segmenter

    return Segmenter(language=code, clean=False, char_span=True)
