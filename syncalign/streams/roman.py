"""Roman numerals."""

from __future__ import annotations

import re

_NUMERAL = re.compile(r"M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_VALUES = {"M": 1000, "D": 500, "C": 100, "L": 50, "X": 10, "V": 5, "I": 1}


def roman_value(text: str) -> int | None:
    """Return the number that a roman numeral in capitals is, or None if it is none.

    Examples
    --------
    >>> roman_value("XIV"), roman_value("MIX"), roman_value("IC")
    (14, 1009, None)
    """
    if not text or not _NUMERAL.fullmatch(text):
        return None
    values = [_VALUES[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(-v if v < after else v for v, after in zip(values, following, strict=True))
