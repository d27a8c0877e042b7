"""What a file that is not timed text seems to be, by its first bytes."""

from __future__ import annotations

import re

_MAGIC = (
    (0, b"\x1aE\xdf\xa3", "Matroska or WebM"),
    (4, b"ftyp", "MP4 or QuickTime"),
    (4, b"moov", "QuickTime"),
    (0, b"OggS", "Ogg"),
    (0, b"fLaC", "FLAC"),
    (0, b"ID3", "MP3"),
    (0, b"\xff\xfb", "MP3"),
    (0, b"\xff\xf3", "MP3"),
    (0, b"\xff\xf1", "AAC"),
    (0, b"FLV\x01", "Flash video"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "Windows Media"),
    (8, b"AVI ", "AVI"),
    (8, b"WAVE", "WAV"),
    (8, b"WEBP", "WebP"),
    (0, b"PK\x03\x04", "ZIP; unpack it first"),
    (0, b"\x1f\x8b", "gzip; unpack it first"),
    (0, b"BZh", "bzip2; unpack it first"),
    (0, b"\xfd7zXZ\0", "xz; unpack it first"),
    (0, b"7z\xbc\xaf'\x1c", "7-Zip; unpack it first"),
    (0, b"Rar!", "RAR; unpack it first"),
    (0, b"(\xb5/\xfd", "Zstandard; unpack it first"),
    (0, b"\x89PNG", "PNG"),
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"GIF8", "GIF"),
    (0, b"%PDF", "PDF"),
    (0, b"SQLite format 3\0", "SQLite"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ\x90\0", "a program"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
)
_TEXTS = (
    (re.compile(r"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html)", re.I | re.S), "an HTML page"),
    (re.compile(r"\s*<\?xml", re.I), "an XML document"),
    (re.compile(r"\s*\{\\rtf"), "an RTF document; save it as plain text"),
    (re.compile(r"\s*Scenarist_SCC"), "SCC captions, which are not supported yet"),
    (re.compile(r"\s*[{\[]\s*[\"{\]}]"), "JSON"),
)
_PICTURES = "picture subtitles ({}): their text is not in the file; not supported"


def picture_subtitles(data: bytes) -> str | None:
    """Say that a file holds subtitles as pictures, if it does."""
    if data.startswith(b"# VobSub index file"):
        return _PICTURES.format("the index of a VobSub pair")
    if data.startswith(b"\0\0\x01\xba"):
        return _PICTURES.format("VobSub, or another MPEG programme stream")
    if data.startswith(b"PG") and len(data) > 12 and 0x14 <= data[10] <= 0x80:
        return _PICTURES.format("PGS, from a Blu-ray")
    return None


def binary_kind(data: bytes) -> str | None:
    """Name the kind of file that the first bytes give away; None for text and the unknown."""
    for offset, magic, name in _MAGIC:
        if data.startswith(magic, offset):
            return name
    if data[:1] == b"G" and data[188:189] == b"G" and data[376:377] == b"G":
        return "MPEG transport stream"
    return None


def text_kind(text: str) -> str | None:
    """Name the kind of text that this is, if it is a known one that holds no readable times."""
    head = text[:4096]
    return next((name for pattern, name in _TEXTS if pattern.match(head)), None)
