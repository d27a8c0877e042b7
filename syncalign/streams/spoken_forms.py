"""Spoken forms: what a reader may say for each word of a text, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from unicodedata import category

from syncalign.streams.language_table import table_of
from syncalign.streams.numbers_in_words import NumberWords, distinct
from syncalign.streams.spoken_numbers import NumberReader
from syncalign.streams.spoken_words import WordReader
from syncalign.streams.written_word import WrittenWord, pieces, without_raised, written_words

Forms = tuple[str, ...]
_LONGEST = 300  # characters of a word that rules look at
_PLAIN = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")


def spoken_forms(words: Sequence[str], language: str) -> list[Forms]:
    """Return for each word of a block what a reader may say, likeliest first.

    Phrases are letters, apostrophes and blanks. In a language without a table of its own, signs
    stay signs, and where num2words does not know it either, digits stay digits: a synthesizer
    reads them by its own rules.

    Parameters
    ----------
    words : sequence of str
        The words of a paragraph, in order.
    language : str
        The code of its language, such as "en" or "pt-br".

    Examples
    --------
    >>> spoken_forms("Henry VIII paid $5 -- twice.".split(), "en")[1][:2]
    ('the eighth', 'eight')
    >>> spoken_forms(["1984", "--"], "it")
    [('millenovecentottantaquattro', 'uno nove otto quattro'), ()]
    """
    reader = _reader(re.split(r"[-_]", language.lower())[0])
    return reader.read(written_words(words))


@lru_cache(maxsize=8)
def _reader(language: str) -> _Reader:
    return _Reader(language)


class _Reader:
    """Tries the rules of a language on each word; the first that knows it has the say."""

    def __init__(self, language: str) -> None:
        self._table = table_of(language)
        self._numbers = NumberWords(language, self._table)
        number_reader = NumberReader(self._numbers, self._table)
        word_reader = WordReader(self._numbers, self._table)
        self._rules = (
            word_reader.abbreviation,
            word_reader.roman_numeral,
            number_reader.read,
            word_reader.unit,
            word_reader.address,
            word_reader.initials,
            word_reader.acronym,
        )

    def read(self, words: list[WrittenWord]) -> list[Forms]:
        forms: list[Forms] = []
        while len(forms) < len(words):
            at = len(forms)
            forms.extend(self._group(words, at) or self._pair(words, at) or [self._one(words[at])])
        return forms

    def _one(self, word: WrittenWord) -> Forms:
        core = word.core
        if not core:
            return ()
        if self._is_plain(word):
            return (core,)
        if len(core) > _LONGEST:
            return self._in_letters((self._spelled(core),))
        for rule in self._rules:
            if forms := self._in_letters(rule(word)):
                return forms
        forms = self._compound(without_raised(core)) or self._compound(core)
        return self._in_letters(forms)

    def _spelled(self, core: str) -> str:
        """Read what is no word, such as a key of a cipher: its letters, and digits one by one."""
        said = []
        for kind, piece in pieces(core):
            digits = re.sub(r"\D", "", piece)
            said.append(self._numbers.one_by_one(digits)[0] if kind == "digits" else piece)
        return " ".join(said)

    def _is_plain(self, word: WrittenWord) -> bool:
        """Whether a word can only be said as it is written."""
        core, beside = word.core, word.before[:1] + word.before[-1:]
        if word.has_stop or len(core) < 2 or not core[1:].islower():
            return False
        if not core.isalpha() and not (len(core) > 3 and core.replace("'", "").isalpha()):
            return False
        is_after_word = not beside or beside.isalpha()
        return is_after_word and (self._table is None or core.lower() not in self._table.bare)

    def _in_letters(self, forms: Forms) -> Forms:
        """Return phrases without signs, which rules may leave; without a table they are kept."""
        if self._table is None:
            return forms
        return distinct("".join(c if _is_said(c) else " " for c in form) for form in forms)

    def _compound(self, core: str) -> Forms:
        """Read a word part by part: letters as a word, digits as numbers, signs by their names."""
        if _PLAIN.fullmatch(core):
            return (core.replace("-", " "),)
        if "-" in core and any(c.isdecimal() for c in core):
            parts = [self._one(WrittenWord(part.strip("-' "))) for part in core.split("-")]
            return distinct(" ".join(said) for said in zip(*_padded(parts), strict=True))
        kinds = list(pieces(core))
        is_mixed = {kind for kind, _ in kinds} >= {"letters", "digits"}
        said = [self._piece(kind, piece, is_mixed) for kind, piece in kinds]
        said = [forms for forms in said if forms]
        if not said:
            return ()
        many = 6 if len(said) == 1 else 2
        return distinct(
            " ".join(parts)
            for parts in product(*(s[:many] for s in said[:4]), *([s[0]] for s in said[4:]))
        )

    def _piece(self, kind: str, piece: str, is_mixed: bool) -> Forms:
        if kind == "digits":
            return self._digits(piece)
        if kind == "letters":
            is_short = is_mixed and piece.isupper() and len(piece) <= 3
            return (" ".join(piece) if is_short else piece,)
        if self._table is None:
            return (piece,) if piece in "%&+@$€£¥" else ()
        if piece in self._table.currencies:
            return (self._table.currencies[piece][1],)
        return tuple(self._table.symbols.get(piece, ()))

    def _digits(self, piece: str) -> Forms:
        if piece.isdecimal():
            return self._numbers.cardinal(piece)
        if not self._numbers.is_known:
            return (piece,)
        dot = self._table.dot if self._table else ""
        parts = [self._numbers.cardinal(part) for part in re.split(r"[.,: ]", piece) if part]
        return distinct((f" {dot} ".join(p[0] for p in parts), " ".join(p[0] for p in parts)))

    def _pair(self, words: list[WrittenWord], at: int) -> list[Forms] | None:
        """Read two short words that belong together, as in "z. B."."""
        if self._table is None or at + 1 >= len(words) or not words[at + 1].core:
            return None
        if not (words[at].has_stop or words[at + 1].has_stop):
            return None
        written = " ".join(f"{w.core.lower()}{'.' * w.has_stop}" for w in words[at : at + 2])
        said = self._table.pairs.get(written)
        return None if said is None or len(said) != 2 else [(said[0],), (said[1],)]

    def _group(self, words: list[WrittenWord], at: int) -> list[Forms] | None:
        """Read a number whose thousands stand apart, as in "10 000"; each part says its share."""
        if self._numbers.language == "en" or not re.fullmatch(r"[1-9]\d{0,2}", words[at].core):
            return None
        end = at + 1
        while end < len(words) and re.fullmatch(r"\d{3}", words[end].core):
            if words[end - 1].has_stop or words[end - 1].has_mark:
                break
            end += 1
        count = end - at
        said = self._numbers.cardinal("".join(word.core for word in words[at:end]))[0].split()
        if count == 2 > len(said) and self._table is not None:
            rest = self._numbers.cardinal(words[at + 1].core.lstrip("0") or "0")[0]
            rest = "" if words[at + 1].core == "000" else rest
            first = self._numbers.cardinal(words[at].core)[:1]
            return [first, (f"{self._table.scale_words[0]} {rest}".strip(),)]
        if not 1 < count <= min(len(said), 5):
            return None
        share = len(said) - count + 1
        return [(" ".join(said[:share]),), *((word,) for word in said[share:])]


def _is_said(character: str) -> bool:
    return character.isalpha() or character in "' \u200c\u200d" or category(character)[0] == "M"


def _padded(parts: list[Forms]) -> list[Forms]:
    """Return as many phrases for each part, those that are said at all."""
    said = [forms for forms in parts if forms]
    most = max((len(forms) for forms in said), default=0)
    return [forms + forms[-1:] * (most - len(forms)) for forms in said]
