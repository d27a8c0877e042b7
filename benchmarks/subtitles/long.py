"""How long the search takes and how much memory, hour by hour. Synthetic: no voice is heard.

The evidence is drawn: speech at film-like times, with noise. So nothing is told of accuracy here,
only of time and memory, each in a process of its own::

    python -m benchmarks.subtitles.long --hours 1,3,10
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from fractions import Fraction

import numpy as np

from benchmarks.subtitles.material import draw_film_like_times

KINDS = ("offset", "break", "joined", "foreign")
_CUES_PER_HOUR, _LATER = 770, 30.0


def cues(hours: float, kind: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return where speech starts and ends, and where the cues say that it does."""
    rng = np.random.default_rng([7, round(hours * 60)])
    starts, ends = draw_film_like_times(rng, round(hours * _CUES_PER_HOUR))
    if kind == "foreign":
        return starts, ends, *draw_film_like_times(rng, len(starts))
    later = np.arange(len(starts)) >= len(starts) // 2
    rate = np.where(later & (kind == "joined"), 24 / 25, 1.0)
    delay = np.where(later & (kind != "offset"), _LATER, 5.0)
    delay += np.where(later, (1 - rate) * starts[len(starts) // 2], 0.0)
    return starts, ends, starts * rate + delay, ends * rate + delay


def evidence(starts: np.ndarray, ends: np.ndarray) -> object:
    """Draw what a detector would say of that speech, in its own precision."""
    from syncalign.alignment.evidence import SpeechEvidence
    from syncalign.timebase import Features, Grid

    rng = np.random.default_rng(1)
    size = int(ends[-1] * 100) + 3000
    values = np.empty((size, 2), np.float16)
    for first in range(0, size, 100_000):
        part = values[first : first + 100_000]
        part[:] = rng.normal(-2.0, 1.5, part.shape)
    for start, end in zip(np.rint(starts * 100), np.rint(ends * 100), strict=True):
        values[int(start) : int(end), 0] += np.float16(4)
        values[int(start) - 1 : int(start) + 2, 1] += np.float16(8)
    return SpeechEvidence(Features(values, Grid(Fraction(100), 0.0, size)))


def measure(hours: float, kind: str) -> dict:
    """Search and judge in this process; peak memory is that of the whole process, in MB."""
    from syncalign.alignment.search import align_cues
    from syncalign.alignment.verdict import judge

    starts, ends, query, query_ends = cues(hours, kind)
    heard = evidence(starts, ends)
    begin, began = time.perf_counter(), time.process_time()
    found = align_cues(heard, query, query_ends)
    searched, used = time.perf_counter() - begin, time.process_time() - began
    trust = judge(heard, found, query, query_ends).trust
    judged = time.perf_counter() - begin - searched
    return {
        "hours": hours,
        "kind": kind,
        "cues": len(query),
        "pieces": len(found.time_map.pieces),
        "trust": trust,
        "search_s": searched,
        "search_cpu_s": used,
        "judge_s": judged,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def main() -> None:
    """Measure each length and kind in a child process and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--hours", default="1,3,10")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--one", nargs=2, metavar=("HOURS", "KIND"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(float(options.one[0]), options.one[1])))
        return
    print("Synthetic: the evidence is drawn.\n")
    print("| hours | cues | subtitle | pieces | trust | search s (CPU s) | verdict s | peak MB |")
    print("|--:|--:|---|--:|--:|--:|--:|--:|")
    for hours in options.hours.split(","):
        for kind in options.kinds.split(","):
            command = [sys.executable, "-m", "benchmarks.subtitles.long", "--one", hours, kind]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            row = json.loads(done.stdout)
            print(
                f"| {hours} | {row['cues']} | {kind} | {row['pieces']} | {row['trust']:.2f} |"
                f" {row['search_s']:.1f} ({row['search_cpu_s']:.1f}) | {row['judge_s']:.1f} |"
                f" {row['peak_mb']:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
