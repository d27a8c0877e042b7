"""The subtitle files of the sample: the right one, and what goes wrong with subtitles in life."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from film import FilmCue
from other_scene import OTHER_LINES

SHIFT = 12.7
"""By how many seconds harbour.shifted.srt comes late."""
SPEED = Fraction(24000, 1001) / 25
"""harbour.25fps.srt: every time is this times the right one, as in a copy run at 25 frames."""
CUT = 24.0
"""harbour.cut.srt belongs to a longer version: a scene of so many seconds is missing in ours."""
CUT_BEFORE = "You climb this every night?"
"""The first cue after the missing scene."""

_COLOURS = {"Amos": "&H00A8D8FF", "Ned": "&H00FFE8C0"}  # alpha, blue, green, red


def moved(cues: Iterable[FilmCue], move: Callable[[float], float]) -> list[FilmCue]:
    """Return the cues with another time for each start and end."""
    return [replace(c, start=round(move(c.start), 3), end=round(move(c.end), 3)) for c in cues]


def first_cue_after_cut(cues: Sequence[FilmCue]) -> int:
    """Return the index of the cue that follows the missing scene."""
    return next(i for i, cue in enumerate(cues) if cue.text == CUT_BEFORE)


def displaced(cues: Sequence[FilmCue]) -> list[FilmCue]:
    """Return the cues as in the longer version: later from the missing scene on."""
    first = first_cue_after_cut(cues)
    return [*cues[:first], *moved(cues[first:], lambda t: t + CUT)]


def other_film(*, seed: int) -> list[FilmCue]:
    """Return the cues of another film, timed by reading speed and pauses from the seed."""
    rng = np.random.default_rng(seed)
    now, cues = 2.4, []
    for number, text in enumerate(OTHER_LINES):
        seconds = max(0.9, len(text) / rng.uniform(11, 17))
        cues.append(FilmCue("other", (), text, round(now, 3), round(now + seconds, 3), None))
        long_pause = number % 9 == 5
        now += seconds + (rng.uniform(4, 11) if long_pause else 0.15 + 1.6 * rng.beta(1.2, 2.0))
    return cues


def srt(cues: Iterable[FilmCue]) -> str:
    """Return the cues as SubRip text."""
    blocks = [
        f"{number}\n{_stamp(cue.start, ',')} --> {_stamp(cue.end, ',')}\n{cue.text}\n"
        for number, cue in enumerate(cues, start=1)
    ]
    return "\n".join(blocks)


def vtt(cues: Iterable[FilmCue]) -> str:
    """Return the cues as WebVTT with a style sheet, speakers and positions."""
    head = (
        "WEBVTT - Harbour Light\n\n"
        "NOTE Comes 12.7 s late, like harbour.shifted.srt.\n\n"
        "STYLE\n::cue(v[voice=Amos]) { color: #ffd8a8 }\n::cue(v[voice=Ned]) { color: #c0e8ff }\n"
    )
    blocks = [head]
    for number, cue in enumerate(cues, start=1):
        place = " line:10%" if cue.kind == "credits" else " align:center"
        times = f"{_stamp(cue.start, '.')} --> {_stamp(cue.end, '.')}{place}"
        blocks.append(f"{cue.kind}-{number}\n{times}\n{_vtt_text(cue)}\n")
    return "\n".join(blocks)


def ass(cues: Iterable[FilmCue]) -> str:
    """Return the cues as Advanced SubStation Alpha, one style a character."""
    style = (
        "Style: {},DejaVu Sans,{},{},&H000000FF,&H00101010,&H80000000,"
        "0,{},0,0,100,100,0,0,1,2,1,{},20,20,16,1"
    )
    lines = [
        "[Script Info]",
        "; Comes 12.7 s late, like harbour.shifted.srt.",
        "Title: Harbour Light",
        "ScriptType: v4.00+",
        "PlayResX: 640",
        "PlayResY: 360",
        "WrapStyle: 0",
        "",
        "[V4+ Styles]",
        "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour,"
        " BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle,"
        " BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding",
        *(style.format(name, 24, colour, 0, 2) for name, colour in _COLOURS.items()),
        style.format("Heard", 20, "&H00D0D0D0", -1, 2),
        style.format("Title", 30, "&H00FFFFFF", 0, 8),
        "",
        "[Events]",
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text",
        *map(_dialogue, cues),
    ]
    return "\n".join(lines) + "\n"


def _dialogue(cue: FilmCue) -> str:
    style = {"credits": "Title", "speech": (*cue.speakers, "")[0]}.get(cue.kind, "Heard")
    text = cue.text.replace("<i>", r"{\i1}").replace("</i>", r"{\i0}").replace("\n", r"\N")
    if cue.kind == "credits":
        text = r"{\fad(400,400)}" + text
    times = f"{_stamp(cue.start, '.', short=True)},{_stamp(cue.end, '.', short=True)}"
    return f"Dialogue: 0,{times},{style},{'/'.join(cue.speakers)},0,0,0,,{text}"


def _vtt_text(cue: FilmCue) -> str:
    text = html.escape(cue.text, quote=False)
    text = text.replace("&lt;i&gt;", "<i>").replace("&lt;/i&gt;", "</i>")
    if not cue.speakers:
        return text
    if len(cue.speakers) == 1:
        return f"<v {cue.speakers[0]}>{text}"
    pairs = zip(cue.speakers, text.split("\n"), strict=True)
    return "\n".join(f"<v {speaker}>{line}</v>" for speaker, line in pairs)


def _stamp(seconds: float, point: str, *, short: bool = False) -> str:
    """Return a time stamp: ``00:00:01,500``, or ``0:00:01.50`` for ASS."""
    units = round(seconds * (100 if short else 1000))
    whole, fraction = divmod(units, 100 if short else 1000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    if short:
        return f"{hours}:{minute:02d}:{second:02d}{point}{fraction:02d}"
    return f"{hours:02d}:{minute:02d}:{second:02d}{point}{fraction:03d}"
