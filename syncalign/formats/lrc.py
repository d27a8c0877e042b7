"""LRC (.lrc), lyrics: ``[mm:ss.xx]text``, with starts only; words may have times of their own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from syncalign.formats.notation import ensure_writable_time, whole_steps
from syncalign.formats.sbv import head_lines
from syncalign.formats.source import Source
from syncalign.formats.srt import not_times, shifted
from syncalign.formats.stamp import Span
from syncalign.formats.subtitle_file import MOST_CUES, CueList, Findings, Found

_TIME = rb"\d{1,5}:\d{1,2}(?:[.:]\d{1,3})?"
_STAMP = re.compile(rb"[ \t]{0,16}\[(" + _TIME + rb")\]")
_WORD = re.compile(rb"<(" + _TIME + rb")>")
_FIRST = re.compile(rb"[ \t\x80-\xff]{0,16}(?=\[\d{1,5}:\d{1,2}[.:\]])")
_LIKE_STAMP = re.compile(rb"\[\d{1,5}:[^\]]{1,20}\]")
_OFFSET = re.compile(rb"\[offset:[ \t]*([+-]?\d{1,7})[ \t]*\]", re.IGNORECASE)
_PARTS = re.compile(r"(\d{1,5}):(\d{1,2})(?:([.:])(\d{1,3}))?")


@dataclass(frozen=True, slots=True)
class LrcClock:
    """Times as ``minutes:seconds.hundredths``; minutes go on past 59.

    Parameters
    ----------
    digits : int
        Digits of the longest fraction in the file.
    offset : float
        Seconds that the file's ``[offset:]`` line makes every line come sooner.
    """

    digits: int = 2
    offset: float = 0.0

    @property
    def step(self) -> float:
        """The smallest difference between two times, in seconds."""
        return float(10**-self.digits)

    def read(self, written: str) -> float:
        """Return the seconds that a stamp stands for."""
        return self._said(written) - self.offset

    def write(self, seconds: float, like: str) -> str:
        """Return the stamp for a time, with at least the digits of ``like``.

        Raises
        ------
        ParameterError
            A new time that is negative or not finite.
        """
        parts = _PARTS.fullmatch(like)
        assert parts is not None  # it was found by the same pattern
        scale = 10**self.digits
        steps = whole_steps(seconds + self.offset, scale)
        if steps == whole_steps(self._said(like), scale):
            return like
        ensure_writable_time(seconds, steps)
        whole, fraction = divmod(steps, scale)
        minutes, second = divmod(whole, 60)
        head = f"{minutes:0{len(parts[1])}d}:{second:0{len(parts[2])}d}"
        if parts[3] is None and not fraction:
            return head
        return f"{head}{parts[3] or '.'}{fraction:0{self.digits}d}"

    def _said(self, written: str) -> float:
        minutes, second, _, fraction = (part or "0" for part in _parts(written))
        return int(minutes) * 60 + int(second) + float(f"0.{fraction}")


def _parts(written: str) -> tuple[str | None, ...]:
    match = _PARTS.fullmatch(written)
    return match.groups() if match else ("0",) * 4


def sniff(source: Source) -> float:
    """Return how much the text looks like LRC, 0 to 1."""
    lines = [line for line in head_lines(source) if line.strip()]
    return 0.65 if any(_STAMP.match(line) for line in lines) else 0.0


def locate(source: Source) -> Findings:
    """Find the lines of lyrics; a line with several times is as many cues.

    A line with no text says that the one before it ends: it moves too, as not visible.
    """
    cues = CueList()
    broken: list[tuple[int, str]] = []
    notes: list[str] = []
    digits = 0
    offset = 0
    for line in source.lines():
        units = source.units[line[0] : line[1]]
        if (given := _OFFSET.match(units)) is not None:
            offset = int(given[1])
            continue
        first = _FIRST.match(units)
        if first is None:
            continue
        at = first.end()
        stamps: list[Span] = []
        while len(stamps) <= MOST_CUES and (match := _STAMP.match(units, at)) is not None:
            stamps.append(shifted(match.span(1), line[0]))
            at = match.end()
        if not stamps:
            if _LIKE_STAMP.match(units, first.end()):
                broken.append((line[0], not_times(source, line)))
            continue
        body = (line[0] + at, line[1])
        text = plain_text(source.text(*body))
        marks = islice(_WORD.finditer(units, at), MOST_CUES)
        words = tuple(shifted(word.span(1), line[0]) for word in marks)
        for stamp in (*stamps, *words):
            written = source.units[stamp[0] : stamp[1]].decode("ascii")
            digits = max(digits, len(_parts(written)[3] or ""))
        for stamp in stamps:
            inner = words if len(stamps) == 1 else ()
            cues.append(Found(stamp, None, text, inner, bool(text), body))
    if offset:
        notes.append(f"the offset of {offset:+d} ms that the file asks for is taken into account")
    return Findings(cues, broken, notes, LrcClock(digits or 2, offset / 1000))


def plain_text(text: str) -> str:
    """Return what a viewer reads: without the times of words.

    Examples
    --------
    >>> plain_text(" <00:01.00> Wait <00:01.50> for me")
    'Wait for me'
    """
    if "<" in text:
        text = re.sub(r"<\d{1,5}:\d{1,2}(?:[.:]\d{1,3})?>", "", text)
    return re.sub(r"[ \t]{2,}", " ", text).strip()
