"""The trials of a suite: which recordings, which cases, and what each tool made of them."""

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.subtitles import ours
from benchmarks.subtitles.peers import run_peer
from benchmarks.subtitles.perturb import Case, Source, Suite, wordless_cases, wrong_cases
from benchmarks.subtitles.score import Answer, FileScore, score_file
from benchmarks.subtitles.script import write_srt


@dataclass(frozen=True, slots=True)
class Plan:
    """What a suite runs.

    Attributes
    ----------
    recordings : tuple of (minutes, dB, density or None, seed)
        For each speaker.
    groups : tuple of str
        Of `perturb.Suite`.
    wrong, wordless, varied : int
        Wrong files, media without a word, and in-sync subtitles of "P0v", over all recordings.
    """

    recordings: tuple[tuple[float, float, float | None, int], ...]
    groups: tuple[str, ...]
    wrong: int
    wordless: int
    varied: int = 0


ALL_GROUPS = ("P0", "P0v", "P1", "P2", "P3", "P3r", "P4", "P5", "P6", "P7", "P8", "P11")
_FOUR_LEVELS = ((45, 25, None, 1), (45, 10, None, 2), (45, 6, None, 3), (45, 3, None, 4))
PLANS = {
    "quick": Plan(((10, 10, None, 1),), ("P0", "P2", "P3", "P4", "P8"), 20, 3),
    "issue2": Plan(
        (*_FOUR_LEVELS, (10, 25, None, 5), (10, 10, None, 6), (10, 3, None, 7)),
        ("P0", "P1", "P2", "P3"),
        300,
        9,
    ),
    "issue3": Plan(
        (*_FOUR_LEVELS, (45, 10, 0.25, 8), (45, 10, 0.08, 9), (10, 10, None, 6)),
        ALL_GROUPS,
        600,
        42,
        500,
    ),
    "full": Plan(
        (*_FOUR_LEVELS, (10, 10, None, 6), (45, 10, 0.25, 8), (45, 10, 0.08, 9)),
        ALL_GROUPS,
        600,
        30,
        280,
    ),
}


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done on one recording.

    Attributes
    ----------
    source : Source
        The recording.
    groups : tuple of str
        Of `perturb.Suite`.
    wrong, wordless, varied : int
        How many of each, on this recording.
    ours : bool
        Whether our own tool runs.
    peers : tuple of str
        Of `peers.PEERS`.
    peer_cases, peer_wrong : int
        How many cases of each row, and wrong files, they see.
    """

    source: Source
    groups: tuple[str, ...]
    wrong: int = 0
    wordless: int = 0
    varied: int = 0
    ours: bool = True
    peers: tuple[str, ...] = ()
    peer_cases: int = 0
    peer_wrong: int = 0


def run(work: Work) -> list[tuple[str, FileScore]]:
    """Run every case of one recording; return tool and score of each."""
    begin = time.perf_counter()
    cases = list(_cases(work))
    chosen = _for_peers(cases, work.peer_cases, work.peer_wrong) if work.peers else set()
    scores = []
    with tempfile.TemporaryDirectory(prefix="syncalign-bench-") as name:
        folder = Path(name)
        for case in cases:
            subtitles = write_srt(case.script, folder / "case.srt")
            if work.ours:
                answer = ours.sync(case.medium, subtitles)
                scores.append(("ours", score_file(case, answer)))
            if case.id in chosen:
                scores += _peer_scores(case, work.peers, subtitles, folder)
    spent = time.perf_counter() - begin
    print(f"{work.source.name}: {len(cases)} cases, {spent:.0f} s", file=sys.stderr, flush=True)
    return scores


def _cases(work: Work) -> Iterator[Case]:
    suite = Suite(work.source, varied=work.varied)
    yield from suite.cases(work.groups)
    yield from wrong_cases(suite, work.wrong)
    yield from wordless_cases(work.source, work.wordless)


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


def _peer_scores(
    case: Case, peers: tuple[str, ...], subtitles: Path, folder: Path
) -> Iterator[tuple[str, FileScore]]:
    for peer in peers:
        if peer == "ffsubsync-split" and case.group not in ("P3", "P3r", "P4"):
            continue  # 40 to 110 s a file: only where it is meant to help
        done = run_peer(peer, case.medium, subtitles, folder)
        status = "synced" if done.status == "written" else done.status
        yield peer, score_file(case, Answer(status, starts=done.starts, seconds=done.seconds))
