"""New files of timed text, from a timeline (a file that exists is retimed, never rewritten)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from syncalign.errors import ParameterError
from syncalign.formats.styling import StyledText
from syncalign.formats.writers import WRITERS, TextCue
from syncalign.timebase import Cue, Timeline, exact_rate


def write_timeline(
    timeline: Timeline, *, format: str, frame_rate: float | Fraction | None = None
) -> bytes:
    """Return a new subtitle file in UTF-8, without a byte order mark.

    Parameters
    ----------
    timeline : Timeline
        The cues, written in their order; times in seconds. Empty lines in a text, which end a cue
        in SubRip and WebVTT, are left out.
    format : str
        A name from :data:`~syncalign.formats.registry.FORMATS`, such as "srt".
    frame_rate : float or Fraction, optional
        Frames a second, for MicroDVD.

    Raises
    ------
    ParameterError
        Another format, a time before 0 or beyond what the format holds (100 hours; ASS 10), or no
        frame rate for MicroDVD.
    """
    cues = [TextCue(cue.start, cue.end, StyledText.plain(cue.text)) for cue in timeline]
    return write_cues(cues, format=format, frame_rate=frame_rate)


def write_cues(
    cues: Sequence[TextCue], *, format: str, frame_rate: float | Fraction | None = None
) -> bytes:
    """Return a new subtitle file with styled texts.

    Parameters and errors are those of :func:`write_timeline`; styles that the format does not
    hold are left out.
    """
    writer = WRITERS.get(format)
    if writer is None:
        raise ParameterError(f"there is no writer for {format!r}; known are {', '.join(WRITERS)}")
    if format == "microdvd" and frame_rate is None:
        raise ParameterError("MicroDVD counts frames; give --fps, such as --fps 23.976")
    ensure_held(cues, format=format)
    rate = Fraction(25) if frame_rate is None else exact_rate(frame_rate)
    return writer.write(cues, rate).encode("utf-8", "replace")


def ensure_held(cues: Iterable[TextCue | Cue], *, format: str) -> None:
    """Refuse times that a format cannot say.

    Raises
    ------
    ParameterError
        A cue's time lies before 0 or beyond what the format holds.
    """
    latest = WRITERS[format].latest
    for index, cue in enumerate(cues):
        if cue.start < 0 or max(cue.start, cue.end) >= latest - 0.005:
            raise ParameterError(
                f"cue {index}: {format} holds times from 0 to {latest:.0f} s, "
                f"not {cue.start} to {cue.end}"
            )
