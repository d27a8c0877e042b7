"""Wall time of whole processes, start-up and imports included, in alternating order."""

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.subtitles.peers import command_of, environment


@dataclass(frozen=True, slots=True)
class Timing:
    """Median, fastest and slowest wall time of a tool, in seconds, and its ratio to alass."""

    tool: str
    median: float
    fastest: float
    slowest: float
    ratio: float | None


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
        "ours" (its cache emptied before each run), "ours-cached", "decoding" (ffmpeg to 16 kHz
        mono, thrown away), and names of `peers.PEERS`.
    rounds : int
        Runs of each tool; one run before them, not counted, warms the page cache.
    """
    tools = list(tools)
    commands = {}
    for tool in tools:
        output = folder / f"timing.{tool}.srt"
        if tool.startswith("ours"):
            commands[tool] = our_command(medium, subtitles, output)
        elif tool == "decoding":
            sink = ["-vn", "-ac", "1", "-ar", "16000", "-f", "null", "-"]
            commands[tool] = ["ffmpeg", "-v", "error", "-i", str(medium), *sink]
        else:
            commands[tool] = command_of(tool, medium, subtitles, output)
    surroundings = environment()
    surroundings["PYTHONPATH"] = os.pathsep.join(
        [str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")]
    ).rstrip(os.pathsep)
    walls: dict[str, list[float]] = {tool: [] for tool in tools}
    for number in range(rounds + 1):
        turn = number % len(tools)
        for tool in tools[turn:] + tools[:turn]:
            ours_cache = folder / f"cache-{tool}"
            if tool == "ours":
                shutil.rmtree(ours_cache, ignore_errors=True)
            surroundings["SYNCALIGN_CACHE"] = str(ours_cache)
            begin = time.perf_counter()
            done = subprocess.run(commands[tool], capture_output=True, env=surroundings)
            wall = time.perf_counter() - begin
            if done.returncode:
                message = done.stderr.decode(errors="replace").strip()[-300:]
                raise RuntimeError(f"{tool} ended with {done.returncode}: {message}")
            if number:
                walls[tool].append(wall)
    base = statistics.median(walls["alass"]) if "alass" in walls else None
    return [
        Timing(
            tool,
            statistics.median(wall),
            min(wall),
            max(wall),
            statistics.median(wall) / base if base else None,
        )
        for tool, wall in walls.items()
    ]
