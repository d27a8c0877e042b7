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
    may_pass: Any,
    is_gap: Any,
    price: Any,
    entry: Any,
    low: Any,
    high: Any,
    scores: Any,
    pointers: Any,
    first: int,
) -> None:
    """Carry the scores of all states over the frames of a block, in place.

    `evidence` [shape=(C, V)] begins at frame `first`; `pointers` [shape=(C, width)] is filled, or
    empty where nobody walks back.
    """
    writes = pointers.shape[0] > 0
    for row in range(len(evidence)):
        t = first + row
        begin, end = low[t], high[t]
        back_1 = scores[begin - 1] if begin >= 1 else _NEVER
        back_2 = scores[begin - 2] if begin >= 2 else _NEVER
        if t > 0:
            for s in range(low[t - 1], begin):
                scores[s] = _NEVER
        skipping = _NEVER
        for s in range(begin, end):
            before = scores[s]
            best, pointer = before, 0
            if back_1 > best:
                best, pointer = back_1, 1
            if may_pass[s] and back_2 > best:
                best, pointer = back_2, 2
            best += evidence[row, columns[s]]
            if is_gap[s]:
                if skipping > best:
                    best, pointer = skipping, SKIPPED
                if best - entry > skipping:
                    skipping = best - entry
                    pointer |= SKIP_BEGINS
                skipping -= price[s]
            scores[s] = best
            back_2, back_1 = back_1, before
            if writes:
                pointers[row, s - begin] = pointer


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
