"""Align hours with a kill every few minutes, and compare with a run that was not killed.

The reading is synthetic (flite). Each run is killed by SIGKILL after so many minutes, until one
ends; both have a cache of their own, empty at first. How much work the kills cost is the processor
time of all runs beside that of the one that was not killed.

    python -m benchmarks.resume.run --hours 10 --every 5 --backend phones
"""

import argparse
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.cache import MaterialMissingError
from benchmarks.text import recordings

_CHECKOUT = Path(__file__).resolve().parents[2]
# The 10 h of the text benchmark, and shorter readings.
_LONG, _SHORT = "flite-kal16", "flite-rms"
_MOST_KILLS = 200


def run(command: list[str], cache: Path, seconds: float | None) -> int | None:
    """Run a command for so long; return its exit code, None where it was killed."""
    surroundings = {**os.environ, "PYTHONPATH": str(_CHECKOUT), "SYNCALIGN_CACHE": str(cache)}
    with subprocess.Popen(command, env=surroundings, stdout=subprocess.DEVNULL) as process:
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            return None


def until_done(command: list[str], cache: Path, every: float | None) -> tuple[int, int, float]:
    """Run until a run ends; return its exit code, how many were killed, and processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    kills = 0
    while (code := run(command, cache, every)) is None and kills < _MOST_KILLS:
        kills += 1
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return (-1 if code is None else code), kills, cpu


def main() -> None:
    """Print one line for each of the two."""
    parser = argparse.ArgumentParser(prog="bin/bench resume", description=__doc__.split("\n")[0])
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--every", type=float, default=0.5, help="minutes from kill to kill")
    parser.add_argument("--backend", default="phones", help="synth, phones, whisper")
    parser.add_argument("--model", help="for whisper")
    options = parser.parse_args()
    try:
        sound = recordings.spoken_recording(
            _LONG if options.hours > 1 else _SHORT, 60 * options.hours, 11
        )
    except MaterialMissingError as error:
        sys.exit(f"bench: {error}")
    text = sound.with_suffix(".txt")
    print(f"{options.hours:g} h, {options.backend}, a kill every {options.every:g} minutes")
    print("| run | exit code | kills | minutes | CPU minutes |\n|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory(prefix="syncalign-bench-") as name:
        outputs = []
        for kind, every in (("killed", 60 * options.every), ("not killed", None)):
            output, cache = Path(name, f"{kind}.json"), Path(name, f"{kind} cache")
            command = [
                *(sys.executable, "-m", "syncalign", "align", str(sound), str(text)),
                *("-o", str(output), "--language", "en", "--backend", options.backend),
                *("--level", "word", "--no-progress"),
                *(("--model", options.model) if options.model else ()),
            ]
            began = time.perf_counter()
            code, kills, cpu = until_done(command, cache, every)
            minutes = (time.perf_counter() - began) / 60
            print(f"| {kind} | {code} | {kills} | {minutes:.1f} | {cpu / 60:.1f} |", flush=True)
            outputs.append(output.read_bytes() if output.exists() else b"")
            shutil.rmtree(cache, ignore_errors=True)
        print("identical" if outputs[0] and outputs[0] == outputs[1] else "NOT IDENTICAL")


if __name__ == "__main__":
    main()
