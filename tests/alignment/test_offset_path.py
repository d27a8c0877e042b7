"""Offsets over time: steady, in steps, drifting."""

from __future__ import annotations

import numpy as np

from syncalign.alignment.offset_path import Level, line_of, steps_of


def evidence_at(columns, *, nats=1.0, seed=0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(0, 0.3, (len(columns), 41))
    noise[np.arange(len(columns)), columns] += nats
    return noise


def test_a_steady_offset_is_one_level():
    assert steps_of(evidence_at([12] * 200), jump=12) == (Level(0, 200, 12),)


def test_a_step_is_found_where_it_is():
    levels = steps_of(evidence_at([12] * 100 + [30] * 100, nats=3), jump=12)
    assert [level.column for level in levels] == [12, 30]
    assert levels[0].stop == levels[1].first
    assert abs(levels[0].stop - 100) <= 2
    assert (levels[0].first, levels[1].stop) == (0, 200)


def test_noise_alone_makes_no_step():
    for seed in range(20):
        assert len(steps_of(evidence_at([0] * 100, nats=0, seed=seed), jump=12)) == 1


def test_a_drift_is_a_line():
    columns = np.rint(np.linspace(10, 16, 300)).astype(int)
    first, rise, nats = line_of(evidence_at(columns, nats=3), most=10)
    assert abs(first - 10) <= 1
    assert abs(rise - 6) <= 1
    assert nats > evidence_at(columns, nats=3).sum(axis=0).max() + 100
