"""Fitting: words of which each is known to be heard, laid into a stretch of a recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.alignment.viterbi import Chain, Corridor, best_states
from syncalign.models.phone_shapes import PhoneShapes
from syncalign.pipelines.reading.hearing import Hearing

Doubles = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

#: Nats that no evidence outweighs: no word is skipped.
_NEVER = 1e6
#: Nats a frame for a pause between words.
_PAUSE_PRICE = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """Where words are in a stretch.

    Parameters
    ----------
    starts, ends : np.ndarray of float64 [shape=(N,)]
        Seconds of the recording.
    nats : np.ndarray of float64 [shape=(N,)]
        Evidence for each word against anything else that may be heard.
    total : float
        Nats of all that is heard in the stretch, pauses too: what two texts for it are compared by.
    """

    starts: Doubles
    ends: Doubles
    nats: Doubles
    total: float


def fit(
    hearing: Hearing, shapes: PhoneShapes, words: Sequence[Indices], frames: tuple[int, int]
) -> Fit | None:
    """Lay words into a stretch, one after the other and none left out.

    Parameters
    ----------
    hearing : Hearing
        The recording.
    shapes : PhoneShapes
        What its phones sound like.
    words : sequence of np.ndarray of int64
        The phones of each word, at least one each, as the shapes count them.
    frames : (int, int)
        Where: a half-open range.

    Returns
    -------
    Fit or None
        None where the words do not fit: half a phone takes a frame.
    """
    chain, owners = _chain(words, len(shapes.means))
    part = hearing.between(*frames)
    size = len(part)
    if size < len(chain) - (len(words) - 1):  # all but the gaps between words
        return None
    values = np.asarray(part.features.values, np.float32)
    evidence = shapes.evidence(values, part.odds.astype(np.float32))
    evidence[:, -1] = evidence[:, -2] - np.float32(_PAUSE_PRICE)
    everywhere = Corridor(np.zeros(size, np.int32), np.full(size, len(chain), np.int32))
    states = best_states(lambda a, b: evidence[a:b], chain, everywhere, skip_entry=_NEVER)
    said = evidence[np.arange(size), chain.columns[states]].astype(np.float64)
    mine = owners[states]
    spoken = np.flatnonzero(mine >= 0)
    counts = np.bincount(mine[spoken], minlength=len(words))
    lasts = spoken[np.cumsum(counts) - 1]
    firsts = spoken[np.cumsum(counts) - counts]
    nats: Doubles = np.bincount(mine[spoken], said[spoken], len(words)).astype(np.float64)
    begin = frames[0] / 100
    ends = begin + (lasts + 1) / 100
    return Fit(begin + firsts / 100, ends, nats.astype(np.float64), float(said.sum()))


def _chain(words: Sequence[Indices], gap: int) -> tuple[Chain, Indices]:
    """Return the states of words that are all said, and the word each is of (-1: a gap).

    Gaps around the words have the column `gap`, those between them the one behind it.
    """
    columns, owners = [np.array([gap])], [np.array([-1])]
    for word, phones in enumerate(words):
        halves = np.repeat(2 * phones, 2) + np.tile([0, 1], len(phones))
        columns += [halves, np.array([gap + (word < len(words) - 1)])]
        owners += [np.full(len(halves), word), np.array([-1])]
    owner = np.concatenate(owners)
    is_gap = owner < 0
    may_pass = np.zeros(len(owner), bool)
    may_pass[np.flatnonzero(is_gap)[1:-1] + 1] = True
    price = np.full(len(owner), _NEVER, np.float32)
    return Chain(np.concatenate(columns).astype(np.int32), may_pass, is_gap, price), owner
