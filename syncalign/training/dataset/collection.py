"""What a data set says: examples, and what could not be used of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from syncalign.timebase import Segment


@dataclass(frozen=True, slots=True)
class Example:
    """Somebody says something of a class.

    Attributes
    ----------
    path : str
        The video file: one recording.
    segment : Segment or None
        When it is said, in seconds of the file's clock; None is the whole file.
    label : str
        The class.
    speaker : str
        Who says it; empty where the data don't tell.
    part : str
        ``train``, ``val`` or ``test`` where the data are split already; else empty.
    columns : mapping of str to str
        Further facts of the example by name, as they stand in the table.
    """

    path: str
    segment: Segment | None
    label: str
    speaker: str = ""
    part: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or an example in it, that cannot be used, and why, as the rest of a sentence."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Collection:
    """The examples of a data set.

    Attributes
    ----------
    name : str
        The folder or table that they come from.
    layout : str
        ``grid``, ``lrw``, ``folders`` or ``table``.
    examples : tuple of Example
        In a fixed order.
    skipped : tuple of Skipped
        What is left out so far.
    columns : tuple of str
        Names of the further facts.
    """

    name: str
    layout: str
    examples: tuple[Example, ...]
    skipped: tuple[Skipped, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels, each once, in order."""
        return tuple(sorted({example.label for example in self.examples}))

    @property
    def speakers(self) -> tuple[str, ...]:
        """The speakers that are known, each once, in order."""
        return tuple(sorted({example.speaker for example in self.examples if example.speaker}))

    @property
    def recordings(self) -> tuple[str, ...]:
        """The files, each once, in order."""
        return tuple(dict.fromkeys(example.path for example in self.examples))

    def where(self, wanted: Callable[[Example], bool]) -> Collection:
        """Return the examples for which a function says yes."""
        return replace(self, examples=tuple(filter(wanted, self.examples)))
