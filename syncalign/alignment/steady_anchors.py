"""Steady anchors: places that recognised words give roughly, on the lines that they agree on.

Each is some tenths of a second off, and a few are elsewhere altogether. Neighbours that agree on an
offset stand on one line; where several in a row agree on another, a new one begins.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from syncalign.alignment.anchors import Anchors
from syncalign.alignment.evidence import Floats
from syncalign.alignment.ratios import NAMED_RATIOS

#: Seconds by which an anchor may be off the line of its neighbours.
_WITHIN = 0.5
#: Anchors that agree on another line before one begins, and neighbours that a line is told by.
_AGREEING, _NEIGHBOURS = 3, 10
#: What a line costs in anchors: a rate that needs one line is better than one that needs many.
_LINE_PRICE = 3.0
_LEAST = 3


def steady_anchors(query: npt.ArrayLike, reference: npt.ArrayLike) -> Anchors | None:
    """Put rough anchors on the lines that they agree on, and drop those that agree with none.

    Parameters
    ----------
    query, reference : array_like [shape=(K,)]
        Seconds, in any order.

    Returns
    -------
    Anchors or None
        None where too few agree.

    Examples
    --------
    >>> found = steady_anchors([1, 2, 3, 4, 5, 6, 7], [11, 12.1, 12.9, 50, 15, 16, 17])
    >>> len(found), found.reference.round(1).tolist()[:3]
    (6, [11.0, 12.0, 13.0])
    """
    pairs = np.column_stack([np.asarray(query, np.float64), np.asarray(reference, np.float64)])
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    best, found = 0.0, np.zeros((0, 2))
    for ratio in map(float, NAMED_RATIOS):
        lines = _lines(pairs[:, 1] - ratio * pairs[:, 0])
        on_one = lines >= 0
        score = float(on_one.sum()) - _LINE_PRICE * len(np.unique(lines[on_one]))
        if score > best:
            best, found = score, _settled(pairs[on_one], lines[on_one], ratio)
    return Anchors(found[:, 0], found[:, 1]) if len(found) >= _LEAST else None


def _lines(offsets: Floats) -> npt.NDArray[np.int64]:
    """Give each offset the line that it stands on, in their order; -1 for none [shape=(K,)]."""
    lines = np.full(len(offsets), -1)
    count = 0
    current: list[int] = []
    waiting: list[int] = []
    for index, offset in enumerate(offsets.tolist()):
        recent = offsets[current[-_NEIGHBOURS:]]
        if len(recent) and abs(offset - float(np.median(recent))) <= _WITHIN:
            current.append(index)
            lines[index] = count - 1
            waiting = []
            continue
        waiting = [k for k in waiting if abs(offsets[k] - offset) <= _WITHIN] + [index]
        if len(waiting) >= _AGREEING:
            lines[waiting] = count
            current, waiting, count = waiting, [], count + 1
    return lines


def _settled(pairs: Floats, lines: npt.NDArray[np.int64], ratio: float) -> Floats:
    """Move anchors onto their lines, and drop those that do not rise [shape=(K, 2)]."""
    offsets = pairs[:, 1] - ratio * pairs[:, 0]
    settled = pairs.copy()
    for line in np.unique(lines):
        mine = np.flatnonzero(lines == line)
        for place, index in enumerate(mine.tolist()):
            near = mine[max(0, place - _NEIGHBOURS) : place + _NEIGHBOURS + 1]
            settled[index, 1] = ratio * pairs[index, 0] + float(np.median(offsets[near]))
    kept: list[int] = []
    for index, (query, reference) in enumerate(settled.tolist()):
        if not kept or (query > settled[kept[-1], 0] and reference > settled[kept[-1], 1]):
            kept.append(index)
    return settled[kept]
