"""Onsets of single cues on speech that is known by construction (synthetic evidence)."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncalign.alignment.evidence import SpeechEvidence
from syncalign.alignment.onsets import (
    FARTHEST_MOVE,
    LEAST_MOVE,
    SMALLEST_GAP,
    find_onsets,
    settle_moves,
)
from syncalign.timebase import Features, Grid


def sound(starts, seconds, lengths=0.8, onsets=None):
    """Noise, and speech at these times; onsets elsewhere where they are given."""
    values = np.random.default_rng(0).normal(-3.0, 0.5, (round(seconds * 100), 2))
    for start, length in zip(starts, np.broadcast_to(lengths, len(starts)), strict=True):
        values[round(start * 100) : round((start + length) * 100), 0] = 3.0
    for onset in starts if onsets is None else onsets:
        values[round(onset * 100) - 1 : round(onset * 100) + 2, 1] = 8.0
    grid = Grid(Fraction(100), 0.0, len(values))
    return SpeechEvidence(Features(values.astype(np.float32), grid))


def speech(seed, count=150):
    rng = np.random.default_rng(seed)
    lengths = rng.uniform(0.8, 3.0, count)
    starts = 5 + np.cumsum(lengths + rng.uniform(0.15, 3.0, count)) - lengths
    return starts, starts + lengths, rng


def in_order(starts, ends, truth):
    order = np.argsort(starts, kind="stable")
    return starts[order], ends[order], truth[order]


@pytest.mark.parametrize("deviation", [0.1, 0.2, 0.3, 0.5])
def test_scattered_cues_go_to_their_onsets_and_right_ones_are_not_harmed(deviation):
    truth, ends, rng = speech(1)
    evidence = sound(truth, truth[-1] + 9, ends - truth)
    scatter = rng.normal(0, deviation, len(truth))
    starts, ends, truth = in_order(truth + scatter, ends + scatter, truth)
    found = find_onsets(evidence, starts, ends, 0.8 * deviation)
    before, after = np.abs(starts - truth), np.abs(starts + found.certain_moves - truth)
    assert np.median(after) < 0.03
    assert np.mean(after < 0.1) > 0.75
    assert (after - before)[before < 0.1].max() < 0.15
    assert found.sigma == pytest.approx(deviation, rel=0.25)


@pytest.mark.parametrize("lead", [0.0, 0.015, -0.015])
def test_cues_that_are_right_stay(lead):
    truth, ends, _ = speech(2)
    evidence = sound(truth, truth[-1] + 9)
    for sigma in (0.012, 0.1):
        assert not find_onsets(evidence, truth + lead, ends + lead, sigma).certain_moves.any()


def test_a_sound_that_tells_nothing_moves_nothing():
    starts, ends, _ = speech(3)
    evidence = sound((), starts[-1] + 9)
    assert not find_onsets(evidence, starts, ends, 0.3).certain_moves.any()


@pytest.mark.parametrize("distance", [0.994, 1.004, 1.014, 1.4])
def test_no_cue_reaches_farther_than_the_farthest_move(distance):
    truth = np.arange(10.0, 200.0, 10.0)
    starts = truth + np.resize([0.5, -0.5, 0.0], len(truth))
    starts[5] = truth[5] - distance
    found = find_onsets(sound(truth, 210), starts, starts + 1, 0.5)
    assert np.abs(found.moves).max() <= FARTHEST_MOVE
    assert np.abs(found.moves[5]) <= FARTHEST_MOVE


def test_two_cues_that_may_have_changed_places_stay():
    truth = np.array([10.0, 20.0, 21.2, 30.0])
    evidence = sound(truth, 40)
    starts = np.array([10.3, 20.3, 20.9, 30.3])
    apart = find_onsets(evidence, starts, starts + 0.7, 0.3)
    assert apart.certain_moves == pytest.approx([-0.3, -0.3, 0.3, -0.3], abs=0.015)
    # What stands at 20.59 may be the line of 20.00 or that of 21.20.
    starts = np.array([10.3, 20.59, 20.61, 30.3])
    moves = find_onsets(evidence, starts, starts + 0.7, 0.3).certain_moves
    assert moves[[0, 3]] == pytest.approx([-0.3, -0.3], abs=0.015)
    assert not moves[[1, 2]].any()


def test_an_onset_may_have_been_missed_so_a_far_one_is_not_certain():
    truth = np.arange(10.0, 400.0, 10.0)
    heard = truth.copy()
    heard[20] += 0.5  # a noise; the line's own onset is not heard
    scatter = np.random.default_rng(0).choice([-0.3, 0.3], len(truth))
    scatter[20] = 0.0
    starts = truth + scatter
    evidence = sound(truth, 410, onsets=heard)
    moves = find_onsets(evidence, starts, starts + 1, 0.3).certain_moves
    assert moves[20] == 0
    assert np.count_nonzero(moves) == len(truth) - 1


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_cues_and_cues_beyond_the_sound_are_no_trouble(count):
    starts = np.array([-3.0, 400.0])[:count]
    found = find_onsets(sound((2.0,), 10), starts, starts + 1, 0.3)
    assert np.isfinite(found.chances).all()
    assert not found.certain_moves.any()


def settled(moves, starts, ends, shown=None):
    starts, ends = np.array(starts, float), np.array(ends, float)
    shown = np.ones(len(starts), bool) if shown is None else np.array(shown)
    return settle_moves(np.array(moves, float), starts, ends, shown).tolist()


def test_a_move_stops_before_the_next_cue():
    assert settled([0.5, 0], [0, 2], [1.8, 3]) == pytest.approx([0.2 - SMALLEST_GAP, 0])
    assert settled([0, -0.5], [0, 2], [1.8, 3]) == pytest.approx([0, SMALLEST_GAP - 0.2])


def test_a_move_too_short_to_be_seen_is_none():
    assert settled([0.5, 0], [0, 2], [1.9, 3]) == [0, 0]


def test_cues_that_touch_move_only_together_or_apart():
    assert settled([0.5, 0], [0, 2], [2, 3]) == [0, 0]
    assert settled([0.5, 0.5], [0, 2], [2, 3]) == [0.5, 0.5]
    assert settled([0, 0.5], [0, 2], [2, 3]) == [0, 0.5]


def test_a_shortened_move_is_passed_on():
    assert settled([0, -0.5, -0.5], [0, 1.0, 2.0], [0.9, 1.9, 3]) == [0, 0, 0]


def test_cues_that_overlap_keep_their_order():
    assert settled([0.5, 0], [0, 0.3], [5, 6]) == pytest.approx([0.3, 0])


def test_what_nobody_reads_stands_in_nobodys_way():
    assert settled([0.5, 0], [0, 2], [2, 3], [True, False]) == [0.5, 0]


def test_no_cue_moves_before_the_beginning():
    assert settled([-0.5], [0.3], [2]) == pytest.approx([-0.3])
    assert settled([-0.5, -0.5], [0.02, 0.05], [2, 2]) == [0, 0]  # the first has no room to go


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(0, 40), crowd=st.floats(0.2, 3))
def test_no_settled_move_makes_an_overlap_or_changes_the_order(seed, count, crowd):
    rng = np.random.default_rng(seed)
    starts = rng.uniform(0, crowd * count + 1, count)
    ends = starts + rng.uniform(-0.2, 3, count)
    moves = np.where(rng.random(count) < 0.7, rng.uniform(-1, 1, count), 0)
    found = settle_moves(moves, starts, ends, np.ones(count, bool))
    assert (np.abs(found) <= np.abs(moves)).all()
    assert (found * moves >= 0).all()
    assert ((found == 0) | (np.abs(found) >= LEAST_MOVE)).all()
    new, last = starts + found, np.maximum(ends, starts) + found
    for one in range(count):
        for other in np.flatnonzero(starts > starts[one]):
            gap = starts[other] - max(ends[one], starts[one])
            assert new[other] >= new[one] - 1e-6
            if gap >= 0:
                assert new[other] - last[one] >= min(gap, SMALLEST_GAP) - 1e-6
