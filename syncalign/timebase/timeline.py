"""Timeline: cues on one clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from syncalign.timebase.cue import Cue


@dataclass(frozen=True, slots=True)
class Timeline:
    """An immutable sequence of cues on one clock.

    The order is the one given (a file's own order is evidence and is kept); :meth:`sorted` puts
    the cues in the order of their starts. Cues may overlap.

    Parameters
    ----------
    cues : tuple of Cue
        The cues.
    name : str
        What the timeline holds, such as a tier's or a layer's name.

    Examples
    --------
    >>> from syncalign.timebase import Cue, Segment, Timeline
    >>> line = Timeline((Cue(Segment(3, 4), "b"), Cue(Segment(1, 2), "a")))
    >>> [cue.text for cue in line.sorted()]
    ['a', 'b']
    >>> line.shift(0.5).starts
    array([3.5, 1.5])
    """

    cues: tuple[Cue, ...] = ()
    name: str = ""

    def __len__(self) -> int:
        """Count the cues."""
        return len(self.cues)

    def __iter__(self) -> Iterator[Cue]:
        """Go through the cues in the order given."""
        return iter(self.cues)

    def __getitem__(self, index: int) -> Cue:
        """Return one cue."""
        return self.cues[index]

    @property
    def starts(self) -> npt.NDArray[np.float64]:
        """Start of each cue, in seconds [shape=(N,)]."""
        return np.array([cue.start for cue in self.cues], dtype=np.float64)

    @property
    def ends(self) -> npt.NDArray[np.float64]:
        """End of each cue, in seconds [shape=(N,)]."""
        return np.array([cue.end for cue in self.cues], dtype=np.float64)

    def sorted(self) -> Timeline:
        """Return the same cues by start, then end; equal ones keep their order."""
        return replace(self, cues=tuple(sorted(self.cues, key=lambda cue: cue.segment)))

    def select(self, keep: Callable[[Cue], bool]) -> Timeline:
        """Return the cues that ``keep`` says yes to."""
        return replace(self, cues=tuple(cue for cue in self.cues if keep(cue)))

    def shift(self, offset: float) -> Timeline:
        """Return every cue (and its parts) moved later by ``offset`` seconds."""
        return replace(self, cues=tuple(_shifted(cue, offset) for cue in self.cues))


def _shifted(cue: Cue, offset: float) -> Cue:
    parts = tuple(_shifted(part, offset) for part in cue.parts)
    return replace(cue, segment=cue.segment.shift(offset), parts=parts)
