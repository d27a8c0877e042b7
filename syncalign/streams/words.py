"""Words: where in a text each one begins and ends.

A word is what stands between blanks. Scripts written without blanks have no such words: there a
token is one Chinese character, a run of hiragana, a run of katakana, or a cluster of Thai, Lao,
Khmer or Burmese (a consonant with its vowels and marks), with the punctuation around it.
"""

from __future__ import annotations

import re

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HIRAGANA = "\u3041-\u309f"
_KATAKANA = "\u30a1-\u30ff\uff66-\uff9f"
_THAI = "\u0e01-\u0e7f\u0e81-\u0eff"
_CLUSTERED = f"{_THAI}\u1000-\u109f\u1780-\u17ff"
_UNSPACED = f"{_HAN}\u3005{_HIRAGANA}{_KATAKANA}{_CLUSTERED}"
# A blank that does not break a line groups digits: 10 000.
_WORD = re.compile(r"(?:\S|(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d)))+")
_OPENING = r"[(\[{<\u00ab\u2018\u201c\u2039\u3008\u300a\u300c\u300e\u3010\u3014\u3016\uff08]*"
_CLUSTER = (
    "[\u0e40-\u0e44\u0ec0-\u0ec4]?"  # vowels that are written before their consonant
    "[\u0e01-\u0e2e\u0e81-\u0eae\u1000-\u1021\u1780-\u17b3]"
    "(?:[\u1039\u17d2][\u1000-\u1021\u1780-\u17b3]"
    "|[\u0e2f-\u0e3a\u0e45-\u0e4e\u0eb0-\u0ebc\u0ec6-\u0ecd\u102b-\u103e\u17b6-\u17d3])*"
)
_PIECE = re.compile(
    f"(?:{_OPENING}(?:[{_HAN}]\u3005?|[{_HIRAGANA}]+|[{_KATAKANA}]+|{_CLUSTER}"
    f"|(?:(?![{_UNSPACED}])\\w)+|.))(?:(?![{_UNSPACED}])(?!{_OPENING[:-1]})\\W)*",
    re.DOTALL,
)
_UNSPACED_CHARACTER = re.compile(f"[{_UNSPACED}]")


def word_ranges(text: str) -> tuple[tuple[int, int], ...]:
    """Return the half-open ranges of the words of a text; no other character is not blank.

    Examples
    --------
    >>> word_ranges("Ah -- now!")
    ((0, 2), (3, 5), (6, 10))
    """
    ranges: list[tuple[int, int]] = []
    for word in _WORD.finditer(text):
        if _UNSPACED_CHARACTER.search(word[0]):
            ranges.extend(piece.span() for piece in _PIECE.finditer(text, *word.span()))
        else:
            ranges.append(word.span())
    return tuple(ranges)
