"""The chain of states that a text is to the search for its words."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from syncalign.alignment.viterbi import Chain
from syncalign.pipelines.reading.saying import Saying

Doubles = npt.NDArray[np.float64]

#: Nats for skipping: for each phone, and for the first word of a phrase.
_SKIP_PHONE, _SKIP_PHRASE = 0.5, 3.0


def text_chain(
    saying: Saying, phrases: npt.NDArray[np.int64], halves: npt.NDArray[np.int64]
) -> tuple[Chain, npt.NDArray[np.int64], Doubles]:
    """Return the states of a text, the word each is of (-1: a gap) and its synthetic frame."""
    words, firsts = in_turn(saying.words)
    if len(words) == 0:
        raise ValueError("a text without phones has no chain")
    counts = np.diff(firsts, append=len(saying.words))
    sizes = 2 * counts + 1  # two halves a phone, and the gap before the word
    gaps = np.cumsum(sizes) - sizes
    size = int(sizes.sum()) + 1
    gaps = np.append(gaps, size - 1)
    is_gap = np.zeros(size, bool)
    is_gap[gaps] = True
    columns = np.full(size, 2 * len(saying.names), np.int32)
    columns[~is_gap] = halves
    may_pass = np.zeros(size, bool)
    may_pass[gaps[1:-1] + 1] = True
    price = np.zeros(size, np.float32)
    opens = np.diff(phrases[words], prepend=-1) != 0
    columns[gaps[:-1][~opens]] += 1
    price[gaps[:-1]] = _SKIP_PHONE * counts + _SKIP_PHRASE * opens
    owners = np.full(size, -1)
    owners[~is_gap] = np.repeat(words, 2 * counts)
    times = np.zeros(size)
    times[~is_gap] = np.column_stack([saying.starts, (saying.starts + saying.ends) / 2]).ravel()
    times[gaps[:-1]] = saying.starts[firsts]
    times[-1] = saying.ends[-1]
    return Chain(columns, may_pass, is_gap, price), owners, np.maximum.accumulate(times)


def in_turn(words: npt.NDArray[np.int64]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the words that phones are of, one after the other, and the first phone of each."""
    firsts = np.flatnonzero(np.diff(words, prepend=-1) != 0)
    return words[firsts], firsts
