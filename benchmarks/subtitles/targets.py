"""What the subtitle sync must show, beside what was reached: PASS or MISS, row by row.

A row is judged on recordings of 6 dB and more unless it says otherwise; what it comes to at 3 dB
stands beside it. Shares of cues are means over the accepted files: how many were refused is a row
of its own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.subtitles.reliability import Calibration
from benchmarks.subtitles.score import FileScore, summarise
from benchmarks.subtitles.timing import Timing

# Files that no single monotone map can carry: told of, not asked for.
INFORMATION = ("two parts joined, one at 25 fps", "restart at zero half way")
_RIGID_ROWS = ("offsets", "frame-rate pairs", "in sync")
_MIXED = "30 % dropped + 20 % SDH + 0.15 s jitter"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was reached, and whether it is enough (None where too little was measured)."""

    reached: str
    is_enough: bool | None


@dataclass(frozen=True, slots=True)
class Target:
    """One row.

    Attributes
    ----------
    case, wanted : str
        First and second column.
    belongs : callable
        Whether a score is one of the row's.
    judge : callable
        From the row's scores, at least one, to what was reached.
    levels : "6 dB", "3 dB" or "all"
        The recordings it is judged on.
    """

    case: str
    wanted: str
    belongs: Callable[[FileScore], bool]
    judge: Callable[[list[FileScore]], Finding]
    levels: str = "6 dB"

    def finding(self, scores: Iterable[FileScore], levels: str) -> Finding:
        """Judge the scores of some levels of noise."""
        chosen = [s for s in scores if self.belongs(s) and _is_at(s, levels)]
        return self.judge(chosen) if chosen else Finding("-", None)


def _is_at(score: FileScore, levels: str) -> bool:
    loud = score.snr_db is None or score.snr_db >= 6
    return levels == "all" or loud == (levels == "6 dB")


# ---- how rows are judged ------------------------------------------------------------------------


def _rigid(scores: list[FileScore]) -> Finding:
    f = summarise(scores)
    text = f"{f['right']} of {f['files']} files right; {_percent(f['within'][0])} within 50 ms"
    all_right = f["right"] == f["files"]
    enough = all_right and f["within"][0] >= 0.99 and f["median"] <= 0.010
    return Finding(f"{text}, median {_milliseconds(f['median'])}", enough)


def _rigid_in_noise(scores: list[FileScore]) -> Finding:
    f = summarise(scores)
    wrong = f["accepted"] - f["right"]
    text = f"{f['right']} of {f['files']} files right, {wrong} wrong and accepted"
    return Finding(text, f["right"] >= 0.97 * f["files"] and not wrong)


def _cues(least_100: float, least_50: float = 0.0) -> Callable[[list[FileScore]], Finding]:
    def judge(scores: list[FileScore]) -> Finding:
        f = summarise(scores)
        in_50, in_100 = f["within"][:2]
        text = f"{_percent(in_100)}; {_percent(in_50)} within 50 ms{_refused(f)}"
        return Finding(text, bool(f["accepted"]) and in_100 >= least_100 and in_50 >= least_50)

    return judge


def _slow_drift(scores: list[FileScore]) -> Finding:
    f = summarise(scores)
    largest = max((s.largest for s in scores if s.accepted), default=None)
    text = f"largest error of a cue {_milliseconds(largest)}{_refused(f)}"
    return Finding(text, largest is not None and largest <= 0.050)


def _scenes(scores: list[FileScore]) -> Finding:
    f = summarise(scores)
    absent, present, in_100 = f["absent_named"], f["present_named"], f["within"][1]
    text = (
        f"{_percent(in_100)}{_refused(f)}; absent named {_percent(absent)},"
        f" present named {_percent(present)}"
    )
    if not f["accepted"]:
        return Finding(text, False)
    return Finding(text, in_100 >= 0.99 and absent >= 0.90 and present <= 0.01)


def _pieces(scores: list[FileScore]) -> Finding:
    pieces = [piece for s in scores for piece in s.pieces]
    sure = [piece for piece in pieces if piece.confidence > 0.5]
    off, loose = sum(piece.off for piece in sure), sum(not piece.right for piece in sure)
    text = f"{off} of {len(pieces)} ({loose} with fewer than 95 % of their cues within 250 ms)"
    return Finding(text, not off)


