"""The tables of the text benchmark, as Markdown."""

from collections.abc import Iterable, Sequence

import numpy as np

from benchmarks.subtitles.reliability import calibrate
from benchmarks.text.score import (
    UNIT_RIGHT_S,
    WORD_RIGHT_S,
    Mark,
    Score,
    auroc,
    drift,
    errors,
    quantiles,
    told,
)

_LINE_HEAD = (
    "| case | tool | accepted | lines | coverage % | median s | mean | p95 | max | <= 50 ms % "
    "| 100 | 250 | 1 s | end median | unread placed | gaps told | drift s/h | x real time | MB |"
)
_WORD_HEAD = "| case | tool | words | median s | mean | p95 | max | <= 50 ms % | 100 | 250 | 1 s |"


def line_table(scores: Sequence[Score]) -> str:
    """Return one line per row and tool: starts of lines in accepted right texts."""
    rows = [_LINE_HEAD, _rule(_LINE_HEAD, 2)]
    # Word by word a line begins wherever its first word was put: judged as words alone.
    chosen = [s for s in scores if s.is_right and s.tool != "aeneas-words"]
    rows += [_line_row(*key, group) for key, group in _grouped(chosen)]
    return "\n".join(rows) + "\n"


def word_table(scores: Sequence[Score]) -> str:
    """Return one line per row and tool: starts of words, where word times are known."""
    rows = [_WORD_HEAD, _rule(_WORD_HEAD, 2)]
    for (row, tool), group in _grouped(s for s in scores if s.words):
        marks = [mark for each in group for mark in each.words]
        if any(mark.is_placed for mark in marks):
            rows.append("| " + " | ".join([row, tool, str(len(marks)), *_figures(marks)]) + " |")
    return "\n".join(rows) + "\n"


def trust_table(scores: Sequence[Score]) -> str:
    """Return refusals and how well the confidence tells right from wrong, one line per tool."""
    head = (
        "| tool | wrong texts accepted | right texts refused | failed | AUROC, lines | ECE, lines "
        "| AUROC, words | ECE, words |"
    )
    rows = [head, _rule(head, 1)]
    for tool in dict.fromkeys(s.tool for s in scores):
        mine = [s for s in scores if s.tool == tool]
        right, wrong = [s for s in mine if s.is_right], [s for s in mine if not s.is_right]
        broken = sum(s.status in ("failed", "timeout") for s in mine)
        refused = sum(s.status in ("refused", "unsure") for s in right)
        cells = [
            tool,
            f"{sum(s.accepted for s in wrong)} of {len(wrong)}",
            f"{refused} of {len(right)}",
            str(broken),
            *_confidence((m for s in mine for m in s.lines), UNIT_RIGHT_S),
            *_confidence((m for s in mine for m in s.words), WORD_RIGHT_S),
        ]
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows) + "\n"


def _grouped(scores: Iterable[Score]) -> Iterable[tuple[tuple[str, str], list[Score]]]:
    groups: dict[tuple[str, str], list[Score]] = {}
    for each in scores:
        groups.setdefault((each.row, each.tool), []).append(each)
    order = {row: i for i, row in enumerate(dict.fromkeys(row for row, _ in groups))}
    return sorted(groups.items(), key=lambda item: order[item[0][0]])


def _rule(head: str, names: int) -> str:
    return "|" + "---|" * names + "--:|" * (head.count("|") - 1 - names)


def _line_row(row: str, tool: str, group: list[Score]) -> str:
    marks = [mark for each in group for mark in each.lines]
    spoken = [mark for mark in marks if mark.is_spoken]
    unread = [mark for mark in marks if not mark.is_spoken]
    ends = [abs(mark.end) for mark in spoken if np.isfinite(mark.end)]
    slope = drift(group)
    gaps = sum(each.gaps for each in group)
    cells = [
        row,
        tool,
        f"{sum(each.accepted for each in group)} of {len(group)}",
        str(len(spoken)),
        percent(np.mean([mark.is_placed for mark in spoken])) if spoken else "-",
        *_figures(spoken),
        f"{np.median(ends):.3f}" if ends else "-",
        f"{sum(mark.is_placed for mark in unread)} of {len(unread)}" if unread else "-",
        f"{sum(each.gaps_found for each in group)} of {gaps}" if gaps else "-",
        f"{slope[0]:+.3f} +- {slope[1]:.3f}" if slope else "-",
        _median([each.length / each.seconds for each in group], "{:.0f}"),
        _median([each.peak_mb for each in group], "{:.0f}"),
    ]
    return "| " + " | ".join(cells) + " |"


def _figures(marks: list[Mark]) -> list[str]:
    figures = quantiles(errors(marks))
    if not figures:
        return ["-"] * 8
    return [
        f"{value:.3f}" if not name.startswith("within") else percent(value)
        for name, value in figures.items()
    ]


def _confidence(marks: Iterable[Mark], right_s: float) -> list[str]:
    pairs = told(marks, right_s)
    if not pairs:
        return ["-", "-"]
    area, curve = auroc(pairs), calibrate(pairs)
    return [
        "-" if area is None else f"{area:.3f}",
        "-"
        if curve is None
        else f"{curve.ece:.3f} ({curve.interval[0]:.3f}-{curve.interval[1]:.3f})",
    ]


def _median(values: list[float], form: str) -> str:
    known = [value for value in values if np.isfinite(value)]
    return form.format(np.median(known)) if known else "-"


def percent(value: float) -> str:
    """Return a share in percent, rounded down: 100 means every one."""
    return f"{int(1000 * value + 1e-6) / 10:g}"
