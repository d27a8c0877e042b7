"""A command run to its end: what it said, how long it took, how much memory it held."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# A child's peak counts what its parent held when it was started: so a small process starts it.
# Unlike Popen.wait, wait4 tells what the child used, its own children included.
_WATCH = """
import os, subprocess, sys, time
with open(sys.argv[1], "wb") as output:
    begin = time.perf_counter()
    process = subprocess.Popen(sys.argv[2:], stdout=output)
    _, status, usage = os.wait4(process.pid, 0)
    print(time.perf_counter() - begin, usage.ru_maxrss, os.waitstatus_to_exitcode(status))
"""


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended; `code` is None where its time was up."""

    code: int | None
    output: str
    errors: str
    seconds: float
    peak_mb: float


def run(
    command: list[str], folder: Path, *, timeout: float, surroundings: dict[str, str] | None = None
) -> Done:
    """Run a command; its output goes through a file in `folder`."""
    output = folder / "stdout"
    watched = [sys.executable, "-I", "-S", "-c", _WATCH, str(output), *command]
    with subprocess.Popen(
        watched,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(surroundings or {})},
        start_new_session=True,
    ) as process:
        try:
            told, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.communicate()
            return Done(None, "", f"not done after {timeout:g} s", timeout, float("nan"))
    seconds, peak, code = told.split()
    kilobyte = 1 if sys.platform == "darwin" else 1024
    text = output.read_text(encoding="utf-8", errors="replace")
    return Done(int(code), text, errors, float(seconds), float(peak) * kilobyte / 1e6)
