"""Retiming: new digits in the spans of the stamps, and every other byte as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError
from syncalign.formats.notation import Notation
from syncalign.formats.stamp import Span, Stamp

Times = npt.NDArray[np.float64]


def _widened(stamps: Sequence[Stamp], starts: Times, ends: Times) -> tuple[Times, Times]:
    """Let the elements around cues begin before them and end after them, as they did."""
    starts, ends = starts.copy(), ends.copy()
    for index in range(len(stamps) - 1, -1, -1):  # parents come before their children
        stamp = stamps[index]
        if stamp.parent is None:
            continue
        around = stamps[stamp.parent]
        starts[stamp.parent] = min(starts[stamp.parent], starts[index])
        if stamp.end <= around.end:
            ends[stamp.parent] = max(ends[stamp.parent], ends[index])
    return starts, ends


class Pen:
    """Writes new times into the bytes of one file.

    Parameters
    ----------
    data : bytes
        The file.
    encoding : str
        Its codec.
    notation : Notation
        How it writes times.
    """

    def __init__(self, data: bytes, encoding: str, notation: Notation) -> None:
        self._data = data
        self._encoding = encoding
        self._notation = notation
        self._patches: list[tuple[Span, bytes]] = []

    def retimed(self, stamps: Sequence[Stamp], starts: Times, ends: Times) -> bytes:
        """Return the bytes with new times; see :meth:`SubtitleFile.retimed`."""
        parents = {stamp.parent for stamp in stamps if stamp.parent is not None}
        if parents:
            starts, ends = _widened(stamps, starts, ends)
        written: dict[int, float] = {}
        for index, stamp in enumerate(stamps):
            bases = (0.0, 0.0)
            if stamp.parent is not None:
                bases = (stamps[stamp.parent].start, written[stamp.parent])
            try:
                said = self._write(stamp, float(starts[index]), float(ends[index]), bases)
            except ParameterError as exc:
                raise ParameterError(f"cue {index}: {exc}") from exc
            if index in parents:
                written[index] = said
        return _patched(self._data, sorted(self._patches))

    def _write(self, stamp: Stamp, start: float, end: float, bases: tuple[float, float]) -> float:
        """Write one stamp's times, and return the start that is now written, in seconds.

        ``bases`` are the times from which its written times counted before and will count.
        """
        before, after = bases
        said = start
        text = self._patch(stamp.start_span, stamp.start - before, start - after)
        if text is not None:  # else the stamp says the old time, which is the new one
            said = after + self._notation.read(text)
        if stamp.end_is_duration and stamp.end_span is not None:
            # A cue that keeps its length keeps what is written, though its start was rounded.
            length = stamp.end - stamp.start
            keeps_length = abs(end - start - length) < 0.0005
            self._patch(stamp.end_span, length, length if keeps_length else max(0.0, end - said))
        elif stamp.end_span is not None:
            self._patch(stamp.end_span, stamp.end - before, end - after)
        if stamp.inner:
            move, rate = _mover(stamp, start, end)
            for inner in stamp.inner:
                new = inner.time * rate if inner.relative else move(inner.time)
                self._patch(inner.span, inner.time, new)
        return said

    def _patch(self, span: Span, before: float, after: float) -> str | None:
        if before == after:
            return None
        old = self._data[span[0] : span[1]].decode(self._encoding)
        new = self._notation.write(after, old)
        if new != old:
            self._patches.append((span, new.encode(self._encoding)))
        return new


def _mover(stamp: Stamp, start: float, end: float) -> tuple[Callable[[float], float], float]:
    """Return the map for the times inside a cue, a shift if it keeps its length, and its rate."""
    before, after = stamp.end - stamp.start, end - start
    keeps_length = before <= 0 or after <= 0 or abs(after - before) < 0.0005
    rate = 1.0 if keeps_length else after / before

    def move(time: float) -> float:
        if keeps_length and start == stamp.start:
            return time
        # A time that strays outside its cue may lie near zero: it must not become negative.
        return max(0.0, start + rate * (time - stamp.start))

    return move, rate


def _patched(data: bytes, patches: Sequence[tuple[Span, bytes]]) -> bytes:
    parts: list[bytes] = []
    done = 0
    for (first, last), new in patches:
        parts += (data[done:first], new)
        done = last
    parts.append(data[done:])
    return b"".join(parts)
