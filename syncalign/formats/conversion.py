"""Conversion: the cues of a file in another format, and a sentence for all that is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from syncalign.errors import FormatError
from syncalign.formats.losses import beside_the_cues
from syncalign.formats.notation import Count
from syncalign.formats.registry import parse_subtitles
from syncalign.formats.stamp import Stamp
from syncalign.formats.styling import KARAOKE, POSITIONS, StyledText, read_styled
from syncalign.formats.subtitle_file import SubtitleFile
from syncalign.formats.writers import WRITERS, TextCue, Writer
from syncalign.formats.writing import write_cues

_LINE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)(%?)", re.ASCII)
_ALIGNED = {"start": 0, "left": 0, "center": 1, "middle": 1, "end": 2, "right": 2}


@dataclass(frozen=True, slots=True)
class Conversion:
    """A file in another format.

    Parameters
    ----------
    data : bytes
        The new file; of the same format, the old bytes.
    cues : int
        Cues in it that a viewer sees.
    reasons : tuple of str
        What was lost or changed, as sentences; empty where nothing was.
    """

    data: bytes
    cues: int
    reasons: tuple[str, ...] = ()


def convert(
    file: SubtitleFile, *, format: str, frame_rate: float | Fraction | None = None
) -> Conversion:
    """Return the cues of a file in another format.

    Italics, bold, underlining and places at the screen's edges are carried where the new format
    has them. The new file is read back and compared, so that what did not survive is said.

    Parameters
    ----------
    file : SubtitleFile
        What to convert.
    format : str
        A name from :data:`~syncalign.formats.registry.FORMATS`; that of the file copies its bytes.
    frame_rate : float or Fraction, optional
        Frames a second of a MicroDVD file to be written.

    Raises
    ------
    ParameterError
        There is no such format, a time is negative or beyond what it holds, or no frame rate for
        MicroDVD.
    FormatError
        No cue is left that the format can hold.
    """
    if format == file.format:
        return Conversion(file.data, int(file.visible.sum()))
    styled = list(_styled_cues(file))
    writer = WRITERS.get(format, Writer(lambda cues, rate: ""))
    cues = [cue for cue in styled if writer.keeps_empty or cue.text.text]
    data = write_cues(cues, format=format, frame_rate=frame_rate)
    if not cues:
        raise FormatError(None, "has no cue with a text")
    reasons = [
        *_about_the_file(file),
        *_about_styles(cues, writer),
        *_about_cues(file, styled, writer),
        *_about_reading_back(cues, data, format, frame_rate, writer),
    ]
    return Conversion(data, len(cues), tuple(reasons))


def _styled_cues(file: SubtitleFile) -> Iterator[TextCue]:
    for stamp, cue in zip(file.stamps, file.timeline, strict=True):
        if not stamp.visible:
            continue
        text = StyledText.plain(cue.text)
        if stamp.text_span is not None:
            raw = file.data[slice(*stamp.text_span)].decode(file.encoding, "replace")
            text = read_styled(file.format, raw, cue.text)
            if file.format == "vtt":
                text = _placed(text, file, stamp)
        if stamp.inner:
            text = replace(text, lost=text.lost | {KARAOKE})
        yield TextCue(max(0.0, stamp.start), max(0.0, stamp.start, stamp.end), text)


def _placed(text: StyledText, file: SubtitleFile, stamp: Stamp) -> StyledText:
    """Take the place from a WebVTT cue's settings, as far as it is an edge of the screen."""
    assert stamp.end_span is not None
    assert stamp.text_span is not None
    settings = file.data[stamp.end_span[1] : stamp.text_span[0]].decode(file.encoding, "replace")
    down, across = 0, 1
    for word in settings.split():
        key, _, value = word.partition(":")
        if key == "line" and (line := _LINE.fullmatch(value)):
            down = 2 if float(line[1]) < 30 else 1 if line[2] and float(line[1]) < 70 else 0
        elif key == "align" and value in _ALIGNED:
            across = _ALIGNED[value]
        else:
            text = replace(text, lost=text.lost | {POSITIONS})
    place = 1 + 3 * down + across
    return text if place == 2 else replace(text, position=place)


def _about_the_file(file: SubtitleFile) -> Iterator[str]:
    beside = sorted(set(beside_the_cues(file)))
    if beside:
        yield f"Lost: {', '.join(beside)}."
    comments = 0
    if file.format == "ass":
        comments = sum(not stamp.visible for stamp in file.stamps)
    if comments:
        yield f"Lost: {_count(comments, 'comment or drawing', 'comments and drawings')}."
    if file.encoding not in ("utf-8", "ascii"):
        yield f"The text is written in UTF-8; it was {file.encoding}."


def _about_styles(cues: Sequence[TextCue], writer: Writer) -> Iterator[str]:
    lost: dict[str, int] = {}
    for cue in cues:
        names = cue.text.styles | ({POSITIONS} if cue.text.position not in (None, 2) else set())
        for name in (names - writer.keeps) | cue.text.lost:
            lost[name] = lost.get(name, 0) + 1
    for name in sorted(lost):
        yield f"Lost: {name} of {_count(lost[name], 'cue')}."


def _about_cues(file: SubtitleFile, cues: Sequence[TextCue], writer: Writer) -> Iterator[str]:
    empty = sum(not cue.text.text for cue in cues)
    if empty and not writer.keeps_empty:
        yield f"Lost: {_count(empty, 'cue')} without a text."
    moved = sum(s.visible and (s.start < 0 or s.end < s.start) for s in file.stamps)
    if moved:
        yield f"{_count(moved, 'cue')} with impossible times got possible ones."
    derived = sum(s.visible and s.end_span is None for s in file.stamps)
    if derived and file.format not in ("lrc", "sami") and writer.keeps_ends:
        yield f"The ends of {_count(derived, 'cue')} are derived: the file does not give them."
    elif derived and writer.keeps_ends:
        yield "The ends are derived: the file gives starts."
    if not writer.keeps_lines and (lines := sum("\n" in cue.text.text for cue in cues)):
        yield f"Lost: line breaks of {_count(lines, 'cue')}."
    if not writer.keeps_ends:
        over = sum(a.end > b.start + 1e-6 for a, b in pairwise(cues))
        if over:
            yield f"{_count(over, 'overlapping cue')} would end where the next begins."


def _about_reading_back(
    cues: Sequence[TextCue],
    data: bytes,
    format: str,
    frame_rate: float | Fraction | None,
    writer: Writer,
) -> Iterator[str]:
    new = parse_subtitles(data, format=format, frame_rate=frame_rate)
    seen = [index for index, stamp in enumerate(new.stamps) if stamp.visible]
    if len(seen) != len(cues):
        yield f"The new file reads as {len(seen)} cues instead of {len(cues)}."
        return
    texts = [cue.text.text for cue in cues]
    if not writer.keeps_lines:
        texts = [text.replace("\n", " ") for text in texts]
    differ = sum(new.timeline[at].text != text for at, text in zip(seen, texts, strict=True))
    if differ:
        yield f"{_count(differ, 'text')} cannot be written as it is in this format and changed."
    errors = np.abs(new.starts[seen] - [cue.start for cue in cues])
    if writer.keeps_ends:
        errors = np.maximum(errors, np.abs(new.ends[seen] - [cue.end for cue in cues]))
    if errors.max() > 5e-4 + 1e-6:
        steps = "frames" if isinstance(new.notation, Count) and format == "microdvd" else "steps"
        yield (
            f"Times are rounded to {steps} of {new.notation.step * 1000:.4g} ms, "
            f"by up to {errors.max() * 1000:.0f} ms."
        )


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"
