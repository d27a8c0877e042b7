"""JSON lines (.jsonl): one object a line, with ``start``, ``end`` and ``text``."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from json import decoder as json_text
from typing import Any, NamedTuple

from syncalign.formats.notation import decimal, ensure_writable_time, whole_steps
from syncalign.formats.source import Source
from syncalign.formats.stamp import Span
from syncalign.formats.subtitle_file import CueList, Findings, Found

_SPACE = re.compile(r"[ \t]*")
_NUMBER = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,17}))?(?:[eE]([+-]?\d{1,2}))?\Z", re.ASCII)
_LONGEST_LINE = 4 * 2**20
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class JsonSeconds:
    """Times as JSON numbers of seconds, with three decimals, or more if there were more."""

    @property
    def step(self) -> float:
        """The smallest difference between two times, in seconds."""
        return 0.001

    def read(self, written: str) -> float:
        """Return the seconds that a number stands for."""
        return float(written)

    def write(self, seconds: float, like: str) -> str:
        """Return the number for a time.

        Raises
        ------
        ParameterError
            A new time that is negative or not finite.
        """
        parts = _NUMBER.match(like)
        fraction = (parts and parts[3]) or ""
        digits = max(_DIGITS, min(len(fraction), 9))
        steps = whole_steps(seconds, 10**digits)
        if steps == whole_steps(float(like), 10**digits):
            return like
        ensure_writable_time(seconds, steps)
        return decimal(steps, digits, min(len(fraction), digits))


class _Line(NamedTuple):
    """Where an object's values stand, in characters, and what they are."""

    values: dict[str, Any]
    spans: dict[str, Span]


def sniff(source: Source) -> float:
    """Return how much the text looks like JSON lines with times, 0 to 1."""
    head = source.units[:_LONGEST_LINE].lstrip(b" \t\r\n")
    if not head.startswith(b"{"):
        return 0.0
    line = _read_object(re.split(rb"[\r\n]", head, maxsplit=1)[0].decode("latin-1"))
    is_timed = line is not None and _is_time(line, "start")
    return 0.9 if is_timed else 0.0


def locate(source: Source) -> Findings:
    """Find the objects with times; a line without ``end`` ends at the next one's start."""
    cues = CueList()
    broken: list[tuple[int, str]] = []
    nested = 0
    for first, last in source.lines():
        # One character a unit: what JSON is made of is ASCII in every encoding.
        written = source.units[first : min(last, first + _LONGEST_LINE)].decode("latin-1")
        if not written.strip():
            continue
        line = _read_object(written)
        if line is None:
            broken.append(
                (first, f"not a JSON object: {source.text(first, min(last, first + 60))!r}")
            )
        elif not _is_time(line, "start") or not (
            line.values.get("end") is None or _is_time(line, "end")
        ):
            if "start" in line.values or "end" in line.values:
                broken.append((first, "start and end are not numbers of seconds"))
        else:
            nested += any(_holds_times(value) for value in line.values.values())
            cues.append(_cue(source, line, first))
    notes = [f"times inside other values of {nested} lines are left as they are"] if nested else []
    return Findings(cues, broken, notes, JsonSeconds())


def _cue(source: Source, line: _Line, first: int) -> Found:
    def place(key: str) -> Span | None:
        at = line.spans.get(key)
        return None if at is None or line.values[key] is None else (first + at[0], first + at[1])

    start, end, text = place("start"), place("end"), place("text")
    assert start is not None  # a number stands there
    said = ""
    if text is not None and isinstance(line.values["text"], str):
        said = plain_text(source.text(*text))
    return Found(start, end, said, text_span=text)


def _is_time(line: _Line, key: str) -> bool:
    value = line.values.get(key)
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e10


def _holds_times(value: Any) -> bool:
    items = value if isinstance(value, list) else [value]
    return any(isinstance(item, dict) and "start" in item for item in items[:1])


def _read_object(text: str) -> _Line | None:
    decoder = json.JSONDecoder(strict=False)
    values: dict[str, Any] = {}
    spans: dict[str, Span] = {}
    try:
        at = _skip(text, 0)
        separator = "{"
        while text[at] == separator:
            at = _skip(text, at + 1)
            if separator == "{" and text[at] == "}":
                break
            if text[at] != '"':
                return None
            key, at = json_text.scanstring(text, at + 1, False)  # type: ignore[attr-defined]
            at = _skip(text, at)
            if text[at] != ":":
                return None
            first = _skip(text, at + 1)
            values[key], at = decoder.raw_decode(text, first)
            spans[key] = (first, at)
            at = _skip(text, at)
            separator = ","
        if text[at] != "}" or text[at + 1 :].strip():
            return None
    except (ValueError, IndexError, RecursionError):
        return None
    return _Line(values, spans)


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def plain_text(text: str) -> str:
    """Return what a JSON string says; "" for anything else."""
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return ""
    return value.strip() if isinstance(value, str) else ""
