"""Archive: a ZIP file that may be read without harm, as EPUB and DOCX are."""

from __future__ import annotations

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from syncalign.errors import FormatError, printable
from syncalign.formats.encoding import Decoded, decode

MOST_MEMBERS = 20_000
LARGEST_TEXT = 32 * 2**20  # bytes of a member that is read as text
LARGEST_ARCHIVE = 4 * 2**30  # bytes of all members unpacked: a long book with its sound
#: Text packs to a tenth; what unpacks to so many times its size, and to more than a MiB, is a bomb.
MOST_UNPACKING, FREE_OF_SUSPICION = 250, 2**20
_LARGEST_DIRECTORY = 16 * 2**20
_PIECE = 2**20
_IS_ENCRYPTED = 0x1
_END = struct.Struct("<4s4H2LH")  # of the central directory
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z][\w.-]{0,39})")


class Member(NamedTuple):
    """A file in an archive; ``is_stored`` where it is not packed."""

    name: str
    size: int
    date: tuple[int, int, int, int, int, int]
    is_stored: bool


class Archive:
    """A ZIP file, whose members are read one by one and never unpacked to the disk.

    Parameters
    ----------
    path : path-like
        The file.

    Raises
    ------
    FormatError
        It cannot be read, is damaged or encrypted, unpacks to far more than a book, or has members
        whose names lead elsewhere or stand for two.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = os.fspath(path)
        try:
            _ensure_small_directory(Path(path))
            self._zip = zipfile.ZipFile(path)
        except (OSError, *_DAMAGES) as exc:
            raise FormatError(path, f"cannot be read: {_reason(exc)}") from exc
        entries = self._zip.infolist()
        try:
            _ensure_harmless(entries)
        except FormatError as exc:
            self.close()
            raise FormatError(path, exc.message) from exc
        self.members = tuple(
            Member(e.filename, e.file_size, e.date_time, e.compress_type == zipfile.ZIP_STORED)
            for e in entries
            if not e.is_dir()
        )
        self._names = {member.name for member in self.members}

    def __enter__(self) -> Archive:
        """Return the archive; it is closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self.close()

    def __contains__(self, name: str) -> bool:
        """Whether there is a member of this name."""
        return name in self._names

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def read(self, name: str, most: int = LARGEST_TEXT) -> bytes:
        """Return a member of up to ``most`` bytes.

        Raises
        ------
        FormatError
            There is no such member, or it is damaged or larger.
        """
        if name not in self._names:
            raise FormatError(self.path, f"lacks {printable(name)}, which it needs")
        if self._zip.getinfo(name).file_size > most:
            raise FormatError(
                self.path, f"is no book: {printable(name)} is larger than {most // 2**20} MiB"
            )
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """Go through the bytes of a member, 1 MiB at a time; the same errors."""
        try:
            with self._zip.open(name) as member:
                while piece := member.read(_PIECE):
                    yield piece
        except (OSError, *_DAMAGES) as exc:
            raise FormatError(
                self.path, f"is damaged: {printable(name)} cannot be read ({_reason(exc)})"
            ) from exc

    def text(self, name: str) -> Decoded:
        """Return a member as text: in the encoding that it declares, or else in UTF-8 or UTF-16.

        Raises
        ------
        FormatError
            As for :meth:`read`, or it is in no such encoding.
        """
        data = self.read(name)
        declared = _ENCODING.match(data[:300])
        try:
            if declared is None or declared[1].lower().startswith((b"utf-16", b"ucs")):
                return decode(data)
            return decode(data, declared[1].decode("ascii"))
        except ValueError:  # an encoding that nobody knows
            return decode(data)
        except FormatError as exc:
            raise FormatError(self.path, f"is damaged: {printable(name)} {exc.message}") from exc


#: What zipfile raises for what is wrong in a file.
_DAMAGES = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, EOFError, ValueError,
    RuntimeError, NotImplementedError, OverflowError,
)  # fmt: skip


def _reason(exc: BaseException) -> str:
    return printable(getattr(exc, "strerror", None) or str(exc) or type(exc).__name__)


def _ensure_small_directory(path: Path) -> None:
    """Refuse a list of members that would not fit the memory, before zipfile reads it."""
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - _END.size - 65_535))
        tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < _END.size:
        raise zipfile.BadZipFile("the end of the ZIP file is missing")
    _, _, _, _, count, size, _, _ = _END.unpack_from(tail, at)
    if count > MOST_MEMBERS or size > _LARGEST_DIRECTORY or b"PK\6\7" in tail[at - 20 : at]:
        raise zipfile.BadZipFile(f"it holds more than {MOST_MEMBERS:,} files or 4 GiB")


def _ensure_harmless(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_MEMBERS:
        raise FormatError(None, f"holds more than {MOST_MEMBERS:,} files; it is no book")
    if sum(entry.file_size for entry in entries) > LARGEST_ARCHIVE:
        raise FormatError(None, f"unpacks to more than {LARGEST_ARCHIVE // 2**30} GiB")
    seen: set[str] = set()
    for entry in entries:
        name = printable(entry.filename)
        if entry.flag_bits & _IS_ENCRYPTED:
            raise FormatError(None, f"is encrypted with a password ({name})")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FormatError(None, f"packs {name} in a way that books may not")
        if entry.file_size > max(FREE_OF_SUSPICION, MOST_UNPACKING * entry.compress_size):
            raise FormatError(None, f"is no book: {name} unpacks to {entry.file_size:,} bytes")
        if _leads_elsewhere(entry.orig_filename):
            raise FormatError(None, f"is no book: it has a file with the name {name}")
        if entry.filename in seen:
            raise FormatError(None, f"is damaged: it holds {name} twice")
        seen.add(entry.filename)


def _leads_elsewhere(name: str) -> bool:
    steps = name.removesuffix("/").split("/")
    return bool(
        {"", ".", ".."} & {*steps} or "\\" in name or "\0" in name or re.match("[A-Za-z]:", name)
    )
