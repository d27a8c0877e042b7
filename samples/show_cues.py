"""Show cues before and after syncing beside the truth: ``show_cues.py BEFORE AFTER [FIRST]``.

All are subtitle files of the sample. Five cues of dialogue are shown, from cue number FIRST on
(from 0); the exit code is 1 if fewer than 95 % of the dialogue is within 250 ms of its place.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pysrt

_SHOWN = 5
_TOLERANCE = 0.25  # seconds
_TRUTH = Path(__file__).parent / "texts" / "truth.json"


def main(before: str, after: str, first: str = "0") -> int:
    """Print the table and say how many cues are in their place."""
    truth = json.loads(_TRUTH.read_text(encoding="utf-8"))["cues"]
    speech = [cue["index"] for cue in truth if cue["kind"] == "speech"]
    old, new = _starts(before), _starts(after)
    errors = {i: new[i] - truth[i]["start"] for i in speech}

    print(f"  {'cue':<42}{'before':>9}{'after':>9}{'truth':>9}{'error':>10}")
    for i in [i for i in speech if i >= int(first)][:_SHOWN]:
        text = truth[i]["text"].replace("\n", " ")
        text = text if len(text) <= 40 else text[:39] + "…"
        right = truth[i]["start"]
        print(f"  {text:<42}{old[i]:9.3f}{new[i]:9.3f}{right:9.3f}{1000 * errors[i]:+7.0f} ms")
    good = sum(abs(error) <= _TOLERANCE for error in errors.values())
    worst = max(map(abs, errors.values()))
    print(f"  {good} of {len(speech)} cues within 250 ms, the worst is {1000 * worst:.0f} ms off")
    return 0 if good >= 0.95 * len(speech) else 1


def _starts(path: str) -> list[float]:
    """Return the start of each cue in seconds."""
    return [cue.start.ordinal / 1000 for cue in pysrt.open(path, encoding="utf-8")]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
