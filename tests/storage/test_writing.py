"""A file is wholly written or not touched at all, and nothing is left lying about."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage.faults import FullDisk, failing, names, posix
from syncalign.errors import OutputError
from syncalign.storage import ensure_writable, replace_keeping_backup, write_atomically


def test_a_new_file_holds_exactly_the_bytes(folder):
    write_atomically(folder / "new.srt", b"a\r\nb\n\x00", overwrite=False)
    assert (folder / "new.srt").read_bytes() == b"a\r\nb\n\x00"
    assert names(folder) == ["new.srt"]


def test_an_empty_file_can_be_written(folder):
    write_atomically(folder / "new.srt", b"", overwrite=False)
    assert (folder / "new.srt").read_bytes() == b""


@posix
def test_a_new_file_gets_the_permissions_of_any_new_file(folder):
    previous = os.umask(0o027)
    try:
        write_atomically(folder / "new.srt", b"new", overwrite=False)
    finally:
        os.umask(previous)
    assert stat.S_IMODE((folder / "new.srt").stat().st_mode) == 0o640


def test_an_existing_file_is_kept_unless_it_may_be_replaced(film):
    with pytest.raises(OutputError, match="exists already; use --force"):
        write_atomically(film, b"new", overwrite=False)
    assert film.read_bytes() == b"original"
    write_atomically(film, b"new", overwrite=True)
    assert film.read_bytes() == b"new"


def test_a_file_that_appears_meanwhile_is_kept(folder, monkeypatch):
    target, fsync = folder / "film.srt", os.fsync

    def somebody_else_is_faster(descriptor):
        target.write_bytes(b"theirs")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", somebody_else_is_faster)
    with pytest.raises(OutputError, match="exists already"):
        write_atomically(target, b"ours", overwrite=False)
    assert target.read_bytes() == b"theirs"


def test_a_file_system_without_hard_links_is_written_to(folder, monkeypatch):
    monkeypatch.setattr(os, "link", failing(errno.EPERM))
    write_atomically(folder / "new.srt", b"new", overwrite=False)
    assert (folder / "new.srt").read_bytes() == b"new"


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o444, 0o755])
def test_permissions_of_a_replaced_file_are_kept(film, mode):
    film.chmod(mode)
    write_atomically(film, b"new", overwrite=True)
    assert stat.S_IMODE(film.stat().st_mode) == mode


@posix
def test_a_private_file_is_private_while_it_is_written(film, monkeypatch):
    film.chmod(0o600)
    seen, fsync = [], os.fsync

    def look(descriptor):
        seen.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    write_atomically(film, b"new", overwrite=True)
    assert seen == [0o600]


@posix
def test_a_symbolic_link_is_followed_and_kept(folder, film):
    (folder / "elsewhere").mkdir()
    link = folder / "elsewhere" / "link.srt"
    link.symlink_to("../film.srt")
    write_atomically(link, b"new", overwrite=True)
    assert link.readlink() == Path("../film.srt")
    assert film.read_bytes() == b"new"


@posix
def test_a_symbolic_link_to_nothing_yet_makes_the_file_it_names(folder):
    (folder / "link.srt").symlink_to("real.srt")
    write_atomically(folder / "link.srt", b"new", overwrite=False)
    assert (folder / "link.srt").is_symlink()
    assert (folder / "real.srt").read_bytes() == b"new"


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_is_never_replaced(folder, overwrite):
    (folder / "season 1").mkdir()
    with pytest.raises(OutputError, match="is a folder"):
        write_atomically(folder / "season 1", b"new", overwrite=overwrite)
    assert (folder / "season 1").is_dir()


@posix
def test_a_pipe_or_a_device_is_never_replaced(folder):
    os.mkfifo(folder / "pipe")
    for target in (folder / "pipe", Path("/dev/null")):
        with pytest.raises(OutputError, match="is a device or a pipe"):
            write_atomically(target, b"new", overwrite=True)
        assert not target.is_file()


@pytest.mark.parametrize("place", ["missing/new.srt", "film.srt/new.srt"])
def test_a_folder_that_is_not_there_is_an_error_about_the_path(folder, film, place):
    with pytest.raises(OutputError) as caught:
        write_atomically(folder / place, b"new", overwrite=True)
    assert caught.value.path == str(folder / place)
    assert names(folder) == ["film.srt"]
    assert film.read_bytes() == b"original"


@posix
@pytest.mark.parametrize("length", [200, 255])
def test_names_as_long_as_the_file_system_allows_can_be_written(folder, length):
    target = folder / ("é" * 60 + "x" * (length - 120))
    write_atomically(target, b"new", overwrite=False)
    write_atomically(target, b"newer", overwrite=True)
    assert target.read_bytes() == b"newer"


@posix
@pytest.mark.parametrize("name", ["x" * 256, "a\0b", "x" * 300 + "/film.srt"])
def test_impossible_names_are_errors_about_the_path(folder, name):
    for act in (write_atomically, lambda path, data, **o: ensure_writable(path, **o)):
        with pytest.raises(OutputError):
            act(os.fspath(folder) + "/" + name, b"new", overwrite=True)
    with pytest.raises(OutputError):
        replace_keeping_backup(os.fspath(folder) + "/" + name, b"new")
    assert names(folder) == []


@pytest.mark.parametrize(
    ("call", "fake"),
    [("fdopen", FullDisk), ("fsync", failing(errno.ENOSPC)), ("fsync", failing(errno.EIO))],
)
def test_a_full_disk_leaves_the_original_and_nothing_else(folder, film, monkeypatch, call, fake):
    with monkeypatch.context() as patch:
        patch.setattr(os, call, fake)
        with pytest.raises(OutputError, match=r"film\.srt: cannot be written: "):
            write_atomically(film, b"new content", overwrite=True)
        with pytest.raises(OutputError, match=r"new\.srt: cannot be written: "):
            write_atomically(folder / "new.srt", b"new content", overwrite=False)
    assert film.read_bytes() == b"original"
    assert names(folder) == ["film.srt"]


@posix
def test_a_disk_that_is_really_full_is_an_error_with_its_reason(monkeypatch, folder):
    if not Path("/dev/full").is_char_device():
        pytest.skip("there is no /dev/full here")
    monkeypatch.setattr(os, "open", lambda *arguments: FULL_OPEN("/dev/full", os.O_WRONLY))
    with pytest.raises(OutputError, match="No space left on device"):
        write_atomically(folder / "new.srt", b"new content", overwrite=False)
    assert names(folder) == []


FULL_OPEN = os.open


@pytest.mark.parametrize("call", ["fsync", "link", "replace"])
def test_an_interrupt_leaves_the_original_and_nothing_else(folder, film, monkeypatch, call):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, call, interrupted)
        target = folder / "new.srt" if call == "link" else film
        with pytest.raises(KeyboardInterrupt):
            write_atomically(target, b"new", overwrite=call != "link")
    assert film.read_bytes() == b"original"
    assert names(folder) == ["film.srt"]


WRITE_FOREVER = """
import itertools, signal, sys
from syncalign.storage import write_atomically
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests run in background
for number in itertools.count():
    write_atomically(sys.argv[1], bytes([97 + number % 26]) * 300_000, overwrite=True)
    if number == 0:
        print("started", flush=True)
"""


def stop_a_writer(target: Path, how: int, after: float) -> None:
    command = [sys.executable, "-c", WRITE_FOREVER, os.fspath(target)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as writer:
        writer.stdout.readline()
        time.sleep(after)
        writer.send_signal(how)


@posix
@pytest.mark.parametrize("how", ["SIGKILL", "SIGINT"])
def test_a_writer_that_is_stopped_leaves_one_whole_content(tmp_path, how):
    target = tmp_path / "film.srt"
    for after in (0.0, 0.003, 0.007, 0.011, 0.023):
        stop_a_writer(target, getattr(signal, how), after)
        content = target.read_bytes()
        assert len(content) == 300_000
        assert content == content[:1] * 300_000
    if how == "SIGINT":  # who is killed cannot clean up
        assert names(tmp_path) == ["film.srt"]
