"""What the text alignment must show, beside what was reached: PASS or MISS, row by row.

Shares are over the lines or words of accepted texts; one without a time is a miss. How many texts
were refused is a row of its own, and stands beside each row where it is not none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.subtitles.reliability import calibrate
from benchmarks.text.score import (
    UNIT_RIGHT_S,
    Score,
    auroc,
    drift,
    errors,
    quantiles,
    told,
)
from benchmarks.text.tables import percent


@dataclass(frozen=True, slots=True)
class Finding:
    """What was reached, and whether it is enough."""

    reached: str
    is_enough: bool


@dataclass(frozen=True, slots=True)
class Target:
    """One row: what it asks for, which scores it is judged on, and how."""

    case: str
    wanted: str
    belongs: Callable[[Score], bool]
    judge: Callable[[list[Score]], Finding]


def _rows(*names: str, tool: str = "synth") -> Callable[[Score], bool]:
    return lambda s: s.tool == tool and s.is_right and s.row.startswith(names)


def _starts(
    least: float, *, median: float = np.inf, surest: float = np.inf
) -> Callable[[list[Score]], Finding]:
    """Judge line starts: the share within 250 ms, the median, the largest error of an "ok" line."""

    def judge(scores: list[Score]) -> Finding:
        marks = [mark for each in scores for mark in each.lines]
        figures = quantiles(errors(marks))
        if not figures:
            return Finding(f"no line placed{_refused(scores)}", False)
        sure = [abs(m.start) if m.is_spoken else np.inf for m in marks if m.status == "ok"]
        largest = max(sure, default=0.0)
        share, middle = figures["within 0.25"], figures["median"]
        text = (
            f"{percent(share)} % within 250 ms, median {1000 * middle:.0f} ms, "
            f"largest of {len(sure)} ok {largest:.2f} s{_refused(scores)}"
        )
        return Finding(text, share >= least and middle <= median and largest <= surest)

    return judge


def _unread(scores: list[Score]) -> Finding:
    unread = [mark for each in scores for mark in each.lines if not mark.is_spoken]
    placed = sum(mark.is_placed for mark in unread)
    text = f"{placed} of {len(unread)} placed{_refused(scores)}"
    return Finding(text, bool(unread) and placed <= 0.02 * len(unread))


def _gaps(scores: list[Score]) -> Finding:
    all_of_them = sum(each.gaps for each in scores)
    found = sum(each.gaps_found for each in scores)
    wrong = sum(each.gap_seconds_wrong for each in scores)
    text = f"{found} of {all_of_them} told; {wrong:.1f} s of read lines called unwritten"
    return Finding(text, found == all_of_them)


def _wrong_texts(scores: list[Score]) -> Finding:
    refused = sum(not each.accepted for each in scores)
    broken = sum(each.status in ("failed", "timeout") for each in scores)
    text = f"{refused} of {len(scores)} refused ({broken} of them failed)"
    return Finding(text, len(scores) >= 100 and not broken and refused >= 0.99 * len(scores))


def _right_texts(scores: list[Score]) -> Finding:
    refused = sum(not each.accepted for each in scores)
    text = f"{refused} of {len(scores)} refused"
    return Finding(text, len(scores) >= 100 and refused <= 0.01 * len(scores))


def _words(least_100: float, least_50: float = 0.0) -> Callable[[list[Score]], Finding]:
    def judge(scores: list[Score]) -> Finding:
        figures = quantiles(errors(mark for each in scores for mark in each.words))
        if not figures:
            return Finding(f"no word placed{_refused(scores)}", False)
        in_50, in_100 = figures["within 0.05"], figures["within 0.1"]
        text = f"{percent(in_100)} % within 100 ms, {percent(in_50)} within 50{_refused(scores)}"
        return Finding(text, in_100 >= least_100 and in_50 >= least_50)

    return judge


def _drift(scores: list[Score]) -> Finding:
    slope = drift(scores)
    if slope is None:
        return Finding("no recording long enough", False)
    text = f"{1000 * slope[0]:+.1f} +- {1000 * slope[1]:.1f} ms/h"
    return Finding(text, abs(slope[0]) <= 0.010)


def _cost(most_s: float, most_mb: float) -> Callable[[list[Score]], Finding]:
    def judge(scores: list[Score]) -> Finding:
        seconds, peak = max(s.seconds for s in scores), max(s.peak_mb for s in scores)
        is_done = all(each.accepted for each in scores)
        text = f"{seconds:.0f} s, {peak:.0f} MB{_refused(scores)}"
        return Finding(text, is_done and seconds <= most_s and peak <= most_mb)

    return judge


def _short_forms(scores: list[Score]) -> Finding:
    marks = [mark for each in scores for mark in each.words if mark.is_special]
    timed = sum(mark.is_placed for mark in marks)
    near = sum(abs(mark.start) <= 0.1 for mark in marks)
    text = f"{timed} of {len(marks)} timed, {near} within 100 ms{_refused(scores)}"
    return Finding(text, bool(marks) and timed == len(marks))


def _confidence(scores: list[Score]) -> Finding:
    pairs = told((mark for each in scores for mark in each.lines), UNIT_RIGHT_S)
    area, curve = (auroc(pairs), calibrate(pairs)) if pairs else (None, None)
    if area is None or curve is None:
        return Finding(f"{len(pairs)} lines: too few right or wrong ones", False)
    low, high = curve.interval
    text = f"AUROC {area:.3f}, ECE {curve.ece:.3f} ({low:.3f} to {high:.3f}), {len(pairs)} lines"
    return Finding(text, area >= 0.9 and curve.ece <= 0.05)


def _refused(scores: list[Score]) -> str:
    refused = sum(not each.accepted for each in scores)
    return f"; {refused} of {len(scores)} texts without an alignment" if refused else ""


TARGETS = (
    Target(
        "line starts, clean reading",
        "median <= 60 ms, >= 97 % within 250 ms",
        _rows("sonnets", "35 min, clean", "10 min, clean", "GRID, clean"),
        _starts(0.97, median=0.060),
    ),
    Target(
        "35 minutes, music and noise beds",
        ">= 95 % within 250 ms, ok lines within 1 s",
        _rows("35 min, mixed"),
        _starts(0.95, surest=1.0),
    ),
    Target("30 unread lines put in", "<= 2 % of them placed", _rows("35 min, unread"), _unread),
    Target(
        "the lines around them",
        ">= 95 % within 250 ms, ok lines within 1 s",
        _rows("35 min, unread"),
        _starts(0.95, surest=1.0),
    ),
    Target(
        "5 blocks of 4 lines taken out",
        ">= 95 % within 250 ms, ok lines within 1 s",
        _rows("35 min, missing"),
        _starts(0.95, surest=1.0),
    ),
    Target(
        "speech over 3 s without text",
        "every stretch told of",
        _rows("35 min, missing", "35 min, around", "10 min, missing", "10 min, around"),
        _gaps,
    ),
    *(
        Target(
            f"{name} (no row of its own in the target)",
            ">= 95 % within 250 ms, ok lines within 1 s",
            _rows(f"35 min, {variant}", f"10 min, {variant}"),
            _starts(0.95, surest=1.0),
        )
        for name, variant in (
            ("music of 5 to 120 s", "music"),
            ("retakes", "retake"),
            ("intro and outro", "around"),
            ("two passages reordered", "reordered"),
            ("tempo 0.8 to 1.25", "tempo"),
            ("noise at 10 dB", "noise"),
        )
    ),
    Target(
        "wrong texts: other half, other language",
        ">= 99 % of 100 or more refused",
        lambda s: s.tool == "synth" and not s.is_right,
        _wrong_texts,
    ),
    Target(
        "right texts",
        "<= 1 % of 100 or more refused",
        lambda s: s.tool == "synth" and s.is_right,
        _right_texts,
    ),
    Target(
        "words, GRID (machine marks), synth", ">= 85 % within 100 ms", _rows("GRID, "), _words(0.85)
    ),
    Target(
        "words, GRID (machine marks), phones",
        ">= 88 % within 100 ms, >= 75 % within 50",
        _rows("GRID, ", tool="phones"),
        _words(0.88, 0.75),
    ),
    Target(
        "words, synthetic voices, synth",
        ">= 85 % within 100 ms",
        _rows("synthetic 5"),
        _words(0.85),
    ),
    Target(
        "words, synthetic voices, phones",
        ">= 88 % within 100 ms, >= 75 % within 50",
        _rows("synthetic 5", tool="phones"),
        _words(0.88, 0.75),
    ),
    Target("drift", "<= 10 ms/h", _rows("synthetic 60", "35 min, clean"), _drift),
    Target("1 h", "<= 60 s", _rows("synthetic 60 min"), _cost(60, np.inf)),
    Target("10 h", "<= 10 min, <= 1.5 GB", _rows("synthetic 600"), _cost(600, 1500)),
    Target("numbers, dates, abbreviations", "100 % timed", _rows("numbers"), _short_forms),
    Target(
        "confidence of lines",
        "AUROC >= 0.9, ECE <= 0.05",
        lambda s: s.tool == "synth",
        _confidence,
    ),
)


def target_table(scores: Sequence[Score]) -> str:
    """Return each target beside what was reached; rows that nothing ran for are left out."""
    lines = ["| case | target | reached | |", "|---|---|---|---|"]
    for target in TARGETS:
        chosen = [each for each in scores if target.belongs(each)]
        if not chosen:
            continue
        found = target.judge(chosen)
        verdict = "PASS" if found.is_enough else "MISS"
        lines.append(f"| {target.case} | {target.wanted} | {found.reached} | {verdict} |")
    return "\n".join(lines) + "\n"
