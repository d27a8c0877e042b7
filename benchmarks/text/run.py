"""Run the text benchmark and print its tables as Markdown.

::

    python -m benchmarks.text.run --suite quick
    python -m benchmarks.text.run --suite issue5 --jobs 2 --peers --out r.json
"""

import argparse
import dataclasses
import itertools
import json
import multiprocessing
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.cache import MaterialMissingError
from benchmarks.text.cases import PLANS, cases
from benchmarks.text.ours import BACKENDS
from benchmarks.text.peers import PEERS, versions
from benchmarks.text.score import Score
from benchmarks.text.tables import line_table, trust_table, word_table
from benchmarks.text.targets import target_table
from benchmarks.text.trials import Work, run, tools_for


def main() -> None:
    """Parse the command line, run, print."""
    options = _parse()
    if options.grid:
        os.environ["SYNCALIGN_GRID"] = options.grid
    try:
        _run(options)
    except MaterialMissingError as error:
        sys.exit(f"bench: {error}")


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench text", description=__doc__.split("\n")[0])
    parser.add_argument("--suite", choices=PLANS, default="quick")
    parser.add_argument("--speakers", default="es", help="of it, es; comma-separated")
    parser.add_argument("--rows", help="only rows that begin with one of these; ;-separated")
    parser.add_argument("--grid", help="folder of GRID clips")
    parser.add_argument("--jobs", type=int, default=1, help="cases worked on at a time")
    parser.add_argument("--backends", default=",".join(BACKENDS), help="ours, comma-separated")
    parser.add_argument("--no-ours", action="store_true", help="run the peers alone")
    parser.add_argument(
        "--peers",
        nargs="?",
        const=",".join(PEERS),
        default="",
        help=f"peers to run beside, of {','.join(PEERS)} (default all)",
    )
    parser.add_argument(
        "--peer-cases", type=int, default=4, help="cases of each row that the peers see"
    )
    parser.add_argument("--timeout", type=float, default=1800, help="seconds a tool may take")
    parser.add_argument("--out", type=Path, help="write every score as JSON")
    return parser.parse_args()


def _run(options: argparse.Namespace) -> None:
    told = versions(tuple(peer for peer in options.peers.split(",") if peer))
    for peer, version in told.items():
        print(f"- {peer} {version}")
    peers = tuple(peer for peer, version in told.items() if not version.startswith("left out"))
    scores: list[Score] = []
    try:
        for done in _done(_works(options, peers), options.jobs):
            scores += done
    except KeyboardInterrupt:
        print("interrupted: what follows is of the cases done so far", file=sys.stderr)
    print(f"\nSuite {options.suite}, joined prompts of {options.speakers}.\n")
    print(f"Lines:\n\n{line_table(scores)}\nWords:\n\n{word_table(scores)}\n{trust_table(scores)}")
    if not options.no_ours:
        print(target_table(scores))
    if options.out:
        body = [dataclasses.asdict(each) for each in scores]
        options.out.write_text(json.dumps(body, indent=1), encoding="utf-8")


def _works(options: argparse.Namespace, peers: tuple[str, ...]) -> Iterator[Work]:
    """Yield what is to be done, case by case; the peers see the first cases of each row."""
    ours = () if options.no_ours else tuple(options.backends.split(","))
    wanted = tuple(options.rows.split(";")) if options.rows else ("",)
    seen: dict[str, int] = {}
    for case in cases(options.suite, tuple(options.speakers.split(","))):
        if not case.row.startswith(wanted):
            continue
        seen[case.row] = seen.get(case.row, 0) + 1
        beside = peers if seen[case.row] <= options.peer_cases else ()
        tools = tools_for(case, (*ours, *beside))
        if tools:
            yield Work(case, tools, options.timeout)


def _done(works: Iterator[Work], jobs: int) -> Iterator[list[Score]]:
    """Run the works, `jobs` at a time; the order of the results does not depend on it."""
    if jobs <= 1:
        yield from map(run, works)
        return
    # A few at a time: recordings are built as cases are asked for, and nobody waits for them all.
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        while batch := list(itertools.islice(works, 4 * jobs)):
            yield from pool.imap(run, batch)


if __name__ == "__main__":
    main()
