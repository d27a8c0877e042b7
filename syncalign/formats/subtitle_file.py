"""SubtitleFile: the source bytes, and where in them each time stamp stands."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from syncalign.errors import FormatError, ParameterError
from syncalign.formats.notation import Clock, Notation
from syncalign.formats.retiming import Pen
from syncalign.formats.source import Source
from syncalign.formats.stamp import InnerStamp, Span, Stamp
from syncalign.timebase import Cue, Segment, Timeline

LONG_JUMP = 60.0  # seconds back, from one cue to the next; more than disorder: times begin anew
_MOST_NAMED = 3  # cues in a sentence
LONGEST_SHOWN = 7.0  # seconds; a cue whose end is not in the file and has none to follow it soon
# Cues and times inside cues; a film has 2,000, a film with karaoke effects perhaps 100,000.
MOST_CUES = 250_000


class Found(NamedTuple):
    """A cue as a format finds it: spans in units of the :class:`Source`, and the plain text."""

    start: Span
    end: Span | None
    text: str
    inner: tuple[Span, ...] = ()
    visible: bool = True
    text_span: Span | None = None
    end_is_duration: bool = False
    parent: int | None = None
    inner_is_relative: bool = False

    def time_spans(self) -> Iterator[Span]:
        """Go through the places of all its times."""
        yield self.start
        if self.end is not None:
            yield self.end
        yield from self.inner


class CueList(list[Found]):
    """Cues as a format finds them; more than a film can have are refused at once."""

    def __init__(self) -> None:
        super().__init__()
        self._times = 0

    def append(self, cue: Found) -> None:
        """Add a cue.

        Raises
        ------
        FormatError
            With it there are more than a file may have.
        """
        self._times += 1 + len(cue.inner)
        if self._times > MOST_CUES:
            what = "times of words" if cue.inner else "cues"
            raise FormatError(None, f"has more than {MOST_CUES} {what}; that is no film")
        super().append(cue)


class Findings(NamedTuple):
    """All that a format finds in a file.

    ``broken`` holds the unit and a sentence for each place that looks like a cue but has no times
    that can be read; ``notes`` are clauses for the user; ``notation`` is how times are written,
    where that is not a clock's way.
    """

    cues: Sequence[Found]
    broken: Sequence[tuple[int, str]] = ()
    notes: Sequence[str] = ()
    notation: Notation | None = None


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
        A name from :data:`syncalign.formats.registry.FORMATS`, such as "srt".
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
        10 ms, MicroDVD one frame). A stamp that already says its new time keeps its bytes. Stamps
        inside a cue's text keep their relative place in the cue. An end that the file does not
        give is not written; an element around cues is widened to hold them.

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
        pen = Pen(self.data, self.encoding, self.notation)
        return pen.retimed(self.stamps, new_starts, new_ends)

    def _checked(self, times: npt.ArrayLike) -> npt.NDArray[np.float64]:
        array = np.asarray(times, dtype=np.float64)
        if array.shape != (len(self.stamps),):
            raise ParameterError(
                f"{len(self.stamps)} cues need as many starts and ends, not {array.shape}"
            )
        return array


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
    notation = findings.notation
    if notation is None:
        spans = (span for cue in findings.cues for span in cue.time_spans())
        notation = Clock.of(map(source.ascii, spans), digits=digits)
    stamps = _with_derived_ends(_stamps(source, findings.cues, notation))
    cues = tuple(
        Cue(Segment(stamp.start, max(stamp.start, stamp.end)), found.text)
        for stamp, found in zip(stamps, findings.cues, strict=True)
    )
    found = (*_notes_on_order(stamps), *_notes_on_broken(source, findings), *findings.notes)
    notes = tuple(f"{note[:1].upper()}{note[1:]}." for note in found)
    return SubtitleFile(
        source.data, name, source.encoding, Timeline(cues), stamps, notes, notation=notation
    )


def _stamps(source: Source, cues: Sequence[Found], notation: Notation) -> list[Stamp]:
    def time(span: Span) -> float:
        return notation.read(source.ascii(span))

    stamps: list[Stamp] = []
    for cue in cues:
        base = 0.0 if cue.parent is None else stamps[cue.parent].start
        start = base + time(cue.start)
        # Not a number: derived later.
        end = math.nan if cue.end is None else time(cue.end)
        end += start if cue.end_is_duration else base
        inner = tuple(
            InnerStamp(source.span(*at), time(at), cue.inner_is_relative) for at in cue.inner
        )
        stamps.append(
            Stamp(
                source.span(*cue.start),
                None if cue.end is None else source.span(*cue.end),
                start,
                end,
                inner,
                cue.visible,
                cue.end_is_duration,
                cue.parent,
                None if cue.text_span is None else source.span(*cue.text_span),
            )
        )
    return stamps


def _with_derived_ends(stamps: Sequence[Stamp]) -> tuple[Stamp, ...]:
    """Let a cue without an end last to the next start, its element's end, or for some seconds."""
    if all(stamp.end_span is not None for stamp in stamps):
        return tuple(stamps)
    starts = np.unique([stamp.start for stamp in stamps])
    ended: list[Stamp] = []
    for stamp in stamps:
        if stamp.end_span is None:
            after = int(np.searchsorted(starts, stamp.start, side="right"))
            following = [float(starts[after])] if after < len(starts) else []
            if stamp.parent is not None:
                following = [max(stamp.start, ended[stamp.parent].end)]
            end = min([stamp.start + LONGEST_SHOWN, *following])
            stamp = replace(stamp, end=end)
        ended.append(stamp)
    return tuple(ended)


def _notes_on_order(stamps: Sequence[Stamp]) -> Iterator[str]:
    starts = np.array([stamp.start for stamp in stamps])
    shown = np.flatnonzero([stamp.visible for stamp in stamps])
    steps = np.diff(starts[shown])
    jumps = (shown[1:][steps < -LONG_JUMP] + 1).tolist()
    if jumps:
        listed = _listed([str(cue) for cue in jumps[:_MOST_NAMED]], len(jumps) - _MOST_NAMED)
        noun = "cue" if len(jumps) == 1 else "cues"
        yield f"the times jump back by more than a minute at {noun} {listed}"
    disordered = int(np.count_nonzero((steps < 0) & (steps >= -LONG_JUMP)))
    if disordered:
        verb = "is" if disordered == 1 else "are"
        yield f"{_count(disordered, 'cue')} {verb} out of order"
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


def _listed(names: list[str], more: int) -> str:
    """Join names as a sentence does, with the number of those that are not named."""
    if more > 0:
        names = [*names, f"{more} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
