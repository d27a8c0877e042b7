"""Encoding: which characters the bytes of a text file stand for.

The guess may be wrong for a short text in an old code page. That costs a letter in a report and
nothing else: files are written back byte by byte, never decoded and encoded again.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from syncalign.errors import FormatError, ParameterError

if TYPE_CHECKING:
    from charset_normalizer import CharsetMatch

_BOMS = (  # UTF-32's little-endian mark begins with that of UTF-16: it comes first
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = [
    *(f"cp125{page}" for page in range(9)),
    "gb18030",
    "big5",
    "cp932",
    "euc_jp",
    "cp949",
    "koi8_r",
    "koi8_u",
    *(f"iso8859_{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)),
]
_SAMPLE_SIZE = 16_384  # bytes; lines of ASCII, times above all, say nothing and are left out
_LINE = re.compile(rb"[^\r\n]+")
_TAG = re.compile(rb"<[!-=?-z ]{1,99}>")
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
    patterns: dict[str, tuple[bool | None, ...]] = {
        "utf-32-le": (False, None, True, True),
        "utf-32-be": (True, True, None, False),
        "utf-16-le": (False, True, False, True),
        "utf-16-be": (True, False, True, False),
    }
    for codec, zeros in patterns.items():
        fits = [
            zero is None or ((share > 0.2) if zero else (share < 0.05))
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
    # Imported here: it costs 20 ms, and most files are UTF-8.
    from charset_normalizer import from_bytes

    sample = bytearray()
    for match in _LINE.finditer(data):
        line = match[0]
        if not line.isascii():
            sample += _TAG.sub(b"", line[:_SAMPLE_SIZE]) + b"\n"
            if len(sample) > _SAMPLE_SIZE:
                break
    matches = from_bytes(bytes(sample), cp_isolation=_CANDIDATES, preemptive_behaviour=False)
    return _ranked(list(matches))


def _ranked(matches: list[CharsetMatch]) -> list[str]:
    """Return codecs, likeliest first; of nearly equal ones, Japanese with kana and Western win."""
    if not matches:
        return []
    best = matches[0]
    near: list[CharsetMatch] = []
    far: list[CharsetMatch] = []
    for match in matches:
        is_near = match.chaos <= best.chaos + 0.1 and match.coherence >= best.coherence - 0.02
        (near if is_near else far).append(match)
    near.sort(key=lambda m: (-_kana_share(m), "cp1252" not in m.could_be_from_charset))
    return [codec for match in near + far for codec in _twins(match)]


def _twins(match: CharsetMatch) -> list[str]:
    # Codecs that read the sample alike may differ on the rest of the file: the commonest first.
    others = [codec for codec in match.could_be_from_charset if codec != match.encoding]
    first = ["cp1252"] if "cp1252" in others else []
    return [*first, match.encoding, *(codec for codec in others if codec != "cp1252")]


def _kana_share(match: CharsetMatch) -> float:
    text = str(match)
    kana = sum("\u3041" <= character <= "\u30ff" for character in text)
    return round(kana / max(1, len(text)), 1)
