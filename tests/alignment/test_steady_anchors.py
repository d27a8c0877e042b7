"""Rough anchors on lines: offsets, rates, breaks; strays are dropped."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.alignment.steady_anchors import steady_anchors


def rough(query: np.ndarray, reference: np.ndarray, strays: float = 0.1):
    """Put 150 ms of error on places, and a share of them elsewhere."""
    rng = np.random.default_rng(7)
    reference = reference + rng.normal(0, 0.15, len(query))
    stray = rng.random(len(query)) < strays
    reference[stray] = rng.uniform(0, 2000, stray.sum())
    return steady_anchors(query, reference)


@pytest.mark.parametrize("rate", [1.0, 25 / 24, 24000 / 25025])
def test_one_line_is_told_closer_than_its_anchors(rate):
    query = np.linspace(10, 1500, 200)
    found = rough(query, rate * query + 7)
    assert len(found) > 150
    assert np.abs(found.reference - rate * found.query - 7).max() < 0.2


def test_each_piece_keeps_its_own_line():
    query = np.linspace(10, 1500, 200)
    delay = np.select([query < 500, query < 1000], [5.0, -3.0], 40.0)
    found = rough(query, query + delay)
    true = np.select([found.query < 500, found.query < 1000], [5.0, -3.0], 40.0)
    assert np.abs(found.reference - found.query - true).max() < 0.3
    assert len(found) > 150


def test_places_that_agree_on_nothing_are_none():
    rng = np.random.default_rng(3)
    assert steady_anchors(np.arange(30.0), rng.uniform(0, 4000, 30)) is None
    assert steady_anchors([], []) is None
