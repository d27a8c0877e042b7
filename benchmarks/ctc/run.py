"""A long recording and a long text: our search beside torchaudio's, each in a process of its own.

Synthetic emissions: at each frame the token of the true way, or blank, is likelier than the others
by chance. The way is drawn first, so that all tools look for the same one.

    python -m benchmarks.ctc.run --frames 90000 --tokens 20000 --device cpu
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

COLUMNS = 32
#: Nats by which what is said stands out, on average, from noise of a nat.
CLEARNESS = 4.0
TARGET_SECONDS, TARGET_MB = 60.0, 500.0


def material(frames: int, tokens: int, folder: Path) -> None:
    """Write emissions [shape=(frames, 32)], tokens, and the way they were drawn from."""
    rng = np.random.default_rng(0)
    said = rng.integers(1, COLUMNS, tokens)
    starts = np.sort(rng.choice(frames // 2, tokens, replace=False)) * 2
    way = np.zeros(frames, np.int64)
    way[starts] = said  # a frame of blank at least lies between two tokens
    values = np.lib.format.open_memmap(
        folder / "emissions.npy", "w+", np.float16, (frames, COLUMNS)
    )
    for first in range(0, frames, 10_000):
        part = rng.normal(0, 1, (min(10_000, frames - first), COLUMNS))
        part[np.arange(len(part)), way[first : first + len(part)]] += CLEARNESS
        part -= np.log(np.exp(part).sum(axis=1, keepdims=True))
        values[first : first + len(part)] = part
    values.flush()
    np.savez(folder / "text.npz", tokens=said, starts=starts)


def peak_mb() -> float:
    """Return the most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def ours(folder: Path, device: str | None) -> tuple[np.ndarray, float]:
    """Align with compiled loops, or on a device of PyTorch."""
    from syncalign.alignment.ctc import align_tokens

    emissions = np.load(folder / "emissions.npy", mmap_mode="r")
    text = np.load(folder / "text.npz")
    align_tokens(np.log(np.full((4, 3), 1 / 3)), [1, 2], device=device)  # compiles
    began = time.perf_counter()
    path = align_tokens(emissions, text["tokens"], device=device)
    return path.starts, time.perf_counter() - began


def torchaudio(folder: Path) -> tuple[np.ndarray, float]:
    """Align with torchaudio's ``forced_align``."""
    import torch
    from torchaudio.functional import forced_align

    emissions = torch.from_numpy(np.load(folder / "emissions.npy").astype(np.float32))[None]
    tokens = torch.from_numpy(np.load(folder / "text.npz")["tokens"])[None]
    began = time.perf_counter()
    labels, _ = forced_align(emissions, tokens)
    seconds = time.perf_counter() - began
    frames = labels[0].numpy()
    return np.flatnonzero((frames > 0) & (np.diff(frames, prepend=0) != 0)), seconds


def one(tool: str, folder: Path) -> None:
    """Run one tool and print its figures as JSON."""
    if tool == "torchaudio":
        starts, seconds = torchaudio(folder)
    else:
        starts, seconds = ours(folder, None if tool == "compiled" else tool)
    truth = np.load(folder / "text.npz")["starts"]
    right = float((starts == truth).mean()) if len(starts) == len(truth) else 0.0
    print(json.dumps({"seconds": seconds, "peak": peak_mb(), "right": right}))


def row(tool: str, folder: Path, size: str, timeout: float) -> str:
    """Run one tool in a process of its own and return its line of the table."""
    command = [sys.executable, "-m", "benchmarks.ctc.run", "--one", tool, str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        return f"| {size} | {tool} | not done in {timeout:.0f} s | | | |"
    if done.returncode:
        why = f"signal {-done.returncode}" if done.returncode < 0 else done.stderr.splitlines()[-1]
        return f"| {size} | {tool} | fails: {why[:80]} | | | |"
    told = json.loads(done.stdout.splitlines()[-1])
    is_met = told["seconds"] <= TARGET_SECONDS and told["peak"] <= TARGET_MB
    figures = f"{told['seconds']:.1f} | {told['peak']:.0f} | {100 * told['right']:.2f}"
    return f"| {size} | {tool} | {figures} | {'PASS' if is_met else 'MISS'} |"


def main() -> None:
    """Print the table as Markdown."""
    parser = argparse.ArgumentParser(prog="bin/bench ctc", description=__doc__.split("\n")[0])
    parser.add_argument("--frames", type=int, default=90_000)
    parser.add_argument("--tokens", type=int, default=20_000)
    parser.add_argument("--tools", default="compiled,cpu,torchaudio", help="cuda is one too")
    parser.add_argument("--timeout", type=float, default=900, help="seconds for each tool")
    parser.add_argument("--one", nargs=2, metavar=("TOOL", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one(options.one[0], Path(options.one[1]))
        return
    size = f"{options.frames:,} x {options.tokens:,}"
    print("| frames x tokens | tool | seconds | peak MB | starts on the very frame % | target |")
    print("|---|---|--:|--:|--:|---|")
    with tempfile.TemporaryDirectory(prefix="syncalign-bench-") as name:
        material(options.frames, options.tokens, Path(name))
        for tool in options.tools.split(","):
            print(row(tool, Path(name), size, options.timeout), flush=True)


if __name__ == "__main__":
    main()
