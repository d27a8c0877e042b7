"""A file that is replaced stays beside the new one, or nothing has happened."""

from __future__ import annotations

import errno
import os
import stat

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
