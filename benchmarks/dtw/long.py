"""Hours against hours: the multiscale path beside the exact one, and the time for two hours.

Synthetic signals: 24 values with a memory of ten frames at 50 Hz, read again at a smoothly varying
pace with noise; in the re-cut, 20 s are foreign and 20 s are missing.

    python -m benchmarks.dtw.long --frames 9000 36000 --seeds 3 --hours 2
"""

import argparse
import os
import resource
import time

import numpy as np

from syncalign.alignment import dtw, dtw_multiscale

RATE = 50
SKIPS = {"skip": (6.0, 6.0), "skip_entry": 60.0}
DIMENSIONS = 24


def signal(size: int, rng: np.random.Generator) -> np.ndarray:
    """Noise with a memory of ten frames [shape=(size, 24)]."""
    from scipy.signal import lfilter

    return lfilter([1.0], [1.0, -0.9], rng.normal(size=(size, DIMENSIONS)), axis=0)


def warped(values: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Read a signal at a varying pace, with noise; and from which of its frames each was read."""
    size = len(values)
    knots = np.linspace(0, size - 1, max(4, size // 400))
    moved = np.maximum.accumulate(
        knots + rng.normal(0, 30, len(knots)) + np.arange(len(knots)) / 1e3
    )
    moved = (moved - moved[0]) / (moved[-1] - moved[0]) * (size - 1)
    at = np.interp(np.arange(size), knots, moved)
    before = np.minimum(at.astype(int), size - 2)
    share = (at - before)[:, None]
    read = values[before] * (1 - share) + values[before + 1] * share
    return read + rng.normal(0, 0.3, values.shape), at


def recut(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Insert 20 s after one third, leave out 20 s after two thirds."""
    third, stretch = len(values) // 3, 20 * RATE
    parts = values[:third], signal(stretch, rng), values[third : 2 * third]
    return np.concatenate([*parts, values[2 * third + stretch :]])


def agreement(sizes: list[int], seeds: int) -> None:
    """Print how far multiscale paths are from the exact ones."""
    print(
        "| frames | case | seeds | same path | largest excess cost | levels CPU s | exact CPU s |"
    )
    print("|--:|---|--:|--:|--:|--:|--:|")
    for size in sizes:
        for case in ("warp", "re-cut", "excerpt"):
            same, excess, seconds = 0, 0.0, np.zeros(2)
            for seed in range(seeds):
                reference, query, options = _case(case, size, seed)
                began = time.process_time()
                pairs = len(reference) * len(query) // 200
                found = dtw_multiscale(reference, query, exact_pairs=pairs, **options)
                middle = time.process_time()
                exact = dtw(reference, query, **options)
                seconds += middle - began, time.process_time() - middle
                same += np.array_equal(found.indices, exact.indices)
                excess = max(excess, found.cost / exact.cost - 1)
            times = seconds / seeds
            row = f"| {size} | {case} | {seeds} | {same} | {excess:.1e}"
            print(f"{row} | {times[0]:.2f} | {times[1]:.2f} |")


def _case(case: str, size: int, seed: int) -> tuple[np.ndarray, np.ndarray, dict]:
    rng = np.random.default_rng(seed)
    reference = signal(size, rng)
    query, _ = warped(reference, rng)
    if case == "re-cut":
        return reference, recut(query, rng), SKIPS
    if case == "excerpt":
        return reference, query[size // 5 : -size // 3], {"ends": "open"}
    return reference, query, {}


def hours(count: float) -> None:
    """Print the time and memory of a long pair."""
    rng = np.random.default_rng(0)
    reference = signal(round(count * 3600 * RATE), rng)
    query, truth = warped(reference, rng)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, other, options in (("warp", query, {}), ("re-cut", recut(query, rng), SKIPS)):
        wall, cpu = time.perf_counter(), time.process_time()
        path = dtw_multiscale(reference, other, **options)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        line = f"{count:g} h x {count:g} h at {RATE} Hz, {name}: {wall:.1f} s wall, {cpu:.1f} s CPU"
        print(f"{line}, {peak:.0f} MB more, load {os.getloadavg()[0]:.1f}")
        if not options:
            error = np.abs(path.indices[:, 0] - truth[path.indices[:, 1]]) / RATE * 1000
            print(f"  error: median {np.median(error):.0f} ms, largest {error.max():.0f} ms")
        else:
            print(f"  left out: reference {path.skipped_reference}, query {path.skipped_query}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, nargs="*", default=[9000, 36000])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--hours", type=float, default=2.0)
    given = parser.parse_args()
    dtw(np.zeros((9, 2)), np.zeros((9, 2)))  # warm
    agreement(given.frames, given.seeds)
    hours(given.hours)
