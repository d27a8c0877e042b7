"""Timecodes as people and files write them, and the exact frame rates behind rounded ones."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from syncalign.errors import ParameterError

_PATTERN = re.compile(r"([+-]?)(?:(\d{1,6}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,9}))?", re.ASCII)
_NTSC = (24, 30, 48, 60, 120)


def exact_rate(rate: float | Fraction) -> Fraction:
    """Return the exact frame rate that a rounded one stands for.

    Parameters
    ----------
    rate : float or Fraction
        Frames a second: 23.976, 23.98, 29.97, 59.94 stand for 24000/1001, 30000/1001, 60000/1001.

    Returns
    -------
    Fraction
        The NTSC rate if one lies within 0.005 of it, else the nearest fraction with a
        denominator up to 1000.

    Raises
    ------
    ParameterError
        A rate that is not finite, or below 0.001.

    Examples
    --------
    >>> exact_rate(23.976)
    Fraction(24000, 1001)
    >>> exact_rate(25.0)
    Fraction(25, 1)
    """
    if not (math.isfinite(rate) and rate >= Fraction(1, 1000)):
        raise ParameterError(f"a frame rate must be positive, at least 0.001, not {rate}")
    for nominal in _NTSC:
        ntsc = Fraction(nominal * 1000, 1001)
        if abs(float(rate) - float(ntsc)) < 0.005:
            return ntsc
    return Fraction(rate).limit_denominator(1000)


def parse_timecode(text: str) -> float:
    """Return the seconds of ``[hours:]minutes:seconds[.fraction]``.

    A comma is taken as the decimal point too, and a sign may stand before it.

    Raises
    ------
    ParameterError
        Text of another form.

    Examples
    --------
    >>> parse_timecode("01:02:03,456")
    3723.456
    >>> parse_timecode("-02:03.5")
    -123.5
    """
    match = _PATTERN.fullmatch(text.strip())
    if match is None:
        raise ParameterError(f"not a timecode: {text!r}; write hours:minutes:seconds.fraction")
    sign, hours, minutes, seconds, fraction = match.groups()
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    magnitude = float(Fraction(f"{whole}.{fraction or 0}"))
    return -magnitude if sign == "-" else magnitude


def format_timecode(seconds: float, *, decimals: int = 3, separator: str = ".") -> str:
    """Return ``hours:minutes:seconds`` with a fraction, rounded to the nearest step.

    Parameters
    ----------
    seconds : float
        The time; a negative one gets a minus sign.
    decimals : int
        Digits of the fraction.
    separator : str
        What stands before the fraction.

    Raises
    ------
    ParameterError
        A time that is not finite.

    Examples
    --------
    >>> format_timecode(3723.4565)
    '01:02:03.456'
    >>> format_timecode(59.9996, separator=",")
    '00:01:00,000'
    """
    if not math.isfinite(seconds):
        raise ParameterError(f"a timecode needs a finite time, not {seconds}")
    step = 10**decimals
    units = round(abs(seconds) * step)
    whole, fraction = divmod(units, step)
    minutes, second = divmod(whole, 60)
    hour, minute = divmod(minutes, 60)
    sign = "-" if seconds < 0 and units else ""
    tail = f"{separator}{fraction:0{decimals}d}" if decimals else ""
    return f"{sign}{hour:02d}:{minute:02d}:{second:02d}{tail}"
