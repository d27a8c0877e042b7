"""Word times of English readings by pocketsphinx: a silver reference, good to about 50 ms.

Its acoustic model knows English alone; words that its dictionary lacks get the pronunciation that
espeak gives them. It is an aligner too, so what it says is no truth, and where it is the system
under test it can't be the reference.
"""

import ctypes
import re
from functools import lru_cache

import numpy as np

from benchmarks.cache import MaterialMissingError
from benchmarks.text.reading import SpokenWord

# espeak's IPA for American English in the phones of the CMU dictionary; longest first.
_PHONES = {
    "aɪə": "AY AH", "aʊɚ": "AW ER", "aɪɚ": "AY ER", "oːɹ": "AO R", "ɔːɹ": "AO R", "ɑːɹ": "AA R",
    "tʃ": "CH", "dʒ": "JH", "aɪ": "AY", "aʊ": "AW", "eɪ": "EY", "oʊ": "OW", "ɔɪ": "OY",
    "iə": "IY AH", "ɪɹ": "IH R", "ɛɹ": "EH R", "ʊɹ": "UH R", "əl": "AH L", "iː": "IY", "uː": "UW",
    "ɑː": "AA", "ɔː": "AO", "ɜː": "ER", "oː": "AO", "n̩": "AH N", "l̩": "AH L", "ɚ": "ER",
    "ɝ": "ER", "ɐ": "AH", "ə": "AH", "ʌ": "AH", "ɪ": "IH", "i": "IY", "ᵻ": "IH", "ɛ": "EH",
    "æ": "AE", "a": "AE", "ʊ": "UH", "u": "UW", "ɔ": "AO", "ɑ": "AA", "o": "OW", "e": "EY",
    "p": "P", "b": "B", "t": "T", "d": "D", "ɾ": "D", "k": "K", "ɡ": "G", "g": "G", "f": "F",
    "v": "V", "θ": "TH", "ð": "DH", "s": "S", "z": "Z", "ʃ": "SH", "ʒ": "ZH", "h": "HH", "m": "M",
    "n": "N", "ŋ": "NG", "l": "L", "ɫ": "L", "ɹ": "R", "r": "R", "w": "W", "j": "Y", "x": "K",
    "ʔ": "T",
}  # fmt: skip
_IPA = re.compile("|".join(sorted(map(re.escape, _PHONES), key=len, reverse=True)))
_NUMBER_NAMES = {1: "one", 2: "two", 3: "three"}


def time_words(samples: np.ndarray, words: list[str]) -> list[SpokenWord] | None:
    """Return the times of words read one after the other, or None where the aligner finds none.

    Parameters
    ----------
    samples : ndarray of float32, shape (n,)
        16 kHz, at most a minute or two: the time it takes grows faster than the length.
    words : list of str
        As written; the result keeps them so.
    """
    decoder = _decoder()
    keys = [_key(word) for word in words]
    for key in set(keys):
        if decoder.lookup_word(key) is None:
            decoder.add_word(key, pronounce(key), True)
    decoder.set_align_text(" ".join(keys))
    decoder.start_utt()
    decoder.process_raw(_as_pcm(samples), full_utt=True)
    decoder.end_utt()
    found = [s for s in decoder.seg() or () if not re.match(r"<|\[|\(", s.word)]
    if len(found) != len(words):
        return None
    return [
        SpokenWord(word, s.start_frame / 100, (s.end_frame + 1) / 100)
        for word, s in zip(words, found, strict=True)
    ]


@lru_cache(maxsize=1)
def _decoder():
    try:
        from pocketsphinx import Decoder
    except ImportError as error:
        raise MaterialMissingError(
            "the silver reference needs pocketsphinx: pip install pocketsphinx"
        ) from error
    return Decoder(lm=None, loglevel="FATAL")


def _key(word: str) -> str:
    key = re.sub(r"[^a-z0-9'-]", "", word.lower().replace("’", "'")).strip("'-")
    return _NUMBER_NAMES.get(int(key), key) if key.isdigit() else key


def _as_pcm(samples: np.ndarray) -> bytes:
    return np.clip(np.rint(samples * 32768), -32768, 32767).astype("<i2").tobytes()


def pronounce(word: str) -> str:
    """Return espeak's pronunciation of an English word in the phones of the CMU dictionary."""
    return " ".join(_PHONES[match] for match in _IPA.findall(_say_in_ipa(word)))


def _say_in_ipa(word: str) -> str:
    library = _espeak()
    text = ctypes.c_char_p(word.encode())
    pointer = ctypes.pointer(text)
    utf8, ipa = 1, 2
    return library.espeak_TextToPhonemes(pointer, utf8, ipa).decode()


@lru_cache(maxsize=1)
def _espeak() -> ctypes.CDLL:
    import espeakng_loader

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    retrieval, no_exit = 1, 1 << 15
    library.espeak_Initialize(retrieval, 0, espeakng_loader.get_data_path().encode(), no_exit)
    library.espeak_SetVoiceByName(b"en-us")
    return library
