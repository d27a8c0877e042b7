"""Losses: what a file holds beside its cues that a file of another format would not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from syncalign.formats.subtitle_file import SubtitleFile

_EVENT = rb"(?:^|[\r\n])Dialogue:"  # its layer, start, end, style, name, margins, effect, text

# Each is looked for in the file's ASCII view; the sentence follows "lost: ".
_BESIDE: dict[str, tuple[tuple[re.Pattern[bytes], str], ...]] = {
    "srt": ((re.compile(rb"-->[^\r\n]{0,99}\bX1:\d"), "positions"),),
    "vtt": (
        (re.compile(rb"(?:^|[\r\n])NOTE[ \t\r\n]"), "comments"),
        (re.compile(rb"(?:^|[\r\n])STYLE[ \t]*[\r\n]"), "style sheets"),
        (re.compile(rb"(?:^|[\r\n])REGION[ \t]*[\r\n]"), "regions"),
        (
            re.compile(rb"(?:\r\n\r\n|\n\n|\r\r)[^\r\n]{1,999}[\r\n]{1,2}[\d:. \t]{9,30}-->"),
            "names of cues",
        ),
    ),
    "ass": (
        (re.compile(rb"(?:^|[\r\n])Style:", re.I), "style sheets"),
        (re.compile(rb"(?:^|[\r\n])(?:\[Fonts\]|\[Graphics\])", re.I), "attached files"),
        (re.compile(rb"(?:^|[\r\n])(?:Title|Original Script|PlayResX):", re.I), "the header"),
        (re.compile(rb"(?:^|[\r\n])(?:;|!:)"), "comments"),
        (re.compile(_EVENT + rb"[ \t]*[1-9]", re.I), "layers"),
        (re.compile(_EVENT + rb"(?:[^,\r\n]{0,99},){4}[^,\r\n]{1,99},", re.I), "names of speakers"),
        (re.compile(_EVENT + rb"(?:[^,\r\n]{0,99},){8}[^,\r\n]{1,99},", re.I), "effects"),
    ),
    "microdvd": ((re.compile(rb"\{DEFAULT\}", re.I), "style sheets"),),
    "ttml": (
        (re.compile(rb"<(?:[\w.-]{1,40}:)?region\b"), "regions"),
        (re.compile(rb"<(?:[\w.-]{1,40}:)?style\b"), "style sheets"),
        (re.compile(rb"<!--"), "comments"),
        (re.compile(rb"<(?:[\w.-]{1,40}:)?(?:metadata|title|desc|copyright|agent)\b"), "metadata"),
    ),
    "sbv": (),
    "lrc": ((re.compile(rb"(?:^|[\r\n])\[(?:ar|ti|al|au|by|re|ve|length):", re.I), "the header"),),
    "subviewer": ((re.compile(rb"\[(?:TITLE|AUTHOR|SOURCE|COMMENT|COLF)\]", re.I), "the header"),),
    "subviewer1": ((re.compile(rb"\[(?:TITLE|AUTHOR|SOURCE)\]", re.I), "the header"),),
    "mpl2": (),
    "sami": (
        (re.compile(rb"<style\b", re.I), "style sheets"),
        (re.compile(rb"<!--"), "comments"),
    ),
    "jsonl": (),
}  # fmt: skip
_KNOWN_KEYS = frozenset({"start", "end", "text"})


def beside_the_cues(file: SubtitleFile) -> Iterator[str]:
    """Name what the file holds beside its cues."""
    units = (
        file.data.replace(b"\0", b"")
        if "16" in file.encoding or "32" in file.encoding
        else file.data
    )
    for pattern, name in _BESIDE.get(file.format, ()):
        if pattern.search(units):
            yield name
    if file.format == "jsonl" and (keys := _other_keys(file)):
        yield f"other keys ({', '.join(sorted(keys)[:5])})"


def _other_keys(file: SubtitleFile) -> set[str]:
    import json

    keys: set[str] = set()
    for line in file.data.decode(file.encoding, "replace").splitlines():
        try:
            value = json.loads(line, strict=False)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            keys |= {str(key)[:40] for key in value} - _KNOWN_KEYS
    return keys
