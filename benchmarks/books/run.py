"""Run the books benchmark and print its tables as Markdown.

::

    python -m benchmarks.books.run
    python -m benchmarks.books.run --books es:60 --backends whisper,synth --peers aeneas
    python -m benchmarks.books.run --books "" --words
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.books.book import Book, book
from benchmarks.books.score import BookScore, score_book
from benchmarks.books.words import rows, word_table
from benchmarks.cache import MaterialMissingError, cache_folder
from benchmarks.text import ours, peers
from benchmarks.text.process import run
from benchmarks.text.tables import percent

# Shares of sentence starts within 250 ms at least, and of false placements at most.
LEAST_RIGHT, MOST_FALSE = 0.97, 0.02


def main() -> None:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(prog="bin/bench books", description=__doc__.split("\n")[0])
    parser.add_argument("--books", default="it:20,es:60,grid:13", help="SPEAKER:MINUTES, ...")
    parser.add_argument("--seeds", default="1", help="a book for each, comma-separated")
    parser.add_argument("--backends", default="whisper,synth", help="ours, comma-separated")
    parser.add_argument("--peers", default="", help=f"of {','.join(peers.PEERS)}")
    parser.add_argument("--words", action="store_true", help="times of English words too")
    parser.add_argument("--timeout", type=float, default=7200, help="seconds a tool may take")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    options = parser.parse_args()
    try:
        _run(options)
    except MaterialMissingError as error:
        sys.exit(f"bench: {error}")


def _run(options: argparse.Namespace) -> None:
    scores = []
    for given in filter(None, options.books.split(",")):
        speaker, minutes = given.split(":")
        for seed in options.seeds.split(","):
            scores += _scores(book(speaker, float(minutes), int(seed)), options)
    if scores:
        print(book_table(scores))
    if options.words:
        print(word_table(rows()))
    if options.out:
        figures = [
            {"case": s.lines.case, "tool": s.lines.tool, **s.figures, "false": s.false_share,
             "order": s.order_is_right, "astray": s.astray, "seconds": s.lines.seconds}
            for s in scores
        ]  # fmt: skip
        options.out.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def _scores(given: Book, options: argparse.Namespace) -> Iterator[BookScore]:
    with tempfile.TemporaryDirectory(prefix="syncalign-bench-") as name:
        for tool in filter(None, [*options.backends.split(","), *options.peers.split(",")]):
            if tool in peers.PEERS:
                answer = peers.align(given.case, tool, Path(name), timeout=options.timeout)
            else:
                answer = _ours(given, tool, Path(name), options.timeout)
            told = score_book(given, tool, answer)
            print(f"{given.case.id}: {tool} {answer.status}; {answer.reason}", file=sys.stderr)
            yield told


def _ours(given: Book, backend: str, folder: Path, timeout: float) -> ours.Answer:
    """Align a book; what was heard is kept in the benchmark cache."""
    root = str(Path(__file__).resolve().parents[2])
    done = run(
        ours.command_of(given.case, backend, folder / "ours.json"),
        folder,
        timeout=timeout,
        surroundings={"PYTHONPATH": root, "SYNCALIGN_CACHE": str(cache_folder("heard"))},
    )
    return ours.read_answer(done)


def book_table(scores: list[BookScore]) -> str:
    """Return one line for each book and tool, as Markdown."""
    lines = [
        "| book | tool | lines read | <= 250 ms % | median ms | without a time | over 1 s off "
        "| unread placed | chapters in order | targets | x real time |",
        "|---|---|--:|--:|--:|--:|--:|--:|---|---|--:|",
    ]
    for each in scores:
        marks = each.lines.lines
        read = [mark for mark in marks if mark.is_spoken]
        figures = each.figures
        if not figures:
            lines.append(
                f"| {each.lines.row} | {each.lines.tool} | {each.lines.status} |" + "|" * 8
            )
            continue
        is_met = (
            figures["within 0.25"] >= LEAST_RIGHT
            and each.false_share <= MOST_FALSE
            and each.order_is_right
        )
        unread = len(marks) - len(read)
        lines.append(
            f"| {each.lines.row} | {each.lines.tool} | {len(read)} "
            f"| {percent(figures['within 0.25'])} | {1000 * figures['median']:.0f} "
            f"| {sum(not mark.is_placed for mark in read)} | {each.astray} "
            f"| {round(each.false_share * unread)} of {unread} "
            f"| {'yes' if each.order_is_right else 'no'} | {'PASS' if is_met else 'MISS'} "
            f"| {each.lines.seconds / each.lines.length:.3f} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
