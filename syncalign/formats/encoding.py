"""Encoding: which characters the bytes of a text file stand for.

The guess may be wrong for a short text in an old code page. That costs a letter in a report and
nothing else: files are written back byte by byte, never decoded and encoded again.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from syncalign.errors import FormatError, ParameterError

_BOMS = (  # UTF-32's little-endian mark begins with that of UTF-16: it comes first
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = (  # those of the web, of national standards, and of DOS where files of it are met
    *(f"cp125{page}" for page in range(9)),
    *(f"iso8859_{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)),
    *("gb18030", "big5hkscs", "cp932", "euc_jis_2004", "cp949", "koi8_r", "koi8_u", "cp874"),
    *("cp850", "cp852", "cp866"),  # the letters of cp437 are those of cp850
)
_SAMPLE_SIZE = 16_384  # bytes; lines of ASCII, times above all, say nothing and are left out
_LINE = re.compile(rb"[^\r\n]+")
_TAG = re.compile(rb"<[!-=?-z ]{1,99}>")
_WORD = re.compile(rb"[A-Za-z]{2}")
_OTHER = "[\u0370-\u06ff\u0e00-\u0e7f]"  # Greek, Cyrillic, Hebrew, Arabic, Thai
_OTHER_WORD = re.compile(f"{_OTHER}+")
_MIXED = re.compile(f"[A-Za-z]{_OTHER}|{_OTHER}[A-Za-z]")
_ASCII = "0123456789:,.-> \r\n"


class Decoded(NamedTuple):
    """A text and how it was encoded."""

    text: str
    encoding: str
    has_bom: bool


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """Return the text of some bytes and the codec that was used.

    Parameters
    ----------
    data : bytes
        A text file.
    encoding : str, optional
        Its codec, if known; else it is found: by the byte order mark, as UTF-16 or UTF-32 without
        one, as UTF-8, or as the likeliest of the code pages in use for subtitles.

    Returns
    -------
    Decoded
        ``text`` (without the mark), ``encoding`` (a Python codec without a mark: "utf-8",
        "utf-16-le", "cp1251", ...) and ``has_bom``.

    Raises
    ------
    FormatError
        The bytes are not of the encoding that was given; with the line.
    ParameterError
        There is no such encoding, or it does not write digits as ASCII does.

    Examples
    --------
    >>> decode("Ça va".encode("utf-8-sig"))
    Decoded(text='Ça va', encoding='utf-8', has_bom=True)
    """
    if encoding is not None:
        return _decode_as(data, encoding)
    for bom, codec in _BOMS:
        if data.startswith(bom) and (len(bom) < 4 or len(data) % 4 == 0):
            return Decoded(data[len(bom) :].decode(codec, "replace"), codec, True)
    wide = _wide_codec(data)
    if wide is not None:
        return Decoded(data.decode(wide, "replace"), wide, False)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", False)
    except UnicodeDecodeError:
        return _decode_legacy(data)


def bom_size(data: bytes, encoding: str) -> int:
    """Return the number of bytes of the byte order mark that ``data`` begins with, or 0."""
    for bom, codec in _BOMS:
        if codec == encoding and data.startswith(bom):
            return len(bom)
    return 0


def unit_type(encoding: str) -> np.dtype[np.unsignedinteger[npt.NBitBase]]:
    """Return the number type of a codec's code units: one, two or four bytes."""
    kinds = {"utf-16-le": "<u2", "utf-16-be": ">u2", "utf-32-le": "<u4", "utf-32-be": ">u4"}
    return np.dtype(kinds.get(encoding, "u1"))


def _decode_as(data: bytes, encoding: str) -> Decoded:
    codec = _checked_codec(encoding, data)
    size = bom_size(data, codec)
    try:
        return Decoded(data[size:].decode(codec), codec, size > 0)
    except UnicodeDecodeError as exc:
        at = size + exc.start
        raise FormatError(
            None,
            f"is not {encoding}: byte 0x{data[at]:02X} at offset {at} cannot be decoded; "
            "leave the encoding out to have it found",
            1 + re.sub(rb"\r\n?", b"\n", data[:at]).replace(b"\0", b"").count(b"\n"),
        ) from exc
    except UnicodeError as exc:
        raise FormatError(None, f"is not {encoding}: {exc}") from exc


