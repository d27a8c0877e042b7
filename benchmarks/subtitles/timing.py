"""Wall time and memory of whole processes, start-up and imports included, in alternating order."""

import os
import shutil
import statistics
import subprocess
import sys
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

# A child's peak counts what its parent held when it was started: so a small process starts it.
# Unlike Popen.wait, wait4 tells what the child used, its own children included.
_WATCH = """
import os, subprocess, sys, time
begin = time.perf_counter()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(time.perf_counter() - begin, usage.ru_maxrss)
sys.exit(abs(os.waitstatus_to_exitcode(status)))
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
            wall, peak = run_process(commands[tool], _surroundings(ours_cache))
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
    inherited = environment()
    # Modules are compiled once, in the run that is not counted, as they are in an installation.
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    path = [str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")]
    return {
        **inherited,
        "PYTHONPATH": os.pathsep.join(path).rstrip(os.pathsep),
        "SYNCALIGN_CACHE": str(ours_cache),
    }


def run_process(command: list[str], surroundings: dict[str, str]) -> tuple[float, float]:
    """Run a command; return its wall time in seconds and its peak memory in MB."""
    watched = [sys.executable, "-I", "-S", "-c", _WATCH, *command]
    done = subprocess.run(watched, capture_output=True, text=True, env=surroundings)
    if done.returncode:
        message = done.stderr.strip()[-300:]
        raise RuntimeError(f"{command[0]} ended with {done.returncode}: {message}")
    wall, peak = done.stdout.split()
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return float(wall), float(peak) * kilobyte / 1e6
