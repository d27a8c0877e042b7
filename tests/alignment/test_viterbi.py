"""The likeliest way through a chain equals what trying every way finds."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncalign.alignment.viterbi import Chain, Corridor, best_states
from syncalign.errors import ParameterError


def chain_of(word_sizes, prices):
    """Gap, word, gap, word, ... gap; every state of its own column but gaps, which share one."""
    columns, may_pass, is_gap, price = [0], [False], [True], [prices[0]]
    for number, size in enumerate(word_sizes):
        for k in range(size):
            columns.append(len([c for c in columns if c]) + 1)
            may_pass.append(k == 0 and number > 0)
            is_gap.append(False)
            price.append(0)
        columns.append(0)
        may_pass.append(False)
        is_gap.append(True)
        price.append(prices[number + 1] if number + 1 < len(prices) else 0)
    return Chain(
        np.array(columns, np.int32),
        np.array(may_pass),
        np.array(is_gap),
        np.array(price, np.float32),
    )


def wide(frames, size):
    return Corridor(np.zeros(frames, np.int32), np.full(frames, size, np.int32))


def best_by_trying(evidence, chain, entry):
    """Dynamic programming over all pairs of states, straight from the definition.

    Skipping happens within a frame: the frame's evidence is that of the gap it began from.
    """
    frames, size = len(evidence), len(chain)
    scores = np.full(size, -np.inf)
    scores[0] = 0
    for t in range(frames):
        reached = np.full(size, -np.inf)
        for after in range(size):
            for back in (0, 1, 2):
                if after >= back and (back < 2 or chain.may_pass[after]):
                    reached[after] = max(reached[after], scores[after - back])
            reached[after] += evidence[t, chain.columns[after]]
        gaps = [g for g in range(size) if chain.is_gap[g]]
        skipped = reached.copy()
        for first, last in itertools.combinations(gaps, 2):
            price = entry + chain.skip_price[first:last].sum()
            skipped[last] = max(skipped[last], reached[first] - price)
        scores = skipped
    return scores[-1]


def score_of(states, evidence, chain, entry):
    """Score the way that was returned; a skip begins behind the frame whose gap it leaves."""

    def price(before, after):
        is_step = after - before in (0, 1) or (after - before == 2 and chain.may_pass[after])
        ways = [0.0] if is_step else []
        if chain.is_gap[before]:
            for gap in np.flatnonzero(chain.is_gap[: after + 1]):
                if gap > before and after - gap <= 2 and (after - gap < 2 or chain.may_pass[after]):
                    ways.append(entry + chain.skip_price[before:gap].sum())
        return min(ways)

    total = sum(evidence[t, chain.columns[state]] for t, state in enumerate(states))
    total -= sum(price(a, b) for a, b in itertools.pairwise(states))
    last = len(chain) - 1
    return total - (0 if states[-1] == last else price(states[-1], last))


@st.composite
def problems(draw):
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    prices = draw(st.lists(st.floats(0.1, 3), min_size=len(sizes), max_size=len(sizes)))
    frames = draw(st.integers(2, 12))
    seed = draw(st.integers(0, 2**32 - 1))
    return sizes, prices, frames, seed


@settings(max_examples=300, deadline=None)
@given(problems(), st.floats(0.1, 4), st.sampled_from([1, 20, 2**20]))
def test_no_way_is_likelier(problem, entry, block_bytes):
    sizes, prices, frames, seed = problem
    chain = chain_of(sizes, prices)
    evidence = np.random.default_rng(seed).normal(0, 2, (frames, chain.columns.max() + 1))
    evidence = evidence.astype(np.float32)
    states = best_states(
        lambda a, b: evidence[a:b],
        chain,
        wide(frames, len(chain)),
        skip_entry=entry,
        block_bytes=block_bytes,
    )
    best = best_by_trying(evidence.astype(float), chain, np.float32(entry))
    found = score_of(states, evidence.astype(float), chain, np.float32(entry))
    assert found == pytest.approx(best, abs=1e-3)


def test_a_corridor_that_holds_the_way_changes_nothing():
    rng = np.random.default_rng(3)
    chain = chain_of([3, 2, 4, 1, 3], [5] * 5)
    frames = 60
    states = np.sort(rng.integers(0, len(chain), frames))
    states[0], states[-1] = 0, len(chain) - 1
    evidence = rng.normal(0, 1, (frames, chain.columns.max() + 1)).astype(np.float32)
    evidence[np.arange(frames), chain.columns[states]] += 3
    whole = best_states(lambda a, b: evidence[a:b], chain, wide(frames, len(chain)), skip_entry=9)
    corridor = Corridor.around(whole.astype(float), frames, len(chain), reach=2, margin=3)
    again = best_states(lambda a, b: evidence[a:b], chain, corridor, skip_entry=9, block_bytes=64)
    assert np.array_equal(whole, again)


def test_hours_do_not_wear_out_single_precision():
    # A million frames: the sum is 2**22, where neighbouring singles are half a nat apart.
    frames = 1_000_000
    chain = chain_of([1, 1], [50, 50])
    evidence = np.full((frames, 3), 4.0, np.float32)
    evidence[:, 0] -= 0.02
    evidence[: frames // 2, 1] += 0.02
    evidence[frames // 2 :, 2] += 0.02
    states = best_states(
        lambda a, b: evidence[a:b], chain, wide(frames, len(chain)), skip_entry=9, block_bytes=2**16
    )
    assert np.flatnonzero(states == 3)[0] == frames // 2


@pytest.mark.parametrize("block_bytes", [1, 64, 2**20])
def test_all_frames_are_told_twice(block_bytes):
    chain = chain_of([3, 2], [5, 5])
    evidence = np.zeros((50, chain.columns.max() + 1), np.float32)
    told = []
    best_states(
        *(lambda a, b: evidence[a:b], chain, wide(50, len(chain))),
        skip_entry=9,
        block_bytes=block_bytes,
        told=told.append,
    )
    assert sum(told) == 2 * 50


def test_what_goes_wrong_in_the_evidence_is_told():
    chain = chain_of([3, 2], [5, 5])

    def fails(first, stop):
        if first > 20:
            raise MemoryError("too long")
        return np.zeros((stop - first, chain.columns.max() + 1), np.float32)

    with pytest.raises(MemoryError, match="too long"):
        best_states(fails, chain, wide(50, len(chain)), skip_entry=9, block_bytes=64)


def test_a_corridor_without_a_way_is_refused():
    chain = chain_of([5], [1])
    corridor = Corridor(np.zeros(4, np.int32), np.full(4, len(chain), np.int32))
    nothing = np.zeros((4, 6), np.float32)
    with pytest.raises(ParameterError, match="admits no way"):
        best_states(
            lambda a, b: nothing[a:b],
            Chain(chain.columns, chain.may_pass, np.array([True] + [False] * 6), chain.skip_price),
            corridor,
            skip_entry=1,
        )
