"""LanguageTable: how a language says what is not written in letters; one JSON file a language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

Phrases = list[str]


@dataclass(frozen=True, slots=True)
class LanguageTable:
    """What a reader says for symbols, and which words call for which reading.

    Lists of phrases begin with the likeliest. Templates have names in braces for what they join.

    Parameters
    ----------
    decimal, group : str
        Marks of decimals and of thousands.
    point, slash : list of str
        What is said for the mark of decimals and for a slash.
    minus, plus, to, dot : str
        What is said for a sign before a number, a dash between two, and a dot in an address.
    zero : list of str
        Other names of zero where digits are read one by one.
    symbols, fractions, pairs, abbreviations, numbered_abbreviations : dict of list of str
        What is said for a sign, for ``1/2``, for two words (one each), for a word with a full
        stop, and for one that is short only before a number. Keys are in small letters.
    bare : list of str
        Abbreviations that may stand without a full stop.
    currencies : dict of list of str
        One and many, and one and many of the smaller coin.
    units : dict of list of str
        One and many of what is counted before it.
    money, dates, times, times_small, times_whole, times_half : list of str
        Templates; a small time has less than ten minutes.
    scales, scale_words
        Letters after an amount of money (``m``) and words for thousand and more.
    months, month_first
        Names, and whether 1/2 is the second of January.
    numbered, century : list of str
        Words before a roman numeral that counts chapters, and beside one that counts centuries.
    regnal, counted, centuries, day : list of str
        Templates for a king, a chapter, a century and a day of a month.
    ordinal_suffix, decades : str
        Patterns of what stands after the digits of an ordinal number and of a decade.
    ordinal_endings, beginnings, agreement : list of [str, str]
        Endings and beginnings of number words, and others of the same meaning (gender, case,
        "a hundred").
    """

    decimal: str
    group: str
    point: Phrases
    minus: str
    plus: str
    to: str
    dot: str
    slash: Phrases
    zero: Phrases
    symbols: dict[str, Phrases]
    fractions: dict[str, Phrases]
    currencies: dict[str, Phrases]
    money: Phrases
    scales: dict[str, str]
    scale_words: Phrases
    units: dict[str, Phrases]
    months: Phrases
    dates: Phrases
    month_first: bool
    times: Phrases
    times_small: Phrases
    times_whole: Phrases
    times_half: Phrases
    abbreviations: dict[str, Phrases]
    bare: Phrases
    numbered_abbreviations: dict[str, Phrases]
    pairs: dict[str, Phrases]
    numbered: Phrases
    century: Phrases
    regnal: Phrases
    counted: Phrases
    centuries: Phrases
    ordinal_suffix: str
    ordinal_endings: list[list[str]]
    beginnings: list[list[str]]
    agreement: list[list[str]]
    decades: str
    day: Phrases


@lru_cache(maxsize=8)
def table_of(language: str) -> LanguageTable | None:
    """Return the table of a language (a code of two letters), or None where there is none."""
    if not language.isalpha():
        return None
    file = files("syncalign.streams") / "tables" / f"{language}.json"
    if not file.is_file():
        return None
    return LanguageTable(**json.loads(file.read_text(encoding="utf-8")))
