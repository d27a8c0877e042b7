"""SAMI (.smi): ``<SYNC Start=milliseconds>`` before each text; the next one ends it."""

from __future__ import annotations

import re
from fractions import Fraction

from syncalign.formats.notation import Count
from syncalign.formats.source import Source
from syncalign.formats.srt import not_times
from syncalign.formats.stamp import Span
from syncalign.formats.subtitle_file import CueList, Findings, Found
from syncalign.formats.vtt import unescaped

_SYNC = re.compile(rb"<sync\b([^<>]{0,300})>", re.IGNORECASE)
_START = re.compile(rb"\bstart[ \t]{0,9}=[ \t]{0,9}[\"']?(\d{1,12})(?!\d)", re.IGNORECASE)
_END = re.compile(rb"\bend[ \t]{0,9}=[ \t]{0,9}[\"']?(\d{1,12})(?!\d)", re.IGNORECASE)
_CLOSING = re.compile(rb"</(?:body|sami)\b|<sync\b", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p)\b[^<>]{0,50}>", re.IGNORECASE)
_TAG = re.compile(r"<[!/a-zA-Z][^<>]{0,2000}>")


def sniff(source: Source) -> float:
    """Return how much the text looks like SAMI, 0 to 1."""
    head = source.units[:4096].lower()
    return 0.9 if b"<sami" in head or b"<sync " in head else 0.0


def locate(source: Source) -> Findings:
    """Find the texts of a SAMI file.

    A text of blank space (``&nbsp;``) clears the screen: it moves too, as not visible.
    """
    cues = CueList()
    broken: list[tuple[int, str]] = []
    units = source.units
    comments = _comments(units)
    for sync in _SYNC.finditer(units):
        while comments and comments[-1][1] <= sync.start():
            comments.pop()
        if comments and comments[-1][0] <= sync.start():
            continue
        start = _START.search(units, *sync.span(1))
        if start is None:
            broken.append((sync.start(), not_times(source, sync.span())))
            continue
        end = _END.search(units, *sync.span(1))
        closing = _CLOSING.search(units, sync.end())
        body = (sync.end(), closing.start() if closing else len(units))
        text = plain_text(source.text(*body))
        cues.append(
            Found(start.span(1), end.span(1) if end else None, text, (), bool(text), text_span=body)
        )
    return Findings(cues, broken, notation=Count(Fraction(1000)))


def _comments(units: bytes) -> list[Span]:
    """Return the comments, the last one first."""
    spans: list[Span] = []
    at = units.find(b"<!--")
    while at >= 0:
        end = units.find(b"-->", at + 4)
        if end < 0:
            break
        spans.append((at, end + 3))
        at = units.find(b"<!--", end + 3)
    return spans[::-1]


def plain_text(text: str) -> str:
    r"""Return what a viewer reads: without tags, with references resolved.

    Examples
    --------
    >>> plain_text("<P Class=ENCC>Tom &amp;<br>I &nbsp;\n")
    'Tom &\nI'
    """
    text = " ".join(text.split()) if text else text
    text = _TAG.sub("", _BREAK.sub("\n", text))
    text = unescaped(text).replace("\u00a0", " ") if "&" in text or "\u00a0" in text else text
    return "\n".join(line.strip() for line in text.split("\n")).strip()
