"""The best stretches of a long reference for one query, none overlapping another."""

from __future__ import annotations

import heapq
import operator
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from syncalign.alignment.warping import kernels
from syncalign.alignment.warping.band import read_band
from syncalign.alignment.warping.dtw import read_answer
from syncalign.alignment.warping.local_cost import Metric
from syncalign.alignment.warping.path import WarpingPath
from syncalign.alignment.warping.question import Question, read_question
from syncalign.errors import ParameterError
from syncalign.timebase import Features


def dtw_topk(
    reference: npt.ArrayLike | Features,
    query: npt.ArrayLike | Features,
    k: int,
    *,
    distance: int = 0,
    metric: Metric = "euclidean",
    steps: str | npt.ArrayLike = "symmetric1",
    skip: tuple[float, float] | None = None,
    skip_entry: float = 0.0,
) -> list[WarpingPath]:
    """Find the best stretches of the reference for the whole query.

    The first is the path that `dtw` finds with ``ends="subsequence"``; each next one is the
    cheapest path that keeps away from all before it.

    Parameters
    ----------
    reference, query : array_like or Features
        As in `dtw`.
    k : int
        At most so many.
    distance : int
        Reference frames to keep free between one stretch and the next.
    metric, steps, skip, skip_entry
        As in `dtw`.

    Returns
    -------
    list of WarpingPath
        In the order of their costs, which never fall. Fewer than `k` where no more stretches fit,
        or where leaving out the whole query becomes cheapest.

    Raises
    ------
    ParameterError
        As in `dtw`, for `k` below 1, or a `distance` below 0.

    Examples
    --------
    >>> paths = dtw_topk([9, 1, 2, 9, 9, 1, 2.5, 9], [1, 2], 2)
    >>> [path.indices[:, 0].tolist() for path in paths], [path.cost for path in paths]
    ([[1, 2], [5, 6]], [0.0, 0.5])
    """
    k, distance = operator.index(k), operator.index(distance)
    if k < 1 or distance < 0:
        raise ParameterError(f"k is 1 or more and distance 0 or more, not {k} and {distance}")
    question = read_question(
        *(reference, query),
        metric=metric,
        steps=steps,
        ends="subsequence",
        skip=skip,
        skip_entry=skip_entry,
        band=None,
    )
    # Free stretches by the cost of the best path in each: to take one leaves two shorter ones.
    free: list[tuple[float, int, int, WarpingPath]] = []
    paths: list[WarpingPath] = []
    stretches = [(0, len(question.reference))]
    while len(paths) < k:
        for start, stop in stretches:
            path = _best_within(question, start, stop)
            if path is not None:
                heapq.heappush(free, (path.cost, start, stop, path))
        if not free:
            break
        _, start, stop, path = heapq.heappop(free)
        paths.append(path)
        first, last = int(path.indices[0, 0]), int(path.indices[-1, 0])
        stretches = [(start, first - distance), (last + 1 + distance, stop)]
    return paths


def _best_within(question: Question, start: int, stop: int) -> WarpingPath | None:
    """Find the best path in a stretch of the reference, None if there is none."""
    if stop <= start:
        return None
    part = replace(
        question,
        reference=question.reference[start:stop],
        band=read_band(None, stop - start, len(question.query)),
    )
    answer = kernels.solve(part.prepared()[0])
    if not np.isfinite(answer.cost) or not len(answer.indices):
        return None
    path = read_answer(part, answer)
    return replace(
        path,
        indices=path.indices + np.array([start, 0]),
        skipped_reference=tuple((a + start, b + start) for a, b in path.skipped_reference),
    )
