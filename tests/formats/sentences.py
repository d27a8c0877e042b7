"""Twenty lines of talk in each language, and the old encodings that its subtitles come in.

They stand in sentences.txt, written for these tests: a small scene on a quay, the same in every
language as far as it goes.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path


def _read() -> dict[str, tuple[tuple[str, ...], str]]:
    written = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    parts = [part.partition("\n") for part in written.removeprefix("== ").split("\n\n== ")]
    titles = [title.split(": ") for title, _, _ in parts]
    return {
        name: (tuple(codecs.split()), text.strip("\n"))
        for (name, codecs), (_, _, text) in zip(titles, parts, strict=True)
    }


#: language -> (encodings, lines)
SENTENCES = _read()

#: Tones that code page 1258 writes as letters of their own, after the vowel.
_TONES = "\u0300\u0301\u0303\u0309\u0323"


def as_written(text: str, codec: str) -> str:
    """Return the characters that the bytes of a codec stand for, which in Vietnamese are more."""
    return "".join(map(_split, text)) if codec == "cp1258" else text


def _split(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    tones = [part for part in parts if part in _TONES]
    rest = "".join(part for part in parts if part not in _TONES)
    return unicodedata.normalize("NFC", rest) + "".join(tones) if rest else letter
