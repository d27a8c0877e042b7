"""Times of tokens from a network's attention to the sound: plain numpy, the same on any device.

Some heads of Whisper's decoder look at the sound where the next token is spoken. Their attention is
brought to one scale, freed of single frames, and averaged; the likeliest way through it, that goes
from token to token and never back, tells when each begins.

Source: the word times of https://github.com/openai/whisper (timing.py), where dynamic time warping
finds the way; here by :mod:`syncalign.alignment.viterbi`, and each token has a frame at least.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from syncalign.alignment.viterbi import Chain, Corridor, best_states

Doubles = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

#: Frames of the sound a second, as Whisper's encoder has them.
FRAME_RATE = 50
_SMOOTHED_FRAMES = 7
#: More than any path gains.
_NEVER = 1e6


def token_starts(attention: Singles) -> Doubles:
    """Find when each token begins.

    Parameters
    ----------
    attention : np.ndarray of float32 [shape=(H, N + 1, T)]
        Of each head that follows the sound, before the softmax: row n while token n is being
        chosen, the last row while the end is. 50 frames a second.

    Returns
    -------
    np.ndarray [shape=(N + 1,)]
        Seconds, rising; a token ends where the next one begins.
    """
    evidence = _followed(attention)
    rows, frames = evidence.shape
    if frames < rows + 2:  # nobody speaks like that
        return np.linspace(0, frames / FRAME_RATE, rows)
    # The chain wants a gap at either end; it is left after one frame, for nothing speaks for it.
    heard = np.vstack([evidence, np.full((1, frames), -_NEVER, np.float32)]).T
    size = rows + 2
    columns = np.concatenate([[rows], np.arange(rows), [rows]]).astype(np.int32)
    is_gap = np.zeros(size, bool)
    is_gap[[0, -1]] = True
    chain = Chain(columns, np.zeros(size, bool), is_gap, np.full(size, _NEVER, np.float32))
    corridor = Corridor(np.zeros(frames, np.int32), np.full(frames, size, np.int32))
    path = best_states(lambda a, b: heard[a:b], chain, corridor, skip_entry=_NEVER)
    return np.searchsorted(path, np.arange(1, rows + 1)) / FRAME_RATE


def _followed(attention: Singles) -> Singles:
    """Bring heads to one scale, free them of single frames, and average [shape=(N + 1, T)]."""
    weights = np.exp(attention - attention.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    weights -= weights.mean(axis=-2, keepdims=True)
    weights /= np.maximum(weights.std(axis=-2, keepdims=True), np.float32(1e-9))
    reach = _SMOOTHED_FRAMES // 2
    total = np.zeros(weights.shape[1:], np.float32)
    for head in weights:
        around = np.pad(head, ((0, 0), (reach, reach)), mode="edge")
        windows = np.lib.stride_tricks.sliding_window_view(around, _SMOOTHED_FRAMES, axis=-1)
        total += np.median(windows, axis=-1).astype(np.float32)
    return (total / len(weights)).astype(np.float32)
