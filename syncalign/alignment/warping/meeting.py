"""Two threads for one path: from the beginning and from the end, to meet at the middle row.

With steps of weight 1 a path costs the same from either end. One thread computes the first half of
the rows forward, the other one the rest backward; where the sum is least they meet, and each
follows its half of the path.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from syncalign.alignment.warping.problem import (
    BEST,
    FIRST_LEFT_OUT,
    LEFT_OUT,
    MATCH,
    REFERENCE,
    Answer,
    Problem,
    Trail,
)
from syncalign.alignment.warping.search import Kernel, Search, no_path

Maker = Callable[[Problem], Kernel]


class _Meeting(NamedTuple):
    """Where the halves meet: a prefix for each side to go back from; None if a side has no part."""

    cost: float
    before: tuple[int, int, int] | None
    behind: tuple[int, int, int] | None


def can_meet(problem: Problem) -> bool:
    """Whether a problem can be solved from both ends.

    A band limits skips by the pair before them: turned round, by the pair behind them.
    """
    size = len(problem.reference), len(problem.query)
    is_whole = problem.band.cells == size[0] * size[1]
    return problem.steps.is_symmetric1 and size[0] > 1 and (is_whole or not problem.has_skips)


def solve_from_both_ends(make: Maker, problem: Problem) -> Answer:
    """Find the cheapest path with two threads, where `can_meet` says so.

    Parameters
    ----------
    make : callable
        Makes the kernel for a problem.
    problem : Problem
        The search.
    """
    with ThreadPoolExecutor(2) as pool:
        searches = _forward(make, problem, pool, with_path=True)
        meeting = _meet(problem, *(search.kernel for search in searches))
        if not np.isfinite(meeting.cost):
            return no_path(problem)
        starts = meeting.before, meeting.behind
        trails = list(pool.map(_back, searches, starts))
    return _joined(problem, meeting, *trails)


def least_cost_from_both_ends(make: Maker, problem: Problem) -> float:
    """Find the least cost alone; the parameters are those of `solve_from_both_ends`."""
    with ThreadPoolExecutor(2) as pool:
        searches = _forward(make, problem, pool, with_path=False)
    return _meet(problem, *(search.kernel for search in searches)).cost


def _forward(
    make: Maker, problem: Problem, pool: ThreadPoolExecutor, *, with_path: bool
) -> list[Search]:
    rows = len(problem.reference)
    middle = rows // 2

    def run(half: Problem) -> Search:
        search = Search(make(half))
        search.forward(with_path=with_path)
        return search

    return list(pool.map(run, [problem.head(middle), problem.reversed().head(rows - middle)]))


def _back(search: Search, start: tuple[int, int, int] | None) -> Trail:
    return search.back(*start) if start else Trail.begin(search.kernel.problem, 0, 0, BEST)


def _meet(problem: Problem, before: Kernel, behind: Kernel) -> _Meeting:
    """Find the least sum over all that can stand on either side of the middle."""
    columns, entry = len(problem.query), problem.skip.entry
    i, left = len(before.problem.reference), len(behind.problem.reference)
    match, best, skip = _last_row(before)
    later_match, later_best, later_skip = (row[::-1] for row in _last_row(behind))
    meetings = []
    if problem.open_end:
        end = int(np.argmin(before.ends))
        meetings.append(_Meeting(float(before.ends[end]), (end, columns, BEST), None))
    # Any prefix goes on with any rest; or the same query frame is matched on either side; or one
    # run of skipped frames lies on both sides, and has paid its entry twice.
    for state, sums, shared in (
        (BEST, best + later_best, 0),
        (MATCH, match[1:] + later_match[:-1], 1),
        (REFERENCE, skip + later_skip - entry, 0),
    ):
        at = int(np.argmin(sums))
        j = at + shared
        rest = left, columns - j + shared, state
        meetings.append(_Meeting(float(sums[at]), (i, j, state), rest))
    if problem.open_begin:
        end = int(np.argmin(behind.ends))
        meetings.append(_Meeting(float(behind.ends[end]), None, (end, columns, BEST)))
    return min(meetings, key=lambda meeting: meeting.cost)


def _last_row(kernel: Kernel) -> tuple[npt.NDArray[np.float64], ...]:
    match, best, skip = kernel.last_row()
    if not kernel.problem.open_begin:
        # Nothing of the query consumed: all reference frames are one run, if they may be.
        skip[0] = best[0]
    return match, best, skip


def _joined(problem: Problem, meeting: _Meeting, before: Trail, behind: Trail) -> Answer:
    last = np.array([len(problem.reference) - 1, len(problem.query) - 1])
    indices = np.concatenate([before.found, (last - behind.found)[::-1]])
    marks = np.concatenate([before.reference_marks, _forward_marks(behind.reference_marks)])
    if meeting.before and meeting.before[2] == REFERENCE:
        marks[meeting.before[0]] = LEFT_OUT
    return Answer(
        meeting.cost,
        indices,
        marks,
        np.maximum(before.query_marks, _forward_marks(behind.query_marks)),
    )


def _forward_marks(marks: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Turn marks round: the first of a run was its last."""
    backward = marks[::-1]
    forward = np.where(backward > 0, LEFT_OUT, 0).astype(np.uint8)
    is_behind_another = np.concatenate([[False], backward[:-1] == LEFT_OUT])
    forward[(backward > 0) & ~is_behind_another] = FIRST_LEFT_OUT
    return forward