def _bias(scores: list[FileScore]) -> Finding:
    f = summarise(scores)
    text = f"largest bias {_milliseconds(f['worst_bias'])} in {f['accepted']} files{_refused(f)}"
    return Finding(text, f["worst_bias"] is not None and f["worst_bias"] <= 0.030)


def _all_right(scores: list[FileScore]) -> Finding:
    f = summarise(scores)
    return Finding(f"{f['right']} of {f['files']} files right", f["right"] == f["files"])


def _right_or_refused(scores: list[FileScore]) -> Finding:
    right = sum(s.success for s in scores)
    refused = sum(not s.accepted for s in scores)
    text = f"{right} right + {refused} refused of {len(scores)} files"
    return Finding(text, right + refused >= 0.95 * len(scores))


def _none_accepted(scores: list[FileScore]) -> Finding:
    accepted = sum(s.accepted for s in scores)
    return _never(accepted, f"{accepted} of {len(scores)}", len(scores) >= 600)


def _few_refused(scores: list[FileScore]) -> Finding:
    refused: dict[str, int] = {}
    for s in scores:
        if not s.accepted:
            refused[s.row] = refused.get(s.row, 0) + 1
    count = sum(refused.values())
    rows = ", ".join(f"{n} {row}" for row, n in refused.items())
    text = f"{count} of {len(scores)} = {_percent(count / len(scores))}"
    return Finding(text + (f" ({rows})" if rows else ""), count <= 0.03 * len(scores))


def _unharmed(scores: list[FileScore]) -> Finding:
    harmed, rewritten = sum(s.harm for s in scores), sum(s.status == "synced" for s in scores)
    text = f"{harmed} harmed, {rewritten} rewritten of {len(scores)}"
    return _never(harmed + rewritten, text, len(scores) >= 500)


def _never(count: int, text: str, are_many: bool) -> Finding:
    """Say of what must not happen that it did, that it did not, or that the trials are too few."""
    if count or are_many:
        return Finding(text, not count)
    return Finding(f"{text}: too few trials to tell", None)


# ---- the rows -----------------------------------------------------------------------------------


def _is(row: str) -> Callable[[FileScore], bool]:
    return lambda score: score.row == row


def _is_rigid(score: FileScore) -> bool:
    return score.row.startswith(_RIGID_ROWS)


def _is_right_file(score: FileScore) -> bool:
    return not score.must_refuse and score.row not in INFORMATION


TARGETS = (
    Target(
        "in sync, offsets, frame-rate pairs, >= 6 dB",
        "every file right; >= 99 % of cues within 50 ms, median <= 10 ms",
        _is_rigid,
        _rigid,
    ),
    Target(
        "the same at 3 dB",
        ">= 97 % of files right, the rest refused",
        _is_rigid,
        _rigid_in_noise,
        "3 dB",
    ),
    Target("drift of 0.5 %", ">= 99 % of cues within 100 ms", _is("drift of 0.5 %"), _cues(0.99)),
    Target("drift of 50 ppm", "every cue within 50 ms", _is("drift of 50 ppm"), _slow_drift),
    *(
        Target(
            row,
            ">= 99.5 % of cues within 100 ms, >= 95 % within 50 ms",
            _is(row),
            _cues(0.995, 0.95),
        )
        for row in ("1 break of 20-90 s", *(f"{n} breaks of 20-90 s" for n in (2, 4, 8)))
    ),
    *(
        Target(row, ">= 99 % of cues within 100 ms", _is(row), _cues(0.99))
        for row in ("3 trims of 0.5-5 s", "6 trims of 0.5-5 s")
    ),
    Target(
        "trims: pieces off by > 250 ms with a confidence above 0.5",
        "0",
        lambda s: "trims of" in s.row,
        _pieces,
        "all",
    ),
    *(
        Target(
            row,
            ">= 99 % of cues within 100 ms; >= 90 % of absent cues named, <= 1 % of present ones",
            _is(row),
            _scenes,
        )
        for row in (f"{n} scenes missing from the medium" for n in (2, 6))
    ),
    Target(_MIXED, "bias <= 30 ms in every file", _is(_MIXED), _bias),
    Target(
        "SDH, lyrics, credits, merged and split lines",
        "none counts against the file: all right",
        lambda s: s.group == "P7",
        _all_right,
    ),
    Target(
        "forced-only (90 % dropped)",
        ">= 95 % of files right or refused",
        _is("90 % dropped"),
        _right_or_refused,
        "all",
    ),
    Target(
        "wrong file, silence, noise, music, stub: accepted",
        "0 of >= 600",
        lambda s: s.must_refuse,
        _none_accepted,
        "all",
    ),
    Target("right files refused, all rows, >= 6 dB", "<= 3 %", _is_right_file, _few_refused),
    Target(
        "in-sync input left byte-identical",
        "0 harmed of >= 500",
        lambda s: s.group == "P0",
        _unharmed,
        "all",
    ),
)
PIECES_OF_ALL = Target(
    "pieces off by > 250 ms with a confidence above 0.5, all files",
    "(information)",
    lambda s: True,
    _pieces,
    "all",
)


