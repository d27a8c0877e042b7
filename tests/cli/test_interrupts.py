"""Ctrl-C: exit code 130 soon after, nothing half-written, however often it is pressed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from cli.conftest import FILM, ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends POSIX signals")

#: The command line as it is, but for one place that says that it was reached, and waits there.
PROGRAM = """
import os, pathlib, signal, sys, time

signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests run in background


def wait(*given, **options):
    print("here", file=sys.stderr, flush=True)
    for _ in range({tenths}):
        time.sleep(0.1)


{place}
from syncalign.cli.main import main

main(sys.argv[1:])
"""
DECODING = """
import syncalign.progress
syncalign.progress.NoProgress.advance = wait
"""
WRITING = "os.fsync = wait"
TIDYING = """
def interrupted(*given):
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(1)
    raise AssertionError("the interrupt did not arrive")


os.fsync = interrupted
unlink = pathlib.Path.unlink


def tidy(path, *given, **options):
    wait()
    unlink(path, *given, **options)


pathlib.Path.unlink = tidy
"""


def start(place: str, work, *arguments: str, tenths: int = 300) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", PROGRAM.format(place=place, tenths=tenths)]
    return subprocess.Popen(
        [*command, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=work,
        env={**os.environ, "PYTHONPATH": os.fspath(ROOT)},
    )


def interrupt(process: subprocess.Popen[bytes]) -> tuple[int, bytes, str]:
    """Wait for the place, press Ctrl-C, and return exit code, output and what was said."""
    with process:
        try:
            assert process.stderr is not None
            assert process.stderr.readline() == b"here\n"
            process.send_signal(signal.SIGINT)
            began = time.monotonic()
            out, err = process.communicate(timeout=30)
            assert time.monotonic() - began < 10
        finally:
            process.kill()
    return process.returncode, out, err.decode()


@pytest.mark.parametrize("command", ["sync", "check"])
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_while_decoding(command, options, work):
    before = sorted(work.iterdir())
    code, out, err = interrupt(start(DECODING, work, command, str(FILM), "late.srt", *options))
    assert code == 130
    assert out == b""
    assert err.strip() == "interrupted; nothing was left half-written"
    assert sorted(work.iterdir()) == before


@pytest.mark.parametrize("options", [(), ("--in-place",), ("-o", "late.synced.srt")])
def test_while_writing(options, work):
    before = {path: path.read_bytes() for path in work.iterdir()}
    code, out, err = interrupt(start(WRITING, work, "sync", str(FILM), "late.srt", *options))
    assert code == 130
    assert out == b""
    assert "Traceback" not in err
    assert {path: path.read_bytes() for path in work.iterdir()} == before


def test_twice(work):
    # The second one arrives while the first one's temporary file is being taken away.
    before = sorted(work.iterdir())
    process = start(TIDYING, work, "sync", str(FILM), "late.srt", tenths=10)
    code, _, err = interrupt(process)
    assert code == 130
    assert "Traceback" not in err
    assert sorted(work.iterdir()) == before
