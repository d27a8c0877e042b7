"""MFCC as python_speech_features 0.6 computes them."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.features.mfcc import COEFFICIENTS, mfcc

# mfcc(tone, 16000)[0] of python_speech_features 0.6, for the tone below.
EXPECTED = (
    17.099545, 18.80793, 1.725788, -14.201066, -27.185008, -33.539783, -29.662489, -18.549578,
    -3.304842, 10.066251, 18.028576, 17.94984, 11.975641,
)  # fmt: skip


def test_the_numbers_are_those_of_the_library():
    tone = np.rint(3000 * np.sin(2 * np.pi * 440 * np.arange(800) / 16_000))
    rows = mfcc(tone)
    assert rows[0] == pytest.approx(EXPECTED, abs=1e-5)


@pytest.mark.parametrize(("samples", "rows"), [(0, 0), (1, 1), (400, 1), (401, 2), (16_000, 99)])
def test_the_last_window_is_filled_up(samples, rows):
    assert mfcc(np.ones(samples)).shape == (rows, COEFFICIENTS)
    assert np.isfinite(mfcc(np.zeros(samples))).all()
