"""Frames taken together, for the first and coarse path of a text through a recording."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]


def averages(
    values: npt.NDArray[np.float16], frames: npt.NDArray[np.int64], together: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Average so many frames at a time, and tell the middle one of each."""
    together = max(1, min(together, len(frames)))
    count = len(frames) // together
    groups = frames[: count * together].reshape(count, together)
    means = np.empty((count, values.shape[1]), np.float32)
    for first in range(0, count, 10_000):
        part = groups[first : first + 10_000]
        means[first : first + 10_000] = values[part].mean(axis=1, dtype=np.float32)
    return means, groups[:, together // 2]


def at_one_scale(reference: Doubles, query: Doubles) -> tuple[Doubles, Doubles]:
    """Make frames picked at random 1 apart, on the mean: averages of more frames are closer."""
    rng = np.random.default_rng(0)
    pairs = rng.integers(0, [[len(reference)], [len(query)]], (2, 5000))
    apart = np.linalg.norm(reference[pairs[0]] - query[pairs[1]], axis=1).mean()
    return (reference / apart, query / apart) if apart > 0 else (reference, query)
