"""Forced alignment equals trying every way, torchaudio where that works, and itself in PyTorch."""

import itertools
from functools import partial

import numpy as np
import pytest

from syncalign.alignment import ctc
from syncalign.alignment.ctc import STAR, OptionalTokens, align_tokens
from syncalign.alignment.viterbi import Corridor, best_states
from syncalign.errors import ParameterError

STAR_PRICE = 0.4


def dense(emissions, tokens, must_part):
    """Score the likeliest way by the whole table; `must_part`: blank must precede that token."""
    star = emissions.max(axis=1) - STAR_PRICE
    columns = [emissions[:, 0]]
    for token in tokens:
        columns += [star if token == STAR else emissions[:, token], emissions[:, 0]]
    scores = np.full(len(columns), -np.inf)
    scores[: 2 if len(columns) > 1 else 1] = [c[0] for c in columns[:2]]
    for t in range(1, len(emissions)):
        moved = scores.copy()
        moved[1:] = np.maximum(moved[1:], scores[:-1])
        for n in range(1, len(tokens)):
            if tokens[n] != tokens[n - 1] and n not in must_part:
                moved[2 * n + 1] = max(moved[2 * n + 1], scores[2 * n - 1])
        scores = moved + [column[t] for column in columns]
    return scores[-2:].max()


def best_by_trying(emissions, tokens, optional):
    """Leave out every set of stretches in turn."""
    best = -np.inf
    for chosen in itertools.product([False, True], repeat=len(optional)):
        gone = [each for each, is_gone in zip(optional, chosen, strict=True) if is_gone]
        kept, must_part = [], set()
        for n in range(len(tokens)):
            if any(each.first <= n < each.stop for each in gone):
                continue
            if kept and n and any(each.stop == n for each in gone):
                must_part.add(len(kept))
            kept.append(tokens[n])
        best = max(best, dense(emissions, kept, must_part) - sum(each.price for each in gone))
    return best


def problem(seed):
    """Draw emissions, tokens with stars and repeats, and stretches that may be left out."""
    rng = np.random.default_rng(seed)
    count, columns = int(rng.integers(1, 7)), int(rng.integers(2, 6))
    tokens = rng.integers(1, columns, count)
    tokens[rng.random(count) < 0.15] = STAR
    edges = np.flatnonzero(np.append(rng.random(count) < 0.6, True))
    optional = tuple(
        OptionalTokens(int(first), int(stop), float(rng.uniform(0, 8)))
        for first, stop in itertools.pairwise(edges)
        if rng.random() < 0.6
    )
    values = rng.normal(0, 2, (int(rng.integers(2 * count, 2 * count + 8)), columns))
    values -= np.log(np.exp(values).sum(axis=1, keepdims=True))
    return values, tokens, optional


def score_of(path, emissions, tokens, optional):
    """Add up what a path says it says; it must be a way."""
    total, before = 0.0, None
    for t, n in enumerate(path.frames):
        token = 0 if n < 0 else tokens[n]
        said = emissions[t].max() - STAR_PRICE if token == STAR else emissions[t, token]
        total += said
        if n >= 0 and before is not None and n != before and t and path.frames[t - 1] >= 0:
            assert n == before + 1
            assert tokens[n] != tokens[before]
        before = n if n >= 0 else before
    said = np.unique(path.frames[path.frames >= 0])
    missing = set(range(len(tokens))) - set(said.tolist())
    for each in optional:
        stretch = set(range(each.first, each.stop))
        if stretch <= missing:
            total, missing = total - each.price, missing - stretch
    assert not missing
    return total


@pytest.mark.parametrize("part", range(4))
def test_no_way_is_likelier(part, monkeypatch):
    """A thousand small cases, a few frames of back-pointers at a time."""
    for seed in range(250 * part, 250 * (part + 1)):
        values, tokens, optional = problem(seed)
        block_bytes = (1, 30, 2**20)[seed % 3]
        monkeypatch.setattr(ctc, "best_states", partial(best_states, block_bytes=block_bytes))
        path = align_tokens(values, tokens, optional=optional, star_price=STAR_PRICE)
        assert path.total == pytest.approx(best_by_trying(values, tokens, optional), abs=1e-3)
        assert score_of(path, values, tokens, optional) == pytest.approx(path.total, abs=1e-3)


def test_pytorch_finds_the_same_ways(monkeypatch):
    torch = pytest.importorskip("torch")
    devices = ["cpu", "cuda"] if torch.cuda.is_available() else ["cpu"]
    for seed, device in itertools.product(range(25), devices):
        values, tokens, optional = problem(seed)
        block_bytes = (1, 30, 2**20)[seed % 3]
        monkeypatch.setattr(ctc, "best_states", partial(best_states, block_bytes=block_bytes))
        align = partial(align_tokens, values, tokens, optional=optional, star_price=STAR_PRICE)
        ours, theirs = align(), align(device=device)
        assert np.array_equal(ours.frames, theirs.frames)
        assert ours.total == theirs.total


