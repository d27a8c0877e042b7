"""The placement search against the recurrence written out in plain loops."""

import itertools
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from syncalign.alignment import placement, placement_native
from syncalign.alignment.evidence import SpeechEvidence
from syncalign.alignment.placement import place_cues
from syncalign.alignment.placement_clock import NEAR_BLOCKS, Prices
from syncalign.alignment.placement_table import Row, Table
from syncalign.timebase import Features, Grid


def make_evidence(rng, seconds):
    values = rng.normal(0, 2, (seconds * 100, 2)).astype(np.float32)
    return SpeechEvidence(Features(values, Grid(Fraction(100), 0.0, len(values))))


def is_near(same, before, ahead):
    """Whether a place lies in the seconds about the one of the same offset."""
    return same // 10 - NEAR_BLOCKS <= before // 10 <= same // 10 + ahead


def flat(row):
    """Bins in the order of time, of one rate."""
    return row.T.ravel()


def best_on_line(placed, clock, cue, same, prices):
    """Best way to a cue from one that stands on the same line, or near it."""
    if not cue:
        return -np.inf
    allowed = [(same, 0.0), (same - 1, prices.step)]
    allowed += [(same + 1, prices.step)] if clock.spare(cue) > 0 else []
    ahead = clock.blocks_ahead(cue)
    allowed += [(b, prices.near) for b in range(len(placed)) if is_near(same, b, ahead)]
    return max((placed[b] - price for b, price in allowed if 0 <= b < len(placed)), default=-np.inf)


def best_score(table, prices):
    """Score of the best chain, by the definition: no windows, no running maxima, no tricks."""
    places = range(table.size)
    ratio = [0.0 if clock.rate == 1 else prices.ratio for clock in table.clocks]
    placed = [[-1e9] * table.size for _ in ratio]
    between = [[-price] * table.size for price in ratio]
    for cue in range(table.count):
        for r, clock in enumerate(table.clocks):
            gap, row = int(clock.gaps[cue]), flat(table.score_row(int(clock.lengths[cue])))
            on_line = [best_on_line(placed[r], clock, cue, t - gap, prices) for t in places]
            placed[r] = [max(on_line[t], between[r][t]) + float(row[t]) for t in places]
            if cue == 0:
                between[r] = [value - prices.enter for value in between[r]]
            for t in places:
                left = max(placed[r][: max(t - int(clock.rooms[cue]) + 1, 0)], default=-1e9)
                between[r][t] = max(between[r][t], left - prices.leave - prices.enter)
        highest = [max(row) - prices.ratio for row in zip(*between, strict=True)]
        between = [[max(pair) for pair in zip(row, highest, strict=True)] for row in between]
    return max(max(map(max, placed)), max(map(max, between)) + prices.enter)


def chain_score(table, prices, found):
    """Score of a given chain, prices paid."""
    total, last, rate = 0.0, None, 1.0
    by_rate = {clock.rate: clock for clock in table.clocks}
    for cue, place in enumerate(found.bins):
        if place < 0:
            continue
        clock = by_rate[found.rates[cue]]
        total += float(flat(table.score_row(int(clock.lengths[cue])))[place])
        enter = (prices.enter if cue else 0.0) + (prices.ratio if clock.rate != rate else 0.0)
        if last is None:
            total -= enter
        else:
            room = int(by_rate[rate].rooms[last])
            choices = [prices.leave + enter if found.bins[last] <= place - room else np.inf]
            if cue == last + 1 and clock.rate == rate:
                gap = int(clock.gaps[cue])
                same, before = place - gap, int(found.bins[last])
                near = is_near(same, before, clock.blocks_ahead(cue))
                choices.append(prices.near if near else np.inf)
                choices.append(0.0 if before == same else np.inf)
                choices.append(prices.step if abs(before - same) == 1 else np.inf)
            total -= min(choices)
        last, rate = cue, clock.rate
    if last is None:
        return total - (0.0 if 1.0 in by_rate else prices.ratio)
    return total - (prices.leave if last < len(found.bins) - 1 else 0.0)


