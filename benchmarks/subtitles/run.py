"""Run the subtitle benchmark and print its tables as Markdown.

::

    python -m benchmarks.subtitles.run --suite quick
    python -m benchmarks.subtitles.run --suite issue3 --jobs 2 --peers --timing --out r.json
"""

import argparse
import dataclasses
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.cache import MaterialMissingError
from benchmarks.subtitles.peers import PEERS, versions
from benchmarks.subtitles.perturb import Source, generator
from benchmarks.subtitles.reliability import calibrate_files, calibrate_pieces, plot_reliability
from benchmarks.subtitles.score import FileScore
from benchmarks.subtitles.script import moved, script_of, write_srt
from benchmarks.subtitles.tables import case_table, timing_table, trust_table
from benchmarks.subtitles.targets import target_table
from benchmarks.subtitles.timing import Timing, measure
from benchmarks.subtitles.trials import PLANS, Work, run

TIMED_PEERS = ("alass", "ffsubsync")


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
    parser.add_argument(
        "--speakers", default="es,menardi", help="of it, es, menardi, grid; comma-separated"
    )
    parser.add_argument("--groups", help="only these groups, such as P0,P3")
    parser.add_argument("--recordings", type=int, help="only the first N recordings of a speaker")
    parser.add_argument("--snr", help="only recordings at these dB, such as 10,6")
    parser.add_argument("--wrong", type=int, help="number of wrong files over all recordings")
    parser.add_argument("--seed", type=int, default=0, help="for other recordings than usual")
    parser.add_argument("--half", choices=("all", "train", "test"), default="all")
    parser.add_argument("--grid", help="folder of GRID clips, for speaker grid")
    parser.add_argument("--jobs", type=int, default=1, help="recordings worked on at a time")
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
        "--peer-cases", type=int, default=2, help="cases of each row that the peers see"
    )
    parser.add_argument("--peer-wrong", type=int, default=40, help="wrong files the peers see")
    parser.add_argument(
        "--timing",
        type=int,
        nargs="?",
        const=5,
        default=0,
        metavar="ROUNDS",
        help="time whole processes beside alass and ffsubsync",
    )
    parser.add_argument("--out", type=Path, help="write every score as JSON")
    parser.add_argument("--plot", type=Path, help="write the reliability plot (needs matplotlib)")
    return parser.parse_args()


def _run(options: argparse.Namespace) -> None:
    peers = tuple(peer for peer in options.peers.split(",") if peer)
    works = _works(options, peers)
    print("Real voices, synthetic mix. Suite", options.suite, "on", len(works), "recordings.\n")
    beside = tuple(dict.fromkeys((*peers, *(TIMED_PEERS if options.timing else ()))))
    if beside:
        print("Peers:", ", ".join(f"{k} = {v}" for k, v in versions(beside).items()), "\n")
    scores: dict[str, list[FileScore]] = {
        tool: [] for tool in (*([] if options.no_ours else ["ours"]), *peers)
    }
    try:
        for done in _done(works, options.jobs):
            for tool, score in done:
                scores[tool].append(score)
    except KeyboardInterrupt:
        print("interrupted: what follows is of the recordings done so far", file=sys.stderr)
        options.timing = 0
    print(case_table(scores))
    print(trust_table(scores), flush=True)
    timings = _timings(options, works[0].source) if options.timing else {}
    for name, measured in timings.items():
        print(f"Whole cold processes, {name}:\n\n{timing_table(measured)}")
    ours = scores.get("ours", [])
    judged = {"files": calibrate_files(ours), "pieces": calibrate_pieces(ours)}
    curves = {name: curve for name, curve in judged.items() if curve is not None}
    for name, curve in curves.items():
        low, high = curve.interval
        print(f"ECE of {name}: {curve.ece:.3f} ({low:.3f} to {high:.3f}), {curve.trials} trials\n")
    if ours:
        print(target_table(ours, curves.get("files"), timings))
    if options.plot and not plot_reliability(curves, options.plot):
        print("no reliability plot: matplotlib is not installed", file=sys.stderr)
    if options.out:
        body = {tool: [dataclasses.asdict(s) for s in rows] for tool, rows in scores.items()}
        body["timing"] = {k: [dataclasses.asdict(t) for t in v] for k, v in timings.items()}
        body["calibration"] = {k: dataclasses.asdict(v) for k, v in curves.items()}
        options.out.write_text(json.dumps(body, indent=1), encoding="utf-8")


def _works(options: argparse.Namespace, peers: tuple[str, ...]) -> list[Work]:
    """Return what is to be done, recording by recording; the peers see the first ones."""
    plan = PLANS[options.suite]
    speakers = options.speakers.split(",")
    groups = tuple(options.groups.split(",")) if options.groups else plan.groups
    sources = [
        Source(speaker, minutes, snr_db, seed + options.seed, density, options.half)
        for minutes, snr_db, density, seed in plan.recordings[: options.recordings]
        if not options.snr or f"{snr_db:g}" in options.snr.split(",")
        for speaker in speakers
    ]
    if not sources:
        sys.exit(f"bench: suite {options.suite} has no recording at {options.snr} dB")
    with_wrong = options.groups is None or "P10" in groups
    wrong = (plan.wrong if options.wrong is None else options.wrong) if with_wrong else 0
    heard_by_peers = min(options.peer_recordings * len(speakers), len(sources))
    if options.no_ours:
        sources, wrong = sources[:heard_by_peers], min(wrong, options.peer_wrong)

    def each(total: int, recordings: int = len(sources)) -> int:
        return -(-total // max(recordings, 1))

    return [
        Work(
            source,
            groups,
            wrong=each(wrong),
            wordless=each(plan.wordless if with_wrong else 0),
            varied=each(plan.varied),
            ours=not options.no_ours,
            peers=peers if number < heard_by_peers else (),
            peer_cases=options.peer_cases,
            peer_wrong=each(options.peer_wrong, heard_by_peers),
        )
        for number, source in enumerate(sources)
    ]


def _done(works: list[Work], jobs: int) -> Iterator[list[tuple[str, FileScore]]]:
    """Run the works, `jobs` at a time; the order of the results does not depend on it."""
    if jobs <= 1:
        yield from map(run, works)
        return
    with multiprocessing.get_context("spawn").Pool(jobs, initializer=_single_threaded) as pool:
        yield from pool.imap(run, works)


def _single_threaded() -> None:
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)  # as many processes as cores: more threads would only wait


def _timings(options: argparse.Namespace, source: Source) -> dict[str, list[Timing]]:
    """Measure on the first recording, with its subtitle 5 s late; in long suites on a film too."""
    media = {f"{source.minutes:g} minutes of FLAC": (source, ".flac")}
    if options.suite in ("issue3", "full"):
        film = dataclasses.replace(source, minutes=120)
        media["2 hours of film (H.264, AAC)"] = (film, ".mp4")
    tools = [] if options.no_ours else ["ours", "ours-cached"]
    tools += [*TIMED_PEERS, "PyAV decoding", "ffmpeg decoding"]
    found = {}
    with tempfile.TemporaryDirectory(prefix="syncalign-bench-") as name:
        folder = Path(name)
        for medium_name, (chosen, suffix) in media.items():
            medium, recording = chosen.files(suffix)
            script = moved(script_of(recording, generator("timing")), 5.0)
            subtitles = write_srt(script, folder / "timing.srt")
            found[medium_name] = measure(medium, subtitles, folder, tools, rounds=options.timing)
            for cached in folder.glob("cache-*"):
                shutil.rmtree(cached)
    return found


if __name__ == "__main__":
    main()
