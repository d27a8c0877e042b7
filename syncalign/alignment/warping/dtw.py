"""Dynamic time warping: the cheapest way to walk through two sequences together.

>>> path = dtw([0, 1, 5, 2], [0, 1, 1, 5, 2])
>>> path.indices.tolist(), path.cost
([[0, 0], [1, 1], [1, 2], [2, 3], [3, 4]], 0.0)

Something that only one side has need not drag the path along, if leaving it out has a price:

>>> path = dtw([0, 1, 90, 90, 90, 5, 2], [0, 1, 5, 2], skip=(0.5, 0.5))
>>> path.indices.tolist(), path.skipped_reference, path.cost
([[0, 0], [1, 1], [5, 2], [6, 3]], ((2, 5),), 1.5)
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from syncalign.alignment.warping import kernels
from syncalign.alignment.warping.local_cost import Floats, Metric, pair_costs
from syncalign.alignment.warping.path import WarpingPath
from syncalign.alignment.warping.problem import FIRST_LEFT_OUT, LEFT_OUT, Answer
from syncalign.alignment.warping.question import Question, read_question
from syncalign.errors import ParameterError
from syncalign.timebase import Features

Ends = Literal["closed", "open_begin", "open_end", "open", "subsequence"]


def dtw(  # noqa: PLR0913  (two sequences and what may be asked about them)
    reference: npt.ArrayLike | Features,
    query: npt.ArrayLike | Features,
    *,
    metric: Metric = "euclidean",
    steps: str | npt.ArrayLike = "symmetric1",
    ends: Ends = "closed",
    skip: tuple[float, float] | None = None,
    skip_entry: float = 0.0,
    band: int | npt.ArrayLike | None = None,
    threads: int | None = None,
) -> WarpingPath:
    """Find the cheapest warping path between two sequences.

    The cost of a path is the sum of the local costs of its pairs, each times the weight of the step
    that led to it (the first pair: 1), and of the prices of frames left out. The path returned is
    exact; memory grows with the length of the sequences, never with their product.

    Parameters
    ----------
    reference, query : array_like [shape=(N, D) and (M, D), or (N,) and (M,)] or Features
        Time first; one dimension means D = 1. Searched in single precision after the mean was
        subtracted: differences below 1e-7 of the largest value are not told apart.
    metric : str
        "euclidean", "sqeuclidean", "cityblock", or "cosine": 1 - cos, and 1 wherever either vector
        is zero, be it against another zero vector.
    steps : str or array_like [shape=(S, 2) or (S, 3)]
        "symmetric1": (1, 0), (0, 1), (1, 1) of weight 1. "slope2": (1, 1) of weight 1, (2, 1) and
        (1, 2) of weight 1.5. Or rows of (reference frames, query frames[, weight]).
    ends : str
        "closed": all of both. "open_begin", "open_end", "open": reference frames before the first,
        after the last, or outside both of the path's ends are free. "subsequence" is another name
        for "open". The query is always used from end to end.
    skip : (float, float), optional
        Price of leaving out a reference frame and a query frame; infinite forbids that side. The
        match after frames left out begins afresh: it pairs the next frame of either side, at weight
        1, so frames that were left out are never matched. Frames may be left out anywhere, even all
        of them.
    skip_entry : float
        Price of each run of frames left out, beside that of its frames. Where a run on one side
        follows one on the other, each pays.
    band : int or array_like of int [shape=(N, 2)], optional
        Query frames on either side of the straight line from the first pair to the last one,
        ``abs(j - i * (M - 1) / (N - 1)) <= band``; or a half-open window of query frames for each
        reference frame, never going back. Frames left out are held to it by the last frame of
        either side, as if these were a pair; before the first of a side there is no limit.
    threads : int, optional
        1 or 2. None: two where they pay. Two may choose another one of equally cheap paths.

    Returns
    -------
    WarpingPath
        Pairs, cost, and what was left out. Of equally cheap paths the one with the diagonal step,
        else with the step that takes more reference frames, traced from the end; of equally cheap
        open ends the earliest; up to rounding.

    Raises
    ------
    ParameterError
        Sequences that are empty, not finite, of different dimensions or too long for the memory;
        options that make no sense; steps or a band that admit no path.

    Examples
    --------
    >>> dtw([7, 7, 1, 2, 3, 7], [1, 2, 3], ends="open").indices.tolist()
    [[2, 0], [3, 1], [4, 2]]
    """
    question = read_question(
        *(reference, query),
        metric=metric,
        steps=steps,
        ends=ends,
        skip=skip,
        skip_entry=skip_entry,
        band=band,
    )
    problem, _ = question.prepared()
    answer = kernels.solve(problem, threads=_checked_threads(threads))
    return read_answer(question, answer)


def dtw_distance(  # noqa: PLR0913
    reference: npt.ArrayLike | Features,
    query: npt.ArrayLike | Features,
    *,
    metric: Metric = "euclidean",
    steps: str | npt.ArrayLike = "symmetric1",
    ends: Ends = "closed",
    skip: tuple[float, float] | None = None,
    skip_entry: float = 0.0,
    band: int | npt.ArrayLike | None = None,
    threads: int | None = None,
) -> float:
    """Find the cost of the cheapest warping path, without the path.

    Faster than `dtw`, in the memory of a few rows, and in single precision (to about 1e-6).
    Parameters and errors are those of `dtw`.

    Examples
    --------
    >>> round(dtw_distance([0, 1, 5], [0, 2, 5]), 6)
    1.0
    """
    question = read_question(
        *(reference, query),
        metric=metric,
        steps=steps,
        ends=ends,
        skip=skip,
        skip_entry=skip_entry,
        band=band,
    )
    problem, unit = question.prepared()
    cost = kernels.least_cost(problem, threads=_checked_threads(threads))
    if not np.isfinite(cost):
        raise ParameterError(_no_path(question))
    return float(cost * unit)


def read_answer(question: Question, answer: Answer) -> WarpingPath:
    """Return a kernel's answer in the question's own terms, its cost in double precision.

    Raises
    ------
    ParameterError
        There is no path.
    """
    if not np.isfinite(answer.cost):
        raise ParameterError(_no_path(question))
    is_whole = question.band.cells == len(question.reference) * len(question.query)
    return WarpingPath(
        answer.indices,
        _cost(question, answer),
        _runs(answer.reference_marks),
        _runs(answer.query_marks),
        exact=is_whole,
        within_band=not is_whole,
    )


def _checked_threads(threads: int | None) -> int | None:
    if threads not in (None, 1, 2):
        raise ParameterError(f"threads is 1 or 2, not {threads!r}")
    return threads


def _no_path(question: Question) -> str:
    rows, columns = len(question.reference), len(question.query)
    band = question.band
    limit = "" if band.cells == rows * columns else f" in a band of {band.cells} pairs"
    return (
        f"no path leads through {rows} reference frames and {columns} query frames by steps of "
        f"{question.steps.increments.tolist()}{limit}: allow longer steps, open ends, skips or a "
        "wider band"
    )


def _cost(question: Question, answer: Answer) -> float:
    costs = pair_costs(question.reference, question.query, question.metric, answer.indices)
    is_plain = bool(np.all(question.steps.weights == 1))
    total = float(costs.sum() if is_plain else np.dot(costs, _weights(question, answer)))
    for marks, price in (
        (answer.reference_marks, question.skip.reference),
        (answer.query_marks, question.skip.query),
    ):
        if marks.any():
            runs = np.count_nonzero(marks == FIRST_LEFT_OUT)
            total += np.count_nonzero(marks) * price + runs * question.skip.entry
    return float(total)


def _weights(question: Question, answer: Answer) -> Floats:
    """Return the weight of each pair: that of the step to it, or 1 where it begins afresh."""
    steps = question.steps
    table = np.ones([reach + 1 for reach in steps.reach])
    table[tuple(steps.increments.T)] = steps.weights
    before, after = answer.indices[:-1], answer.indices[1:]
    is_fresh = np.zeros(len(after), bool)
    for side, marks in enumerate((answer.reference_marks, answer.query_marks)):
        counted = np.concatenate([[0], np.cumsum(marks > 0)])
        is_fresh |= counted[after[:, side]] > counted[before[:, side] + 1]
    increments = np.where(is_fresh[:, None], 0, after - before)
    weights = np.ones(len(answer.indices))
    weights[1:] = np.where(is_fresh, 1.0, table[increments[:, 0], increments[:, 1]])
    return weights


def _runs(marks: npt.NDArray[np.uint8]) -> tuple[tuple[int, int], ...]:
    """Return the half-open ranges of marked frames, one for each run."""
    starts = np.flatnonzero(marks == FIRST_LEFT_OUT)
    goes_on = np.append(marks[1:] == LEFT_OUT, False)
    stops = np.flatnonzero((marks > 0) & ~goes_on) + 1
    return tuple(zip(starts.tolist(), stops.tolist(), strict=True))