@settings(max_examples=80, deadline=None)
@example(seed=792, seconds=6, count=9, step=2.0, scale=0.3, rates=(0.8, 1.0, 1.2), block=1)
@given(
    seed=st.integers(0, 2**32 - 1),
    seconds=st.integers(1, 9),
    count=st.integers(1, 9),
    step=st.sampled_from([2.0, np.inf]),
    scale=st.sampled_from([0.05, 0.3, 1.0]),
    rates=st.sampled_from([(1.0,), (1.1,), (1.0, 1.3), (0.8, 1.0, 1.2)]),
    block=st.sampled_from([1, 10**9]),
)
def test_score_is_that_of_the_recurrence(seed, seconds, count, step, scale, rates, block):
    rng = np.random.default_rng(seed)
    evidence = make_evidence(rng, seconds)
    starts = np.sort(rng.uniform(0, seconds * 1.5, count))
    starts[: count // 3] = starts[0]
    ends = starts + rng.uniform(0.1, 2, count)
    paid = {"near": 30, "leave": 25, "enter": 35, "ratio": 10}
    prices = Prices(step=step, **{name: price * scale for name, price in paid.items()})
    table = Table(evidence, starts, ends, prices, rates)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(placement, "_KEPT_BYTES", block)
        patched.setattr(placement, "_PARTS_BYTES", block)
        found = place_cues(evidence, starts, ends, prices, rates=rates)
    assert found.score == pytest.approx(best_score(table, prices), abs=1e-3)
    assert chain_score(table, prices, found) == pytest.approx(found.score, abs=1e-3)


def test_blocks_change_nothing(monkeypatch):
    rng = np.random.default_rng(5)
    evidence = make_evidence(rng, 60)
    starts = np.sort(rng.uniform(0, 70, 90))
    ends = starts + 0.5
    prices = Prices(step=3.0, near=6.0, leave=1.0, enter=2.0, ratio=0.5)
    rates = (1.0, 0.9, 1.2)
    whole = place_cues(evidence, starts, ends, prices, rates=rates)
    monkeypatch.setattr(placement, "_KEPT_BYTES", 1)
    monkeypatch.setattr(placement, "_PARTS_BYTES", 1)
    blocks = place_cues(evidence, starts, ends, prices, rates=rates)
    assert blocks.score == whole.score
    np.testing.assert_array_equal(blocks.bins, whole.bins)
    np.testing.assert_array_equal(blocks.rates, whole.rates)
    assert len(np.unique(whole.rates)) > 1


def test_order_of_cues_is_kept():
    rng = np.random.default_rng(6)
    evidence = make_evidence(rng, 30)
    starts = np.sort(rng.uniform(0, 60, 40))
    found = place_cues(evidence, starts, starts + 0.8, Prices(near=1.0, leave=1.0, enter=1.0))
    placed = found.bins[found.bins >= 0]
    assert all(a <= b for a, b in itertools.pairwise(placed.tolist()))


def test_no_cues_and_no_sound_give_no_places():
    rng = np.random.default_rng(7)
    nothing = np.zeros(0)
    assert len(place_cues(make_evidence(rng, 5), nothing, nothing, Prices()).bins) == 0
    silent = SpeechEvidence(Features(np.zeros((0, 2), np.float32), Grid(Fraction(100), 0.0, 0)))
    found = place_cues(silent, np.array([1.0]), np.array([2.0]), Prices())
    assert found.bins.tolist() == [-1]


@pytest.mark.parametrize("kept_bytes", [placement._KEPT_BYTES, 1])
@pytest.mark.parametrize("place", [40, 200, 444])
def test_a_fixed_cue_is_where_it_was_fixed(monkeypatch, kept_bytes, place):
    monkeypatch.setattr(placement, "_KEPT_BYTES", kept_bytes)
    rng = np.random.default_rng(8)
    evidence = make_evidence(rng, 60)
    starts = np.sort(rng.uniform(0, 50, 60))
    prices = Prices(step=3.0)
    free = place_cues(evidence, starts, starts + 0.4, prices)
    held = place_cues(evidence, starts, starts + 0.4, prices, fixed=[{30: place}])
    assert abs(held.bins[30] - place) <= 1
    assert held.score <= free.score
    same = {cue: int(free.bins[cue]) for cue in range(0, 60, 20) if free.bins[cue] >= 0}
    again = place_cues(evidence, starts, starts + 0.4, prices, fixed=[same])
    assert again.score == pytest.approx(free.score, abs=0.02)
    np.testing.assert_array_equal(again.bins, free.bins)


@pytest.mark.parametrize("fixed", [{10: 100, 20: 50, 25: 300}, {10: 100, 11: 100, 12: 100}])
def test_of_places_that_contradict_each_other_as_many_are_kept_as_can_be(fixed):
    rng = np.random.default_rng(9)
    evidence = make_evidence(rng, 60)
    starts = np.arange(30) * 1.5
    held = place_cues(evidence, starts, starts + 1.0, Prices(), fixed=[fixed])
    kept = [cue for cue, place in fixed.items() if abs(held.bins[cue] - place) <= 1]
    assert len(kept) == len(fixed) - 1 if 25 in fixed else kept


def test_a_place_outside_of_the_sound_fixes_nothing():
    rng = np.random.default_rng(10)
    evidence = make_evidence(rng, 20)
    starts = np.arange(10) * 1.5
    held = place_cues(evidence, starts, starts + 1.0, Prices(), fixed=[{3: 2000, 4: -2}])
    free = place_cues(evidence, starts, starts + 1.0, Prices())
    assert held.score == free.score
    np.testing.assert_array_equal(held.bins, free.bins)


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    seconds=st.integers(1, 700),
    count=st.integers(1, 12),
    pace=st.sampled_from([0.0, 0.05, 1.0, 30.0]),
    step=st.sampled_from([2.0, np.inf]),
    scale=st.sampled_from([0.05, 0.3, 1.0]),
    rates=st.sampled_from([(1.0,), (1.0, 1.3), (0.8, 1.0, 1.2)]),
    share=st.floats(0.01, 1),
)
@pytest.mark.skipif(not placement_native.is_there(), reason="the kernel was not built")
def test_the_kernel_does_to_the_bit_what_numpy_does(
    seed, seconds, count, pace, step, scale, rates, share
):
    rng = np.random.default_rng(seed)
    starts = np.cumsum(rng.uniform(0, pace, count))
    ends = starts + rng.uniform(0.1, 6, count)
    paid = {"near": 30, "leave": 25, "enter": 35, "ratio": 10}
    prices = Prices(step=step, **{name: price * scale for name, price in paid.items()})
    fixed = [{int(rng.integers(count)): int(rng.integers(-3, seconds * 10 + 3))} for _ in rates]
    table = Table(make_evidence(rng, seconds), starts, ends, prices, rates, fixed)
    blocks = max(1, int(share * table.blocks))
    results = []
    for sweep in (table.sweep, table.plain_sweep):
        row = table.first_row().copy(blocks)
        for first, stop in ((0, count // 2), (count // 2, count)):
            rows = np.full((stop - first, *row.placed.shape), np.nan, np.float32)
            links = np.full(rows.shape, 255, np.uint8)
            if stop > first:
                sweep(first, stop, row, rows, links)
                row = Row(rows[-1], row.between, row.tops)
            results.append((rows, links, row.between.copy(), row.tops.copy()))
    half = len(results) // 2
    for native, plain in zip(results[:half], results[half:], strict=True):
        for mine, theirs in zip(native, plain, strict=True):
            np.testing.assert_array_equal(mine, theirs)


def test_numpy_places_cues_where_the_kernel_does(monkeypatch):
    rng = np.random.default_rng(12)
    evidence = make_evidence(rng, 120)
    starts = np.sort(rng.uniform(0, 130, 90))
    prices = Prices(step=3.0, near=6.0, leave=1.0, enter=2.0, ratio=0.5)
    found = place_cues(evidence, starts, starts + 0.5, prices, rates=(1.0, 0.9))
    monkeypatch.setattr(placement_native, "is_there", lambda: False)
    plain = place_cues(evidence, starts, starts + 0.5, prices, rates=(1.0, 0.9))
    assert plain.score == found.score
    np.testing.assert_array_equal(plain.bins, found.bins)


def test_memory_does_not_grow_with_the_cues(monkeypatch):
    monkeypatch.setattr(placement, "_KEPT_BYTES", 2**19)
    monkeypatch.setattr(placement, "_PARTS_BYTES", 2**18)
    evidence = make_evidence(np.random.default_rng(13), 300)

    def peak(count):
        starts = np.linspace(0, 280, count)
        tracemalloc.start()
        place_cues(evidence, starts, starts + 1.0, Prices())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)  # what the evidence keeps is made once
    few, many = peak(100), peak(1600)
    every_row = 1600 * 4 * 3000
    assert many < few + 2**20 < every_row / 8
