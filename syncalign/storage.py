"""Files that are either wholly written or not touched at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from syncalign.errors import OutputError, ParameterError

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would translate line ends otherwise


def write_atomically(path: str | os.PathLike[str], data: bytes, *, overwrite: bool) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part.

    The bytes go to a temporary file in the same folder, are flushed to the disk, and the file is
    then renamed. A symbolic link is followed, so that the link survives. The permissions of a
    file that is replaced are kept. An error or an interrupt leaves no temporary file; a killed
    process may leave one named ``.syncalign-*.part``.

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
        The file exists and may not be replaced, is a folder or a device, or the folder or the
        disk does not take it.
    """
    with open_atomically(path, overwrite=overwrite) as file:
        file.write(data)


@contextlib.contextmanager
def open_atomically(path: str | os.PathLike[str], *, overwrite: bool) -> Iterator[BinaryIO]:
    """Open a file to be written piece by piece, as :func:`write_atomically` does; same errors.

    It takes its name at the end of the block; where that raises, nothing is left of it. An
    OSError of the block is taken for one of the file: others are to be caught in it.
    """
    target = _resolved(path)
    try:
        with _opened(target, _replaceable(path, target, overwrite=overwrite)) as file:
            yield file
    except FileExistsError as exc:
        raise _exists(path) from exc
    except OSError as exc:
        raise _unwritable(path, exc) from exc


@contextlib.contextmanager
def written_beside(path: str | os.PathLike[str], *, overwrite: bool) -> Iterator[Path]:
    """Give a name in the target's folder to a program that writes files itself.

    What lies there at the end of the block takes the target's name, as :func:`write_atomically`
    does; same errors. Where the block raises, or leaves no file there, the target is not touched;
    an error of the block is passed on as it is.

    Parameters
    ----------
    path : path-like
        The file to write; the name that is given has the same ending.
    overwrite : bool
        Whether an existing file may be replaced.
    """
    target = _resolved(path)
    temporary = target.with_name(f".syncalign-{secrets.token_hex(8)}.part{target.suffix[:16]}")
    try:
        replaced = _replaceable(path, target, overwrite=overwrite)
    except OSError as exc:
        raise _unwritable(path, exc) from exc
    try:
        yield temporary
        _finish(path, temporary, target, replaced)
    finally:
        with contextlib.suppress(OSError):  # renamed, or never made
            temporary.unlink()


def _finish(
    path: str | os.PathLike[str], temporary: Path, target: Path, replaced: os.stat_result | None
) -> None:
    """Give a file that another program wrote its name, if there is one."""
    try:
        if temporary.exists():
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            _take_place(temporary, target, replaced)
    except FileExistsError as exc:
        raise _exists(path) from exc
    except OSError as exc:
        raise _unwritable(path, exc) from exc


def _resolved(path: str | os.PathLike[str]) -> Path:
    try:
        return Path(os.path.realpath(path))
    except ValueError as exc:  # a NUL character
        raise OutputError(path, "is no name that a file can have") from exc


def _replaceable(
    path: str | os.PathLike[str], target: Path, *, overwrite: bool
) -> os.stat_result | None:
    try:
        status = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(status.st_mode):
        raise OutputError(path, "is a folder; name a file")
    if not overwrite:
        raise _exists(path)
    if not stat.S_ISREG(status.st_mode):  # a rename would put a file in the place of /dev/null
        raise OutputError(path, "is a device or a pipe, not a file; use -o - for standard output")
    return status


def _exists(path: str | os.PathLike[str]) -> OutputError:
    return OutputError(path, "exists already; use --force to replace it")


def _unwritable(path: str | os.PathLike[str], exc: OSError) -> OutputError:
    return OutputError(path, f"cannot be written: {exc.strerror or exc}")


@contextlib.contextmanager
def _opened(target: Path, replaced: os.stat_result | None) -> Iterator[BinaryIO]:
    # The name does not grow with the target's: that one may have all the 255 bytes allowed.
    temporary = target.with_name(f".syncalign-{secrets.token_hex(8)}.part")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
        with os.fdopen(descriptor, "wb") as file:
            if replaced is not None:  # before the content: it may be private
                temporary.chmod(stat.S_IMODE(replaced.st_mode))
            yield file
            file.flush()
            os.fsync(file.fileno())
        _take_place(temporary, target, replaced)
    finally:
        with contextlib.suppress(OSError):  # renamed, or never made
            temporary.unlink()


def _take_place(temporary: Path, target: Path, replaced: os.stat_result | None) -> None:
    if replaced is not None:
        temporary.chmod(stat.S_IMODE(replaced.st_mode))
        temporary.replace(target)
    else:
        _rename_without_replacing(temporary, target)


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
        The file cannot be read, or it or the backup cannot be written; the file is then as it
        was, and there is no new backup.
    """
    target = _resolved(path)
    try:
        former = target.read_bytes()
    except OSError as exc:
        raise OutputError(path, f"cannot be read: {exc.strerror or exc}") from exc
    backup = _free_backup_name(target)
    write_atomically(backup, former, overwrite=False)
    try:
        with contextlib.suppress(OSError):  # times and permissions of a backup are a courtesy
            shutil.copystat(target, backup)
        write_atomically(target, data, overwrite=True)
    except BaseException:
        backup.unlink()
        raise
    return backup


def _free_backup_name(target: Path) -> Path:
    backup = target.with_name(target.name + ".bak")
    number = 0
    while os.path.lexists(backup):
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
        The file exists, is a folder or a device, or lies in a folder that does not exist or takes
        no files.
    """
    target = _resolved(path)
    try:
        if not target.parent.is_dir():
            raise OutputError(path, "its folder does not exist; create it first")
        _replaceable(path, target, overwrite=overwrite)
    except OSError as exc:
        raise _unwritable(path, exc) from exc
    try:
        with tempfile.TemporaryFile(dir=target.parent):
            pass
    except OSError as exc:
        raise OutputError(path, f"its folder cannot be written to: {exc.strerror or exc}") from exc


def ensure_distinct(
    output: str | os.PathLike[str],
    *inputs: str | os.PathLike[str],
    remedy: str = "name another file",
) -> None:
    """Refuse an output that is one of the inputs (by name, by link or by inode).

    Parameters
    ----------
    output : path-like
        What is to be written.
    *inputs : path-like
        What is to be kept.
    remedy : str
        What to do instead, for the message.

    Raises
    ------
    ParameterError
        The output is an input.
    """
    for given in inputs:
        if _is_same_file(output, given):
            raise ParameterError(f"the output {os.fspath(output)!r} is an input; {remedy}")


def ensure_apart(*outputs: str | os.PathLike[str]) -> None:
    """Refuse outputs of which two would be one file.

    Raises
    ------
    ParameterError
        Two have the same place.
    """
    places = [_resolved(output) for output in outputs]
    for number, place in enumerate(places):
        if place in places[:number]:
            raise ParameterError(
                f"two outputs would be {os.fspath(outputs[number])!r}; name a file each"
            )


def _is_same_file(one: str | os.PathLike[str], other: str | os.PathLike[str]) -> bool:
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):  # one of them does not exist, or cannot
        return False
