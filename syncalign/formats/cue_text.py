"""Timed text read as text: what its cues say, their times left aside."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from syncalign.formats.encoding import bom_size
from syncalign.formats.registry import parse_subtitles
from syncalign.formats.stamp import Stamp
from syncalign.formats.subtitle_file import SubtitleFile
from syncalign.formats.traced_text import Span, TracedText

_MARK = re.compile(r"<[^<>]{0,2000}>|\{[^{}]{0,2000}\}|\\[Nnh]")
_BREAK = re.compile(r"<(?:[\w.-]{1,40}:)?(?:br|p)\b[^<>]{0,1000}>|\\[Nn]|\r{0,2}\n|\r|\|", re.I)
_REFERENCE = re.compile(r"&#?\w{1,32};?")
_BLANKS = re.compile(r"\s+")


def read_cues(
    data: bytes, file: str, *, format: str | None = None, encoding: str | None = None
) -> Iterator[Span]:
    """Go through the visible cues of a file of timed text, in its order.

    Raises
    ------
    FormatError
        As :func:`~syncalign.formats.registry.parse_subtitles` does.
    """
    # The times are not read: any frame rate will do for a file that counts frames.
    subtitles = parse_subtitles(
        data, name_hint=file, encoding=encoding, format=format, frame_rate=25
    )
    places = _Places(subtitles)
    for cue, stamp in zip(subtitles.timeline, subtitles.stamps, strict=True):
        if stamp.visible and cue.text.strip():
            block = TracedText(file)
            for piece in _traced(cue.text, *places.of(stamp)):
                block.add(*piece)
            if span := block.span("cue"):
                yield span


class _Places:
    """Finds characters from bytes, going forwards through the file as cues mostly do."""

    def __init__(self, subtitles: SubtitleFile) -> None:
        self._data, self._encoding = subtitles.data, subtitles.encoding
        self._origin = bom_size(subtitles.data, subtitles.encoding)
        self._byte, self._character = self._origin, 0

    def of(self, stamp: Stamp) -> tuple[str, int]:
        """Return what is written for a cue, and the number of its first character."""
        first, last = stamp.text_span or stamp.start_span
        if first < self._byte:
            self._byte, self._character = self._origin, 0
        skipped = self._data[self._byte : first].decode(self._encoding, "replace")
        self._byte, self._character = first, self._character + len(skipped)
        return self._data[first:last].decode(self._encoding, "replace"), self._character


def _traced(plain: str, raw: str, start: int) -> list[tuple[str, int, int]]:
    """Find each character of a cue's plain text in what is written for it.

    Where it cannot be found (escapes of JSON), what is written stands for the cue as a whole.
    """
    pieces: list[tuple[str, int, int]] = []
    at = done = 0
    while done < len(plain) and at < len(raw):
        size, text = _meant(raw, at, plain, done)
        if text:
            pieces.append((text, start + at, start + at + size))
            done += len(text)
        at += size
    if done < len(plain):
        return [(plain, start, start + max(len(raw), 1))]
    return pieces


def _meant(raw: str, at: int, plain: str, done: int) -> tuple[int, str]:
    """Return how many characters are read at ``at``, and what they stand for."""
    wanted = plain[done]
    if wanted == "\n" and (match := _BREAK.match(raw, at)):
        return len(match[0]), "\n"
    if wanted.isspace() and (match := _BLANKS.match(raw, at)):
        return (1 if raw[at] == wanted else len(match[0])), wanted
    if raw[at] == "&" and (match := _REFERENCE.match(raw, at)):
        text = html.unescape(match[0]).replace("\u00a0", " ")
        is_read = not plain.startswith(match[0], done)  # SubRip leaves them as they are
        if is_read and text != match[0] and plain.startswith(text, done):
            return len(match[0]), text
    if raw[at] == wanted:
        return 1, wanted
    if match := _MARK.match(raw, at):
        return len(match[0]), " " if (match[0], wanted) == ("\\h", " ") else ""
    return 1, ""
