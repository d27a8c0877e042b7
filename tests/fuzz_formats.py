"""Mutate files of every format: they are read, converted, or refused in words, and quickly.

    python tests/fuzz_formats.py --count 10000 --seed 1

A round that takes over a second, or raises anything but a ``SyncalignError``, ends the run with
exit code 1 and the file that did it as ``fuzz-failure.bin``.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

import numpy as np

from syncalign.errors import SyncalignError
from syncalign.formats import convert, parse_subtitles
from syncalign.formats.writers import WRITERS

sys.path.insert(0, str(Path(__file__).parent))
from contracts.clean_files import CLEAN, INTRICATE

SEEDS = [(name, text[:1500]) for name, text in CLEAN.items()] + list(INTRICATE)
ENCODINGS = ["utf-8", "utf-8", "utf-8", "utf-16", "cp1252", "utf-16-be", "utf-8-sig"]
TOKENS = [
    *(b"-->", b"\r", b"\n", b"\n\n", b"\0", b"\xff", b"00:00:01,000", b":", b"9" * 40, b"<", b","),
    *(b"{1}{1}", b"{", b"}", b"[", b"]", b"]]>", b"<!--", b"<![CDATA[", b"<!DOCTYPE x [", b"&#"),
    *(b"&amp;", b'"', b"\\", b"1e999", b"NaN", b"[[[[", b'{"start":', b"<p begin='1s'>", b"</p>"),
    *(b"<SYNC Start=", b"[00:01.00]", b"[offset:-999999]", b"<00:00.01>", b"|", b"{y:i}", b"\\N"),
    *(b"-1", b"0", b"[1][2]", b"1:2:3", b"frameRate='0'", b"tickRate='1'", b"99999999t", b"5f"),
]
LIMIT = 1.0  # seconds


def mutated(random_: random.Random, data: bytes) -> bytes:
    """Return the bytes with a few parts replaced, repeated or cut out."""
    for _ in range(random_.randint(1, 8)):
        first = random_.randrange(len(data) + 1)
        last = min(len(data), first + random_.choice([0, 0, 1, 1, 2, 9, 40, 400]))
        kind = random_.random()
        if kind < 0.45:
            new = random_.choice(TOKENS)
        elif kind < 0.65:
            new = bytes([random_.randrange(256)])
        elif kind < 0.95:
            new = data[first:last] * random_.choice([0, 2, 3])
        else:
            new = random_.choice(TOKENS) * random_.choice([100, 3000])
        data = data[:first] + new + data[last:]
    return data


def try_one(data: bytes, random_: random.Random) -> bool:
    """Read a file, write it back, move it and convert it; return whether it could be read."""
    rate = random_.choice([None, 25])
    try:
        file = parse_subtitles(data, frame_rate=rate)
    except SyncalignError:
        return False
    assert file.retimed(file.starts, file.ends) == data
    try:
        moved = file.retimed(np.abs(file.starts) + 5, np.abs(file.ends) + 5.5)
        parse_subtitles(moved, frame_rate=rate, format=file.format)
        convert(file, format=random_.choice(list(WRITERS)), frame_rate=25)
    except SyncalignError:
        pass
    return True


def run(count: int, seed: int) -> tuple[int, float]:
    """Do some rounds; return how many files were read, and the slowest round in seconds."""
    random_ = random.Random(seed)
    read, slowest = 0, 0.0
    for _ in range(count):
        _, text = random_.choice(SEEDS)
        data = mutated(random_, text.encode(random_.choice(ENCODINGS), "replace"))
        began = time.process_time()
        try:
            read += try_one(data, random_)
            taken = time.process_time() - began
            slowest = max(slowest, taken)
            assert taken < LIMIT, f"took {taken:.1f} s"
        except BaseException:
            Path("fuzz-failure.bin").write_bytes(data)
            raise
    return read, slowest


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    began = time.perf_counter()
    read, slowest = run(arguments.count, arguments.seed)
    sys.stdout.write(
        f"{arguments.count} files, {read} read, the rest refused in words; slowest "
        f"{slowest:.2f} s, all {time.perf_counter() - began:.0f} s\n"
    )


if __name__ == "__main__":
    main()
