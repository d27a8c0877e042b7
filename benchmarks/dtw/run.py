"""Time warping engines on the same arrays and print a table as Markdown.

::

    python -m benchmarks.dtw.run                                 # all engines at 1k, 4k and 10k
    python -m benchmarks.dtw.run --sizes 30000 --engines ours    # memory of a long one
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.cache import MaterialMissingError
from benchmarks.dtw.engine import ENGINES
from benchmarks.dtw.peers import PEERS, prepare, versions

_ENGINE = Path(__file__).with_name("engine.py")
_ROOT = Path(__file__).parents[2]


def material(size: int, *, dimensions: int = 24, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Draw a random walk, and the same under a smooth warp with noise (synthetic).

    Parameters
    ----------
    size : int
        Frames of either.
    dimensions : int
        Values of a frame.
    seed : int
        Of the random numbers.
    """
    rng = np.random.default_rng(seed)
    walk = np.cumsum(rng.standard_normal((size, dimensions)), axis=0)
    walk = 5 * (walk - walk.mean(axis=0)) / walk.std(axis=0)
    time = np.linspace(0, 1, size)
    warped = np.clip(time + 0.04 * np.sin(4 * np.pi * time), 0, 1) * (size - 1)
    before = np.minimum(warped.astype(int), size - 2)
    share = (warped - before)[:, np.newaxis]
    read = walk[before] * (1 - share) + walk[before + 1] * share
    return walk, read + 0.5 * rng.standard_normal(read.shape)


def measured(engine: str, paths: list[Path], rounds: int, python: Path | None) -> dict | str:
    """Run an engine in a process of its own; return what it took, or why it did not."""
    interpreter = python if engine.split(",")[0] in PEERS else Path(sys.executable)
    # One thread unless an engine starts its own: the libraries' pools would count as its work.
    pools = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    done = subprocess.run(
        [str(interpreter), str(_ENGINE), engine, *map(str, paths), str(rounds)],
        capture_output=True,
        text=True,
        env={**os.environ, **pools, "PYTHONPATH": str(_ROOT)},
    )
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["failed"])[-1][:80]
    return json.loads(done.stdout.splitlines()[-1])


def row(engine: str, size: int, result: dict | str, least: float, peer: float | None) -> str:
    """Return a line of the table."""
    if isinstance(result, str):
        return f"| {size} | {engine} | {result} | | | | | |"
    cpu, wall = statistics.median(result["cpu"]), statistics.median(result["wall"])
    times = f"{peer / cpu:.1f}" if peer else ""
    over = result["cost"] / least - 1
    return (
        f"| {size} | {engine} | {cpu:.4f} | {wall:.4f} | {size**2 / cpu / 1e6:.0f} | {times} | "
        f"{result['grown_mb']:.0f} | {over:+.1e} |"
    )


def main() -> int:
    """Run the benchmark; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="1000,4000,10000")
    parser.add_argument("--engines", help=f"of: {'; '.join(ENGINES)}", default=";".join(ENGINES))
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    engines = [name.strip() for name in arguments.engines.split(";")]
    python = None
    try:
        if {engine.split(",")[0] for engine in engines} & set(PEERS):
            python = prepare()
            print(versions(python))
    except MaterialMissingError as exc:
        print(exc, file=sys.stderr)
        return 3
    print("| N | engine | CPU s | wall s | M cells per CPU s | x librosa | MB | cost above ours |")
    print("|--:|---|--:|--:|--:|--:|--:|--:|")
    for size in map(int, arguments.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder, name) for name in ("x.npy", "y.npy")]
            for path, values in zip(paths, material(size), strict=True):
                np.save(path, values)
            results = {name: measured(name, paths, arguments.rounds, python) for name in engines}
        whole = {name: result for name, result in results.items() if isinstance(result, dict)}
        exact = whole.get("ours") or next(iter(whole.values()))
        peer = statistics.median(whole["librosa"]["cpu"]) if "librosa" in whole else None
        for name, result in results.items():
            print(row(name, size, result, exact["cost"], peer), flush=True)
    print(f"load average at the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
