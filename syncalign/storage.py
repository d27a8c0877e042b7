"""Files that are either wholly written or not touched at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
import tempfile
from pathlib import Path

from syncalign.errors import OutputError, ParameterError

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would translate line ends otherwise


def write_atomically(path: str | os.PathLike[str], data: bytes, *, overwrite: bool) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part.

    The bytes go to a temporary file in the same folder, are flushed to the disk, and the file is
    then renamed. A symbolic link is followed, so that the link survives. The permissions of a
    file that is replaced are kept.

    Parameters
    ----------
    path : path-like
        The file to write.
    data : bytes
        Its whole content.
    overwrite : bool
        Whether an existing file may be replaced.

    Raises
    ------
    OutputError
        The file exists and may not be replaced, or the folder or the disk does not take it.
    """
    target = Path(os.path.realpath(path))
    try:
        _write(target, data, overwrite=overwrite)
    except FileExistsError as exc:
        raise OutputError(path, "exists already; use --force to replace it") from exc
    except OSError as exc:
        raise OutputError(path, f"cannot be written: {exc.strerror or exc}") from exc


def _write(target: Path, data: bytes, *, overwrite: bool) -> None:
    if target.is_dir():
        raise IsADirectoryError(21, "is a directory")
    if target.exists() and not overwrite:
        raise FileExistsError
    temporary = target.with_name(f".syncalign-{secrets.token_hex(8)}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if overwrite:
            if target.exists():
                temporary.chmod(stat.S_IMODE(target.stat().st_mode))
            temporary.replace(target)
        else:
            _rename_without_replacing(temporary, target)
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def _rename_without_replacing(temporary: Path, target: Path) -> None:
    # A hard link fails if another process made the target meanwhile; a rename would replace it.
    try:
        os.link(temporary, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        temporary.replace(target)


def replace_keeping_backup(path: str | os.PathLike[str], data: bytes) -> Path:
    """Replace a file and keep its former content beside it as ``NAME.bak``.

    An earlier ``NAME.bak`` is kept too: the backup then gets a number, ``NAME.bak.1`` and so on.

    Parameters
    ----------
    path : path-like
        The file to replace; it must exist.
    data : bytes
        The new content.

    Returns
    -------
    Path
        The backup.

    Raises
    ------
    OutputError
        The backup or the file cannot be written; the file is then as it was.
    """
    target = Path(os.path.realpath(path))
    backup = _free_backup_name(target)
    try:
        write_atomically(backup, target.read_bytes(), overwrite=False)
        shutil.copystat(target, backup)
    except OSError as exc:
        raise OutputError(backup, f"cannot be written: {exc.strerror or exc}") from exc
    write_atomically(target, data, overwrite=True)
    return backup


def _free_backup_name(target: Path) -> Path:
    backup = target.with_name(target.name + ".bak")
    number = 0
    while backup.exists():
        number += 1
        backup = target.with_name(f"{target.name}.bak.{number}")
    return backup


def ensure_writable(path: str | os.PathLike[str], *, overwrite: bool) -> None:
    """Fail early where a later write would fail, before any long work is done.

    Parameters
    ----------
    path : path-like
        The file that will be written.
    overwrite : bool
        Whether it may replace an existing file.

    Raises
    ------
    OutputError
        The file exists, is a folder, or lies in a folder that does not exist or takes no files.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise OutputError(path, "is a folder; name a file")
    if target.exists() and not overwrite:
        raise OutputError(path, "exists already; use --force to replace it")
    if not target.parent.is_dir():
        raise OutputError(path, "its folder does not exist; create it first")
    try:
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as exc:
        raise OutputError(path, f"its folder cannot be written to: {exc.strerror or exc}") from exc


def ensure_distinct(output: str | os.PathLike[str], *inputs: str | os.PathLike[str]) -> None:
    """Refuse an output that is one of the inputs (by name, by link or by inode).

    Raises
    ------
    ParameterError
        The output is an input.
    """
    for given in inputs:
        with contextlib.suppress(OSError):
            if os.path.samefile(output, given):
                raise ParameterError(
                    f"the output {os.fspath(output)!r} is an input; use --in-place to replace it"
                )
