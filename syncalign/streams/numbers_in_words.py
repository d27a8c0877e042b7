"""NumberWords: the words for a number, in each way that people say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from syncalign.streams.language_table import LanguageTable

MOST_VARIANTS = 6
#: Nobody says the name of a longer number; its digits are read.
_LONGEST = 15


def distinct(phrases: Iterable[str], most: int = MOST_VARIANTS) -> tuple[str, ...]:
    """Return the first few different phrases, each with single blanks."""
    found = dict.fromkeys(" ".join(phrase.split()) for phrase in phrases)
    found.pop("", None)
    return tuple(found)[:most]


@dataclass(slots=True)
class NumberWords:
    """Says numbers in a language.

    In a language that num2words does not know, digits stay digits, for a synthesizer to read.

    Parameters
    ----------
    language : str
        Its code, such as "en" or "pt".
    table : LanguageTable or None
        What else is known of it.
    """

    language: str
    table: LanguageTable | None
    _known: dict[tuple[int, str], str | None] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether there are words for numbers in this language."""
        return self._words(0, "cardinal") is not None

    def cardinal(self, digits: str, *, may_be_year: bool = True) -> tuple[str, ...]:
        """Return ways to say a whole number; one that begins with 0, or is long, by its digits.

        Examples
        --------
        >>> from syncalign.streams.language_table import table_of
        >>> NumberWords("en", table_of("en")).cardinal("1984")[0]
        'nineteen eighty four'
        """
        if not self.is_known:
            return (digits,)
        one_by_one = self.one_by_one(digits)
        if (digits.startswith("0") and len(digits) > 1) or len(digits) > _LONGEST:
            return one_by_one
        number = int(digits)
        plain = self._agreeing(self._words(number, "cardinal"))
        years = self._years(number) if len(digits) == 4 and may_be_year else ()
        if len(digits) > 8:
            return distinct((one_by_one[0], *plain))
        return distinct((*years, *plain, *(one_by_one if len(digits) > 2 else ())))

    def ordinal(self, number: int) -> tuple[str, ...]:
        """Return ways to say an ordinal number, in each gender and case that the table knows."""
        word = self._words(number, "ordinal") if 0 < number < 10**9 else None
        if word is None:
            return self.cardinal(str(number))
        endings = self.table.ordinal_endings if self.table else []
        others = (word.removesuffix(a) + b for a, b in endings if word.endswith(a))
        return distinct((word, *others))

    def one_by_one(self, digits: str) -> tuple[str, ...]:
        """Return the digits' names, one after the other."""
        words = [self._words(int(digit), "cardinal") or digit for digit in digits]
        zeros = self.table.zero if self.table else []
        others = (
            " ".join(
                zero if digit == "0" else word for digit, word in zip(digits, words, strict=True)
            )
            for zero in zeros
        )
        return distinct((" ".join(words), *others))

    def decimal(self, whole: str, fraction: str) -> tuple[str, ...]:
        """Return ways to say a decimal number."""
        if self.table is None:
            said = self._decimal_without_table(whole, fraction)
            return (said,)
        begin = self.cardinal(whole, may_be_year=False)
        ends = [self.one_by_one(fraction)[0], self.cardinal(fraction)[0]]
        if len(fraction) == 2 and self.language not in ("en", "de"):
            ends.reverse()  # 3.14 is "three point one four", but "tre virgola quattordici"
        return distinct(f"{begin[0]} {point} {end}" for point in self.table.point for end in ends)

    def _decimal_without_table(self, whole: str, fraction: str) -> str:
        if len(whole) > _LONGEST or len(fraction) > _LONGEST:
            return f"{self.one_by_one(whole)[0]} {self.one_by_one(fraction)[0]}"
        return self._said(float(f"{whole}.{fraction}"), "cardinal") or f"{whole}.{fraction}"

    def _years(self, number: int) -> Iterator[str]:
        if not 1100 <= number <= 2099 or self.language not in ("en", "de", "fr", "nl"):
            return
        century, rest = divmod(number, 100)
        if self.language == "en" and century == 20 and rest >= 10:
            yield f"{self._words(20, 'cardinal')} {self._words(rest, 'cardinal')}"
        if self.language == "fr":
            if 11 <= century <= 19 and century != 10:
                yield self._words(number, "cardinal") or ""
                yield f"{self._words(century, 'cardinal')} cent {self._words(rest, 'cardinal')}"
            return
        yield self._words(number, "year") or ""

    def _agreeing(self, words: str | None) -> Iterator[str]:
        if words is None:
            return
        yield words
        if self.language == "en" and " and " in words:
            yield words.replace(" and ", " ")
        for ending, other in self.table.agreement if self.table else ():
            if words.endswith(ending):
                yield words.removesuffix(ending) + other
            elif words.startswith(f"{ending} "):
                yield other + words.removeprefix(ending)
        for beginning, other in self.table.beginnings if self.table else ():
            if words.startswith(beginning):
                yield other + words.removeprefix(beginning)

    def _words(self, number: int, to: Literal["cardinal", "ordinal", "year"]) -> str | None:
        if (number, to) not in self._known:
            self._known[number, to] = self._said(number, to)
        return self._known[number, to]

    def _said(self, number: float, to: str) -> str | None:
        from num2words import num2words  # 65 ms

        try:
            words = num2words(number, lang=self.language, to=to)
        # What it raises for numbers and languages that it does not know is no one type.
        except (NotImplementedError, ArithmeticError, LookupError, TypeError, ValueError):
            return None
        return " ".join(words.replace("-", " ").replace(",", " ").split())
