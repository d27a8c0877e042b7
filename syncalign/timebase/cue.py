"""Cue: a segment with something to say."""

from __future__ import annotations

from dataclasses import dataclass

from syncalign.timebase.segment import Segment


@dataclass(frozen=True, slots=True)
class Cue:
    """A segment with a text or a label.

    Parameters
    ----------
    segment : Segment
        When, in seconds.
    text : str
        What: a subtitle's lines, a sentence, a word, a class label.
    score : float, optional
        How sure its maker is, where the maker says so.
    parts : tuple of Cue
        Cues inside this one: the words of a sentence.
    """

    segment: Segment
    text: str
    score: float | None = None
    parts: tuple[Cue, ...] = ()

    @property
    def start(self) -> float:
        """First instant, in seconds."""
        return self.segment.start

    @property
    def end(self) -> float:
        """First instant after it, in seconds."""
        return self.segment.end
