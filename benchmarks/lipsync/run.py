"""Lip-sync measured.

    SYNCALIGN_GRID=FOLDER bin/bench lipsync [accuracy] [files] [speed]

``accuracy`` trains a model without each speaker first (half an hour, once); ``files`` asks the
whole path for clips at other frame rates, in other containers, compressed, with noise and with
silence; ``speed`` times it. The front end has a page of its own: ``python -m
benchmarks.lipsync.front_end``.
"""

from __future__ import annotations

import argparse

from benchmarks.lipsync.accuracy import accuracy
from benchmarks.lipsync.files import files, speed


def main() -> None:
    """Measure what is asked for, or everything."""
    measures = {"accuracy": accuracy, "files": files, "speed": speed}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("measures", nargs="*", default=list(measures), metavar="MEASURE")
    for name in parser.parse_args().measures:
        print(f"\n## {name}", flush=True)
        measures[name]()


if __name__ == "__main__":
    main()
