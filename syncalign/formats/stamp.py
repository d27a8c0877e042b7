"""Stamp: the times of a cue, and where in the file they stand."""

from __future__ import annotations

from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class InnerStamp:
    """A time inside the text of a cue, such as a karaoke mark in WebVTT.

    Parameters
    ----------
    span : (int, int)
        First byte in the file, and the byte after the last.
    time : float
        What it stands for, in seconds.
    relative : bool
        Whether it counts from the start of its cue, as in TTML.
    """

    span: Span
    time: float
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Stamp:
    """The times of one cue as the file gives them, and where they stand.

    Parameters
    ----------
    start_span : (int, int)
        First byte of the time in the file, and the byte after its last.
    end_span : (int, int) or None
        The same of the end; None where the file gives no end, as in LRC: it is then derived from
        the next start.
    start, end : float
        The times, in seconds, signed; a cue that ends before it starts is kept so.
    inner : tuple of InnerStamp
        Times inside the cue's text.
    visible : bool
        False for what no viewer reads: a comment, a drawing, or an element around cues that has
        times of its own. It moves with the rest.
    end_is_duration : bool
        Whether the end is written as a time since the start.
    parent : int or None
        The stamp, an earlier one, from whose start the written times count.
    text_span : (int, int) or None
        The cue's text as written, with its styling.
    """

    start_span: Span
    end_span: Span | None
    start: float
    end: float
    inner: tuple[InnerStamp, ...] = ()
    visible: bool = True
    end_is_duration: bool = False
    parent: int | None = None
    text_span: Span | None = None
