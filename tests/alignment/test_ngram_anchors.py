"""Anchors of sequences of numbers: order, repeats, errors, and what has nothing in common."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncalign.alignment.ngram_anchors import anchor_chains, one_place_each
from syncalign.errors import ParameterError

WORDS = 5000


def text(size: int = 600, seed: int = 1) -> np.ndarray:
    """Return words as a language has them: few are frequent."""
    rng = np.random.default_rng(seed)
    share = 1 / (np.arange(WORDS) + 2.7)  # Zipf's law, as Mandelbrot has it
    return rng.choice(WORDS, size, p=share / share.sum())


def misheard(words: np.ndarray, share: float, seed: int = 2) -> np.ndarray:
    """Replace a share of the words by others."""
    rng = np.random.default_rng(seed)
    return np.where(
        rng.random(len(words)) < share, rng.integers(WORDS, 2 * WORDS, len(words)), words
    )


def pairs_of(chains) -> np.ndarray:
    return np.concatenate([chain.pairs for chain in chains])


def test_a_reading_with_errors_is_one_chain_on_the_diagonal():
    said = text()
    chains = anchor_chains(said, misheard(said, 0.2))
    assert len(chains) == 1
    assert (chains[0].pairs[:, 0] == chains[0].pairs[:, 1]).all()
    assert len(chains[0].pairs) > 0.65 * len(said)


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_passages_that_change_places_are_chains_of_their_own(share):
    said = text()
    order = np.concatenate([np.arange(200), np.arange(400, 600), np.arange(200, 400)])
    pairs = pairs_of(anchor_chains(said, misheard(said[order], share)))
    assert (order[pairs[:, 1]] == pairs[:, 0]).mean() > 0.99
    assert len(pairs) > 0.6 * len(said)


def test_what_is_said_twice_has_two_places_and_one_is_kept():
    said = text()
    order = np.concatenate([np.arange(300), np.arange(270, 600)])  # 30 words once more
    chains = anchor_chains(said, said[order])
    for takes, at in (("first", 280), ("last", 310)):
        kept = dict(one_place_each(chains, takes).tolist())
        assert kept[280] == at
        assert kept[100] == 100
        assert kept[500] == 530


def test_what_only_one_side_has_is_left_out():
    said = text()
    heard = np.concatenate([text(80, seed=5) + WORDS, said[:200], said[300:]])
    pairs = pairs_of(anchor_chains(said, heard))
    assert not ((pairs[:, 0] >= 200) & (pairs[:, 0] < 300)).any()
    assert pairs[:, 1].min() >= 80


def test_other_texts_have_next_to_nothing_in_common():
    common = sum(len(c.pairs) for c in anchor_chains(text(2000, 3), text(2000, 4)))
    assert common < 0.03 * 2000


@pytest.mark.parametrize("heard", [[], [1], [5, 5, 5]])
def test_too_little_is_no_anchor(heard):
    assert anchor_chains(text(50), heard) == ()
    assert len(one_place_each((), "last")) == 0


def test_there_is_a_first_and_a_last_take():
    with pytest.raises(ParameterError, match="every"):
        one_place_each((), "every")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 6), max_size=60), st.lists(st.integers(0, 6), max_size=60))
def test_chains_rise_share_no_word_that_is_heard_and_pair_equals(first, second):
    chains = anchor_chains(first, second)
    heard = [int(k) for chain in chains for k in chain.pairs[:, 1]]
    assert len(heard) == len(set(heard))
    for chain in chains:
        assert (np.diff(chain.pairs, axis=0) > 0).all()
        assert all(first[i] == second[k] for i, k in chain.pairs.tolist())
    for takes in ("first", "last"):
        kept = one_place_each(chains, takes)
        assert len(set(kept[:, 0].tolist())) == len(kept)
        assert (np.diff(kept[:, 1]) > 0).all()
