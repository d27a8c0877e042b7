"""Transcript: a text with its times, as the writers of alignments take it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from syncalign.timebase import Cue, Timeline


@dataclass(frozen=True, slots=True)
class Transcript:
    """The units of a text that have a time.

    Parameters
    ----------
    units : Timeline
        The units in the order of their starts, with their words as parts; its name is the level:
        "line", "word", ...
    ids : tuple of str
        One for each unit.
    language : str
        Of the text, such as "en".
    sound : Timeline
        The files of the sound on the same clock; texts are their names.
    """

    units: Timeline
    ids: tuple[str, ...]
    language: str
    sound: Timeline

    @property
    def words(self) -> Timeline:
        """The words that have a time, in the order of their starts."""
        cues = self.units.cues
        if self.units.name != "word":
            cues = tuple(part for cue in cues for part in cue.parts)
        return Timeline(cues, "word").sorted()


class TimedText(NamedTuple):
    """A piece of a cue's text from one time to the next, in seconds."""

    start: float
    end: float
    text: str


def pieces_of(cue: Cue) -> Iterator[TimedText]:
    """Go through a cue's text from word to word.

    A piece is a word with all that follows it up to the next one: spaces, and words without a
    time. What stands before the first word is its own piece. Together they are the whole text, and
    they last as long as the cue.

    Examples
    --------
    >>> from syncalign.timebase import Segment
    >>> words = Cue(Segment(1, 2), "Wait"), Cue(Segment(3, 4), "me.")
    >>> for piece in pieces_of(Cue(Segment(1, 5), "Wait -- me.", parts=words)):
    ...     print(piece)
    TimedText(start=1, end=3, text='Wait -- ')
    TimedText(start=3, end=5, text='me.')
    """
    marks = [(cue.start, 0)]
    at = 0
    for part in cue.parts:
        found = cue.text.find(part.text, at)
        if found >= 0:
            marks.append((part.start, found))
            at = found + len(part.text)
    if len(marks) > 1 and marks[1] == marks[0]:
        del marks[0]
    marks.append((cue.end, len(cue.text)))
    for (start, first), (end, last) in pairwise(marks):
        yield TimedText(start, end, cue.text[first:last])


def on_one_line(text: str) -> str:
    """Return a text with a space for every run of blank space and line ends."""
    return " ".join(text.split())
