"""How a word is pronounced: espeak-ng's IPA in the forty phones of an English acoustic model."""

from __future__ import annotations

import re
import unicodedata

from syncalign.streams.espeak import phonemes

#: IPA -> ARPAbet as in the CMU dictionary. Diphthongs, affricates and vowels with r stand beside
#: their parts: the longest is taken. Sounds that English lacks become their nearest.
_ARPABET = {
    "aɪ": "AY", "aʊ": "AW", "eɪ": "EY", "oʊ": "OW", "əʊ": "OW", "ɔɪ": "OY", "oɪ": "OY",
    "ɪə": "IH R", "eə": "EH R", "ʊə": "UH R", "tʃ": "CH", "dʒ": "JH", "ts": "T S",
    "ɑ": "AA", "ɒ": "AA", "a": "AA", "æ": "AE", "ʌ": "AH", "ɐ": "AH", "ə": "AH", "ɔ": "AO",
    "ɛ": "EH", "e": "EY", "ɜ": "ER", "ɚ": "ER", "ɝ": "ER", "œ": "ER", "ø": "ER", "ɤ": "AH",
    "ɪ": "IH", "ᵻ": "IH", "ɨ": "IH", "i": "IY", "o": "OW", "ʊ": "UH", "ɵ": "UH", "ʏ": "UH",
    "u": "UW", "ʉ": "UW", "y": "UW", "ɯ": "UW",
    "b": "B", "d": "D", "ɖ": "D", "ð": "DH", "f": "F", "ɸ": "F", "g": "G", "ɡ": "G", "ɟ": "G",
    "h": "HH", "ɦ": "HH", "ħ": "HH", "ç": "HH", "χ": "HH", "x": "K", "k": "K", "c": "K", "q": "K",
    "l": "L", "ɫ": "L", "ɬ": "L", "ɭ": "L", "ʎ": "L Y", "m": "M", "ɱ": "M", "n": "N", "ɳ": "N",
    "ɲ": "N Y", "ŋ": "NG", "p": "P", "r": "R", "ɹ": "R", "ɻ": "R", "ʁ": "R", "ʀ": "R", "s": "S",
    "ʃ": "SH", "ʂ": "SH", "ɕ": "SH", "t": "T", "ʈ": "T", "ɾ": "T", "θ": "TH", "v": "V", "β": "V",
    "ʋ": "V", "w": "W", "ʍ": "W", "ɥ": "W", "j": "Y", "ʝ": "Y", "ɣ": "G", "z": "Z", "ʒ": "ZH",
    "ʐ": "ZH", "ʑ": "ZH", "ʔ": "T",
}  # fmt: skip
_SYLLABIC = "\N{COMBINING VERTICAL LINE BELOW}"  # n̩: a consonant that is a syllable
_LONGEST = max(map(len, _ARPABET))
_LANGUAGE = re.compile(r"\([^)]*\)")


def arpabet(text: str, voice: str = "en-us") -> tuple[str, ...]:
    """Tell how a word or phrase is pronounced, in the phones of the CMU dictionary.

    Parameters
    ----------
    text : str
        In any script; espeak-ng spells what it cannot read.
    voice : str
        One of espeak-ng's voices.

    Returns
    -------
    tuple of str
        Empty if there is nothing to pronounce.

    Raises
    ------
    ParameterError, DependencyError
        As :func:`syncalign.streams.espeak.phonemes`.

    Examples
    --------
    >>> arpabet("Dashwood")
    ('D', 'AE', 'SH', 'W', 'UH', 'D')
    """
    ipa = _LANGUAGE.sub("", phonemes(text, voice))
    return tuple(phone for part in re.split("[_ ]+", ipa) for phone in _phones(part))


def _phones(part: str) -> list[str]:
    """Translate one of espeak-ng's phones, which may be a diphthong with an r behind it."""
    letters = _plain(part)
    found: list[str] = []
    place = 0
    while place < len(letters):
        for length in range(_LONGEST, 0, -1):
            known = _ARPABET.get(letters[place : place + length])
            if known is not None:
                found += known.split()
                break
        place += max(length, 1)
    return found


def _plain(part: str) -> str:
    """Drop stress, length and every other mark; a syllabic consonant gets its vowel."""
    letters: list[str] = []
    for letter in unicodedata.normalize("NFD", part):
        if letter == _SYLLABIC and letters:
            letters.insert(-1, "ə")
        elif letter == "\N{COMBINING CEDILLA}" and letters:  # NFD takes the ç apart
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + letter)
        elif letter.isalpha():
            letters.append(letter)
    return "".join(letters)
