"""Source: the bytes of a text file, looked at so that places in the text are places in the file."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from syncalign.errors import FormatError
from syncalign.formats.encoding import Decoded, bom_size, unit_type

_LINE = re.compile(rb"([^\r\n]*)(\r\n|[\r\n]|\Z)")
# Text mode written twice on Windows ends every line with CR CR LF: one line end, not an empty line.
_LINE_OF_DOUBLED_FILE = re.compile(rb"([^\r\n]*)(\r\r\n|[\r\n]|\Z)")
# Runs of characters whose tails may be ASCII; bounded, since a match keeps each step in memory.
_SHIFT_JIS = re.compile(rb"(?:[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]){1,999}")
_TWO_BYTES = re.compile(rb"(?:[\x81-\xfe][\x40-\x7e\x80-\xfe]){1,999}")
_GB18030 = re.compile(
    rb"(?:[\x81-\xfe](?:[\x40-\x7e\x80-\xfe]|[\x30-\x39][\x81-\xfe][\x30-\x39])){1,999}"
)
_TAILED = {  # by the start of a codec's name
    "cp932": _SHIFT_JIS, "shift_jis": _SHIFT_JIS, "gb18030": _GB18030, "gbk": _TWO_BYTES,
    "big5": _TWO_BYTES, "cp950": _TWO_BYTES, "cp949": _TWO_BYTES, "johab": _TWO_BYTES,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of a text file and a view of them with one byte for each code unit.

    Times are ASCII in every encoding that :func:`~syncalign.formats.encoding.decode` accepts, so
    they are looked for in ``units``, where index ``i`` stands for the bytes at
    ``origin + i * width``. A character outside Latin-1 is 0xFF there, and so is each byte of a
    character of two or four bytes: its tail may look like a letter, a bracket, a backslash, a bar
    or a digit.

    Parameters
    ----------
    data : bytes
        The file.
    encoding : str
        Its codec.
    origin : int
        Bytes of the byte order mark.
    width : int
        Bytes of a code unit: 1, 2 (UTF-16) or 4 (UTF-32).
    units : bytes
        The view.
    """

    data: bytes = field(repr=False)
    encoding: str
    origin: int
    width: int
    units: bytes = field(repr=False)

    @classmethod
    def of(cls, data: bytes, decoded: Decoded) -> Source:
        """Return the view of ``data``, whose encoding is known."""
        origin = bom_size(data, decoded.encoding) if decoded.has_bom else 0
        kind = unit_type(decoded.encoding)
        width = kind.itemsize
        if width == 1:
            units = _without_tails(data[origin:] if origin else data, decoded.encoding)
            return cls(data, decoded.encoding, origin, 1, units)
        count = (len(data) - origin) // width
        wide = np.frombuffer(data, dtype=kind, count=count, offset=origin)
        narrow = np.minimum(wide, 0xFF).astype(np.uint8)
        return cls(data, decoded.encoding, origin, width, narrow.tobytes())

    def lines(self) -> Iterator[tuple[int, int]]:
        """Go through the lines: first unit, and the unit after the last, without the line end."""
        feeds = self.units.count(b"\n")
        doubled = feeds > 0 and feeds == self.units.count(b"\r\r\n")
        for match in (_LINE_OF_DOUBLED_FILE if doubled else _LINE).finditer(self.units):
            yield match.span(1)

    def text(self, start: int, end: int) -> str:
        """Decode the units from ``start`` to ``end``; what cannot be decoded becomes U+FFFD."""
        first, last = self.span(start, end)
        return self.data[first:last].decode(self.encoding, "replace")

    def ascii(self, span: tuple[int, int]) -> str:
        """Return units that are ASCII, as times are."""
        return self.units[span[0] : span[1]].decode("ascii")

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the bytes that hold the units from ``start`` to ``end``."""
        if self.width == 1 and not self.origin:  # the same numbers, not as many new ones
            return start, end
        return self.origin + start * self.width, self.origin + end * self.width

    def line_at(self, unit: int) -> int:
        """Return the number of a unit's line, from 1."""
        before = self.units[:unit]
        ends = before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n")
        return ends + 1


def read_bytes(path: str | os.PathLike[str], *, what: str, most: int) -> bytes:
    """Read a file, or the first ``most`` bytes of it.

    Raises
    ------
    FormatError
        It cannot be read; ``what`` tells which kind of file to name.
    """
    try:
        # Before it is opened: to open a pipe is to wait for who writes to it.
        if not stat.S_ISREG(mode := Path(path).stat().st_mode) and not stat.S_ISDIR(mode):
            raise FormatError(path, "is a device or a pipe, not a file; save it to a file first")
        with Path(path).open("rb") as file:
            return file.read(most)
    except FileNotFoundError as exc:
        raise FormatError(path, "does not exist") from exc
    except IsADirectoryError as exc:
        raise FormatError(path, f"is a folder; name a {what}") from exc
    except (OSError, ValueError) as exc:
        reason = getattr(exc, "strerror", None) or exc
        raise FormatError(path, f"cannot be read: {reason}") from exc


def _without_tails(units: bytes, encoding: str) -> bytes:
    """Return the view with the characters of several bytes as so many bytes 0xFF."""
    for name, characters in _TAILED.items():
        if encoding.startswith(name) and not units.isascii():
            return characters.sub(lambda match: b"\xff" * len(match[0]), units)
    return units
