"""The course of a sound: at 50 Hz, on the clock of its levels, whatever its loudness."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from syncalign.features import sound_profile
from syncalign.timebase import Features, Grid


def levels(seconds: float, seed: int = 0) -> Features:
    rng = np.random.default_rng(seed)
    values = np.full((round(seconds * 100), 12), 60, np.uint8)
    for at in range(50, len(values) - 20, 70):
        values[at : at + 15, rng.integers(0, 12, 4)] += 60
    return Features(values, Grid(Fraction(100), 0.0, len(values)))


def test_frame_k_is_at_k_fiftieths():
    given = levels(30)
    found = sound_profile(given)
    assert found.grid == Grid(Fraction(50), 0.0, 1500)
    rises = np.flatnonzero(np.asarray(found.values[:40]).sum(axis=1) > 1)
    assert rises[0] == pytest.approx(25, abs=1)


def test_loudness_is_no_matter():
    given = levels(30)
    louder = Features(given.values + np.uint8(20), given.grid)
    assert sound_profile(louder).values == pytest.approx(sound_profile(given).values, abs=0.02)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 2001])
def test_any_length(size):
    given = Features(np.full((size, 12), 40, np.uint8), Grid(Fraction(100), 0.0, size))
    assert len(sound_profile(given)) == (size + 1) // 2
