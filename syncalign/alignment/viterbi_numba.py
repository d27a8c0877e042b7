"""The loops of :mod:`syncalign.alignment.viterbi`, compiled when they are first used."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

#: A back-pointer's lowest two bits: 0 to 2 states back at the frame before, or `SKIPPED`.
SKIPPED = 3
#: This bit at a gap: the words behind it are skipped from here on, if they are skipped.
SKIP_BEGINS = 4
_NEVER = np.float32(-1e30)


@numba.njit(cache=True, nogil=True)
def sweep(
    evidence: Any,
    columns: Any,
    passing: Any,
    gaps: Any,
    price: Any,
    entry: Any,
    low: Any,
    high: Any,
    scores: Any,
    pointers: Any,
    first: int,
) -> None:
    """Carry the scores of all states over the frames of a block, in place.

    `evidence` [shape=(C, V)] begins at frame `first`; `passing` [shape=(S,)] is 0 where a state may
    be reached over a gap, else minus infinity; `gaps` are the states between words, rising;
    `pointers` [shape=(C, width)] is filled, or empty where nobody walks back.
    """
    writes = pointers.shape[0] > 0
    # The frame before, two states further down. One loop without branches for all states, which the
    # compiler turns into vector instructions, then one over the gaps, each of which needs the last.
    before = np.empty(2 + (high - low).max(), np.float32)
    unread = np.empty(len(before), np.uint8)
    gap = np.searchsorted(gaps, low[first])
    for row in range(len(evidence)):
        t = first + row
        begin, end = low[t], high[t]
        count = end - begin
        for k in range(count + 2):
            before[k] = scores[begin - 2 + k] if begin - 2 + k >= 0 else _NEVER
        if t > 0:
            scores[low[t - 1] : begin] = _NEVER
        heard, row_pointers = evidence[row], pointers[row] if writes else unread
        _step(
            before, heard, columns[begin:end], passing[begin:end], scores[begin:end], row_pointers
        )
        while gap < len(gaps) and gaps[gap] < begin:
            gap += 1
        skipping = _NEVER
        for number in range(gap, len(gaps)):
            s = gaps[number]
            if s >= end:
                break
            if skipping > scores[s]:
                scores[s] = skipping
                row_pointers[s - begin] = SKIPPED
            if scores[s] - entry > skipping:
                skipping = scores[s] - entry
                row_pointers[s - begin] |= SKIP_BEGINS
            skipping -= price[s]


@numba.njit(nogil=True)
def _step(before: Any, heard: Any, columns: Any, passing: Any, scores: Any, pointers: Any) -> None:
    """Stay, come from the state before or pass over the one between; the first of equals."""
    size = len(scores)
    stay, go_on, pass_over = before[2 : 2 + size], before[1 : 1 + size], before[:size]
    for k in range(size):
        near = go_on[k] if go_on[k] > stay[k] else stay[k]
        far = pass_over[k] + passing[k]
        scores[k] = far if far > near else near
        is_far = far > near
        pointers[k] = np.uint8(is_far << 1 | (go_on[k] > stay[k]) & (not is_far))
    for k in range(size):  # apart: looking up is what the compiler cannot do for many at once
        scores[k] += heard[columns[k]]


@numba.njit(cache=True, nogil=True)
def walk_back(pointers: Any, low: Any, is_gap: Any, first: int, state: int, states: Any) -> int:
    """Write the states of a block's frames, last to first; return the one at the frame before."""
    for row in range(len(pointers) - 1, -1, -1):
        t = first + row
        pointer = pointers[row, state - low[t]]
        while pointer & 3 == SKIPPED:
            state -= 1
            while not (is_gap[state] and pointers[row, state - low[t]] & SKIP_BEGINS):
                state -= 1
            pointer = pointers[row, state - low[t]]
        states[t] = state
        state -= pointer & 3
    return state
