"""The benchmark's tables in Markdown."""

from collections.abc import Iterable

from benchmarks.subtitles.score import FileScore, summarise, summarise_trust
from benchmarks.subtitles.timing import Timing


def case_table(scores: dict[str, list[FileScore]]) -> str:
    """Return one line per kind of case and tool."""
    lines = [
        "| case | tool | files right | maps right | accepted | cues within 50 / 100 / 250 / 500 ms "
        "| worst file 100 ms | median s | largest bias s | breaks found / true / invented "
        "| rates invented | absent named / present named | s |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    rows = list(dict.fromkeys(s.row for told in scores.values() for s in told if not s.must_refuse))
    for row in rows:
        for tool, told in scores.items():
            chosen = [s for s in told if s.row == row]
            if chosen:
                lines.append(_case_line(row, tool, summarise(chosen)))
    return "\n".join(lines) + "\n"


def _case_line(row: str, tool: str, figures: dict) -> str:
    within = " / ".join(_percent(value) for value in figures["within"])
    breaks = "-"
    if figures["right_breaks"] is not None:
        breaks = (
            f"{figures['right_breaks']} / {figures['true_breaks']} / {figures['invented_breaks']}"
        )
    named = "-"
    if figures["present_named"] is not None:
        named = f"{_percent(figures['absent_named'])} / {_percent(figures['present_named'])}"
    cells = [
        row,
        tool,
        f"{figures['right']} / {figures['files']}",
        str(figures["map_right"]),
        str(figures["accepted"]),
        within,
        _percent(figures["worst_within"][1]),
        _seconds(figures["median"]),
        _seconds(figures["worst_bias"]),
        breaks,
        str(figures["invented_rates"]),
        named,
        f"{figures['seconds']:.2f}",
    ]
    return "| " + " | ".join(cells) + " |"


def trust_table(scores: dict[str, list[FileScore]]) -> str:
    """Return accepts, refusals and harm, one line per tool."""
    lines = [
        "| tool | wrong files accepted | right files refused | in-sync files harmed "
        "| accepted: right / map right |",
        "|---|--:|--:|--:|--:|",
    ]
    for tool, told in scores.items():
        f = summarise_trust(told)
        lines.append(
            f"| {tool} | {f['wrong_accepted']} of {f['wrong']} | {f['right_refused']} of "
            f"{f['right']} | {f['harmed']} of {f['in_sync']} | {f['accepted_right']} / "
            f"{f['accepted_map_right']} of {f['accepted']} |"
        )
    return "\n".join(lines) + "\n"


def timing_table(timings: Iterable[Timing]) -> str:
    """Return wall times and memory of whole processes."""
    lines = [
        "| tool | median s | fastest - slowest | x alass | peak MB |",
        "|---|--:|--:|--:|--:|",
    ]
    for t in timings:
        ratio = "-" if t.ratio is None else f"{t.ratio:.2f}"
        lines.append(
            f"| {t.tool} | {t.median:.2f} | {t.fastest:.2f} - {t.slowest:.2f} | {ratio} "
            f"| {t.peak_mb:.0f} |"
        )
    return "\n".join(lines) + "\n"


def _percent(value: float | None) -> str:
    # Rounded down, so that 100 means every cue.
    return "-" if value is None else f"{int(1000 * value + 1e-6) / 10:g}"


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
