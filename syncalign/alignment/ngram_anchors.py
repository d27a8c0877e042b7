"""Anchors between two sequences: what both say in the same words, in whatever order, however often.

Sequences of numbers are compared by their n-grams that are rare on either side, as genomes are by
their seeds. Neighbouring matches are chained at a price for what lies between them; a chain is
local, so that passages may stand elsewhere, or be there twice. Each element of the second sequence
is given to one chain at most.

Sources: chaining with gap costs as in Li, *Minimap2* (Bioinformatics 34, 2018), section 2.1;
anchors that are rare in both texts as in Moreno et al., *A recursive algorithm for the forced
alignment of very long audio segments* (ICSLP 1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError

Indices = npt.NDArray[np.int64]
Takes = Literal["first", "last"]

#: Elements of the n-grams that are compared.
SIZES = (7, 6, 5, 4, 3, 2)
#: An n-gram that occurs more often on either side tells too little about its place.
_RARE = 4
#: Matches before one that it may go on from.
_LOOK_BACK = 200
#: Price of an element that both sides pass over, of one that one side does, and of its first.
_PASSED, _SKIPPED, _SKIP = 0.15, 0.03, 0.7
#: Score of a chain that stands anywhere, and of one that goes on where its neighbours are.
_LEAST, _LEAST_NEAR = 8.0, 3.0
#: Elements within which a chain is near its neighbours.
_NEAR = 60


@dataclass(frozen=True, slots=True, eq=False)
class AnchorChain:
    """Elements that are the same on both sides, in the same order.

    Parameters
    ----------
    pairs : np.ndarray of int64 [shape=(K, 2)]
        Index in the first sequence and in the second; both columns rise.
    score : float
        How many they are, less the prices of what lies between them.
    """

    pairs: Indices
    score: float


def anchor_chains(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[AnchorChain, ...]:
    """Find what two sequences have in common.

    Parameters
    ----------
    first, second : array_like of int [shape=(N,) and (M,)]
        Numbers that are equal where the elements are.

    Returns
    -------
    tuple of AnchorChain
        In the order of the second sequence, of which no two share an element. They may share
        elements of the first one: what is said twice.

    Examples
    --------
    The second half comes first:

    >>> chains = anchor_chains(range(20), [*range(10, 20), *range(10)])
    >>> [chain.pairs[0].tolist() for chain in chains]
    [[10, 0], [0, 10]]
    """
    one, other = (np.asarray(side, np.int64).ravel() for side in (first, second))
    runs = _runs(_matches(one, other))
    if not len(runs):
        return ()
    return tuple(_assigned(_local_chains(runs)))


def one_place_each(chains: Sequence[AnchorChain], takes: Takes) -> Indices:
    """Keep one place for each element of the first sequence.

    Parameters
    ----------
    chains : sequence of AnchorChain
        As :func:`anchor_chains` returns them.
    takes : {"first", "last"}
        Which place is kept of what the second sequence has more than once.

    Returns
    -------
    np.ndarray of int64 [shape=(K, 2)]
        In the order of the second sequence; no index occurs twice in a column.

    Raises
    ------
    ParameterError
        `takes` is something else.

    Examples
    --------
    >>> chains = anchor_chains(range(10), [*range(10), *range(10)])
    >>> one_place_each(chains, "last")[0].tolist()
    [0, 10]
    """
    if takes not in ("first", "last"):
        raise ParameterError(f"of several takes the first or the last is kept, not {takes!r}")
    if not chains:
        return np.zeros((0, 2), np.int64)
    pairs = np.concatenate([chain.pairs for chain in chains])
    pairs = pairs[np.argsort(pairs[:, 1], kind="stable")]
    if takes == "last":
        pairs = pairs[::-1]
    _, kept = np.unique(pairs[:, 0], return_index=True)
    pairs = pairs[kept]
    return pairs[np.argsort(pairs[:, 1], kind="stable")]


def _matches(one: Indices, other: Indices) -> Indices:
    """Return pairs of elements that stand in the same rare n-gram [shape=(K, 2)]."""
    found = [np.zeros((0, 2), np.int64)]
    for size in SIZES:
        if min(len(one), len(other)) < size:
            continue
        grams = [np.lib.stride_tricks.sliding_window_view(side, size) for side in (one, other)]
        _, numbers = np.unique(np.concatenate(grams), axis=0, return_inverse=True)
        numbers = numbers.ravel()
        mine, theirs = numbers[: len(grams[0])], numbers[len(grams[0]) :]
        pairs = _rare_pairs(mine, theirs)
        steps = np.arange(size)
        found.append((pairs[:, None, :] + steps[None, :, None]).reshape(-1, 2))
    return np.unique(np.concatenate(found), axis=0)


def _rare_pairs(mine: Indices, theirs: Indices) -> Indices:
    """Return the places of equal numbers that are rare on both sides [shape=(K, 2)]."""
    most = 1 + max(int(mine.max()), int(theirs.max()))
    counts = [np.bincount(side, minlength=most) for side in (mine, theirs)]
    is_rare = (counts[0] > 0) & (counts[1] > 0) & (np.maximum(*counts) <= _RARE)
    order = np.argsort(theirs, kind="stable")
    begins = np.searchsorted(theirs[order], np.arange(most))
    places = np.flatnonzero(is_rare[mine])
    repeats = counts[1][mine[places]]
    within = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
    at = np.repeat(begins[mine[places]], repeats) + within
    return np.column_stack([np.repeat(places, repeats), order[at]])


def _runs(pairs: Indices) -> Indices:
    """Join pairs that follow each other: first index, second index, length [shape=(R, 3)].

    In the order of the second sequence.
    """
    if not len(pairs):
        return np.zeros((0, 3), np.int64)
    diagonal = pairs[:, 1] - pairs[:, 0]
    pairs = pairs[np.lexsort((pairs[:, 0], diagonal))]
    breaks = np.flatnonzero((np.diff(pairs, axis=0) != 1).any(axis=1)) + 1
    begins = np.concatenate([[0], breaks])
    lengths = np.diff(np.append(begins, len(pairs)))
    runs = np.column_stack([pairs[begins], lengths])
    ordered: Indices = runs[np.lexsort((runs[:, 0], runs[:, 1]))]
    return ordered


def _local_chains(runs: Indices) -> list[AnchorChain]:
    """Chain runs so that each is in one chain, the best chains first."""
    scores, before = _scores(runs)
    free = np.ones(len(runs), bool)
    chains = []
    for last in np.argsort(-scores, kind="stable").tolist():
        if not free[last]:
            continue
        members, at, rest = [], last, 0.0
        while at >= 0:
            if not free[at]:
                rest = float(scores[at])  # what a better chain has taken
                break
            free[at] = False
            members.append(at)
            at = int(before[at])
        pairs, again = _joined(runs[members[::-1]])
        chains.append(AnchorChain(pairs, float(scores[last]) - rest))
        if len(again):  # said twice: what the chain has no room for
            chains.append(AnchorChain(again, float(len(again))))
    return sorted(chains, key=lambda chain: -chain.score)


def _scores(runs: Indices) -> tuple[npt.NDArray[np.float64], Indices]:
    """Return the best score of a chain that ends with each run, and the run before it (-1: none).

    Runs on two diagonals may overlap: the later one then gives up its beginning.
    """
    lengths = runs[:, 2]
    ends = runs[:, :2] + lengths[:, None]
    scores = lengths.astype(np.float64)
    before = np.full(len(runs), -1)
    for run in range(1, len(runs)):
        earlier = slice(max(0, run - _LOOK_BACK), run)
        gaps = runs[run, :2] - ends[earlier]
        overlap = np.maximum(-gaps.min(axis=1), 0)
        gaps = gaps + overlap[:, None]
        skew = np.abs(gaps[:, 0] - gaps[:, 1])
        price = _PASSED * gaps.min(axis=1) + _SKIPPED * skew
        price = price + _SKIP * np.log2(1 + skew) + overlap
        gain = scores[earlier] - price
        gain[(overlap >= lengths[run]) | (runs[earlier, :2] >= runs[run, :2]).any(axis=1)] = -1
        best = int(np.argmax(gain))
        if gain[best] > 0:
            scores[run] += gain[best]
            before[run] = earlier.start + best
    return scores, before


def _joined(runs: Indices) -> tuple[Indices, Indices]:
    """Return the pairs of the runs of a chain that rise, and of the others those that do."""
    begins, lengths = runs[:, :2], runs[:, 2]
    steps = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    pairs = np.repeat(begins, lengths, axis=0) + steps[:, None]
    rises = _rises(pairs)
    again = pairs[~rises]
    return pairs[rises], again[_rises(again)]


def _rises(pairs: Indices) -> npt.NDArray[np.bool_]:
    """Tell which pairs are beyond all before them on both sides [shape=(K,)]."""
    reached = np.maximum.accumulate(pairs, axis=0)
    keep = np.ones(len(pairs), bool)
    keep[1:] = (pairs[1:] > reached[:-1]).all(axis=1)
    return keep


def _assigned(chains: Sequence[AnchorChain]) -> list[AnchorChain]:
    """Give each element of the second sequence to the best chain that has it."""
    size = 1 + max(int(chain.pairs[-1, 1]) for chain in chains)
    owner = np.full(size, -1)
    kept: list[AnchorChain] = []
    for least, may_stand in ((_LEAST, _anywhere), (_LEAST_NEAR, _is_near)):
        strong = list(kept)
        for chain in chains:
            if chain.score < least or any(chain is other for other in strong):
                continue
            pairs = chain.pairs[owner[chain.pairs[:, 1]] < 0]
            share = len(pairs) / len(chain.pairs)
            if not len(pairs) or chain.score * share < least or not may_stand(pairs, strong):
                continue
            owner[pairs[:, 1]] = len(kept)
            kept.append(AnchorChain(pairs, chain.score * share))
    return sorted(kept, key=lambda chain: int(chain.pairs[0, 1]))


def _anywhere(pairs: Indices, strong: Sequence[AnchorChain]) -> bool:
    return True


def _is_near(pairs: Indices, strong: Sequence[AnchorChain]) -> bool:
    """Whether a chain is at home where it is heard: near the text on either side of it."""
    before = [chain for chain in strong if chain.pairs[0, 1] < pairs[0, 1]]
    after = [chain for chain in strong if chain.pairs[0, 1] > pairs[0, 1]]
    places = []
    if before:
        chain = max(before, key=lambda chain: int(chain.pairs[0, 1]))
        at = max(0, int(np.searchsorted(chain.pairs[:, 1], pairs[0, 1])) - 1)
        places.append(int(chain.pairs[at, 0]))
    if after:
        chain = min(after, key=lambda chain: int(chain.pairs[0, 1]))
        places.append(int(chain.pairs[0, 0]))
    if not places:
        return False
    low, high = min(places) - _NEAR, max(places) + _NEAR
    if high - low > 4 * _NEAR and len(places) == 2:  # neighbours that are no neighbours in the text
        return any(abs(int(pairs[0, 0]) - place) <= _NEAR for place in places)
    return low <= int(pairs[0, 0]) and int(pairs[-1, 0]) <= high
