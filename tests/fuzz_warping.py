"""Compare every warping kernel with a brute force on random small problems.

    python tests/fuzz_warping.py --count 10000 --seed 1

Metric, steps, ends, skips, band, shape and values are drawn anew for each; a problem goes to every
kernel that is for it, with one thread and with two. The first that fails is printed and ends the
run with exit code 1.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from syncalign.alignment.warping.kernels import KERNELS

sys.path.insert(0, str(Path(__file__).parent / "alignment" / "warping"))
from warping_cases import check, random_case, suits


def main() -> int:
    """Run the comparison; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    runs: Counter[str] = Counter()
    for number in range(arguments.count):
        case = random_case(rng, largest=10, symmetric=bool(number % 2))
        for kernel in KERNELS:
            for threads in (1, 2) if kernel != "definition" else (1,):
                if suits(case, kernel):
                    try:
                        check(case, kernel, threads)
                    except AssertionError as exc:
                        sys.stderr.write(
                            f"case {number}, {kernel}, {threads} threads: {exc}\n{case}\n"
                        )
                        return 1
                    runs[f"{kernel}, {threads} threads"] += 1
    for name, count in sorted(runs.items()):
        sys.stdout.write(f"{name}: {count} cases as cheap as by brute force\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
