"""New files of timed text, from a timeline (a file that exists is retimed, never rewritten).

SubRip is written by pysrt and ASS by pysubs2: they know headers, styles and escapes.
"""

from __future__ import annotations

import io
import re

from syncalign.errors import ParameterError
from syncalign.formats.notation import Clock
from syncalign.timebase import Cue, Timeline

_LATEST_IN_ASS = 36_000.0  # pysubs2 writes one digit of hours
_LATEST_IN_SRT = 360_000.0  # and two are what players expect


def write_timeline(timeline: Timeline, *, format: str) -> bytes:
    """Return a new subtitle file in UTF-8, without a byte order mark.

    Parameters
    ----------
    timeline : Timeline
        The cues, written in their order; times in seconds. Empty lines in a text, which end a cue
        in SubRip and WebVTT, are left out.
    format : str
        "srt", "vtt" or "ass".

    Raises
    ------
    ParameterError
        Another format, or a time before 0 or beyond what the format holds (100 hours; ASS 10).
    """
    writers = {"srt": _srt, "vtt": _vtt, "ass": _ass}
    if format not in writers:
        raise ParameterError(f"there is no writer for {format!r}; known are {', '.join(writers)}")
    latest = _LATEST_IN_ASS if format == "ass" else _LATEST_IN_SRT
    for index, cue in enumerate(timeline):
        if cue.start < 0 or cue.end >= latest - 0.005:
            raise ParameterError(
                f"cue {index}: {format} holds times from 0 to {latest:.0f} s, "
                f"not {cue.start} to {cue.end}"
            )
    return writers[format](timeline).encode()


def _srt(timeline: Timeline) -> str:
    from pysrt import SubRipFile, SubRipItem, SubRipTime

    items = [
        SubRipItem(
            number,
            SubRipTime.from_ordinal(_milliseconds(cue.start)),
            SubRipTime.from_ordinal(_milliseconds(cue.end)),
            _without_empty_lines(cue.text),
        )
        for number, cue in enumerate(timeline, 1)
    ]
    out = io.StringIO()
    SubRipFile(items).write_into(out, eol="\n")
    return out.getvalue()


def _vtt(timeline: Timeline) -> str:
    # Not by pysubs2: it takes braces in a text for ASS codes and drops them, and sorts the cues.
    clock = Clock(3, short_is_count=True)

    def block(cue: Cue) -> str:
        start, end = (clock.write(time, "00:00:00.000") for time in (cue.start, cue.end))
        text = _without_empty_lines(cue.text)
        text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return f"{start} --> {end}\n{text}\n"

    return "\n".join(["WEBVTT\n", *map(block, timeline)])


def _ass(timeline: Timeline) -> str:
    from pysubs2 import SSAEvent, SSAFile

    file = SSAFile()
    for cue in timeline:
        text = cue.text.replace("{", r"\{").replace("\n", r"\N")
        event = SSAEvent(_milliseconds(cue.start), _milliseconds(cue.end), text)
        file.events.append(event)
    return file.to_string("ass", header_notice="")


def _milliseconds(seconds: float) -> int:
    return int(seconds * 1000 + 0.5 + 1e-6)


def _without_empty_lines(text: str) -> str:
    return re.sub(r"\n\s*\n", "\n", text.strip("\n"))
