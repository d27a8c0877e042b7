"""The local cost is 1 for what has nothing in common, steady states above all."""

from __future__ import annotations

import numpy as np
import pytest
from signal_cases import course

from syncalign.alignment.likeness import contrasts, likened


def costs(left, right):
    return ((left[:, None] - right[None]) ** 2).sum(axis=2)


def test_the_squared_distance_is_one_minus_the_similarity():
    reference, query = course(10, 0), course(8, 1)
    left, right = likened(reference, query)
    similarity = contrasts(reference) @ contrasts(query).T
    assert costs(left, right) == pytest.approx(1 - similarity)
    assert np.abs(similarity).max() < 1


def test_unlike_frames_cost_one_on_average_and_like_ones_little():
    reference = course(60, 2)
    left, right = likened(reference, course(60, 3))
    assert costs(left, right).mean() == pytest.approx(1, abs=0.05)
    left, right = likened(reference, reference)
    assert np.diag(costs(left, right)).mean() < 0.6


@pytest.mark.parametrize("value", [0.0, 1.0, 1e8, -3e-7])
def test_a_steady_state_is_like_nothing_not_even_itself(value):
    left, right = likened(np.full((50, 3), value), np.full((70, 3), value))
    assert costs(left, right) == pytest.approx(1)


def test_neither_loudness_nor_colour_counts():
    values = course(20, 4)
    assert contrasts(3 * values + 7) == pytest.approx(contrasts(values), abs=1e-6)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_few_frames_are_no_trouble(size):
    assert np.isfinite(contrasts(np.arange(size * 2.0).reshape(size, 2))).all()