def _checked_codec(encoding: str, data: bytes) -> str:
    try:
        codec = codecs.lookup(encoding).name
        ascii_bytes = _ASCII.encode(codec)
    except (LookupError, ValueError, TypeError) as exc:
        raise ParameterError(f"there is no text encoding named {encoding!r}") from exc
    if codec == "utf-8-sig":
        return "utf-8"
    if codec in ("utf-16", "utf-32"):
        marked = [c for bom, c in _BOMS if c.startswith(codec) and data.startswith(bom)]
        return marked[0] if marked else f"{codec}-le"
    if not codec.startswith(("utf-16-", "utf-32-")) and ascii_bytes != _ASCII.encode("ascii"):
        raise ParameterError(f"{encoding} does not write digits as ASCII does; it is not supported")
    return codec


def _wide_codec(data: bytes) -> str | None:
    # Times, line ends and spaces are ASCII in any language: in UTF-16 each brings a zero byte.
    head = data[: min(len(data), 4096) // 4 * 4]
    if b"\0" not in head:
        return None
    quarters = [head[i::4].count(0) / (len(head) / 4) for i in range(4)]
    many = max(0.05, max(quarters) / 2)  # some characters, such as U+4E00, hold a zero too
    patterns: dict[str, tuple[bool | None, ...]] = {
        "utf-32-le": (False, None, True, True),
        "utf-32-be": (True, True, None, False),
        "utf-16-le": (False, True, False, True),
        "utf-16-be": (True, False, True, False),
    }
    for codec, zeros in patterns.items():
        fits = [
            zero is None or (share > many) is zero
            for share, zero in zip(quarters, zeros, strict=True)
        ]
        if all(fits):
            return codec
    return None


def _decode_legacy(data: bytes) -> Decoded:
    loose = data.decode("utf-8", "replace")
    leads = len(data) - len(data.translate(None, bytes(range(0xC2, 0xF5))))
    if loose.count("\ufffd") * 20 <= leads:  # UTF-8 with a few damaged characters
        return Decoded(loose, "utf-8", False)
    codecs_by_likelihood = _guesses(data)
    for codec in codecs_by_likelihood:
        try:
            return Decoded(data.decode(codec), codec, False)
        except UnicodeDecodeError:
            continue
    codec = (codecs_by_likelihood or ["cp1252"])[0]
    return Decoded(data.decode(codec, "replace"), codec, False)


def _guesses(data: bytes) -> list[str]:
    """Return codecs, likeliest first."""
    # Imported here: it costs 0.1 s, and most files are UTF-8.
    from chardet import detect_all

    sample, is_sparse = _sample(data)
    found = detect_all(sample, compat_names=False, include_encodings=_CANDIDATES)
    names = [guess["encoding"] for guess in found]
    guesses = [codecs.lookup(name).name for name in names if name is not None]
    guesses.sort(key=lambda codec: _mixes_alphabets(sample.decode(codec, "replace")))
    # A letter here and there is a foreign name in English: the letters around it say nothing.
    if is_sparse and (not guesses or _is_latin(sample.decode(guesses[0], "replace"))):
        guesses.insert(0, "cp1252")
    return guesses


def _sample(data: bytes) -> tuple[bytes, bool]:
    """Return lines that are not ASCII, and whether there are few of them."""
    sample = bytearray()
    lines = odd_lines = 0
    for match in _LINE.finditer(data):
        line = match[0]
        lines += _WORD.search(line) is not None
        if not line.isascii():
            odd_lines += 1
            sample += _TAG.sub(b"", line[:_SAMPLE_SIZE]) + b"\n"
            if len(sample) > _SAMPLE_SIZE:
                break
    odd_bytes = len(sample) - len(sample.translate(None, bytes(range(0x80, 0x100))))
    return bytes(sample), odd_lines * 20 < lines or odd_bytes < 4


def _mixes_alphabets(text: str) -> bool:
    """Whether letters of another alphabet stand in words with Latin ones, as in "caf\u03b9"."""
    return 3 * len(_MIXED.findall(text)) > len(_OTHER_WORD.findall(text))


def _is_latin(text: str) -> bool:
    return all(letter < "\u0370" for letter in text if letter.isalpha())