def target_table(
    scores: list[FileScore],
    calibration: Calibration | None,
    timings: dict[str, list[Timing]],
) -> str:
    """Return the rows in Markdown: target, what was reached, PASS or MISS, and what 3 dB gives."""
    lines = [
        "| case | target | reached | | at 3 dB |",
        "|---|---|---|---|---|",
    ]
    for target in TARGETS:
        found = target.finding(scores, target.levels)
        noisy = target.finding(scores, "3 dB").reached if target.levels == "6 dB" else ""
        lines.append(_line(target.case, target.wanted, found, noisy))
    found = PIECES_OF_ALL.finding(scores, "all")
    lines.append(_line(PIECES_OF_ALL.case, PIECES_OF_ALL.wanted, Finding(found.reached, None)))
    lines.append(_line("confidence of files", "ECE <= 0.05", _calibrated(calibration)))
    for medium, measured in timings.items():
        lines += [_line(f"{case}, {medium}", wanted, f) for case, wanted, f in _timed(measured)]
    return "\n".join(lines) + "\n"


def _calibrated(calibration: Calibration | None) -> Finding:
    if calibration is None:
        return Finding("-", None)
    low, high = calibration.interval
    text = f"{calibration.ece:.3f} ({low:.3f} to {high:.3f}), {calibration.trials} trials"
    return Finding(text, calibration.ece <= 0.05)


def _timed(timings: list[Timing]) -> Iterable[tuple[str, str, Finding]]:
    """Yield the rows of time and memory that were measured."""
    by_tool = {t.tool: t for t in timings}
    first, cached = by_tool.get("ours"), by_tool.get("ours-cached")
    alass, bare = by_tool.get("alass"), by_tool.get("PyAV decoding")
    if first and alass:
        ratio = first.median / alass.median
        yield "first run", "<= 1.0 x alass", Finding(f"{ratio:.2f} x", ratio <= 1.0)
    if first and bare:
        ratio = first.median / bare.median
        yield "first run", "stretch: 1.3 x bare decoding", Finding(f"{ratio:.2f} x", ratio <= 1.3)
    if cached:
        text = f"{cached.median:.2f} s"
        yield "second run, cached", "<= 0.5 s", Finding(text, cached.median <= 0.5)
    if first:
        text = f"{first.peak_mb:.0f} MB"
        yield "memory of the first run", "<= 300 MB", Finding(text, first.peak_mb <= 300)


def _line(case: str, wanted: str, found: Finding, noisy: str = "") -> str:
    word = {None: "", True: "PASS", False: "**MISS**"}[found.is_enough]
    return f"| {case} | {wanted} | {found.reached} | {word} | {noisy} |"


def _refused(figures: dict) -> str:
    refused = figures["files"] - figures["accepted"]
    return f", {refused} of {figures['files']} files refused" if refused else ""


def _percent(value: float | None) -> str:
    # Rounded down, so that 100 % means every one.
    return "-" if value is None else f"{int(10000 * value + 1e-6) / 100:g} %"


def _milliseconds(value: float | None) -> str:
    return "-" if value is None else f"{1000 * value:.0f} ms"
