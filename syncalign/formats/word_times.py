"""Subtitles whose words light up as they are spoken: WebVTT, LRC and ASS with times of words."""

from __future__ import annotations

import html
from dataclasses import replace

from syncalign.formats.notation import Clock, whole_steps
from syncalign.formats.snapping import snapped
from syncalign.formats.transcript import Transcript, on_one_line, pieces_of
from syncalign.formats.writers import without_empty_lines
from syncalign.formats.writing import ensure_held, write_timeline
from syncalign.timebase import Cue, Timeline


def write_vtt(transcript: Transcript) -> str:
    """Return WebVTT with ``<00:00:01.500>`` before each word that begins inside its cue.

    Source: https://www.w3.org/TR/webvtt1/#webvtt-cue-timestamp
    """
    clock = Clock(3, short_is_count=True)
    units = snapped(transcript.units, 1000)
    ensure_held(units, format="vtt")
    blocks = ["WEBVTT\n"]
    for cue in units:
        text = ""
        for piece in pieces_of(replace(cue, text=without_empty_lines(cue.text))):
            stamp = clock.write(piece.start, _ZERO)
            text += f"<{stamp}>" * (piece.start > cue.start) + html.escape(piece.text, quote=False)
        start, end = clock.write(cue.start, _ZERO), clock.write(cue.end, _ZERO)
        blocks.append(f"{start} --> {end}\n{text}\n")
    return "\n".join(blocks)


_ZERO = "00:00:00.000"


def write_lrc(transcript: Transcript) -> str:
    """Return LRC with ``<01:02.50>`` before each word and after the last one."""
    units = snapped(transcript.units, 100)
    lines = (replace(cue, text=_stamped_words(cue)) for cue in units)
    return write_timeline(Timeline(tuple(lines)), format="lrc").decode()


def _stamped_words(cue: Cue) -> str:
    cue = replace(cue, text=on_one_line(cue.text))
    if not cue.parts:
        return cue.text
    pieces = (_lrc_stamp(piece.start) + piece.text for piece in pieces_of(cue) if piece.text)
    return "".join(pieces) + _lrc_stamp(cue.parts[-1].end)


def _lrc_stamp(time: float) -> str:
    minutes, rest = divmod(whole_steps(time, 100), 6000)
    return f"<{minutes:02d}:{rest // 100:02d}.{rest % 100:02d}>"


def write_karaoke(transcript: Transcript) -> str:
    r"""Return ASS with ``{\k50}`` before each word: hundredths of a second until the next one.

    Source: https://aegisub.org/docs/latest/ass_tags/
    """
    from pysubs2 import SSAEvent, SSAFile

    units = snapped(transcript.units, 100)
    ensure_held(units, format="ass")
    file = SSAFile()
    for cue in units:
        text = ""
        for piece in pieces_of(cue):
            length = whole_steps(piece.end, 100) - whole_steps(piece.start, 100)
            said = piece.text.replace("{", r"\{").replace("\n", r"\N")
            text += f"{{\\k{length}}}{said}"
        start, end = (10 * whole_steps(time, 100) for time in (cue.start, cue.end))
        file.events.append(SSAEvent(start, end, text))
    return file.to_string("ass", header_notice="")
