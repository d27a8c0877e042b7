"""Dynamic time warping by its definition: every cell of every table, in plain Python.

A *prefix* (i, j) says that the first i reference frames and the first j query frames have been
consumed. Four tables hold the least cost of getting there:

- ``match[i, j]``: the last thing done was to match reference frame i - 1 with query frame j - 1;
- ``left_reference[i, j]``: the last thing done was to leave out reference frame i - 1;
- ``left_query[i, j]``: the last thing done was to leave out query frame j - 1;
- ``best[i, j]``: the least of these, and of the start where the prefix may be one.

A match is reached by a step from a match, or *afresh*: from the start or after frames left out, it
pairs the next frame of either side at weight 1. So no frame that was left out is matched, and none
is matched on both sides of a gap. A run of frames left out pays its entry once; where a run on one
side follows a run on the other, both pay.

Of equally cheap ways, a match takes the diagonal step, else a fresh beginning, else the other steps
in the order of `StepSet`; a prefix prefers the match to the start, that to a skipped reference
frame, that to a skipped query frame; a run goes on rather than begins. Of equally cheap open ends
the earliest is taken.

This is the affine-gap recurrence of O. Gotoh, "An improved algorithm for matching biological
sequences", J. Mol. Biol. 162 (1982), laid over the step sets of H. Sakoe and S. Chiba, "Dynamic
programming algorithm optimization for spoken word recognition", IEEE Trans. ASSP 26 (1978).
"""

from __future__ import annotations

import numpy as np

from syncalign.alignment.warping.local_cost import Floats, pair_costs
from syncalign.alignment.warping.problem import (
    BEST,
    FIRST_LEFT_OUT,
    LEFT_OUT,
    Answer,
    Problem,
    Trail,
    mark_border,
)


def solve(problem: Problem) -> Answer:
    """Find the cheapest path with full tables: for small problems and for testing others."""
    tables = _Tables(problem)
    tables.fill()
    return tables.trace()


class _Tables:
    def __init__(self, problem: Problem) -> None:
        rows, columns = len(problem.reference), len(problem.query)
        self.problem = problem
        pairs = np.indices((rows, columns)).reshape(2, -1).T
        self.local = pair_costs(problem.reference, problem.query, problem.metric, pairs).reshape(
            rows, columns
        )
        shape = (rows + 1, columns + 1)
        self.match, self.left_reference, self.left_query, self.best = np.full((4, *shape), np.inf)

    def fill(self) -> None:
        """Fill the tables, prefix by prefix."""
        problem, (rows, columns) = self.problem, self.local.shape
        self.best[:, 0] = [problem.border(i) for i in range(rows + 1)]
        for j in range(1, columns + 1):
            self.best[0, j] = problem.skip.entry + j * problem.skip.query
        for i in range(1, rows + 1):
            for j in range(int(problem.band.low[i - 1]) + 1, int(problem.band.high[i - 1]) + 1):
                self.match[i, j] = min(cost for cost, _, _, _ in self.ways_to_match(i, j))
                self.left_reference[i, j] = problem.skip.reference + min(
                    self.left_reference[i - 1, j], self.best[i - 1, j] + problem.skip.entry
                )
                self.left_query[i, j] = problem.skip.query + min(
                    self.left_query[i, j - 1], self.best[i, j - 1] + problem.skip.entry
                )
                self.best[i, j] = min(
                    self.match[i, j], self.left_reference[i, j], self.left_query[i, j]
                )

    def fresh(self, i: int, j: int) -> float:
        """Least cost of a prefix whose last frames were not matched with each other."""
        if i == 0 or j == 0:
            return float(self.best[i, j])
        return float(min(self.left_reference[i, j], self.left_query[i, j]))

    def ways_to_match(self, i: int, j: int) -> list[tuple[float, int, int, bool]]:
        """List (cost, i and j before, whether afresh) in the order of preference."""
        ways = []
        local = float(self.local[i - 1, j - 1])
        for (up, back), weight in zip(
            self.problem.steps.increments.tolist(), self.problem.steps.weights, strict=True
        ):
            before = self.match[i - up, j - back] if i >= up and j >= back else np.inf
            ways.append((float(before + weight * local), i - up, j - back, False))
        begins = [(self.fresh(i - 1, j - 1) + local, i - 1, j - 1, True)]
        has_diagonal = self.problem.steps.increments[0].tolist() == [1, 1]
        return ways[:1] + begins + ways[1:] if has_diagonal else begins + ways

    def trace(self) -> Answer:
        """Follow the cheapest ways back from the end."""
        rows, columns = self.local.shape
        end = int(np.argmin(self.best[:, columns])) if self.problem.open_end else rows
        cost = float(self.best[end, columns])
        trail = Trail.begin(self.problem, end, columns, BEST)
        pairs: list[tuple[int, int]] = []
        marks = trail.reference_marks, trail.query_marks
        i, j, state = end, columns, "best"
        while i > 0 and j > 0 and np.isfinite(cost):
            if state == "best" and self.match[i, j] == self.best[i, j]:
                state = "match"
            elif state in ("best", "fresh"):
                is_query = self.left_query[i, j] < self.left_reference[i, j]
                state = "query" if is_query else "reference"
            if state == "match":
                pairs.append((i - 1, j - 1))
                ways = self.ways_to_match(i, j)
                _, i, j, is_fresh = ways[int(np.argmin([way[0] for way in ways]))]
                state = "fresh" if is_fresh else "match"
            elif state == "reference":
                state = self.mark(marks[0], i, self.left_reference[i - 1, j], self.best[i - 1, j])
                i, state = i - 1, state or "reference"
            else:
                state = self.mark(marks[1], j, self.left_query[i, j - 1], self.best[i, j - 1])
                j, state = j - 1, state or "query"
        trail.place[:2] = i, j
        mark_border(self.problem, trail)
        return Answer(cost, np.array(pairs[::-1], np.int64).reshape(-1, 2), *marks)

    def mark(self, marks: np.ndarray, place: int, going_on: Floats, beginning: Floats) -> str:
        """Mark a frame as left out; return the state before it, "" if the run goes on."""
        begins = bool(beginning + self.problem.skip.entry < going_on)
        marks[place - 1] = FIRST_LEFT_OUT if begins else LEFT_OUT
        return "best" if begins else ""
