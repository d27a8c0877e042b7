"""Writers of new files, one a format; each says what it can hold.

SubRip is written by pysrt and ASS by pysubs2: they know headers, styles and escapes.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from syncalign.formats.notation import Clock, whole_steps
from syncalign.formats.styling import BOLD, ITALIC, POSITIONS, UNDERLINE, Run, StyledText


class TextCue(NamedTuple):
    """A cue to be written: times in seconds and a styled text."""

    start: float
    end: float
    text: StyledText


class Writer(NamedTuple):
    """How a format is written and what it holds.

    ``latest`` is the first time, in seconds, that it cannot say; ``keeps_ends`` is False where a
    cue ends at the next one's start; ``keeps_empty`` is False where a cue must have a text.
    """

    write: Callable[[Sequence[TextCue], Fraction], str]
    keeps: frozenset[str] = frozenset()
    latest: float = 360_000.0
    keeps_ends: bool = True
    keeps_lines: bool = True
    keeps_empty: bool = True


def _srt(cues: Sequence[TextCue], rate: Fraction) -> str:
    from pysrt import SubRipFile, SubRipItem, SubRipTime

    items = [
        SubRipItem(
            number,
            SubRipTime.from_ordinal(whole_steps(cue.start, 1000)),
            SubRipTime.from_ordinal(whole_steps(cue.end, 1000)),
            _positioned(cue.text) + without_empty_lines(_tagged(cue.text, _without_arrows)),
        )
        for number, cue in enumerate(cues, 1)
    ]
    out = io.StringIO()
    SubRipFile(items).write_into(out, eol="\n")
    return out.getvalue()


def _positioned(text: StyledText) -> str:
    return f"{{\\an{text.position}}}" if text.position not in (None, 2) else ""


def _without_arrows(text: str) -> str:
    """Replace arrows in lines like that of times, which would begin a cue."""
    if ">" not in text:
        return text
    return "\n".join(
        re.sub(r"-{1,3} ?>", "\u2192", line) if re.search(r"\d[:.,]", line) else line
        for line in text.split("\n")
    )


def _vtt(cues: Sequence[TextCue], rate: Fraction) -> str:
    # Not by pysubs2: it takes braces in a text for ASS codes and drops them, and sorts the cues.
    clock = Clock(3, short_is_count=True)

    def block(cue: TextCue) -> str:
        start, end = (clock.write(time, "00:00:00.000") for time in (cue.start, cue.end))
        text = without_empty_lines(_tagged(cue.text, _escaped))
        return f"{start} --> {end}{_settings(cue.text.position)}\n{text}\n"

    return "\n".join(["WEBVTT\n", *map(block, cues)])


def _settings(position: int | None) -> str:
    if position in (None, 2):
        return ""
    assert position is not None
    line = ("", " line:50%", " line:0")[(position - 1) // 3]
    return line + (" align:start", "", " align:end")[(position - 1) % 3]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _tagged(text: StyledText, escape: Callable[[str], str]) -> str:
    return "".join(_tagged_run(run, escape) for run in text.runs)


def _tagged_run(run: Run, escape: Callable[[str], str]) -> str:
    tags = [tag for tag, on in (("b", run.bold), ("i", run.italic), ("u", run.underline)) if on]
    opened = "".join(f"<{tag}>" for tag in tags)
    closed = "".join(f"</{tag}>" for tag in reversed(tags))
    return opened + escape(run.text) + closed


def _ass(cues: Sequence[TextCue], rate: Fraction) -> str:
    from pysubs2 import SSAEvent, SSAFile

    file = SSAFile()
    for cue in cues:
        text = _positioned(cue.text) + "".join(map(_coded_run, cue.text.runs))
        start, end = (10 * whole_steps(time, 100) for time in (cue.start, cue.end))
        file.events.append(SSAEvent(start, end, text))
    return file.to_string("ass", header_notice="")


def _coded_run(run: Run) -> str:
    codes = [code for code, on in (("b", run.bold), ("i", run.italic), ("u", run.underline)) if on]
    text = run.text.replace("{", r"\{").replace("\n", r"\N")
    if not codes:
        return text
    on, off = ("".join(f"\\{code}{digit}" for code in codes) for digit in "10")
    return f"{{{on}}}{text}{{{off}}}"


def _ttml(cues: Sequence[TextCue], rate: Fraction) -> str:
    from xml.sax.saxutils import escape

    clock = Clock(3, short_is_count=True)
    places = sorted({cue.text.position or 2 for cue in cues} - {2})
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" '
        'xml:space="preserve">',
        "<head><layout>" if places else "<head/>",
        *map(_region, places),
        *(["</layout></head>"] if places else []),
        "<body><div>",
    ]
    for cue in cues:
        start, end = (clock.write(time, "00:00:00.000") for time in (cue.start, cue.end))
        place = f' region="an{cue.text.position}"' if cue.text.position in places else ""
        text = "".join(_spanned_run(run, escape) for run in cue.text.runs)
        lines.append(f'<p begin="{start}" end="{end}"{place}>{text}</p>')
    return "\n".join([*lines, "</div></body>", "</tt>", ""])


def _region(position: int) -> str:
    across = ("start", "center", "end")[(position - 1) % 3]
    down = ("after", "center", "before")[(position - 1) // 3]
    return (
        f'<region xml:id="an{position}" tts:origin="5% 5%" tts:extent="90% 90%" '
        f'tts:displayAlign="{down}" tts:textAlign="{across}"/>'
    )


def _spanned_run(run: Run, escape: Callable[[str], str]) -> str:
    text = _without_controls(escape(run.text)).replace("\n", "<br/>")
    styles = (
        ('tts:fontWeight="bold"', run.bold),
        ('tts:fontStyle="italic"', run.italic),
        ('tts:textDecoration="underline"', run.underline),
    )
    used = " ".join(style for style, on in styles if on)
    return f"<span {used}>{text}</span>" if used else text


def _without_controls(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "\ufffd", text)


def _microdvd(cues: Sequence[TextCue], rate: Fraction) -> str:
    lines = [f"{{1}}{{1}}{float(rate):.6g}"]
    for cue in cues:
        text = "|".join(map(_coded_line, cue.text.lines()))
        start, end = (whole_steps(time, rate) for time in (cue.start, cue.end))
        lines.append(f"{{{start}}}{{{end}}}{text}")
    return "\n".join([*lines, ""])


def _coded_line(runs: list[Run]) -> str:
    text = _without_bars("".join(run.text for run in runs))
    if not runs:
        return text
    names = (("i", "italic"), ("b", "bold"), ("u", "underline"))
    codes = [code for code, key in names if all(getattr(run, key) for run in runs)]
    return (f"{{y:{','.join(codes)}}}" if codes else "") + text


def _mpl2(cues: Sequence[TextCue], rate: Fraction) -> str:
    lines = []
    for cue in cues:
        parts = []
        for runs in cue.text.lines():
            is_italic = bool(runs) and all(run.italic for run in runs)
            parts.append("/" * is_italic + _without_bars("".join(run.text for run in runs)))
        start, end = (whole_steps(time, 10) for time in (cue.start, cue.end))
        lines.append(f"[{start}][{end}]{'|'.join(parts)}")
    return "\n".join([*lines, ""])


def _without_bars(text: str) -> str:
    return text.replace("|", "\u00a6")


def _sbv(cues: Sequence[TextCue], rate: Fraction) -> str:
    clock = Clock(3, short_is_count=True)
    blocks = []
    for cue in cues:
        start, end = (clock.write(time, "0:00:00.000") for time in (cue.start, cue.end))
        blocks.append(f"{start},{end}\n{without_empty_lines(cue.text.text)}\n")
    return "\n".join(blocks)


_SUBVIEWER_HEAD = (
    "[INFORMATION]\n[END INFORMATION]\n[SUBTITLE]\n[COLF]&HFFFFFF,[STYLE]no,[SIZE]18\n"
)


def _subviewer(cues: Sequence[TextCue], rate: Fraction) -> str:
    clock = Clock(2, short_is_count=True)
    blocks = []
    for cue in cues:
        start, end = (clock.write(time, "00:00:00.00") for time in (cue.start, cue.end))
        text = cue.text.text.replace("\n", "[br]")
        blocks.append(f"{start},{end}\n{text}\n")
    return _SUBVIEWER_HEAD + "\n".join(blocks)


def _subviewer1(cues: Sequence[TextCue], rate: Fraction) -> str:
    clock = Clock(0, short_is_count=True)
    lines = ["[BEGIN]", "******** START SCRIPT ********"]
    for cue in cues:
        start, end = (clock.write(time, "00:00:00") for time in (cue.start, cue.end))
        text = _without_bars(cue.text.text).replace("\n", "|")
        lines += [f"[{start}]", text, f"[{end}]", ""]
    return "\n".join([*lines, "[END]", ""])


def _lrc(cues: Sequence[TextCue], rate: Fraction) -> str:
    def stamp(steps: int) -> str:
        minutes, rest = divmod(steps, 6000)
        return f"[{minutes:02d}:{rest // 100:02d}.{rest % 100:02d}]"

    lines = []
    for start, end, text in with_screens_cleared(cues, 100):
        lines.append(stamp(start) + text.text.replace("\n", " "))
        if end is not None:
            lines.append(stamp(end))
    return "\n".join([*lines, ""])


def _sami(cues: Sequence[TextCue], rate: Fraction) -> str:
    lines = [
        "<SAMI>",
        "<HEAD>",
        '<STYLE TYPE="text/css"><!--\nP { text-align: center; }',
        '.SUBS { Name: "Subtitles"; }\n--></STYLE>',
        "</HEAD>",
        "<BODY>",
    ]
    for start, end, text in with_screens_cleared(cues, 1000):
        said = _tagged(text, _escaped).replace("\n", "<br>")
        lines.append(f"<SYNC Start={start}><P Class=SUBS>{said}")
        if end is not None:
            lines.append(f"<SYNC Start={end}><P Class=SUBS>&nbsp;")
    return "\n".join([*lines, "</BODY>", "</SAMI>", ""])


def with_screens_cleared(
    cues: Sequence[TextCue], rate: int
) -> Iterator[tuple[int, int | None, StyledText]]:
    """Go through cues of a format without ends: start, and an end where no cue follows at once."""
    for number, cue in enumerate(cues):
        start, end = whole_steps(cue.start, rate), whole_steps(cue.end, rate)
        follows = number + 1 < len(cues) and whole_steps(cues[number + 1].start, rate) <= end
        yield start, None if follows else end, cue.text


def _jsonl(cues: Sequence[TextCue], rate: Fraction) -> str:
    lines = [
        json.dumps(
            {"start": round(cue.start, 3), "end": round(cue.end, 3), "text": cue.text.text},
            ensure_ascii=False,
        )
        for cue in cues
    ]
    return "\n".join([*lines, ""])


def without_empty_lines(text: str) -> str:
    """Drop the empty lines of a text, which would end its cue."""
    return re.sub(r"\n\s*\n", "\n", text.strip("\n"))


_LETTERS = frozenset({ITALIC, BOLD, UNDERLINE})

WRITERS = {
    "srt": Writer(_srt, _LETTERS | {POSITIONS}),
    "vtt": Writer(_vtt, _LETTERS | {POSITIONS}),
    "ass": Writer(_ass, _LETTERS | {POSITIONS}, latest=36_000.0),  # pysubs2: one digit of hours
    "microdvd": Writer(_microdvd, _LETTERS),
    "ttml": Writer(_ttml, _LETTERS | {POSITIONS}),
    "sbv": Writer(_sbv),
    "lrc": Writer(_lrc, keeps_ends=False, keeps_lines=False, keeps_empty=False),
    "subviewer": Writer(_subviewer),
    "subviewer1": Writer(_subviewer1, keeps_empty=False),
    "mpl2": Writer(_mpl2, frozenset({ITALIC})),
    "sami": Writer(_sami, _LETTERS, keeps_ends=False, keeps_empty=False),
    "jsonl": Writer(_jsonl),
}
