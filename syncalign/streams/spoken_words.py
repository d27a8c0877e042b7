"""WordReader: abbreviations, roman numerals, units, addresses, initials and acronyms."""

from __future__ import annotations

import re
from collections.abc import Sequence

from syncalign.streams.language_table import LanguageTable
from syncalign.streams.numbers_in_words import NumberWords, distinct
from syncalign.streams.roman import roman_value
from syncalign.streams.written_word import WrittenWord, without_raised

Forms = tuple[str, ...]
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+(?:\.\w+)+|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,4}(?:/\S*)?"
)
_CLOCK = re.compile(r"\d{1,2}:(\d\d)")
_OWNER = re.compile(r"(.+)'[sS]")
_LONGEST_ADDRESS = 200


class WordReader:
    """Reads words that are not said as they are written.

    Each method returns the phrases, likeliest first, or nothing if the word is not of its kind.
    """

    def __init__(self, numbers: NumberWords, table: LanguageTable | None) -> None:
        self._numbers = numbers
        self._table = table

    def abbreviation(self, word: WrittenWord) -> Forms:
        """Read a word with a full stop that stands for another, as in "Dr."."""
        if self._table is None:
            return ()
        key = word.core.lower()
        is_before_number = word.after[:1].isdecimal() or _roman(word.after) is not None
        if word.has_stop and is_before_number and key in self._table.numbered_abbreviations:
            return distinct((*self._table.numbered_abbreviations[key], word.core))
        ordinary = key.replace("º", "").replace("°", "")
        if is_before_number and key != ordinary and ordinary in self._table.numbered_abbreviations:
            return tuple(self._table.numbered_abbreviations[ordinary])
        is_capital = (
            len(key) > 1 or word.core.islower() or self._numbers.language in ("it", "fr", "es")
        )
        if key in self._table.abbreviations and (
            (word.has_stop and is_capital and not _INITIALS.fullmatch(word.before))
            or "." in key
            or key in self._table.bare
        ):
            said = self._measured(word) or self._table.abbreviations[key]
            is_initial = len(key) == 1 or word.core.isupper()
            return distinct(
                (*said, " ".join(re.findall(r"\w", word.core)) if is_initial else word.core)
            )
        return ()

    def roman_numeral(self, word: WrittenWord) -> Forms:
        """Read a roman numeral where its neighbours or its length give it away."""
        owner = _OWNER.fullmatch(word.core)
        core = owner[1] if owner else word.core
        ending = "'s" if owner else ""
        suffixed = re.fullmatch(r"([IVX]{1,5})(?:e|er|ème|º|ª|°)", core)
        core = suffixed[1] if suffixed else core
        value = _roman(core)
        if value is None or self._table is None:
            return ()
        before, after = word.before.lower(), word.after.lower()
        if suffixed or before in self._table.century or after in self._table.century:
            return self._said(self._table.centuries, value, ending)
        if before in self._table.numbered:
            return self._said(self._table.counted, value, ending)
        is_name = word.before[:1].isupper() and not word.before.isupper() and value <= 40
        if is_name and core != "I" and len(word.before) > 2:
            return self._said(self._table.regnal, value, ending)
        if is_name and len(word.before) > 2:
            return distinct((core, *self._said(self._table.regnal, value, ending)))
        is_alone = not word.before and not word.after
        if is_alone and (len(core) > 1 or core in "IVX"):
            return distinct(
                (*self._numbers.cardinal(str(value)), *self._numbers.ordinal(value), core)
            )
        if len(core) > 1 and value < 50 and core != "MI":
            return distinct(
                (
                    *self._numbers.cardinal(str(value))[:1],
                    *self._said(self._table.regnal, value, ending),
                    " ".join(core),
                )
            )
        return ()

    def unit(self, word: WrittenWord) -> Forms:
        """Read a unit or a currency that stands after its number."""
        if self._table is None or not word.core:
            return ()
        if forms := self._measured(word):
            return forms
        if word.core == "Uhr" and (match := _CLOCK.fullmatch(word.before)):
            return (f"Uhr {self._numbers.cardinal(match[1])[0]}" if int(match[1]) else "Uhr",)
        if word.core in self._table.currencies:
            return distinct(reversed(self._table.currencies[word.core][:2]))
        amount = word.before.strip("-")
        if word.core.lower() in self._table.scale_words and amount[:1] in self._table.currencies:
            return (f"{word.core} {self._table.currencies[amount[:1]][1]}",)
        return tuple(self._table.symbols.get(word.core, ())) if word.core not in "#<>" else ()

    def _measured(self, word: WrittenWord) -> Forms:
        """Read a unit after a number; after a year a word with a stop may be none ("1984 g.")."""
        if self._table is None or not word.before[-1:].isdecimal():
            return ()
        if word.core not in self._table.units:
            return ()
        one, many = self._table.units[word.core]
        units = (one, many) if word.before == "1" else (many, one)
        others = self._table.abbreviations.get(word.core.lower(), []) if word.has_stop else []
        said = (*others, *units) if len(word.before) == 4 else (*units, *others)
        letters = (" ".join(word.core),) if word.core.isalpha() and len(word.core) > 1 else ()
        return distinct((*said, *letters))

    def address(self, word: WrittenWord) -> Forms:
        """Read an address of the web or of mail, dots and all."""
        core = word.core
        if len(core) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(core) or self._table is None:
            return ()
        core = re.sub(r"^https?://", "", core.rstrip("/"))
        said: list[str] = []
        for part in re.findall(r"[^\W\d_]+|\d+|[^\w\s]|_", core):
            if part.isdecimal():
                said.append(self._numbers.cardinal(part)[0])
            elif part.isalpha():
                said.append("w w w" if part == "www" else part)
            elif part in ".@/":
                names = {".": self._table.dot, "/": self._table.slash[0]}
                said.append(names.get(part) or self._table.symbols["@"][0])
        short = core.removeprefix("www.")
        alone = re.sub(r"[\W_]+", " ", short) if not re.search(r"\d", short) else ""
        return distinct(
            (" ".join(said), " ".join(said).removeprefix(f"w w w {self._table.dot}"), alone)
        )

    def initials(self, word: WrittenWord) -> Forms:
        """Read letters with full stops, as in "U.S." or the "J." of a name."""
        owner = _OWNER.fullmatch(word.core)
        core = (owner[1] if owner else word.core).rstrip(".")
        if _INITIALS.fullmatch(core):
            letters = core.replace(".", "")
            return distinct((" ".join(letters) + ("'s" if owner else ""), letters))
        return ()

    def acronym(self, word: WrittenWord) -> Forms:
        """Read a word in capitals: letter by letter, or as the word it may be."""
        owner = _OWNER.fullmatch(word.core)
        core = owner[1] if owner else without_raised(word.core)
        core = core.removesuffix("s") if core[:-1].isupper() else core
        if not (core.isalpha() and core.isupper()) or core.lower() == core.upper():
            return ()
        ending = word.core[len(core) :].replace("'", "")
        as_word = core.lower() + ending
        if len(core) == 1:
            return (core + ending,)
        letters = " ".join(core) + (f"'{ending}" if ending else "")
        is_shouted = _is_shouted((word.before, word.after))
        if len(core) > 5 or (is_shouted and len(core) > 4):
            return (as_word,)
        is_likely_word = is_shouted or (len(core) > 3 and not _has_no_vowel(core))
        return distinct((as_word, letters) if is_likely_word else (letters, as_word))

    def _said(self, templates: Sequence[str], value: int, ending: str) -> Forms:
        cardinal, ordinals = self._numbers.cardinal(str(value))[0], self._numbers.ordinal(value)
        phrases = (
            template.format(cardinal=cardinal, ordinal=ordinal) + ending
            for template in templates
            for ordinal in (ordinals if "{ordinal}" in template else ordinals[:1])
        )
        return distinct(phrases)


def _roman(core: str) -> int | None:
    value = roman_value(core)
    return value if value is None or value < 4000 else None


def _is_shouted(neighbours: Sequence[str]) -> bool:
    """Whether all is in capitals hereabouts."""
    words = [word for word in neighbours if any(letter.isalpha() for letter in word)]
    return bool(words) and all(word.isupper() and len(word) > 1 for word in words)


def _has_no_vowel(core: str) -> bool:
    return not re.search(r"[AEIOUYÀ-ÖØ-Ýαεηιουωάέήίόύώ]", core, re.IGNORECASE)
