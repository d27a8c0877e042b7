"""How far a tool's times are from the truth, and whether it knew."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from benchmarks.text.cases import Case
from benchmarks.text.reading import Line, SpokenWord, Truth

UNIT_RIGHT_S, WORD_RIGHT_S = 0.250, 0.100
LIMITS_S = (0.050, 0.100, 0.250, 1.0)
# Speech without a text has to be told of from here on, and counts as told when half of it is.
GAP_S, GAP_SHARE = 3.0, 0.5
# Unwritten lines closer than this are one stretch.
_JOINED_S = 3.0
# Drift is a slope: only over recordings long enough to have one, and over lines that are placed.
DRIFT_FROM_S, DRIFT_WITHIN_S = 1800.0, 1.0
_ABBREVIATED = re.compile(r"\d|\b(?:[IVX]{2,}|(?:Dr|Mrs?|Prof|Gov|St|vs|no|lbs|i\.e|[ap]\.m)\.)")


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a tool puts a line or a word; None for a start it does not give."""

    start: float | None
    end: float | None
    confidence: float | None = None
    status: str = ""
    words: tuple["Placed", ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool made of a case.

    Attributes
    ----------
    status : str
        "aligned", "unsure", "refused", "failed" or "timeout".
    lines : tuple of Placed
        One per line of the text, or empty.
    gaps : tuple of (float, float)
        Sound that the tool says has no text.
    seconds, peak_mb : float
        Of the whole process.
    reason : str
        Why there is no alignment.
    """

    status: str
    lines: tuple[Placed, ...] = ()
    gaps: tuple[tuple[float, float], ...] = ()
    seconds: float = math.nan
    peak_mb: float = math.nan
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A line or a word as a tool placed it.

    Attributes
    ----------
    at : float
        When it is truly spoken; nan where nobody reads it.
    start, end : float
        Signed errors in seconds; inf without a time, nan where nobody reads it.
    is_placed : bool
        Whether it got a time.
    confidence : float or None
        What the tool told.
    status : str
        Of a line: ours has "ok", "low", "interpolated" and "not_spoken".
    is_special : bool
        Of a line: heard elsewhere than it stands. Of a word: with digits, or abbreviated.
    """

    at: float
    start: float
    end: float
    is_placed: bool
    confidence: float | None
    status: str
    is_special: bool

    @property
    def is_spoken(self) -> bool:
        """Whether somebody reads it."""
        return not math.isnan(self.at)


@dataclass(frozen=True, slots=True)
class Score:
    """One case, one tool.

    Attributes
    ----------
    tool, row, case, grade : str
        Whose, and of what.
    is_right, accepted : bool
        Whether the text belongs to the sound; whether the tool gave an alignment.
    status, reason : str
        As in `Answer`.
    seconds, peak_mb, length : float
        Wall time and memory of the process; seconds of sound.
    lines, words : tuple of Mark
        Of an accepted right text.
    gaps, gaps_found : int
        Stretches of unwritten speech over 3 s, and how many of them were told of.
    gap_seconds_wrong : float
        Seconds of read lines inside what the tool calls unwritten.
    """

    tool: str
    row: str
    case: str
    grade: str
    is_right: bool
    accepted: bool
    status: str
    reason: str
    seconds: float
    peak_mb: float
    length: float
    lines: tuple[Mark, ...] = ()
    words: tuple[Mark, ...] = ()
    gaps: int = 0
    gaps_found: int = 0
    gap_seconds_wrong: float = 0.0


def score(case: Case, tool: str, answer: Answer) -> Score:
    """Score what a tool made of a case.

    A line with several takes is right at any of them. An alignment with another number of lines
    than the text has counts as failed.
    """
    truth = case.truth
    accepted = answer.status == "aligned" and len(answer.lines) == len(truth.lines)
    status = "failed" if answer.status == "aligned" and not accepted else answer.status
    known = (tool, case.row, case.id, truth.grade, case.is_right, accepted, status, answer.reason)
    cost = (answer.seconds, answer.peak_mb, truth.seconds)
    if not accepted or not case.is_right:
        return Score(*known, *cost)
    pairs = list(zip(truth.lines, answer.lines, strict=True))
    stretches = unwritten_speech(truth)
    read = [take for line in truth.lines for take in _takes(line)[:1]]
    return Score(
        *known,
        *cost,
        lines=tuple(_mark_line(line, placed) for line, placed in pairs),
        words=tuple(mark for line, placed in pairs for mark in _mark_words(line, placed)),
        gaps=len(stretches),
        gaps_found=sum(_overlap(s, answer.gaps) >= GAP_SHARE * (s[1] - s[0]) for s in stretches),
        gap_seconds_wrong=sum(_overlap(take, answer.gaps) for take in read),
    )


def _takes(line: Line) -> list[tuple[float, float]]:
    if line.start is None or line.end is None:
        return []
    return [(line.start, line.end), *line.takes]


def _mark_line(line: Line, placed: Placed) -> Mark:
    takes = _takes(line)
    if not takes:
        return _mark(math.nan, math.nan, placed, line.moved)
    start, end = min(takes, key=lambda take: abs((placed.start or 0.0) - take[0]))
    return _mark(start, end, placed, line.moved)


def _mark_words(line: Line, placed: Placed) -> Iterable[Mark]:
    """Mark the words of a line whose word times are known; of a retaken line none are."""
    if not line.words or line.takes:
        return ()
    found = (
        placed.words
        if len(placed.words) == len(line.words)
        else (Placed(None, None),) * len(line.words)
    )
    return [_mark_word(word, each) for word, each in zip(line.words, found, strict=True)]


def _mark_word(word: SpokenWord, placed: Placed) -> Mark:
    return _mark(word.start, word.end, placed, bool(_ABBREVIATED.search(word.text)))


def _mark(start: float, end: float, placed: Placed, is_special: bool) -> Mark:
    if placed.start is None:
        error = (math.nan, math.nan) if math.isnan(start) else (math.inf, math.inf)
    else:
        error = (placed.start - start, math.nan if placed.end is None else placed.end - end)
    is_placed = placed.start is not None
    return Mark(start, *error, is_placed, placed.confidence, placed.status, is_special)


def unwritten_speech(truth: Truth) -> list[tuple[float, float]]:
    """Return the stretches of speech over 3 s that have no text, retakes not counted.

    Which of two takes is the line is the tool's choice, so neither is certain to be a gap.
    """
    joined: list[tuple[float, float]] = []
    for each in truth.unwritten:
        if each.kind in ("music", "retake"):
            continue
        if joined and each.start - joined[-1][1] < _JOINED_S:
            joined[-1] = (joined[-1][0], each.end)
        else:
            joined.append((each.start, each.end))
    return [(start, end) for start, end in joined if end - start > GAP_S]


def _overlap(stretch: tuple[float, float], gaps: Iterable[tuple[float, float]]) -> float:
    return sum(max(min(stretch[1], b) - max(stretch[0], a), 0.0) for a, b in gaps)


# ---- figures over several scores ----------------------------------------------------------------


def errors(marks: Iterable[Mark]) -> np.ndarray:
    """Return the absolute start errors of what somebody reads; inf without a time."""
    return np.abs(np.array([mark.start for mark in marks if mark.is_spoken]))


def quantiles(found: np.ndarray) -> dict[str, float]:
    """Return median, mean, 95 % quantile, largest, and the shares within `LIMITS_S`.

    What has no time counts in the shares, and is left out of the rest.
    """
    placed = found[np.isfinite(found)]
    if not len(found) or not len(placed):
        return {}
    figures = {
        "median": float(np.median(placed)),
        "mean": float(placed.mean()),
        "p95": float(np.quantile(placed, 0.95)),
        "max": float(placed.max()),
    }
    return figures | {f"within {limit:g}": float((found <= limit).mean()) for limit in LIMITS_S}


def drift(scores: Iterable[Score]) -> tuple[float, float] | None:
    """Return the slope of the line-start errors, in seconds an hour, and its 95 % half-width.

    One offset a recording; None where no recording is half an hour long.
    """
    times, signed = [], []
    for each in scores:
        if each.length < DRIFT_FROM_S:
            continue
        rows = [(m.at, m.start) for m in each.lines if abs(m.start) < DRIFT_WITHIN_S]
        if len(rows) > 10:
            at, error = np.array(rows).T
            times.append((at - at.mean()) / 3600)
            signed.append(error - error.mean())
    if not times:
        return None
    t, e = np.concatenate(times), np.concatenate(signed)
    slope = float((t @ e) / (t @ t))
    spread = math.sqrt(float(((e - slope * t) ** 2).sum()) / (len(t) - 2) / float(t @ t))
    return slope, 1.96 * spread


def told(marks: Iterable[Mark], right_s: float) -> list[tuple[float, bool]]:
    """Return the confidence of everything that got a time, and whether it is right.

    A line that nobody reads is wrong wherever it is put.
    """
    return [
        (mark.confidence, bool(abs(mark.start) <= right_s))
        for mark in marks
        if mark.is_placed and mark.confidence is not None
    ]


def auroc(pairs: list[tuple[float, bool]]) -> float | None:
    """Return how well a low confidence tells the wrong from the right (0.5: not at all)."""
    sure, right = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs], bool)
    if not right.any() or right.all():
        return None
    order = np.argsort(sure, kind="stable")
    ranks = np.empty(len(sure))
    ranks[order] = np.arange(1, len(sure) + 1)
    for value in np.unique(sure):
        same = sure == value
        ranks[same] = ranks[same].mean()
    good, bad = int(right.sum()), int((~right).sum())
    return float((ranks[right].sum() - good * (good + 1) / 2) / (good * bad))
