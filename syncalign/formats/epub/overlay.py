"""Overlay: when each marked stretch of a chapter is heard, as SMIL tells it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import quote

from syncalign.formats.epub.edits import attribute
from syncalign.formats.epub.marking import Division, Mark


class Clip(NamedTuple):
    """Seconds ``begin`` to ``finish`` of a sound file, which has a number."""

    sound: int
    begin: float
    finish: float

    @property
    def seconds(self) -> float:
        """How long it is, by the times as they are written."""
        return round(self.finish, 3) - round(self.begin, 3)


def write_overlay(
    page: str, marks: Sequence[Mark], clips: Sequence[Clip], sounds: Sequence[str]
) -> str:
    """Return the overlay of a chapter.

    Parameters
    ----------
    page : str
        Address of the chapter, from the overlay's folder.
    marks, clips : sequence
        What is read, in the order of the text, and when.
    sounds : sequence of str
        Addresses of the sound files, as URLs: from the overlay's folder, or absolute.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<smil xmlns="http://www.w3.org/ns/SMIL" xmlns:epub="http://www.idpf.org/2007/ops" '
        'version="3.0">',
        "<body>",
        *_lines(quote(page), marks, clips, sounds),
        "</body>",
        "</smil>",
    ]
    return "\n".join(lines) + "\n"


def clock(seconds: float) -> str:
    """Return a time as SMIL writes it.

    Examples
    --------
    >>> clock(3661.5)
    '3661.500s'
    """
    return f"{seconds:.3f}s"


def _lines(
    page: str, marks: Sequence[Mark], clips: Sequence[Clip], sounds: Sequence[str]
) -> Iterator[str]:
    inside: tuple[Division, ...] = ()
    for number, (mark, clip) in enumerate(zip(marks, clips, strict=True), 1):
        shared = 0
        while (
            shared < min(len(inside), len(mark.divisions))
            and inside[shared] == mark.divisions[shared]
        ):
            shared += 1
        yield from ["</seq>"] * (len(inside) - shared)
        for division in mark.divisions[shared:]:
            address = attribute("epub:textref", f"{page}#{division.id}")
            yield f"<seq{address}{attribute('epub:type', division.types)}>"
        inside = mark.divisions
        times = attribute("clipBegin", clock(clip.begin)) + attribute("clipEnd", clock(clip.finish))
        yield (
            f'<par id="par{number}"><text{attribute("src", f"{page}#{mark.id}")}/>'
            f"<audio{attribute('src', sounds[clip.sound])}{times}/></par>"
        )
    yield from ["</seq>"] * len(inside)
