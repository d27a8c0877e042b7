"""Standard output that is closed, full, or speaks only ASCII: in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import FILM, ROOT

posix = pytest.mark.skipif(os.name != "posix", reason="POSIX pipes and devices")
ANSWERS = [("--help",), ("probe", str(FILM)), ("probe", str(FILM), "--json"),
           ("sync", str(FILM), "late.srt", "-o", "-")]  # fmt: skip


def launch(*arguments: str, **options) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": os.fspath(ROOT), **options.pop("env", {})}
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "syncalign", *arguments],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
        check=False,
        **{"stdout": subprocess.PIPE, **options},
    )


@pytest.fixture(autouse=True)
def here(work):
    """Run where the subtitles are."""


@pytest.mark.parametrize("arguments", ANSWERS, ids=lambda given: " ".join(given[::2]))
class TestNobodyReads:
    @posix
    def test_a_closed_pipe_is_no_error(self, arguments):
        reader, writer = os.pipe()
        os.close(reader)
        done = launch(*arguments, stdout=writer)
        os.close(writer)
        assert done.returncode == 0
        assert b"Traceback" not in done.stderr
        assert b"Broken" not in done.stderr

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_a_full_disk_is_3(self, arguments):
        with Path("/dev/full").open("wb") as full:
            done = launch(*arguments, stdout=full)
        assert done.returncode == 3
        assert b"No space left on device" in done.stderr
        assert done.stderr.count(b"\n") == 1


def test_a_refusal_stays_a_refusal_where_nobody_reads():
    reader, writer = os.pipe()
    os.close(reader)
    done = launch("check", str(FILM), "other.srt", "--json", stdout=writer)
    os.close(writer)
    assert done.returncode == 4


@posix
@pytest.mark.parametrize(("arguments", "code"), [(ANSWERS[1], 0), (ANSWERS[3], 3)])
def test_no_standard_output_at_all(arguments, code):
    def close_stdout() -> None:
        os.close(1)

    done = launch(*arguments, preexec_fn=close_stdout)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("encoding", ["latin-1", "cp1251", "utf-8"])
def test_a_terminal_that_cannot_show_a_name_shows_an_escape(work, encoding):
    (work / "late.srt").rename(work / "🎬.srt")
    done = launch("sync", str(FILM), "🎬.srt", env={"PYTHONIOENCODING": encoding})
    assert done.returncode == 0
    assert (work / "🎬.synced.srt").exists()
    name = "🎬" if encoding == "utf-8" else "\\U0001f3ac"
    assert f"written: {name}.synced.srt" in done.stdout.decode()


def test_progress_and_warnings_go_to_standard_error():
    done = launch("check", str(FILM), "late.srt", "--json", "--progress", "--device", "cuda")
    assert json.loads(done.stdout)["status"] == "synced"
    assert b"always runs on the CPU" in done.stderr
    quiet = launch("check", str(FILM), "late.srt", "--json", "--device", "cuda", "-q")
    assert quiet.stderr == b""


def test_a_bug_in_a_whole_process_is_1_without_a_traceback(work):
    program = (
        "import sys, syncalign.media as m, syncalign.cli.main as c\n"
        "m.probe = lambda path: 1 / 0\n"
        "c.main(sys.argv[1:])\n"
    )
    command = [sys.executable, "-c", program, "probe", str(FILM)]
    environment = {**os.environ, "PYTHONPATH": os.fspath(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    assert "Traceback" not in done.stderr
    done = subprocess.run(
        [*command, "-v"], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 1
    assert "Traceback" in done.stderr
