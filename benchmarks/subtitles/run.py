"""Run the subtitle benchmark and print its tables as Markdown.

::

    python -m benchmarks.subtitles.run --suite quick
    python -m benchmarks.subtitles.run --suite issue2 --speakers es,it --peers --timing --out r.json
"""

import argparse
import dataclasses
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cache import MaterialMissingError
from benchmarks.subtitles import ours
from benchmarks.subtitles.peers import PEERS, run_peer, versions
from benchmarks.subtitles.perturb import (
    Case,
    Source,
    Suite,
    generator,
    wordless_cases,
    wrong_cases,
)
from benchmarks.subtitles.score import (
    Answer,
    FileScore,
    calibrate,
    plot_reliability,
    score_file,
)
from benchmarks.subtitles.script import moved, script_of, write_srt
from benchmarks.subtitles.tables import case_table, timing_table, trust_table
from benchmarks.subtitles.timing import Timing, measure


@dataclass(frozen=True, slots=True)
class Plan:
    """What a suite runs: recordings per speaker, groups, and how many wrong files in all."""

    recordings: tuple[tuple[float, float, float | None, int], ...]  # minutes, dB, density, seed
    groups: tuple[str, ...]
    wrong: int
    wordless: int


ALL_GROUPS = ("P0", "P0v", "P1", "P2", "P3", "P3r", "P4", "P5", "P6", "P7", "P8", "P11")
PLANS = {
    "quick": Plan(((10, 10, None, 1),), ("P0", "P2", "P3", "P4", "P8"), 20, 3),
    "issue2": Plan(
        (
            (45, 25, None, 1),
            (45, 10, None, 2),
            (45, 6, None, 3),
            (45, 3, None, 4),
            (10, 25, None, 5),
            (10, 10, None, 6),
            (10, 3, None, 7),
        ),
        ("P0", "P1", "P2", "P3"),
        300,
        9,
    ),
    "full": Plan(
        (
            (45, 25, None, 1),
            (45, 10, None, 2),
            (45, 6, None, 3),
            (45, 3, None, 4),
            (10, 10, None, 6),
            (45, 10, 0.25, 8),
            (45, 10, 0.08, 9),
        ),
        ALL_GROUPS,
        600,
        30,
    ),
}


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
    parser = argparse.ArgumentParser(prog="bin/bench subtitles", description=__doc__.split("\n")[0])
    parser.add_argument("--suite", choices=PLANS, default="quick")
    parser.add_argument("--speakers", default="es", help="of it, es, grid; comma-separated")
    parser.add_argument("--groups", help="only these groups, such as P0,P3")
    parser.add_argument("--recordings", type=int, help="only the first N recordings of a speaker")
    parser.add_argument("--snr", help="only recordings at these dB, such as 10,6")
    parser.add_argument("--wrong", type=int, help="number of wrong files over all recordings")
    parser.add_argument("--seed", type=int, default=0, help="for other recordings than usual")
    parser.add_argument("--half", choices=("all", "train", "test"), default="all")
    parser.add_argument("--grid", help="folder of GRID clips, for speaker grid")
    parser.add_argument("--no-ours", action="store_true", help="run the peers alone")
    parser.add_argument(
        "--peers",
        nargs="?",
        const="alass,ffsubsync",
        default="",
        help=f"peers to run beside, of {','.join(PEERS)} (default alass,ffsubsync)",
    )
    parser.add_argument(
        "--peer-recordings", type=int, default=1, help="recordings of a speaker the peers run on"
    )
    parser.add_argument(
        "--peer-cases", type=int, default=6, help="cases of each row that the peers see"
    )
    parser.add_argument("--peer-wrong", type=int, default=40, help="wrong files the peers see")
    parser.add_argument("--timing", type=int, nargs="?", const=5, default=0, metavar="ROUNDS")
    parser.add_argument("--out", type=Path, help="write every score as JSON")
    parser.add_argument("--plot", type=Path, help="write the reliability plot (needs matplotlib)")
    return parser.parse_args()


