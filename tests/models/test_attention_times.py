"""Token times are where the attention goes."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.models.attention_times import token_starts


def attention(starts: list[int], frames: int, seed: int = 0) -> np.ndarray:
    """Return the attention of three heads to tokens that begin at frames."""
    heads = np.random.default_rng(seed).normal(0, 0.3, (3, len(starts), frames))
    for row, (first, stop) in enumerate(zip(starts, [*starts[1:], frames], strict=True)):
        heads[:, row, first:stop] += 3
    return heads.astype(np.float32)


@pytest.mark.parametrize("seed", range(5))
def test_planted_times_are_found(seed):
    starts = [0, 12, 20, 60, 61, 90, 140]
    found = token_starts(attention(starts, 150, seed))
    # A token of a single frame is smoothed away and is given a frame nearby.
    assert np.abs(found * 50 - starts).max() <= 4
    assert np.all(np.diff(found) > 0)


def test_more_tokens_than_frames_are_spread_evenly():
    found = token_starts(np.zeros((1, 30, 10), np.float32))
    assert np.all(np.diff(found) > 0)
    assert (found[0], found[-1]) == (0.0, 0.2)


def test_attention_to_nothing_is_no_error():
    assert np.isfinite(token_starts(np.zeros((2, 3, 100), np.float32))).all()
