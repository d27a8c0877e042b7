"""The likeliest way through a chain of states: words that may be skipped, gaps between them.

A text is a chain: a gap, the states of the first word, a gap, those of the second, and so on to a
last gap. Time may stay in a state, go on to the next, pass over a gap, and at a gap skip any number
of words at a price. What is heard in a gap belongs to no word. Back-pointers are kept for one block
of frames at a time and computed anew on the way back, so that memory grows with the width of the
corridor and not with its area.

The recursion is Viterbi's (*Error bounds for convolutional codes*, 1967), the chain is that of
connectionist temporal classification with gaps for blanks (Graves et al., 2006), the price of
skipping is affine as in the alignment of sequences (Gotoh, 1982).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError

Singles = npt.NDArray[np.float32]
#: Evidence for each column at the frames ``first <= t < stop``, in nats [shape=(stop - first, V)].
Evidence = Callable[[int, int], Singles]

#: Back-pointers of one block of frames.
BLOCK_BYTES = 32 * 2**20
_NEVER = np.float32(-1e30)


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """States in order; the first and the last one are gaps.

    Parameters
    ----------
    columns : np.ndarray of int32 [shape=(S,)]
        Which column of the evidence speaks for a state.
    may_pass : np.ndarray of bool [shape=(S,)]
        Whether a state may be reached from the second before it, over a gap.
    is_gap : np.ndarray of bool [shape=(S,)]
        Whether a state lies between words.
    skip_price : np.ndarray of float32 [shape=(S,)]
        At a gap: nats that skipping the word behind it costs.
    """

    columns: npt.NDArray[np.int32]
    may_pass: npt.NDArray[np.bool_]
    is_gap: npt.NDArray[np.bool_]
    skip_price: Singles

    def __len__(self) -> int:
        """Count the states."""
        return len(self.columns)


@dataclass(frozen=True, slots=True, eq=False)
class Corridor:
    """The states that are allowed at each frame.

    Parameters
    ----------
    low, high : np.ndarray of int32 [shape=(T,)]
        Half-open ranges; neither bound ever falls. The first frame admits the first state, the
        last frame the last one.
    """

    low: npt.NDArray[np.int32]
    high: npt.NDArray[np.int32]

    @classmethod
    def around(
        cls, states: npt.NDArray[np.float64], frames: int, size: int, *, reach: int, margin: int
    ) -> Corridor:
        """Allow what an earlier path visits nearby.

        Parameters
        ----------
        states : np.ndarray [shape=(T,)]
            State of the earlier path at each frame, not falling.
        frames, size : int
            T, and how many states there are.
        reach : int
            Frames before and behind a frame whose states are allowed at it too.
        margin : int
            States that are added on either side.
        """
        at = np.arange(frames)
        low = np.floor(states[np.maximum(at - reach, 0)]).astype(np.int64) - margin
        high = np.ceil(states[np.minimum(at + reach, frames - 1)]).astype(np.int64) + margin + 1
        low[: reach + 1] = 0
        high[-reach - 1 :] = size
        low = np.clip(low, 0, size - 1)
        return cls(low.astype(np.int32), np.clip(high, low + 1, size).astype(np.int32))


def best_states(
    evidence: Evidence,
    chain: Chain,
    corridor: Corridor,
    *,
    skip_entry: float,
    block_bytes: int = BLOCK_BYTES,
) -> npt.NDArray[np.int32]:
    """Find the likeliest state at every frame, from the first state to the last.

    Parameters
    ----------
    evidence : callable
        Asked for each stretch of frames, twice where there is more than one block.
    chain : Chain
        The states.
    corridor : Corridor
        Where to look.
    skip_entry : float
        Nats that skipping costs once, beside the words' prices.
    block_bytes : int
        Memory for the back-pointers of one block.

    Returns
    -------
    np.ndarray of int32 [shape=(T,)]
        Words none of whose states appears were skipped.

    Raises
    ------
    ParameterError
        The corridor admits no way through.

    Examples
    --------
    One word of two states in five frames:

    >>> chain = Chain(np.array([0, 1, 2, 0], np.int32), np.zeros(4, bool),
    ...               np.array([True, False, False, True]), np.full(4, 9, np.float32))
    >>> heard = np.log(np.array([[8, 1, 1], [1, 8, 1], [1, 8, 1], [1, 1, 8], [8, 1, 1]]) / 10)
    >>> corridor = Corridor(np.zeros(5, np.int32), np.full(5, 4, np.int32))
    >>> best_states(lambda a, b: heard[a:b].astype(np.float32), chain, corridor, skip_entry=1)
    array([0, 1, 1, 2, 3], dtype=int32)
    """
    from syncalign.alignment.viterbi_numba import sweep, walk_back

    frames, width = len(corridor.low), int((corridor.high - corridor.low).max(initial=1))
    rows = max(1, block_bytes // width)
    starts = range(0, frames, rows)

    def carry(first: int, scores: Singles, *, with_pointers: bool) -> npt.NDArray[np.uint8]:
        heard = evidence(first, min(first + rows, frames))
        pointers = np.zeros((len(heard), width) if with_pointers else (0, 0), np.uint8)
        said = (chain.columns, chain.may_pass, chain.is_gap, chain.skip_price)
        entry, low, high = np.float32(skip_entry), corridor.low, corridor.high
        sweep(heard, *said, entry, low, high, scores, pointers, first)
        return pointers

    scores = np.full(len(chain), _NEVER, np.float32)
    scores[0] = 0
    kept = []
    for first in starts:
        # Differences are what counts: in single precision the sums of hours would hide them.
        scores -= scores.max()
        begin = max(first - 1, 0)
        kept.append(scores[corridor.low[begin] : corridor.high[begin]].copy())
        pointers = carry(first, scores, with_pointers=first == starts[-1])
    if frames == 0 or scores[-1] <= _NEVER / 2:
        raise ParameterError(f"the corridor admits no way through {len(chain)} states")
    states, state = np.empty(frames, np.int32), len(chain) - 1
    for first in reversed(starts):
        if first != starts[-1]:
            scores[:] = _NEVER
            begin = max(first - 1, 0)
            scores[corridor.low[begin] : corridor.high[begin]] = kept[first // rows]
            pointers = carry(first, scores, with_pointers=True)
        state = walk_back(pointers, corridor.low, chain.is_gap, first, state, states)
    return states
