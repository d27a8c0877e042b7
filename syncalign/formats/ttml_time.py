"""TTML's ways to write a time: clocks, offsets with a unit, frames and ticks."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction

from syncalign.errors import FormatError, ParameterError
from syncalign.formats.notation import decimal, ensure_writable_time, whole_steps

TIME = rb"(?:\d{2,6}:\d{2}:\d{2}(?:\.\d{1,9}|:\d{2,3})?|\d{1,15}(?:\.\d{1,9})?(?:ms|[hmsft]))"
_CLOCK = re.compile(r"(\d{2,6}):(\d\d):(\d\d)(?:\.(\d{1,9})|:(\d{2,3}))?")
_OFFSET = re.compile(r"(\d{1,15})(?:\.(\d{1,9}))?(ms|[hmsft])")
_LENGTHS = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000)}
_DIGITS = {"h": 7, "m": 5, "s": 3, "ms": 0}  # so that each can say a millisecond
_NUMBER = re.compile(r"\d{1,9}(?:\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class TtmlClock:
    """How one TTML file counts.

    Parameters
    ----------
    frame_rate : Fraction
        Frames a second, with the multiplier.
    frames : int
        Frames that a second's label counts up to.
    tick_rate : Fraction
        Ticks a second.
    smpte : bool
        Whether ``hours:minutes:seconds:frames`` counts frames from zero, not seconds.
    step : float
        The smallest difference between two times, in seconds.
    """

    frame_rate: Fraction = Fraction(30)
    frames: int = 30
    tick_rate: Fraction = Fraction(1)
    smpte: bool = False
    step: float = 0.001

    @classmethod
    def declared(cls, root: dict[str, str], *, frame_rate: Fraction | None = None) -> TtmlClock:
        """Return what the root element's parameters say.

        Parameters
        ----------
        root : dict
            Its attributes, without prefixes.
        frame_rate : Fraction, optional
            Frames a second, if the file does not say.

        Raises
        ------
        FormatError
            A rate that is no number, or a time base that is not supported.
        """
        drop = root.get("dropMode", "nonDrop")
        smpte = root.get("timeBase") == "smpte"
        if smpte and drop != "nonDrop":
            raise FormatError(None, f"counts in drop-frame time code ({drop}): not supported")
        given = root.get("frameRate")
        rate = frame_rate or Fraction(30)
        frames = math.ceil(rate)
        if given is not None:
            rate = _rate(given, "frameRate")
            frames = math.ceil(rate)
            parts = re.split(r"[ :]+", root.get("frameRateMultiplier", "1 1").strip())
            if len(parts) == 2:
                rate *= _rate(parts[0], "frameRateMultiplier") / _rate(parts[1], "multiplier")
        ticks = Fraction(1)
        if "tickRate" in root:
            ticks = _rate(root["tickRate"], "tickRate")
        elif given is not None:
            ticks = rate * _rate(root.get("subFrameRate", "1"), "subFrameRate")
        return cls(rate, frames, ticks, smpte)

    def step_of(self, written: str) -> float:
        """Return the smallest difference that a stamp written in this way can say, in seconds."""
        unit = written[-1]
        if written.count(":") == 3 or unit == "f" or (self.smpte and ":" in written):
            return float(1 / self.frame_rate)
        return max(0.001, float(1 / self.tick_rate)) if unit == "t" else 0.001

    def read(self, written: str) -> float:
        """Return the seconds that a stamp stands for.

        Raises
        ------
        ParameterError
            Text that is not a time.
        """
        clock = _CLOCK.fullmatch(written)
        if clock is not None:
            hours, minutes, seconds, fraction, frames = clock.groups()
            whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
            if self.smpte:
                return float((whole * self.frames + int(frames or 0)) / self.frame_rate)
            if frames is not None:
                return float(whole + int(frames) / self.frame_rate)
            return float(Fraction(f"{whole}.{fraction or 0}"))
        offset = _OFFSET.fullmatch(written)
        if offset is None:
            raise ParameterError(f"not a time: {written!r}")
        return float(Fraction(f"{offset[1]}.{offset[2] or 0}") * self._length(offset[3]))

    def write(self, seconds: float, like: str) -> str:
        """Return the stamp for a time in the manner of another; ``like`` itself if it fits.

        Raises
        ------
        ParameterError
            A new time that is negative, not finite, or beyond 999,999 hours.
        """
        clock = _CLOCK.fullmatch(like)
        if clock is None:
            return self._write_offset(seconds, like)
        if self.smpte or clock[5] is not None:
            return self._write_frames(seconds, like, clock)
        fraction = clock[4] or ""
        digits = max(3, len(fraction))
        steps = whole_steps(seconds, 10**digits)
        if steps == whole_steps(self.read(like), 10**digits):
            return like
        ensure_writable_time(seconds, steps)
        whole, part = divmod(steps, 10**digits)
        tail = decimal(part, digits, len(fraction))[1:]
        return _face(whole, clock) + tail

    def _write_offset(self, seconds: float, like: str) -> str:
        offset = _OFFSET.fullmatch(like)
        if offset is None:
            raise ParameterError(f"not a time: {like!r}")
        fraction, unit = offset[2] or "", offset[3]
        digits = max(_DIGITS.get(unit, 0), len(fraction))
        scale = 10**digits / self._length(unit)
        steps = whole_steps(seconds, scale)
        if steps == whole_steps(self.read(like), scale):
            return like
        ensure_writable_time(seconds, steps)
        return decimal(steps, digits, len(fraction)) + unit

    def _write_frames(self, seconds: float, like: str, clock: re.Match[str]) -> str:
        count = whole_steps(seconds, self.frame_rate)
        if count == whole_steps(self.read(like), self.frame_rate):
            return like
        ensure_writable_time(seconds, count)
        if self.smpte:
            whole, frame = divmod(count, self.frames)
        else:
            whole = math.floor(seconds + 1e-9)
            frame = whole_steps(max(0.0, seconds - whole), self.frame_rate)
            if frame >= self.frames:
                whole, frame = whole + 1, 0
        tail = "" if clock[5] is None else f":{frame:0{len(clock[5])}d}"
        return _face(whole, clock) + tail

    def _length(self, unit: str) -> Fraction:
        if unit == "f":
            return 1 / self.frame_rate
        return 1 / self.tick_rate if unit == "t" else _LENGTHS[unit]


def _face(whole: int, like: re.Match[str]) -> str:
    minutes, second = divmod(whole, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:0{len(like[1])}d}:{minute:02d}:{second:02d}"


def _rate(text: str, name: str) -> Fraction:
    match = _NUMBER.fullmatch(text.strip())
    if match is None or not float(text):
        raise FormatError(None, f"its {name} is not a positive number: {text[:40]!r}")
    return Fraction(text.strip())
