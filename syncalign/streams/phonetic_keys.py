"""Phonetic keys: words that are heard alike have one, however they are spelled."""

from __future__ import annotations

from functools import lru_cache

from syncalign.streams.pronunciation import arpabet

#: Consonants that are taken for each other, by the first of each group; h is hardly one.
_GROUPS = (
    ("P", "B"), ("T", "D", "TH", "DH"), ("K", "G"), ("F", "V"), ("S", "Z"),
    ("C", "SH", "ZH", "CH", "JH"), ("M",), ("N", "NG"), ("L",), ("R",), ("W",), ("Y",), ("", "HH"),
)  # fmt: skip
_CLASS = {phone: group[0] for group in _GROUPS for phone in group}
_VOWEL = "A"


@lru_cache(maxsize=100_000)
def phonetic_key(word: str, voice: str) -> str:
    """Return what a word has in common with all that sound like it.

    Its consonants, voiced or not, and whether it begins with a vowel.

    Parameters
    ----------
    word : str
        One word, in lower case.
    voice : str
        One of espeak-ng's voices.

    Raises
    ------
    ParameterError, DependencyError
        As :func:`syncalign.streams.espeak.phonemes`.

    Examples
    --------
    >>> phonetic_key("meyer", "en-us") == phonetic_key("mire", "en-us")
    True
    >>> phonetic_key("dashwood", "en-us")
    'TCWT'
    """
    key = ""
    for number, phone in enumerate(arpabet(word, voice)):
        letter = _CLASS.get(phone, _VOWEL if number == 0 else "")
        if letter and not key.endswith(letter):
            key += letter
    return key
