"""Straight strands: found in a path, placed between frames, cut where the similarity says so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from signal_cases import course, read_at

from syncalign.alignment import WarpingPath
from syncalign.alignment.likeness import likened
from syncalign.alignment.strands import (
    Signals,
    Strand,
    cut_between,
    fit_line,
    is_foreign,
    line_evidence,
    parabola_top,
    polished,
    split,
    straightness,
)

REFERENCE = course(60, 1)


def path(*runs):
    """Chain runs of steps (reference, query, times)."""
    steps = np.concatenate([np.tile([a, b], (times, 1)) for a, b, times in runs])
    return WarpingPath(np.cumsum(steps, axis=0), 0.0)


def test_a_path_is_cut_at_skips_and_standstills():
    parts = split(path((1, 1, 100), (1, 300, 1), (1, 1, 50), (1, 0, 20), (1, 1, 30)))
    assert [len(part) for part in parts] == pytest.approx([100, 51, 31], abs=2)


def test_small_steps_do_not_cut():
    assert len(split(path((1, 1, 50), (0, 1, 2), (1, 1, 50), (1, 0, 3), (1, 1, 50)))) == 1
    assert split(WarpingPath(np.empty((0, 2), np.int64), 0.0)) == []


@given(st.floats(0.9, 1.1), st.floats(-500, 500), st.integers(0, 99))
@settings(deadline=None, max_examples=30, derandomize=True)
def test_a_line_is_found_among_outliers(rate, offset, seed):
    rng = np.random.default_rng(seed)
    query = np.arange(1000)
    reference = np.rint(rate * query + offset).astype(int)
    wrong = rng.random(1000) < 0.2
    reference[wrong] += rng.integers(10, 60, wrong.sum())
    pairs = np.column_stack([reference, query])
    found = fit_line(pairs, np.ones(1000))
    assert found[0] == pytest.approx(rate, abs=2e-3)
    assert found[0] * 500 + found[1] == pytest.approx(rate * 500 + offset, abs=1)
    assert straightness(pairs, np.ones(1000), *found) == pytest.approx(1 - wrong.mean(), abs=0.02)


def test_evidence_is_great_on_the_line_and_none_beside_it():
    signals = Signals(*likened(REFERENCE, REFERENCE))
    mean, deviations = line_evidence(signals, Strand(1.0, 0.0, 0, 3000))
    assert mean > 0.4
    assert deviations > 20
    assert abs(line_evidence(signals, Strand(1.0, 70.0, 0, 2900))[1]) < 6
    assert line_evidence(signals, Strand(1.0, 0.0, 5, 6)) == (0.0, 0.0)


@pytest.mark.parametrize(("rate", "offset"), [(1.0, 10.4), (1.004, -3.3), (0.99, 20.25)])
def test_strands_are_placed_between_frames(rate, offset):
    query = np.arange(10.0, 2900.0)
    frames = rate * query + offset
    query, frames = query[frames < 2999], frames[frames < 2999]
    signals = Signals(*likened(REFERENCE, read_at(REFERENCE, rate * np.arange(2900) + offset)))
    guess = Strand(rate + 3e-4, offset + 0.8, query[0], query[-1])
    (found,) = polished(signals, [guess], free_rate=True)
    assert np.abs(found.at(query) - frames).max() < 0.15


def test_there_and_back():
    strand = Strand(1.25, -7.0, 0, 100)
    assert strand.back(float(strand.at(33.0))) == pytest.approx(33.0)


@pytest.mark.parametrize("turned", [False, True])
def test_a_cut_is_found_from_a_rough_guess(turned):
    at = 1500 + int(REFERENCE[1500:1700].sum(axis=1).argmax())
    sides = likened(REFERENCE, np.delete(REFERENCE, slice(at, at + 400), axis=0))
    first, second = Strand(1.0, 0.0, 0, at - 60), Strand(1.0, 400.0, at + 40, 2600)
    signals = Signals(*sides)
    if turned:  # the query has something of its own
        signals = Signals(sides[1], sides[0])
        second = Strand(1.0, -400.0, at + 440, 3000)
    found = cut_between(signals, first, second)
    assert found[0].stop == pytest.approx(at, abs=3)
    assert found[1].start == pytest.approx(at + 400 * turned, abs=3)


def test_foreign_is_what_has_much_to_say_and_nothing_in_common():
    silence = np.zeros_like(REFERENCE)
    line = Strand(1.0, 0.0, 100, 2900)
    for other, expected in ((REFERENCE, False), (course(60, 2), True), (silence, False)):
        assert is_foreign(Signals(*likened(REFERENCE, other)), line) == expected
    assert not is_foreign(Signals(*likened(REFERENCE, course(60, 2))), Strand(1.0, 0.0, 0, 20))


def test_the_top_of_a_parabola():
    places = np.arange(-3, 4)
    top, bend = parabola_top(5 - 2 * (places - 0.3) ** 2, places)
    assert (top, bend) == pytest.approx((0.3, 4.0))
    assert parabola_top(np.zeros(7), places) == (0.0, 0.0)
