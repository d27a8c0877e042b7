"""What a warping kernel is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from syncalign.alignment.warping.band import Band
from syncalign.alignment.warping.local_cost import Floats
from syncalign.alignment.warping.steps import StepSet

#: Marks of a trace: a frame that was left out, and one that was the first of its run.
LEFT_OUT, FIRST_LEFT_OUT = 1, 2
#: What a trace looks for at a prefix: the best of all, a match, a skip, the best but a match.
BEST, MATCH, REFERENCE, QUERY, AFRESH = range(5)


@dataclass(frozen=True, slots=True)
class Skip:
    """Prices of leaving frames out.

    Parameters
    ----------
    reference, query : float
        For each frame; infinite forbids it.
    entry : float
        For each run.
    """

    reference: float
    query: float
    entry: float


#: What a problem without skips has instead.
NO_SKIP = Skip(np.inf, np.inf, 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A search for the cheapest path, in prepared frames (see `local_cost.prepare`).

    Parameters
    ----------
    reference, query : np.ndarray of float64 [shape=(N, D), (M, D)]
        Prepared frames.
    metric : str
        "euclidean", "sqeuclidean" or "cityblock".
    steps : StepSet
        Allowed steps.
    band : Band
        Allowed pairs.
    open_begin, open_end : bool
        Whether the reference's beginning and end may stay unmatched for free.
    skip : Skip
        Prices, in prepared units.
    """

    reference: Floats
    query: Floats
    metric: str
    steps: StepSet
    band: Band
    open_begin: bool
    open_end: bool
    skip: Skip

    @property
    def has_skips(self) -> bool:
        """Whether frames may be left out at all."""
        return self.skip != NO_SKIP

    def border(self, consumed: int) -> float:
        """Cost of having consumed so many reference frames and no query frame."""
        if self.open_begin or consumed == 0:
            return 0.0
        return self.skip.entry + consumed * self.skip.reference

    def head(self, rows: int) -> Problem:
        """Return the problem of the first reference frames."""
        return replace(self, reference=self.reference[:rows], band=self.band.rows(rows))

    def reversed(self) -> Problem:
        """Return the same problem with time turned round (for steps of weight 1 only)."""
        return Problem(
            self.reference[::-1],
            self.query[::-1],
            self.metric,
            self.steps,
            self.band.reversed(len(self.query)),
            self.open_end,
            self.open_begin,
            self.skip,
        )


class Trail(NamedTuple):
    """Where a trace is, and what it has found; changed in place.

    Attributes
    ----------
    place : np.ndarray of int64 [shape=(4,)]
        Consumed reference frames, consumed query frames, what is looked for (`BEST`, ...), and the
        row of ``pairs`` after the next one to be written: they are filled from the end.
    pairs : np.ndarray of int64 [shape=(N + M, 2)]
        Matched pairs.
    reference_marks, query_marks : np.ndarray of uint8 [shape=(N,), (M,)]
        As in `Answer`.
    """

    place: npt.NDArray[np.int64]
    pairs: npt.NDArray[np.int64]
    reference_marks: npt.NDArray[np.uint8]
    query_marks: npt.NDArray[np.uint8]

    @classmethod
    def begin(cls, problem: Problem, i: int, j: int, state: int) -> Trail:
        """Return the trail that starts from a prefix."""
        rows, columns = len(problem.reference), len(problem.query)
        # No pair occurs twice, and each takes at least one frame more than the one before.
        pairs = np.empty((max(i, 0) + max(j, 0), 2), np.int64)
        place = np.array([i, j, state, len(pairs)])
        return cls(place, pairs, np.zeros(rows, np.uint8), np.zeros(columns, np.uint8))

    @property
    def found(self) -> npt.NDArray[np.int64]:
        """The matched pairs, in order."""
        return self.pairs[int(self.place[3]) :]


class Answer(NamedTuple):
    """A cheapest path as kernels report it.

    Attributes
    ----------
    cost : float
        In prepared units and the kernel's precision; infinite where there is no path.
    indices : np.ndarray of int64 [shape=(L, 2)]
        Matched pairs, in order.
    reference_marks, query_marks : np.ndarray of uint8 [shape=(N,), (M,)]
        `LEFT_OUT` or `FIRST_LEFT_OUT` for frames that were paid for, else 0.
    """

    cost: float
    indices: npt.NDArray[np.int64]
    reference_marks: npt.NDArray[np.uint8]
    query_marks: npt.NDArray[np.uint8]


def mark_border(problem: Problem, trail: Trail) -> None:
    """Mark what was left out before anything of the other side was consumed.

    Parameters
    ----------
    problem : Problem
        The search.
    trail : Trail
        It has come to where nothing of one side is left.
    """
    i, j = int(trail.place[0]), int(trail.place[1])
    if not problem.open_begin:
        trail.reference_marks[:i] = LEFT_OUT
        trail.reference_marks[:i][:1] = FIRST_LEFT_OUT
    trail.query_marks[:j] = LEFT_OUT
    trail.query_marks[:j][:1] = FIRST_LEFT_OUT
