"""WrittenWord: a word without the punctuation at it, and the words beside it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_INVISIBLE = (
    "\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060"
    "\u2066\u2067\u2068\u2069\ufeff\ufe0e\ufe0f"
)
_SAME = str.maketrans(
    {
        **dict.fromkeys(_INVISIBLE),
        **dict.fromkeys("\u2018\u2019\u02bc\u201b\u0060\u00b4\u2032", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\uff0d", "-"),
        **dict.fromkeys("\u00a0\u2009\u202f", " "),
        "\u2044": "/",
    }
)
_NARROW = re.compile(r"[\u2160-\u217f\u2460-\u24ff\ufb00-\ufb06\uff01-\uff5e]|(?![0-9])\d")
_NOTE_MARK = re.compile(
    r"\[(?:\d{1,4}|\^[^\]\s]{1,40}|\*)\]|(?<=[^\W_])\[[a-z]\]|[\u2020\u2021]+|(?<=\w)\*+"
)
_EITHER = '"\u201c\u201d\u201e\u201a\u00ab\u00bb\u2039\u203a_*~\u2022\u00b7\u2026,;:!?|\\/= '
_BEFORE = _EITHER + "([{<\u00a1\u00bf"
_AFTER = _EITHER + ")]}>-'"
_VULGAR = re.compile(r"[\u00bc-\u00be\u2150-\u215e]")
_RAISED = re.compile(r"[\u00b9\u00b2\u00b3\u2070-\u2079]+")


@dataclass(frozen=True, slots=True)
class WrittenWord:
    """A word as the rules for reading it see it.

    Parameters
    ----------
    core : str
        The word without quotes, brackets and marks around it; one kind of dash and apostrophe,
        digits in ASCII.
    has_stop : bool
        Whether a full stop follows.
    has_mark : bool
        Whether any other mark ends it, such as a comma.
    before, after : str
        Cores of its neighbours in the block, or "".
    """

    core: str
    has_stop: bool = False
    has_mark: bool = False
    before: str = ""
    after: str = ""


def written_words(words: Sequence[str]) -> list[WrittenWord]:
    """Return the words of a block without the punctuation at them."""
    parts = [_stripped(word) for word in words]
    cores = ["", *(part[0] for part in parts), ""]
    return [
        WrittenWord(*part, before=cores[number], after=cores[number + 2])
        for number, part in enumerate(parts)
    ]


def _stripped(word: str) -> tuple[str, bool, bool]:
    if word.isascii() and word.isalpha():
        return word, False, False
    word = _NARROW.sub(_narrowed, word.translate(_SAME))
    word = _VULGAR.sub(lambda match: _fraction(match[0]), word)
    word = _NOTE_MARK.sub("", word)
    body = word.lstrip(_BEFORE)
    while body[:1] in ("'", "-", ".") and not re.match(r"['.-]\d|-[$\u20ac\u00a3]", body):
        body = body[1:].lstrip(_BEFORE)
    core = body.rstrip(_AFTER)
    tail = body[len(core) :]
    stripped = core.rstrip("." + _AFTER)
    return stripped, core.endswith("."), bool(tail.strip(")]}'\""))


def _narrowed(match: re.Match[str]) -> str:
    if match[0].isdecimal():
        return str(unicodedata.decimal(match[0]))
    return unicodedata.normalize("NFKC", match[0])


def _fraction(sign: str) -> str:
    return unicodedata.normalize("NFKC", f" {sign}").replace("\u2044", "/").strip()


def without_raised(core: str) -> str:
    """Return a core without raised digits: a mark of a footnote, where it is no unit's power."""
    return _RAISED.sub("", core)


def pieces(core: str) -> Iterator[tuple[str, str]]:
    """Go through the parts of a core: "letters", "digits" (with marks between), or a "sign".

    Vowel signs and other marks belong to the letters before them, an apostrophe to those around.
    """
    kind, at = "", 0
    for index in range(len(core)):
        found = _kind(core, index, kind)
        if found != kind or found == "sign":
            if at < index:
                yield kind, core[at:index]
            kind, at = found, index
    if at < len(core):
        yield kind, core[at:]


def _kind(core: str, index: int, kind: str) -> str:
    character = core[index]
    if "0" <= character <= "9":
        return "digits"
    if character.isalpha() or unicodedata.category(character)[0] == "M":
        return "letters"
    following = core[index + 1 : index + 2]
    if kind == "letters" and character in "'\u200c\u200d\u00b7" and following.isalpha():
        return "letters"
    if kind == "digits" and character in ".,: " and following.isdecimal():
        return "digits"
    return "sign"
