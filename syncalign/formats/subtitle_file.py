"""SubtitleFile: the source bytes, and where in them each time stamp stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from syncalign.errors import FormatError, ParameterError
from syncalign.formats.notation import Clock, Notation
from syncalign.formats.source import Source
from syncalign.timebase import Cue, Segment, Timeline

Span = tuple[int, int]
MOST_CUES = 250_000  # a film has 2,000, a film with karaoke effects perhaps 100,000


@dataclass(frozen=True, slots=True)
class InnerStamp:
    """A time inside the text of a cue, such as a karaoke mark in WebVTT.

    Parameters
    ----------
    span : (int, int)
        First byte in the file, and the byte after the last.
    time : float
        What it stands for, in seconds.
    """

    span: Span
    time: float


@dataclass(frozen=True, slots=True)
class Stamp:
    """The times of one cue as the file gives them, and where they stand.

    Parameters
    ----------
    start_span, end_span : (int, int)
        First byte of the time in the file, and the byte after its last.
    start, end : float
        The times, in seconds, signed; a cue that ends before it starts is kept so.
    inner : tuple of InnerStamp
        Times inside the cue's text.
    visible : bool
        False for what no viewer reads: a comment or a drawing. It moves with the rest.
    """

    start_span: Span
    end_span: Span
    start: float
    end: float
    inner: tuple[InnerStamp, ...] = ()
    visible: bool = True


class Found(NamedTuple):
    """A cue as a format finds it: spans in units of the :class:`Source`, and the plain text."""

    start: Span
    end: Span
    text: str
    inner: tuple[Span, ...] = ()
    visible: bool = True


class Findings(NamedTuple):
    """All that a format finds in a file.

    ``broken`` holds the unit and a sentence for each place that looks like a cue but has no times
    that can be read; ``notes`` are sentences for the user.
    """

    cues: Sequence[Found]
    broken: Sequence[tuple[int, str]] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SubtitleFile:
    """A file of timed text: the bytes, the cues, and the place of every time stamp.

    Retiming writes new digits into the spans of the stamps and nothing else: encoding, byte order
    mark, line ends, styling, comments and whatever else the file holds stay byte-identical by
    construction.

    Parameters
    ----------
    data : bytes
        The file.
    format : str
        A name from :data:`syncalign.formats.registry.FORMATS`: "srt", "vtt", "ass".
    encoding : str
        The codec of the text, such as "utf-8" or "cp1251".
    timeline : Timeline
        One cue per stamp, in the order of the file, with the plain visible text. A cue that ends
        before it starts is an empty segment here; ``stamps`` has the truth.
    stamps : tuple of Stamp
        The times as written; ``stamps[i]`` belongs to ``timeline[i]``.
    notes : tuple of str
        What a user should know of the file, as sentences.
    notation : Notation
        How the file writes times.
    """

    data: bytes = field(repr=False)
    format: str
    encoding: str
    timeline: Timeline = field(repr=False)
    stamps: tuple[Stamp, ...] = field(repr=False)
    notes: tuple[str, ...] = ()
    notation: Notation = field(default=Clock(3, short_is_count=True))

    def __len__(self) -> int:
        """Count the cues."""
        return len(self.stamps)

    @property
    def starts(self) -> npt.NDArray[np.float64]:
        """Start of each cue as written, in seconds [shape=(N,)]."""
        return np.array([stamp.start for stamp in self.stamps], dtype=np.float64)

    @property
    def ends(self) -> npt.NDArray[np.float64]:
        """End of each cue as written, in seconds; it may lie before the start [shape=(N,)]."""
        return np.array([stamp.end for stamp in self.stamps], dtype=np.float64)

    @property
    def visible(self) -> npt.NDArray[np.bool_]:
        """Whether each cue is shown to a viewer: comments and drawings are not [shape=(N,)]."""
        return np.array([stamp.visible for stamp in self.stamps], dtype=np.bool_)

    def retimed(self, starts: npt.ArrayLike, ends: npt.ArrayLike) -> bytes:
        """Return the file with new times and every other byte as it was.

        A time is rounded to the step that its stamp can write (SubRip and WebVTT 1 ms, ASS
        10 ms). A stamp that already says its new time keeps its bytes. Stamps inside a cue's
        text keep their relative place in the cue.

        Parameters
        ----------
        starts, ends : array_like [shape=(N,)]
            New times, in seconds, one of each per cue in the order of the file.

        Raises
        ------
        ParameterError
            Another number of times than of cues, or a new time that is negative or not finite.
        """
        new_starts, new_ends = self._checked(starts), self._checked(ends)
        patches: list[tuple[Span, bytes]] = []
        for index, stamp in enumerate(self.stamps):
            try:
                patches += self._patches(stamp, float(new_starts[index]), float(new_ends[index]))
            except ParameterError as exc:
                raise ParameterError(f"cue {index}: {exc}") from exc
        return _patched(self.data, sorted(patches))

    def _checked(self, times: npt.ArrayLike) -> npt.NDArray[np.float64]:
        array = np.asarray(times, dtype=np.float64)
        if array.shape != (len(self.stamps),):
            raise ParameterError(
                f"{len(self.stamps)} cues need as many starts and ends, not {array.shape}"
            )
        return array

    def _patches(self, stamp: Stamp, start: float, end: float) -> Iterator[tuple[Span, bytes]]:
        pairs = [(stamp.start_span, stamp.start, start), (stamp.end_span, stamp.end, end)]
        move = _mover(stamp, start, end)
        pairs += [(inner.span, inner.time, move(inner.time)) for inner in stamp.inner]
        for span, before, after in pairs:
            if before == after:
                continue
            old = self.data[span[0] : span[1]]
            written = old.decode(self.encoding)
            new = self.notation.write(after, written)
            if new != written:
                yield span, new.encode(self.encoding)


def _mover(stamp: Stamp, start: float, end: float) -> Callable[[float], float]:
    """Return the map for the times inside a cue: a shift if it keeps its length, else linear."""
    before, after = stamp.end - stamp.start, end - start
    keeps_length = before <= 0 or after <= 0 or abs(after - before) < 0.0005
    rate = 1.0 if keeps_length else after / before

    def move(time: float) -> float:
        if keeps_length and start == stamp.start:
            return time
        # A time that strays outside its cue may lie near zero: it must not become negative.
        return max(0.0, start + rate * (time - stamp.start))

    return move


def _patched(data: bytes, patches: Sequence[tuple[Span, bytes]]) -> bytes:
    parts: list[bytes] = []
    done = 0
    for (first, last), new in patches:
        parts += (data[done:first], new)
        done = last
    parts.append(data[done:])
    return b"".join(parts)


def assemble(source: Source, name: str, findings: Findings, *, digits: int) -> SubtitleFile:
    """Return the file that a format's findings describe.

    Parameters
    ----------
    source : Source
        The bytes.
    name : str
        The format.
    findings : Findings
        The cues found and what stood in the way.
    digits : int
        Digits of a fraction of a second by the format's rule.

    Raises
    ------
    FormatError
        No cues, far too many, or more places with unreadable times than cues; with the line.
    """
    if len(findings.broken) > len(findings.cues):
        unit, problem = findings.broken[0]
        count = len(findings.broken) + len(findings.cues)
        more = f" ({len(findings.broken)} of {count} cues are so)" if count > 1 else ""
        raise FormatError(None, problem + more, source.line_at(unit))
    if not findings.cues:
        raise FormatError(None, f"has no cues (read as {name})")
    if len(findings.cues) > MOST_CUES:
        raise FormatError(None, f"has {len(findings.cues)} cues; more than {MOST_CUES} are no film")
    units = source.units
    spans = [span for cue in findings.cues for span in (cue.start, cue.end, *cue.inner)]
    written = {span: units[span[0] : span[1]].decode("ascii") for span in spans}
    clock = Clock.of(written.values(), digits=digits)

    def stamp_of(cue: Found) -> Stamp:
        return Stamp(
            source.span(*cue.start),
            source.span(*cue.end),
            clock.read(written[cue.start]),
            clock.read(written[cue.end]),
            tuple(InnerStamp(source.span(*at), clock.read(written[at])) for at in cue.inner),
            cue.visible,
        )

    stamps = tuple(map(stamp_of, findings.cues))
    cues = tuple(
        Cue(Segment(stamp.start, max(stamp.start, stamp.end)), found.text)
        for stamp, found in zip(stamps, findings.cues, strict=True)
    )
    notes = (*_notes_on_order(stamps), *_notes_on_broken(source, findings), *findings.notes)
    return SubtitleFile(
        source.data, name, source.encoding, Timeline(cues), stamps, notes, notation=clock
    )


def _notes_on_order(stamps: Sequence[Stamp]) -> Iterator[str]:
    starts = np.array([stamp.start for stamp in stamps])
    shown = np.array([stamp.visible for stamp in stamps])
    disordered = int(np.count_nonzero(np.diff(starts[shown]) < 0))
    if disordered:
        yield f"{_count(disordered, 'cue')} out of order"
    reversed_ = sum(stamp.end < stamp.start for stamp in stamps)
    if reversed_:
        verb = "ends before it starts" if reversed_ == 1 else "end before they start"
        yield f"{_count(reversed_, 'cue')} {verb}"
    negative = sum(min(stamp.start, stamp.end) < 0 for stamp in stamps)
    if negative:
        verb = "has a time" if negative == 1 else "have times"
        yield f"{_count(negative, 'cue')} {verb} before 0"


def _notes_on_broken(source: Source, findings: Findings) -> Iterator[str]:
    if not findings.broken:
        return
    unit, problem = findings.broken[0]
    verb = "was" if len(findings.broken) == 1 else "were"
    yield (
        f"{_count(len(findings.broken), 'cue')} without readable times {verb} left alone "
        f"(line {source.line_at(unit)}: {problem})"
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
