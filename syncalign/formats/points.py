"""Points files: places of a subtitle that somebody has set by hand, one a line.

::

    # subtitle    reference
    0:12:30.500   0:12:28.100
    @412          0:31:05          # the 412th cue begins here
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from syncalign.errors import FormatError, ParameterError
from syncalign.formats.encoding import decode
from syncalign.formats.source import read_bytes
from syncalign.timebase import format_timecode, parse_timecode

_LARGEST = 2**20  # bytes; a hand sets ten points
_TIME = r"(?:(?:\d{1,3}:)?\d{1,3}:\d{1,2}|\d{1,8})(?:[.,]\d{1,9})?"
_POINT = re.compile(
    rf"(?P<query>{_TIME}|@\d{{1,9}})"
    r"(?:\s*(?:[-=]{1,2}>|\u2192|;|,(?=\s))\s*|\s+)"
    rf"(?P<reference>{_TIME})",
    re.ASCII,
)
_HINT = "write SUBTITLE_TIME REFERENCE_TIME, such as 0:12:30.500 0:12:28.100, or @12 0:12:28.100"


#: From a time in the file, and the cue that begins there if one was named, to another clock.
Clock = Callable[[float, int | None], float]


class _Point(NamedTuple):
    query: float  # on the clock on which points must rise
    reference: float
    line: int
    written: float  # the time in the file

    def __str__(self) -> str:
        return f"{format_timecode(self.written)} -> {format_timecode(self.reference)}"


def read_points(
    path: str | os.PathLike[str],
    starts: npt.NDArray[np.float64],
    *,
    clock: Clock | None = None,
) -> tuple[tuple[float, float], ...]:
    """Read a points file.

    A line holds the subtitle's time and the reference's: ``h:mm:ss.mmm`` (a comma will do), or
    ``mm:ss``, or seconds; between them space, a tab, ``;``, a comma with space, or ``->``. ``@N``
    stands for the start of the Nth cue of the file, from 1. What follows ``#`` is a comment.

    Parameters
    ----------
    path : path-like
        The file.
    starts : np.ndarray [shape=(N,)]
        Starts of the subtitle's cues, in seconds, in the order of the file.
    clock : callable, optional
        Takes a time, and the place in the file of the cue that begins then where one was named, to
        another clock, for a file whose times begin anew; a ParameterError says why it cannot.

    Returns
    -------
    tuple of (float, float)
        Subtitle seconds, on that clock, and reference seconds; both rise.

    Raises
    ------
    FormatError
        The file cannot be read, holds no points, has a line that is none, or two that contradict
        each other; with the line.
    """
    data = read_bytes(path, what="points file", most=_LARGEST + 1)
    if len(data) > _LARGEST:
        raise FormatError(path, f"is no points file: larger than {_LARGEST // 2**20} MiB")
    try:
        points = sorted(_points(decode(data).text, starts, clock or _own))
    except FormatError as exc:
        raise FormatError(path, exc.message, exc.line) from exc
    if not points:
        raise FormatError(path, "has no points; " + _HINT)
    distinct = [points[0]]
    for point in points[1:]:
        if point[:2] != distinct[-1][:2]:
            distinct.append(point)
    for earlier, later in pairwise(distinct):
        if later.query <= earlier.query or later.reference <= earlier.reference:
            first, second = sorted((earlier, later), key=lambda point: point.line)
            raise FormatError(
                path,
                f"{second} contradicts line {first.line}, {first}: what is later in the subtitle"
                " must be later in the reference; correct one of them or take it out",
                second.line,
            )
    return tuple((point.query, point.reference) for point in distinct)


def _own(time: float, cue: int | None) -> float:
    return time


def _points(text: str, starts: npt.NDArray[np.float64], clock: Clock) -> Iterator[_Point]:
    for number, line in enumerate(re.split(r"\r\n|[\r\n]", text), 1):
        said = line.partition("#")[0].strip()
        if not said:
            continue
        # A comma may be a decimal point; the only one between two times without a space is not.
        match = _POINT.fullmatch(said)
        if match is None and said.count(",") == 1:
            match = _POINT.fullmatch(said.replace(",", ", "))
        if match is None:
            raise FormatError(None, f"{said[:60]!r} is no point; {_HINT}", number)
        query = match["query"]
        cue = _cue(query, len(starts), number) if query[0] == "@" else None
        time = _seconds(query, number) if cue is None else float(starts[cue])
        try:
            on_clock = clock(time, cue)
        except ParameterError as exc:
            raise FormatError(None, str(exc), number) from exc
        yield _Point(on_clock, _seconds(match["reference"], number), number, time)


def _cue(name: str, count: int, line: int) -> int:
    cue = int(name[1:])
    if not 1 <= cue <= count:
        raise FormatError(None, f"there is no cue {name}; the file has @1 to @{count}", line)
    return cue - 1


def _seconds(written: str, line: int) -> float:
    if ":" not in written:
        return float(written.replace(",", "."))
    *hours, minutes, seconds = re.split("[.,]", written)[0].split(":")
    if int(seconds) >= 60 or (hours and int(minutes) >= 60):
        raise FormatError(None, f"{written} is no time: 60 and more minutes or seconds", line)
    return parse_timecode(written)