def _run(options: argparse.Namespace) -> None:
    plan = PLANS[options.suite]
    peers = [peer for peer in options.peers.split(",") if peer]
    sources = _sources(plan, options)
    print("Real voices, synthetic mix. Suite", options.suite, "on", len(sources), "recordings.\n")
    if peers:
        print("Peers:", ", ".join(f"{k} = {v}" for k, v in versions(peers).items()), "\n")
    scores: dict[str, list[FileScore]] = {
        tool: [] for tool in (*([] if options.no_ours else ["ours"]), *peers)
    }
    with tempfile.TemporaryDirectory(prefix="syncalign-bench-") as name:
        folder = Path(name)
        try:
            for tool, score in _scores(plan, options, sources, peers, folder):
                scores[tool].append(score)
        except KeyboardInterrupt:
            print("interrupted: what follows is of the cases done so far", file=sys.stderr)
            options.timing = 0
        print(case_table(scores))
        print(trust_table(scores), flush=True)
        timings = _timings(options, sources[0], peers, folder) if options.timing else {}
    calibration = calibrate(scores.get("ours", []))
    if calibration is not None:
        low, high = calibration.interval
        print(f"ECE {calibration.ece:.3f} ({low:.3f} to {high:.3f}), {calibration.trials} trials\n")
        if options.plot and not plot_reliability(calibration, options.plot):
            print("no reliability plot: matplotlib is not installed", file=sys.stderr)
    for name, measured in timings.items():
        print(f"Wall time, {name}, cold start:\n\n{timing_table(measured)}")
    if options.out:
        body = {tool: [dataclasses.asdict(s) for s in rows] for tool, rows in scores.items()}
        body["timing"] = {k: [dataclasses.asdict(t) for t in v] for k, v in timings.items()}
        body["calibration"] = dataclasses.asdict(calibration) if calibration else None
        options.out.write_text(json.dumps(body, indent=1), encoding="utf-8")


def _sources(plan: Plan, options: argparse.Namespace) -> list[Source]:
    return [
        Source(speaker, minutes, snr_db, seed + options.seed, density, options.half)
        for minutes, snr_db, density, seed in plan.recordings[: options.recordings]
        if not options.snr or f"{snr_db:g}" in options.snr.split(",")
        for speaker in options.speakers.split(",")
    ]


def _scores(
    plan: Plan,
    options: argparse.Namespace,
    sources: list[Source],
    peers: list[str],
    folder: Path,
) -> Iterator[tuple[str, FileScore]]:
    heard_by_peers = options.peer_recordings * len(options.speakers.split(","))
    begin = time.perf_counter()
    for number, source in enumerate(sources):
        cases = list(_cases(plan, options, source, len(sources)))
        chosen: set[str] = set()
        if peers and number < heard_by_peers:
            chosen = _for_peers(cases, options.peer_cases, -(-options.peer_wrong // heard_by_peers))
        for case in cases:
            subtitles = write_srt(case.script, folder / "case.srt")
            if not options.no_ours:
                yield "ours", score_file(case, ours.sync(case.medium, subtitles, case.script))
            if case.id in chosen:
                yield from _peer_scores(case, peers, subtitles, folder)
        spent = time.perf_counter() - begin
        print(f"{source.name} done, {number + 1}/{len(sources)}, {spent:.0f} s", file=sys.stderr)


def _for_peers(cases: list[Case], most: int, most_wrong: int) -> set[str]:
    """Choose at most `most` cases of each row, evenly, and `most_wrong` wrong files."""
    rows: dict[str, list[str]] = {}
    for case in cases:
        rows.setdefault(case.row, []).append(case.id)
    chosen: set[str] = set()
    for row, ids in rows.items():
        wanted = min(most_wrong if row == "wrong file" else most, len(ids))
        chosen.update(ids[i * len(ids) // wanted] for i in range(wanted))
    return chosen


def _cases(
    plan: Plan, options: argparse.Namespace, source: Source, recordings: int
) -> Iterator[Case]:
    groups = tuple(options.groups.split(",")) if options.groups else plan.groups
    suite = Suite(source)
    yield from suite.cases(groups)
    wanted = plan.wrong if options.wrong is None else options.wrong
    if options.groups is None or "P10" in groups:
        yield from wrong_cases(suite, -(-wanted // recordings))
        yield from wordless_cases(source, -(-plan.wordless // recordings))


def _peer_scores(
    case: Case, peers: Iterable[str], subtitles: Path, folder: Path
) -> Iterator[tuple[str, FileScore]]:
    for peer in peers:
        if peer == "ffsubsync-split" and case.group not in ("P3", "P3r", "P4"):
            continue  # 40 to 110 s a file: only where it is meant to help
        run = run_peer(peer, case.medium, subtitles, folder)
        status = "synced" if run.status == "written" else run.status
        yield peer, score_file(case, Answer(status, starts=run.starts, seconds=run.seconds))


def _timings(
    options: argparse.Namespace, source: Source, peers: list[str], folder: Path
) -> dict[str, list[Timing]]:
    """Measure on the first recording, with its subtitle 5 s late; in "full" on 2 h of AAC too."""
    media = {f"{source.minutes:g} minutes of FLAC": (source, ".flac")}
    if options.suite == "full":
        media["2 hours of AAC"] = (dataclasses.replace(source, minutes=120), ".m4a")
    tools = [*([] if options.no_ours else ["ours"]), *(p for p in peers if "split" not in p)]
    found = {}
    for name, (chosen, suffix) in media.items():
        medium, recording = chosen.files(suffix)
        script = moved(script_of(recording, generator("timing")), 5.0)
        subtitles = write_srt(script, folder / "timing.srt")
        found[name] = measure(
            medium, subtitles, folder, [*tools, "decoding"], rounds=options.timing
        )
    return found


if __name__ == "__main__":
    main()
