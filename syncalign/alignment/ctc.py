"""Forced alignment of tokens to the emissions of a network that was trained with CTC.

At each frame such a network says a token, or blank; a token lasts one frame or more, and two equal
tokens in a row have a blank between them. Here some tokens may be stars, which stand for anything
that is said, and some stretches of tokens may be left out at a price. It is one chain of states to
:func:`syncalign.alignment.viterbi.best_states`, which bounds the memory.

The rule is that of connectionist temporal classification (Graves et al., 2006), forced alignment by
it that of CTC segmentation (Kürzinger et al., 2020); the star is that of Pratap et al. (*Scaling
speech technology to 1,000+ languages*, 2023), here at a price for each frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from syncalign.alignment.viterbi import Chain, Corridor, Evidence, best_states
from syncalign.errors import ParameterError

Indices = npt.NDArray[np.int64]
Singles = npt.NDArray[np.float32]

#: A token that stands for anything that is said.
STAR = -1
_BLANK = -1
#: Less than any sum of log probabilities; and what no way can pay.
_NEVER, _TOO_DEAR = np.float32(-1e30), np.float32(2e30)
#: Frames whose log probabilities are added up at a time.
_WEIGHED = 10_000


@dataclass(frozen=True, slots=True)
class OptionalTokens:
    """Tokens ``first <= n < stop`` that may be left out, for so many nats."""

    first: int
    stop: int
    price: float


@dataclass(frozen=True, slots=True, eq=False)
class TokenPath:
    """The likeliest way of tokens through emissions.

    Parameters
    ----------
    frames : np.ndarray of int64 [shape=(T,)]
        Which token is said at each frame, by its place among the tokens; -1 for blank.
    starts, stops : np.ndarray of int64 [shape=(N,)]
        Half-open range of frames of each token; both -1 for one that was left out.
    nats : np.ndarray of float64 [shape=(N,)]
        Sum of each token's log probabilities over its frames.
    total : float
        Log probability of the way, prices taken off.
    """

    frames: Indices
    starts: Indices
    stops: Indices
    nats: npt.NDArray[np.float64]
    total: float


def align_tokens(
    emissions: npt.ArrayLike,
    tokens: npt.ArrayLike,
    *,
    blank: int = 0,
    optional: Sequence[OptionalTokens] = (),
    star_price: float = 1.0,
    corridor: Corridor | None = None,
    device: str | None = None,
    told: Callable[[int], None] | None = None,
) -> TokenPath:
    """Find at which frames each token is said.

    Parameters
    ----------
    emissions : np.ndarray [shape=(T, V)]
        Natural-log probabilities; may be memory-mapped, for it is read block by block, twice.
    tokens : array_like of int [shape=(N,)]
        Columns of the emissions, or :data:`STAR`.
    blank : int
        Column of blank.
    optional : sequence of OptionalTokens
        Stretches that may be left out, in order and not overlapping. Where one is, there is blank
        for a frame at least, but at either end of the emissions.
    star_price : float
        Nats a frame by which a star is less likely than the likeliest column.
    corridor : Corridor or None
        Where to look, over T frames and 2 N + 1 states: blank, a token, blank, ..., blank; token n
        is state 2 n + 1. None: everywhere.
    device : str or None
        A device of PyTorch, such as "cuda"; None takes compiled loops on the CPU.
    told : callable or None
        Told about frames, all of them twice.

    Raises
    ------
    ParameterError
        A token is no column, a stretch is not in order, emissions are not numbers, or no way leads
        through: there are too few frames.

    Examples
    --------
    >>> heard = np.log([[.8, .1, .1], [.1, .8, .1], [.1, .8, .1], [.8, .1, .1], [.1, .1, .8]])
    >>> align_tokens(heard, [1, 2]).frames
    array([-1,  0,  0, -1,  1])
    """
    values = np.asanyarray(emissions)
    wanted = np.asarray(tokens, np.int64)
    _check(values, wanted, blank, optional)
    chain = _chain(wanted, blank, values.shape[1], optional)
    heard = _Heard(values, blank, star_price if (wanted == STAR).any() else None)
    states = best_states(
        heard.evidence,
        chain,
        _with_ends(corridor, len(values), len(chain)),
        skip_entry=0.0,
        device=device,
        told=told,
    )[1:-1]
    return _path(states, chain, heard, optional)


class _Heard:
    """Emissions as evidence, with a column for stars, and a frame of blank before and behind.

    In these two frames the first tokens may be left out, and the last ones.
    """

    def __init__(self, values: npt.NDArray[Any], blank: int, star_price: float | None) -> None:
        self._values, self._blank, self._star_price = values, blank, star_price
        self.frames = len(values)

    def between(self, first: int, stop: int) -> Singles:
        """Return the columns of some frames, that of stars last."""
        part = np.asarray(self._values[first:stop], np.float32)
        if np.isnan(part).any():
            raise ParameterError(f"emissions are not numbers at frames {first} to {stop}")
        if self._star_price is not None:
            star = part.max(axis=1, keepdims=True) - np.float32(self._star_price)
            part = np.concatenate([part, star], axis=1)
        return np.maximum(part, _NEVER)

    @property
    def evidence(self) -> Evidence:
        """What is heard at frames that are counted from the one in front."""
        return self._with_ends

    def _with_ends(self, first: int, stop: int) -> Singles:
        inner = self.between(max(first - 1, 0), min(stop - 1, self.frames))
        end = np.full((1, inner.shape[1]), _NEVER)
        end[0, self._blank] = 0
        before, behind = first == 0, stop == self.frames + 2
        return np.concatenate([*([end] * before), inner, *([end] * behind)])


def _check(
    values: npt.NDArray[Any], tokens: Indices, blank: int, optional: Sequence[OptionalTokens]
) -> None:
    if values.ndim != 2 or len(values) == 0:
        raise ParameterError(f"emissions are frames x columns, not of shape {values.shape}")
    columns = values.shape[1]
    if not 0 <= blank < columns:
        raise ParameterError(f"blank is one of {columns} columns, not {blank}")
    if tokens.ndim != 1 or len(tokens) == 0:
        raise ParameterError("there are no tokens to align")
    wrong = (tokens < STAR) | (tokens >= columns) | (tokens == blank)
    if wrong.any():
        raise ParameterError(f"token {tokens[wrong][0]} is none of {columns} columns, or blank")
    before = 0
    for each in optional:
        if not (before <= each.first < each.stop <= len(tokens) and each.price >= 0):
            raise ParameterError(f"stretches to leave out must rise and have a price: {each}")
        before = each.stop


def _chain(tokens: Indices, blank: int, columns: int, optional: Sequence[OptionalTokens]) -> Chain:
    """Return blank, a token, blank, ..., blank; words of the chain are what may be left out."""
    size = 2 * len(tokens) + 1
    column = np.full(size, blank, np.int32)
    column[1::2] = np.where(tokens == STAR, columns, tokens)
    may_pass = np.zeros(size, bool)
    may_pass[3::2] = tokens[1:] != tokens[:-1]
    is_gap = np.zeros(size, bool)
    is_gap[[0, -1]] = True
    price = np.full(size, _TOO_DEAR, np.float32)
    for each in optional:
        is_gap[[2 * each.first, 2 * each.stop]] = True
        price[2 * each.first] = each.price
    return Chain(column, may_pass, is_gap, price)


def _with_ends(corridor: Corridor | None, frames: int, size: int) -> Corridor:
    """Widen a corridor by a frame before and behind."""
    if corridor is None:
        everywhere = np.zeros(frames + 2, np.int32)
        return Corridor(everywhere, everywhere + np.int32(size))
    if len(corridor.low) != frames or corridor.high[-1] != size:
        raise ParameterError(f"the corridor is not one of {frames} frames and {size} states")
    return Corridor(np.pad(corridor.low, 1, mode="edge"), np.pad(corridor.high, 1, mode="edge"))


def _path(
    states: npt.NDArray[np.int32], chain: Chain, heard: _Heard, optional: Sequence[OptionalTokens]
) -> TokenPath:
    count = len(chain) // 2
    frames = np.where(states % 2 == 1, states // 2, _BLANK).astype(np.int64)
    starts, stops, nats = np.full(count, -1), np.full(count, -1), np.zeros(count)
    said = np.flatnonzero(frames >= 0)
    stops[frames[said]] = said + 1
    starts[frames[said[::-1]]] = said[::-1]
    total = 0.0
    for first in range(0, len(frames), _WEIGHED):
        part = states[first : first + _WEIGHED]
        each = heard.between(first, first + len(part))[np.arange(len(part)), chain.columns[part]]
        spoken = part % 2 == 1
        np.add.at(nats, part[spoken] // 2, each[spoken].astype(np.float64))
        total += float(each.sum(dtype=np.float64))
    total -= sum(each.price for each in optional if starts[each.first] < 0)
    return TokenPath(frames, starts, stops, nats, total)
