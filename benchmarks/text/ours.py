"""syncalign as a user calls it: ``syncalign align SOUND TEXT --json``, one process a case."""

import json
import os
import sys
from pathlib import Path

from benchmarks.text.cases import Case
from benchmarks.text.process import Done, run
from benchmarks.text.score import Answer, Placed

BACKENDS = ("synth", "phones")
_CHECKOUT = Path(__file__).resolve().parents[2]


def command_of(case: Case, backend: str, output: Path) -> list[str]:
    """Return our command line; lines are units, and their words come along."""
    return [
        *(sys.executable, "-m", "syncalign", "align", str(case.sound), str(case.text)),
        *("--json", "--no-progress", "--level", "line", "--language", case.language),
        *("--backend", backend, "-o", str(output), "--force"),
    ]


def align(case: Case, backend: str, folder: Path, *, timeout: float) -> Answer:
    """Align one case with one backend."""
    path = os.pathsep.join([str(_CHECKOUT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    done = run(
        command_of(case, backend, folder / "ours.json"),
        folder,
        timeout=timeout,
        surroundings={"PYTHONPATH": path, "SYNCALIGN_CACHE": str(folder / "cache")},
    )
    return read_answer(done)


def read_answer(done: Done) -> Answer:
    """Read the one JSON object that a run printed."""
    cost = {"seconds": done.seconds, "peak_mb": done.peak_mb}
    if done.code is None:
        return Answer("timeout", reason=done.errors, **cost)
    try:
        body = json.loads(done.output)
    except ValueError:
        told = (done.errors.strip() or done.output.strip())[-300:]
        return Answer("failed", reason=f"exit {done.code}: {told}", **cost)
    if body["status"] == "error":
        return Answer("failed", reason="; ".join(body.get("reasons", ())), **cost)
    return Answer(
        body["status"],
        lines=tuple(_line(unit) for unit in body.get("units") or ()),
        gaps=tuple((gap["start"], gap["end"]) for gap in body.get("audio_gaps") or ()),
        reason="; ".join(body.get("reasons", ())),
        **cost,
    )


def _line(unit: dict) -> Placed:
    words = tuple(
        Placed(word["start"], word["end"], word["confidence"]) for word in unit.get("words") or ()
    )
    return Placed(unit["start"], unit["end"], unit["confidence"], unit["status"], words)
