"""The placement search against the recurrence written out in plain loops."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncalign.alignment import placement
from syncalign.alignment.evidence import SpeechEvidence
from syncalign.alignment.placement import NEAR_BLOCKS, Prices, place_cues
from syncalign.timebase import Features, Grid


def make_evidence(rng, seconds):
    values = rng.normal(0, 2, (seconds * 100, 2)).astype(np.float32)
    return SpeechEvidence(Features(values, Grid(Fraction(100), 0.0, len(values))))


def is_near(same, before, ahead):
    """Whether a place lies in the seconds about the one of the same offset."""
    return same // 10 - NEAR_BLOCKS <= before // 10 <= same // 10 + ahead


def best_score(table, prices):
    """Score of the best chain, by the definition: no windows, no running maxima, no tricks."""
    size = table.size
    placed = [-1e9] * size
    absent = [0.0] * size
    for cue in range(table.count):
        gap, hop, row = int(table.gaps[cue]), int(table.hops[cue]), table.score_row(cue)
        new_placed, new_absent = [], []
        for place in range(size):
            same = place - gap
            best = absent[place] - (prices.enter if cue else 0)
            for before in range(size):
                value = placed[before]
                if before == same:
                    best = max(best, value)
                if abs(before - same) == 1:
                    best = max(best, value - prices.step)
                if is_near(same, before, table.blocks_ahead(cue)):
                    best = max(best, value - prices.near)
                if before <= place - hop:
                    best = max(best, value - prices.far)
            new_placed.append(best + float(row[place]))
            left = max((placed[b] for b in range(place - hop + 1)), default=-1e9)
            new_absent.append(max(absent[place], left - prices.leave))
        placed, absent = new_placed, new_absent
    return max(max(placed), max(absent))


def chain_score(table, prices, bins):
    """Score of a given chain, prices paid."""
    total, last, last_cue = 0.0, None, None
    for cue, place in enumerate(bins):
        if place < 0:
            continue
        total += float(table.score_row(cue)[place])
        if last_cue is None:
            total -= prices.enter if cue else 0.0
        elif cue - last_cue > 1:
            total -= prices.leave + prices.enter
        else:
            gap, hop = int(table.gaps[cue]), int(table.hops[cue])
            near = is_near(place - gap, last, table.blocks_ahead(cue))
            move = place - last - gap
            if move:
                choices = [prices.far if last <= place - hop else np.inf]
                choices.append(prices.near if near else np.inf)
                choices.append(prices.step if abs(move) == 1 else np.inf)
                total -= min(choices)
        last, last_cue = place, cue
    if last_cue is not None and last_cue < len(bins) - 1:
        total -= prices.leave
    return total


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    seconds=st.integers(1, 12),
    count=st.integers(1, 9),
    step=st.sampled_from([2.0, np.inf]),
    scale=st.sampled_from([0.05, 0.3, 1.0]),
)
def test_score_is_that_of_the_recurrence(seed, seconds, count, step, scale):
    rng = np.random.default_rng(seed)
    evidence = make_evidence(rng, seconds)
    starts = np.sort(rng.uniform(0, seconds * 1.5, count))
    ends = starts + rng.uniform(0.1, 2, count)
    prices = Prices(step=step, near=30 * scale, far=60 * scale, leave=25 * scale, enter=35 * scale)
    table = placement._Table(evidence, starts, ends, prices)
    found = place_cues(evidence, starts, ends, prices)
    assert found.score == pytest.approx(best_score(table, prices), abs=1e-3)
    assert chain_score(table, prices, found.bins) == pytest.approx(found.score, abs=1e-3)


def test_blocks_change_nothing(monkeypatch):
    rng = np.random.default_rng(5)
    evidence = make_evidence(rng, 60)
    starts = np.sort(rng.uniform(0, 70, 90))
    ends = starts + 0.5
    prices = Prices(step=3.0, near=6.0, far=12.0, leave=5.0, enter=7.0)
    whole = place_cues(evidence, starts, ends, prices)
    monkeypatch.setattr(placement, "_TABLE_BYTES", 1)
    blocks = place_cues(evidence, starts, ends, prices)
    assert blocks.score == whole.score
    np.testing.assert_array_equal(blocks.bins, whole.bins)


def test_order_of_cues_is_kept():
    rng = np.random.default_rng(6)
    evidence = make_evidence(rng, 30)
    starts = np.sort(rng.uniform(0, 60, 40))
    found = place_cues(evidence, starts, starts + 0.8, Prices(near=1.0, far=2.0, leave=1.0))
    placed = found.bins[found.bins >= 0]
    assert all(a <= b for a, b in itertools.pairwise(placed.tolist()))


def test_no_cues_and_no_sound_give_no_places():
    rng = np.random.default_rng(7)
    nothing = np.zeros(0)
    assert len(place_cues(make_evidence(rng, 5), nothing, nothing, Prices()).bins) == 0
    silent = SpeechEvidence(Features(np.zeros((0, 2), np.float32), Grid(Fraction(100), 0.0, 0)))
    found = place_cues(silent, np.array([1.0]), np.array([2.0]), Prices())
    assert found.bins.tolist() == [-1]


@pytest.mark.parametrize("table_bytes", [placement._TABLE_BYTES, 1])
@pytest.mark.parametrize("place", [40, 200, 444])
def test_a_fixed_cue_is_where_it_was_fixed(monkeypatch, table_bytes, place):
    monkeypatch.setattr(placement, "_TABLE_BYTES", table_bytes)
    rng = np.random.default_rng(8)
    evidence = make_evidence(rng, 60)
    starts = np.sort(rng.uniform(0, 50, 60))
    prices = Prices(step=3.0)
    free = place_cues(evidence, starts, starts + 0.4, prices)
    held = place_cues(evidence, starts, starts + 0.4, prices, fixed={30: place})
    assert abs(held.bins[30] - place) <= 1
    assert held.score <= free.score
    same = {cue: int(free.bins[cue]) for cue in range(0, 60, 20) if free.bins[cue] >= 0}
    again = place_cues(evidence, starts, starts + 0.4, prices, fixed=same)
    assert again.score == pytest.approx(free.score, abs=0.02)
    np.testing.assert_array_equal(again.bins, free.bins)


@pytest.mark.parametrize("fixed", [{10: 100, 20: 50, 25: 300}, {10: 100, 11: 100, 12: 100}])
def test_of_places_that_contradict_each_other_as_many_are_kept_as_can_be(fixed):
    rng = np.random.default_rng(9)
    evidence = make_evidence(rng, 60)
    starts = np.arange(30) * 1.5
    held = place_cues(evidence, starts, starts + 1.0, Prices(), fixed=fixed)
    kept = [cue for cue, place in fixed.items() if abs(held.bins[cue] - place) <= 1]
    assert len(kept) == len(fixed) - 1 if 25 in fixed else kept


def test_a_place_outside_of_the_sound_fixes_nothing():
    rng = np.random.default_rng(10)
    evidence = make_evidence(rng, 20)
    starts = np.arange(10) * 1.5
    held = place_cues(evidence, starts, starts + 1.0, Prices(), fixed={3: 2000, 4: -2})
    free = place_cues(evidence, starts, starts + 1.0, Prices())
    assert held.score == free.score
    np.testing.assert_array_equal(held.bins, free.bins)
