"""Notation: how a file writes a time, so that a new time is written in the same hand."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from syncalign.errors import ParameterError

# One time; patterns of lines are built around it. Spaces beside the marks come from machine
# translation. Every repetition is bounded, so that matching is linear on hostile lines too.
TIME = (
    rb"-?(?:\d{1,6}[ \t]{0,2}:[ \t]{0,2})?\d{1,3}[ \t]{0,2}:[ \t]{0,2}\d{1,3}"
    rb"(?:[ \t]{0,2}[.,][ \t]{0,2}\d{1,9}|:\d{3})?"
)
_PARTS = re.compile(
    r"(?P<sign>-?)(?:(?P<hours>\d{1,6})(?P<after_hours>[ \t]*:[ \t]*))?"
    r"(?P<minutes>\d{1,3})(?P<after_minutes>[ \t]*:[ \t]*)(?P<seconds>\d{1,3})"
    r"(?:(?P<point>[ \t]*[.,][ \t]*|:)(?P<fraction>\d{1,9}))?",
    re.ASCII,
)
LATEST = 3600.0 * 999_999  # the most hours that are read back


class Notation(Protocol):
    """What a format knows of its times."""

    @property
    def step(self) -> float:
        """The smallest difference between two times, in seconds."""

    def read(self, written: str) -> float:
        """Return the seconds that a stamp stands for."""

    def write(self, seconds: float, like: str) -> str:
        """Return the stamp for a time in the manner of another; ``like`` itself if it fits."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Times as ``hours:minutes:seconds,fraction`` in the manner of one file.

    Parameters
    ----------
    digits : int
        Digits of the longest fraction in the file.
    short_is_count : bool
        Whether a shorter fraction counts the same steps without leading zeros (``1,50`` is
        1.050 s), as players read it, or is a decimal fraction (1.5 s), as a file means it
        in which all fractions are short.
    """

    digits: int
    short_is_count: bool

    @classmethod
    def of(cls, stamps: Iterable[str], *, digits: int) -> Clock:
        """Return the manner of a file.

        Parameters
        ----------
        stamps : iterable of str
            Every time in the file, as written.
        digits : int
            Digits of a fraction by the format's own rule: 3 in SubRip, 2 in ASS.
        """
        longest = max(map(_fraction_digits, stamps), default=0)
        return cls(longest or digits, longest >= digits)

    @property
    def step(self) -> float:
        """The smallest difference between two times, in seconds."""
        return float(10**-self.digits)

    def read(self, written: str) -> float:
        """Return the seconds that a stamp stands for.

        Raises
        ------
        ParameterError
            Text that is not a time.
        """
        match = _matched(written)
        scale = self._scale(match["fraction"])
        return _ticks_written(match, scale) / scale

    def write(self, seconds: float, like: str) -> str:
        """Return the stamp for a time in the manner of another.

        Digits, separators and spaces are those of ``like``; hours appear or grow where needed,
        and a fraction appears where there was none and the time is not whole. Halves round up,
        so that a shift moves equal times equally.

        Parameters
        ----------
        seconds : float
            The time.
        like : str
            The stamp to imitate; returned as it is where it stands for the same step.

        Raises
        ------
        ParameterError
            A new time that is negative, not finite, or beyond 999,999 hours.
        """
        match = _matched(like)
        fraction = match["fraction"]
        scale = self._scale(fraction)
        ticks = whole_steps(seconds, scale)
        if ticks == _ticks_written(match, scale):
            return like
        ensure_writable_time(seconds, ticks)
        whole, part = divmod(ticks, scale)
        if fraction is not None:
            tail = f"{match['point']}{part:0{len(fraction)}d}"
        else:
            tail = f".{part:0{self.digits}d}" if part else ""
        return _clock_face(match, whole) + tail

    def _scale(self, fraction: str | None) -> int:
        """Return the steps in a second of a stamp with such a fraction."""
        digits = self.digits
        if fraction is not None and len(fraction) != digits and not self._counts(fraction):
            digits = len(fraction)
        scale: int = 10**digits
        return scale

    def _counts(self, fraction: str) -> bool:
        return self.short_is_count and len(fraction) < self.digits


@dataclass(frozen=True, slots=True)
class Count:
    """Times as whole numbers of steps: frames, tenths of a second, milliseconds.

    Parameters
    ----------
    rate : Fraction
        Steps in a second.
    """

    rate: Fraction

    @property
    def step(self) -> float:
        """The smallest difference between two times, in seconds."""
        return float(1 / self.rate)

    def read(self, written: str) -> float:
        """Return the seconds that a count stands for."""
        return float(int(written) / self.rate)

    def write(self, seconds: float, like: str) -> str:
        """Return the count nearest to a time, halves up, with the leading zeros of ``like``.

        Raises
        ------
        ParameterError
            A new time that is negative, not finite, or beyond 999,999 hours.
        """
        steps = whole_steps(seconds, self.rate)
        if steps == int(like):
            return like
        ensure_writable_time(seconds, steps)
        return f"{steps:0{len(like)}d}"


def whole_steps(seconds: float, rate: float | Fraction) -> int:
    """Return the number of steps nearest to a time, halves up.

    Raises
    ------
    ParameterError
        A time that is not finite.
    """
    if not math.isfinite(seconds):
        raise ParameterError(f"a time must be finite, not {seconds}")
    # The millionth of a step keeps float noise below a half from splitting equal times.
    return math.floor(seconds * float(rate) + 0.5 + 1e-6)


def ensure_writable_time(seconds: float, steps: int) -> None:
    """Refuse a time that no subtitle file can say.

    Raises
    ------
    ParameterError
        It is negative or beyond 999,999 hours.
    """
    if steps < 0 or seconds > LATEST:
        raise ParameterError(
            f"a time in a subtitle file must lie between 0 and {LATEST:.0f} s, not {seconds}"
        )


def decimal(steps: int, digits: int, at_least: int) -> str:
    """Return a number of steps of ``10**-digits`` as a decimal, without needless zeros.

    Examples
    --------
    >>> decimal(12500, 3, 1), decimal(12000, 3, 0), decimal(12000, 3, 2)
    ('12.5', '12', '12.00')
    """
    whole, part = divmod(steps, 10**digits)
    fraction = f"{part:0{digits}d}".rstrip("0") if part else ""
    fraction = fraction.ljust(at_least, "0")
    return f"{whole}.{fraction}" if fraction else str(whole)


def _ticks_written(match: re.Match[str], scale: int) -> int:
    sign, hours, _, minutes, _, seconds, _, fraction = match.groups()
    ticks = ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * scale + int(fraction or 0)
    return -ticks if sign else ticks


def _clock_face(match: re.Match[str], whole: int) -> str:
    minutes, second = divmod(whole, 60)
    hour, minute = divmod(minutes, 60)
    if match["hours"] is not None:
        head = f"{hour:0{len(match['hours'])}d}{match['after_hours']}"
    else:
        head = f"{hour:02d}:" if hour else ""
    return (
        f"{head}{minute:0{len(match['minutes'])}d}{match['after_minutes']}"
        f"{second:0{len(match['seconds'])}d}"
    )


def _fraction_digits(written: str) -> int:
    # Quicker than the pattern: the text is known to be a time.
    for point in ",.":
        if point in written:
            return len(written.rpartition(point)[2].strip())
    return 3 if written.count(":") == 3 else 0


def _matched(written: str) -> re.Match[str]:
    match = _PARTS.fullmatch(written)
    if match is None:
        raise ParameterError(f"not a time: {written!r}")
    return match
