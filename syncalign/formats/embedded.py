"""Text tracks of a medium as subtitle files: what a packet of each codec says."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from syncalign.formats.notation import Clock, whole_steps
from syncalign.formats.styling import Run, StyledText
from syncalign.formats.subtitle_file import LONGEST_SHOWN
from syncalign.formats.writers import TextCue, without_empty_lines
from syncalign.formats.writing import write_cues


class Payload(NamedTuple):
    """One packet of a text track: seconds, and bytes; ``end`` is None where it is not told.

    ``name`` and ``settings`` are those of a WebVTT cue.
    """

    start: float
    end: float | None
    data: bytes
    name: bytes = b""
    settings: bytes = b""


class _Codec(NamedTuple):
    format: str
    write: Callable[[bytes, Sequence[Payload]], bytes]


def format_of_codec(codec: str) -> str | None:
    """Return the format of the file that a text track becomes, or None for pictures and others."""
    known = _CODECS.get(codec)
    return None if known is None else known.format


def write_track(codec: str, header: bytes, payloads: Sequence[Payload]) -> bytes:
    """Return the subtitle file of a text track.

    Parameters
    ----------
    codec : str
        FFmpeg's name: "subrip", "ass", "webvtt", "mov_text", "text".
    header : bytes
        The codec's header; ASS keeps its styles there.
    payloads : sequence of Payload
        The packets.
    """
    return _CODECS[codec].write(header, _ended(payloads))


def count_cues(codec: str, payloads: Sequence[Payload]) -> int:
    """Count the packets that say something: in MP4 the pauses are packets too."""
    if codec != "mov_text":
        return len(payloads)
    return sum(bool(_read_mov_text(payload.data).text) for payload in payloads)


def _ended(payloads: Sequence[Payload]) -> list[Payload]:
    starts = sorted({payload.start for payload in payloads})
    following = dict(pairwise(starts))
    ended = []
    for payload in payloads:
        latest = payload.start + LONGEST_SHOWN
        end = min(latest, following.get(payload.start, latest))
        ended.append(payload._replace(end=end if payload.end is None else payload.end))
    return ended


def _seconds(payload: Payload) -> tuple[float, float]:
    start = max(0.0, payload.start)
    return start, max(start, payload.end or 0.0)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").strip("\0").replace("\r\n", "\n").replace("\r", "\n")


def _write_srt(header: bytes, payloads: Sequence[Payload]) -> bytes:
    # The text with its tags, as it is.
    cues = [TextCue(*_seconds(p), StyledText.plain(_text(p.data).strip("\n"))) for p in payloads]
    return write_cues(cues, format="srt")


def _write_vtt(header: bytes, payloads: Sequence[Payload]) -> bytes:
    clock = Clock(3, short_is_count=True)
    head = _text(header).strip("\n")
    # Styles and regions are kept, whether or not the line that makes the file one stands there.
    blocks = [head] if head.startswith("WEBVTT") else ["WEBVTT", *([head] if head else [])]
    for payload in payloads:
        start, end = (clock.write(time, "00:00:00.000") for time in _seconds(payload))
        name, settings = (_one_line(text) for text in (payload.name, payload.settings))
        times = f"{start} --> {end} {settings}".rstrip()
        text = without_empty_lines(_text(payload.data))
        blocks.append("\n".join([*([name] if name else []), times, text]).rstrip("\n"))
    return ("\n\n".join(blocks) + "\n").encode("utf-8", "replace")


def _one_line(data: bytes) -> str:
    """Return what may stand before or behind a cue's times; nothing where it would read as them."""
    line = _text(data).strip().partition("\n")[0]
    return "" if "-->" in line else line


_COLUMNS = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"


def _write_ass(header: bytes, payloads: Sequence[Payload]) -> bytes:
    head = _text(header).rstrip()
    if not re.search(r"(?im)^\[events\]", head):
        head += "\n\n[Events]"
    if not re.search(r"(?im)^format:", head[head.lower().rfind("[events]") :]):
        head += f"\nFormat: {_COLUMNS}"
    lines = []
    for place, payload in enumerate(payloads):
        # ReadOrder, Layer, Style, Name, margins, Effect, Text: the times are the packet's.
        order, _, rest = _text(payload.data).partition(",")
        layer, comma, rest = rest.partition(",")
        if not comma:
            continue
        start, end = (_ass_time(time) for time in _seconds(payload))
        event = f"Dialogue: {layer},{start},{end},{rest}".replace("\n", r"\N")
        lines.append((int(order) if order.isdecimal() and len(order) < 10 else place, event))
    events = [event for _, event in sorted(lines, key=lambda line: line[0])]
    return "\n".join([head, *events, ""]).encode("utf-8", "replace")


def _ass_time(seconds: float) -> str:
    minutes, rest = divmod(whole_steps(seconds, 100), 6000)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest // 100:02d}.{rest % 100:02d}"


def _write_mov_text(header: bytes, payloads: Sequence[Payload]) -> bytes:
    cues = [TextCue(*_seconds(p), _read_mov_text(p.data)) for p in payloads]
    return write_cues([cue for cue in cues if cue.text.text], format="srt")


def _read_mov_text(data: bytes) -> StyledText:
    """Read a sample of MP4 timed text: a length, the text, and boxes, of which "styl" counts."""
    size = int.from_bytes(data[:2], "big")
    raw = data[2 : 2 + size]
    wide = raw[:2] in (b"\xfe\xff", b"\xff\xfe")
    text = raw.decode("utf-16" if wide else "utf-8", "replace").replace("\r", "\n")
    if not text.strip():
        return StyledText()
    flags = [0] * len(text)
    at = 2 + size
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if length < 8:
            break
        if data[at + 4 : at + 8] == b"styl":
            _read_styles(data[at + 8 : at + length], flags)
        at += length
    runs: list[Run] = []
    for letter, flag in zip(text, flags, strict=True):
        run = Run(letter, bool(flag & 2), bool(flag & 1), bool(flag & 4))
        if runs and (runs[-1].italic, runs[-1].bold, runs[-1].underline) == (
            run.italic,
            run.bold,
            run.underline,
        ):
            runs[-1] = Run(runs[-1].text + letter, run.italic, run.bold, run.underline)
        else:
            runs.append(run)
    return StyledText(tuple(runs))


def _read_styles(box: bytes, flags: list[int]) -> None:
    for number in range(int.from_bytes(box[:2], "big")):
        record = box[2 + 12 * number : 14 + 12 * number]
        if len(record) < 12:
            break
        first, last = int.from_bytes(record[:2], "big"), int.from_bytes(record[2:4], "big")
        for place in range(first, min(last, len(flags))):
            flags[place] |= record[6]


_CODECS = {
    "subrip": _Codec("srt", _write_srt),
    "text": _Codec("srt", _write_srt),
    "ass": _Codec("ass", _write_ass),
    "webvtt": _Codec("vtt", _write_vtt),
    "mov_text": _Codec("srt", _write_mov_text),
}
