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

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt

from syncalign.errors import DependencyError, ParameterError

Singles = npt.NDArray[np.float32]
#: Evidence for each column at the frames ``first <= t < stop``, in nats [shape=(stop - first, V)].
Evidence = Callable[[int, int], Singles]

#: Back-pointers of one block of frames.
BLOCK_BYTES = 16 * 2**20
#: Blocks that are worked on at a time: their evidence, and their back-pointers on the way back.
_WORKERS = 2
_NEVER = np.float32(-1e30)
_Made = TypeVar("_Made")


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

    @classmethod
    def between(
        cls,
        known: npt.NDArray[np.int64],
        frames: int,
        size: int,
        *,
        reach: int,
        margin: int,
    ) -> Corridor:
        """Allow all that lies between moments whose state is known.

        Parameters
        ----------
        known : np.ndarray of int64 [shape=(K, 2)]
            Frames and their states; both rise.
        frames, size : int
            How many frames and states there are.
        reach : int
            Frames by which a moment may be wrong.
        margin : int
            States that are added on either side.
        """
        at = np.arange(frames)
        when = known[:, 0]
        states = np.concatenate([[0], known[:, 1], [size - 1]])
        low = states[np.searchsorted(when, at - reach, side="right")] - margin
        high = states[np.searchsorted(when, at + reach, side="left") + 1] + margin + 1
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
    device: str | None = None,
    told: Callable[[int], None] | None = None,
) -> npt.NDArray[np.int32]:
    """Find the likeliest state at every frame, from the first state to the last.

    Parameters
    ----------
    evidence : callable
        Asked for each stretch of frames, twice where there is more than one block, in any order
        and by several threads.
    chain : Chain
        The states.
    corridor : Corridor
        Where to look.
    skip_entry : float
        Nats that skipping costs once, beside the words' prices.
    block_bytes : int
        Memory for the back-pointers of one block.
    device : str or None
        A device of PyTorch that carries the scores; None takes compiled loops on the CPU.
    told : callable or None
        Told about frames: all of them twice.

    Returns
    -------
    np.ndarray of int32 [shape=(T,)]
        Words none of whose states appears were skipped.

    Raises
    ------
    ParameterError
        The corridor admits no way through.
    DependencyError
        There is no PyTorch.

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
    from syncalign.alignment.viterbi_numba import walk_back

    frames = len(corridor.low)
    if frames == 0:
        raise ParameterError("there are no frames to find states at")
    sweeper = _Sweeper(evidence, chain, corridor, skip_entry, block_bytes, _sweep_on(device))
    starts, last = sweeper.starts, sweeper.starts[-1]
    told = told or _nobody
    with ThreadPoolExecutor(_WORKERS, "viterbi") as pool:
        scores, kept = np.full(len(chain), _NEVER, np.float32), {}
        scores[0] = 0
        for first, heard in zip(starts, _ahead(pool, sweeper.heard, starts), strict=True):
            # Differences are what counts: in single precision the sums of hours would hide them.
            scores -= scores.max()
            kept[first] = scores[sweeper.before(first)].copy()
            pointers = sweeper.carry(first, heard, scores, with_pointers=first == last)
            told(len(heard))
        if scores[-1] <= _NEVER / 2:
            raise ParameterError(f"the corridor admits no way through {len(chain)} states")
        states, state = np.empty(frames, np.int32), len(chain) - 1
        state = walk_back(pointers, corridor.low, chain.is_gap, last, state, states)
        told(len(pointers))
        again = starts[-2::-1] if len(starts) > 1 else starts[:0]
        redone = _ahead(pool, lambda first: sweeper.pointers(first, kept[first]), again)
        for first, pointers in zip(again, redone, strict=True):
            state = walk_back(pointers, corridor.low, chain.is_gap, first, state, states)
            told(len(pointers))
    return states


class _Sweeper:
    """Carries scores over one block of frames at a time."""

    def __init__(
        self,
        evidence: Evidence,
        chain: Chain,
        corridor: Corridor,
        skip_entry: float,
        block_bytes: int,
        sweep: Callable[..., None],
    ) -> None:
        self.frames = len(corridor.low)
        self.width = int((corridor.high - corridor.low).max())
        self.rows = max(1, block_bytes // self.width)
        self.starts = range(0, self.frames, self.rows)
        self._evidence, self._corridor, self._sweep = evidence, corridor, sweep
        self._columns = chain.columns.astype(np.uint32)
        self._passing = np.where(chain.may_pass, 0, -np.inf).astype(np.float32)
        self._gaps = np.flatnonzero(chain.is_gap)
        self._price, self._entry = chain.skip_price, np.float32(skip_entry)

    def before(self, first: int) -> slice:
        """Return the states of the frame before a block."""
        begin = max(first - 1, 0)
        return slice(self._corridor.low[begin], self._corridor.high[begin])

    def heard(self, first: int) -> Singles:
        """Return the evidence of a block."""
        return self._evidence(first, min(first + self.rows, self.frames))

    def carry(
        self, first: int, heard: Singles, scores: Singles, *, with_pointers: bool
    ) -> npt.NDArray[np.uint8]:
        """Carry the scores of all states over a block, in place; return its back-pointers."""
        pointers = np.zeros((len(heard), self.width) if with_pointers else (0, 0), np.uint8)
        self._sweep(
            *(heard, self._columns, self._passing, self._gaps, self._price, self._entry),
            *(self._corridor.low, self._corridor.high, scores, pointers, first),
        )
        return pointers

    def pointers(self, first: int, kept: Singles) -> npt.NDArray[np.uint8]:
        """Carry the scores before a block over it again, for its back-pointers."""
        scores = np.full(len(self._columns), _NEVER, np.float32)
        scores[self.before(first)] = kept
        return self.carry(first, self.heard(first), scores, with_pointers=True)


def _sweep_on(device: str | None) -> Callable[..., None]:
    """Return what carries scores over a block there."""
    if device is None:
        from syncalign.alignment.viterbi_numba import sweep

        return cast("Callable[..., None]", sweep)
    try:
        from syncalign.alignment.viterbi_torch import sweep_on
    except ImportError as exc:
        raise DependencyError(
            "PyTorch is not installed, which the search on a device needs",
            'pip install "syncalign[speech]"',
        ) from exc
    return sweep_on(device)


def _ahead(
    pool: ThreadPoolExecutor, work: Callable[[int], _Made], starts: Iterable[int]
) -> Iterator[_Made]:
    """Do the work for each block in turn, for as many at a time as there are workers."""
    coming: deque[Future[_Made]] = deque()
    for first in starts:
        coming.append(pool.submit(work, first))
        if len(coming) == _WORKERS:
            yield coming.popleft().result()
    for made in coming:
        yield made.result()


def _nobody(frames: int) -> None:
    """Listen to no progress."""
