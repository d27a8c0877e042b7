"""Wall time and memory of whole processes, start-up and imports included, in alternating order."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.subtitles.peers import command_of, environment

# What "PyAV decoding" runs: the first sound track to 16 kHz mono, thrown away.
_DECODE = """
import sys, av
resampler = av.AudioResampler(format="s16", layout="mono", rate=16000)
with av.open(sys.argv[1]) as container:
    for frame in container.decode(audio=0):
        resampler.resample(frame)
"""


@dataclass(frozen=True, slots=True)
class Timing:
    """Wall times of a tool in seconds, their ratio to alass, and its largest memory.

    `peak_mb` is the resident memory in MB (10^6 bytes) of the largest process of any round, the
    processes it started included.
    """

    tool: str
    median: float
    fastest: float
    slowest: float
    ratio: float | None
    peak_mb: float


def our_command(medium: Path, subtitles: Path, output: Path) -> list[str]:
    """Return our command line."""
    program = Path(sys.executable).parent / "syncalign"
    start = [str(program)] if program.exists() else [sys.executable, "-m", "syncalign"]
    return [*start, "sync", str(medium), str(subtitles), "-o", str(output), "--force"]


def measure(
    medium: Path, subtitles: Path, folder: Path, tools: Iterable[str], *, rounds: int = 5
) -> list[Timing]:
    """Run each tool `rounds` times on one file, the order turning by one each round.

    Parameters
    ----------
    medium, subtitles : Path
        The inputs.
    folder : Path
        Where outputs go.
    tools : iterable of str
        "ours" (its cache emptied before each run), "ours-cached", "PyAV decoding" and "ffmpeg
        decoding" (to 16 kHz mono, thrown away), and names of `peers.PEERS`.
    rounds : int
        Runs of each tool; one run before them, not counted, warms the page cache.
    """
    tools = list(tools)
    commands = {tool: _command(tool, medium, subtitles, folder) for tool in tools}
    walls: dict[str, list[float]] = {tool: [] for tool in tools}
    peaks: dict[str, float] = dict.fromkeys(tools, 0.0)
    for number in range(rounds + 1):
        turn = number % len(tools)
        for tool in tools[turn:] + tools[:turn]:
            ours_cache = folder / f"cache-{tool}"
            if tool == "ours":
                shutil.rmtree(ours_cache, ignore_errors=True)
            wall, peak = _run(commands[tool], _surroundings(ours_cache))
            if number:
                walls[tool].append(wall)
                peaks[tool] = max(peaks[tool], peak)
    base = statistics.median(walls["alass"]) if "alass" in walls else None
    return [
        Timing(
            tool,
            statistics.median(wall),
            min(wall),
            max(wall),
            statistics.median(wall) / base if base else None,
            peaks[tool],
        )
        for tool, wall in walls.items()
    ]


def _command(tool: str, medium: Path, subtitles: Path, folder: Path) -> list[str]:
    output = folder / f"timing.{tool}.srt"
    if tool.startswith("ours"):
        return our_command(medium, subtitles, output)
    if tool == "PyAV decoding":
        return [sys.executable, "-c", _DECODE, str(medium)]
    if tool == "ffmpeg decoding":
        sink = ["-vn", "-ac", "1", "-ar", "16000", "-f", "null", "-"]
        return ["ffmpeg", "-v", "error", "-i", str(medium), *sink]
    return command_of(tool, medium, subtitles, output)


def _surroundings(ours_cache: Path) -> dict[str, str]:
    path = [str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")]
    return {
        **environment(),
        "PYTHONPATH": os.pathsep.join(path).rstrip(os.pathsep),
        "SYNCALIGN_CACHE": str(ours_cache),
    }


def _run(command: list[str], surroundings: dict[str, str]) -> tuple[float, float]:
    """Run a command; return its wall time in seconds and its peak memory in MB."""
    with tempfile.TemporaryFile() as told:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=told, env=surroundings
        )
        # Unlike Popen.wait, this tells what the process used, its own children included.
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            told.seek(0)
            message = told.read().decode(errors="replace").strip()[-300:]
            raise RuntimeError(f"{command[0]} ended with {process.returncode}: {message}")
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return wall, usage.ru_maxrss * kilobyte / 1e6