def test_pytorch_keeps_to_a_corridor():
    pytest.importorskip("torch")
    values, tokens, _ = long_case()
    whole = align_tokens(values, tokens)
    path = align_tokens(values, tokens, corridor=around(whole, len(tokens)), device="cpu")
    assert np.array_equal(path.frames, whole.frames)


@pytest.mark.filterwarnings("ignore")  # torchaudio announces that it drops it
def test_torchaudio_finds_the_same_way():
    torch = pytest.importorskip("torch")
    functional = pytest.importorskip("torchaudio.functional")
    if not hasattr(functional, "forced_align"):
        pytest.skip("this torchaudio has none")
    for seed in range(200):
        rng = np.random.default_rng(seed)
        count, columns = int(rng.integers(1, 15)), int(rng.integers(2, 9))
        tokens = rng.integers(1, columns, count)
        values = rng.normal(0, 2, (int(rng.integers(2 * count, 60)), columns))
        values = np.log(np.exp(values) / np.exp(values).sum(axis=1, keepdims=True))
        labels, scores = functional.forced_align(
            torch.tensor(values, dtype=torch.float32)[None], torch.tensor(tokens)[None]
        )
        path = align_tokens(values, tokens)
        said = np.where(path.frames >= 0, tokens[path.frames], 0)
        assert np.array_equal(said, labels[0].numpy())
        assert path.total == pytest.approx(float(scores.sum()), abs=1e-3)


def long_case():
    """Return emissions of 3,000 frames, their tokens and the frame at which each begins."""
    rng = np.random.default_rng(5)
    tokens = rng.integers(1, 12, 400)
    starts = np.sort(rng.choice(1500, 400, replace=False)) * 2
    values = rng.normal(0, 1, (3000, 12))
    way = np.zeros(3000, np.int64)
    way[starts] = tokens
    values[np.arange(3000), way] += 4
    return values - np.log(np.exp(values).sum(axis=1, keepdims=True)), tokens, starts


def around(path, count):
    states = np.where(path.frames >= 0, 2 * path.frames + 1, 0)
    states = np.maximum.accumulate(states).astype(float)
    return Corridor.around(states, len(states), 2 * count + 1, reach=20, margin=6)


def test_tokens_are_found_where_they_are_said():
    values, tokens, starts = long_case()
    path = align_tokens(values, tokens)
    assert (path.starts == starts).mean() > 0.95
    assert np.all(path.stops > path.starts)


def test_a_corridor_that_holds_the_way_changes_nothing():
    values, tokens, _ = long_case()
    whole = align_tokens(values, tokens)
    path = align_tokens(values, tokens, corridor=around(whole, len(tokens)))
    assert np.array_equal(path.frames, whole.frames)
    assert path.total == whole.total


def test_what_is_not_said_is_left_out_and_a_star_takes_what_is_foreign():
    values, tokens, starts = long_case()
    away = starts[100], starts[160]
    cut = np.concatenate([values[: away[0]], values[away[1] :]])
    optional = [OptionalTokens(n, n + 20, 5.0) for n in range(0, 400, 20)]
    path = align_tokens(cut, tokens, optional=optional)
    assert np.flatnonzero(path.starts < 0).tolist() == list(range(100, 160))
    with_star = np.concatenate([tokens[:100], [STAR], tokens[160:]])
    path = align_tokens(values, with_star, star_price=0.2)
    assert path.starts[100] == pytest.approx(away[0], abs=2)
    assert starts[159] < path.stops[100] <= away[1]


def test_impossible_tokens_make_their_stretch_be_left_out():
    heard = np.full((9, 3), np.log(0.5))
    heard[:, 2] = -np.inf
    path = align_tokens(heard, [1, 2, 1], optional=[OptionalTokens(1, 2, 3.0)])
    assert path.starts[1] == -1
    with pytest.raises(ParameterError, match="no way"):
        align_tokens(heard, [1, 2, 1])


@pytest.mark.parametrize(
    ("values", "tokens", "options", "said"),
    [
        (np.zeros((2, 3)), [1, 2, 1], {}, "no way"),
        (np.zeros((5, 3)), [0, 1], {}, "token 0"),
        (np.zeros((5, 3)), [3], {}, "token 3"),
        (np.zeros((5, 3)), [-2], {}, "token -2"),
        (np.zeros((5, 3)), [], {}, "no tokens"),
        (np.zeros((5, 3)), [1], {"blank": 3}, "blank"),
        (np.zeros((0, 3)), [1], {}, "shape"),
        (np.full((5, 3), np.nan), [1], {}, "not numbers"),
        (np.zeros((5, 3)), [1, 2], {"optional": [OptionalTokens(1, 3, 1.0)]}, "must rise"),
        (np.zeros((5, 3)), [1, 2], {"optional": [OptionalTokens(0, 1, -1.0)]}, "have a price"),
        (
            np.zeros((5, 3)),
            [1, 2],
            {"corridor": Corridor(np.zeros(4, np.int32), np.full(4, 5, np.int32))},
            "corridor",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(values, tokens, options, said):
    with pytest.raises(ParameterError, match=said):
        align_tokens(values, tokens, **options)
