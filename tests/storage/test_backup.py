"""A file that is replaced stays beside the new one, or nothing has happened."""

from __future__ import annotations

import errno
import itertools
import os
import random
import signal
import stat
import time
from pathlib import Path
from typing import NoReturn

import pytest

from storage.faults import names, posix
from syncalign.errors import OutputError
from syncalign.storage import replace_keeping_backup


def test_the_former_content_is_kept_beside_the_file(folder, film):
    backup = replace_keeping_backup(film, b"new")
    assert backup == folder / "film.srt.bak"
    assert backup.read_bytes() == b"original"
    assert film.read_bytes() == b"new"


def test_earlier_backups_are_kept_and_the_new_one_gets_a_number(folder, film):
    backups = [replace_keeping_backup(film, content) for content in (b"1", b"2", b"3")]
    assert [path.name for path in backups] == ["film.srt.bak", "film.srt.bak.1", "film.srt.bak.2"]
    assert [path.read_bytes() for path in backups] == [b"original", b"1", b"2"]
    assert film.read_bytes() == b"3"


@posix
def test_a_backup_has_the_times_and_permissions_of_the_file(folder, film):
    film.chmod(0o600)
    os.utime(film, (1_000_000_000, 1_000_000_000))
    backup = replace_keeping_backup(film, b"new")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert backup.stat().st_mtime == 1_000_000_000


@posix
def test_a_link_named_like_the_backup_is_not_written_through(folder, film):
    (folder / "film.srt.bak").symlink_to("elsewhere")
    assert replace_keeping_backup(film, b"new").name == "film.srt.bak.1"
    assert not (folder / "elsewhere").exists()


def test_a_missing_file_cannot_be_replaced(folder):
    with pytest.raises(OutputError, match=r"gone\.srt: cannot be read"):
        replace_keeping_backup(folder / "gone.srt", b"new")
    assert names(folder) == []


@pytest.mark.parametrize("failed_write", [1, 2])
def test_a_failure_leaves_the_original_and_no_backup(folder, film, monkeypatch, failed_write):
    fsync, calls = os.fsync, []

    def full_at_last(descriptor):
        calls.append(descriptor)
        if len(calls) == failed_write:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_at_last)
        with pytest.raises(OutputError, match="cannot be written"):
            replace_keeping_backup(film, b"new")
    assert film.read_bytes() == b"original"
    assert names(folder) == ["film.srt"]


@posix
def test_a_name_too_long_for_a_backup_leaves_the_original(folder):
    target = folder / ("x" * 255)
    target.write_bytes(b"original")
    with pytest.raises(OutputError, match="too long"):
        replace_keeping_backup(target, b"new")
    assert target.read_bytes() == b"original"
    assert len(names(folder)) == 1


@posix
def test_whoever_is_killed_leaves_the_original_or_the_result(folder, film):
    """220 kills at random moments: the file is whole, and so is its backup if there is one."""
    random_ = random.Random(7)
    contents = [letter * 100_000 for letter in (b"a", b"b", b"c")]
    film.write_bytes(contents[0])
    in_the_midst = 0
    begun, begins = os.pipe()
    for _ in range(220):
        child = os.fork()
        if not child:
            os.write(begins, b".")
            replace_for_ever(film, contents)
        os.read(begun, 1)
        time.sleep(random_.uniform(0, 0.01))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        backups = [folder / name for name in names(folder) if ".bak" in name]
        assert film.read_bytes() in contents
        assert all(backup.read_bytes() in contents for backup in backups)
        left = [*backups, *folder.glob(".syncalign-*.part")]
        in_the_midst += bool(left)
        for path in left:
            path.unlink()
    os.close(begun)
    os.close(begins)
    assert in_the_midst > 50


def replace_for_ever(film: Path, contents: list[bytes]) -> NoReturn:
    """Replace the file as ``--in-place`` does, again and again; for a child process."""
    try:
        for content in itertools.cycle(contents):
            replace_keeping_backup(film, content).unlink()
    finally:
        os._exit(1)
