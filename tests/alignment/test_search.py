"""Search and verdict on speech that is known by construction (synthetic evidence)."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncalign.alignment import search
from syncalign.alignment.evidence import SpeechEvidence
from syncalign.alignment.search import align_cues
from syncalign.alignment.verdict import doubted, judge
from syncalign.timebase import Features, Grid


def film(seed, count=120, noise=1.5):
    """Speech at random times, and the evidence that a fair ear would have of it."""
    rng = np.random.default_rng(seed)
    lengths = rng.uniform(0.8, 3.5, count)
    starts = (
        3
        + np.cumsum(rng.uniform(0.15, 4.0, count))
        + np.concatenate([[0], np.cumsum(lengths)[:-1]])
    )
    ends = starts + lengths
    size = int(ends[-1] * 100) + 3000
    values = rng.normal(-2.0, noise, (size, 2))
    for start, end in zip(starts, ends, strict=True):
        first, stop = round(start * 100), round(end * 100)
        values[first:stop, 0] += 4.0
        values[first - 1 : first + 2, 1] += 8.0
    grid = Grid(Fraction(100), 0.0, size)
    return SpeechEvidence(Features(values.astype(np.float32), grid)), starts, ends


def errors(alignment, starts):
    return np.abs(alignment.starts - starts)


@pytest.mark.parametrize("offset", [0.0, 0.1, -0.37, 17.3, 95.0, -600.0])
def test_an_offset_is_found_whatever_its_size(offset):
    evidence, starts, ends = film(1)
    query = starts - offset
    kept = query >= 0
    found = align_cues(evidence, query[kept], ends[kept] - offset)
    assert errors(found, starts[kept]).max() < 0.02
    assert len(found.time_map.pieces) == 1
    assert judge(evidence, found, query[kept], ends[kept] - offset).trust > 0.95


@pytest.mark.parametrize("rate", [25 * 1001 / 24000, 24000 / 25025, 25 / 24, 1.001, 0.999, 1.004])
def test_a_rate_is_found_and_no_break_invented(rate):
    evidence, starts, ends = film(2)
    found = align_cues(evidence, starts / rate, ends / rate)
    assert errors(found, starts).max() < 0.03
    assert len(found.time_map.pieces) == 1
    assert found.time_map.pieces[0].rate == pytest.approx(rate, rel=1e-4)


@pytest.mark.parametrize("gaps", [(30.0,), (20.0, 45.0), (1.2, 0.7, 3.0)])
def test_breaks_are_found_where_they_are(gaps):
    evidence, starts, ends = film(3)
    at = np.linspace(0, len(starts), len(gaps) + 2).astype(int)[1:-1]
    delay = np.zeros(len(starts))
    for place, gap in zip(at, gaps, strict=True):
        delay[place:] += gap
    found = align_cues(evidence, starts + delay, ends + delay)
    assert len(found.time_map.pieces) == len(gaps) + 1
    assert np.mean(errors(found, starts) < 0.05) > 0.98


@pytest.mark.parametrize("rates", [(1.0, 25 * 1001 / 24000), (24 / 25, 1.0), (25 / 24, 24 / 25)])
def test_each_of_two_joined_parts_gets_its_own_rate(rates):
    evidence, starts, ends = film(7, count=160)
    rate = np.repeat(rates, 80)
    query, query_ends = starts / rate, ends / rate
    later = query_ends[79] + 2.0 - query[80]
    query[80:] += later
    query_ends[80:] += later
    found = align_cues(evidence, query, query_ends)
    assert np.mean(errors(found, starts) < 0.05) > 0.98
    assert [piece.rate for piece in found.time_map.pieces] == pytest.approx(rates, rel=1e-3)
    np.testing.assert_allclose(found.ends - found.starts, ends - starts, atol=0.02)
    assert found.trials[0].pieces == 2


def test_a_slight_drift_is_no_break():
    evidence, starts, ends = film(8, count=500)
    found = align_cues(evidence, starts * 1.0001, ends * 1.0001)
    assert errors(found, starts).max() < 0.02
    assert len(found.time_map.pieces) == 1


@pytest.mark.parametrize("kept", [True, False])
def test_too_many_cues_for_a_table_go_with_some_of_them(monkeypatch, kept):
    evidence, starts, ends = film(3, count=400)
    delay = np.where(np.arange(400) < 200, 3.0, 40.0)
    whole = align_cues(evidence, starts + delay, ends + delay)
    monkeypatch.setattr(
        search, "_LARGEST_TABLE", 400 * len(evidence.onset_bins) // (1 if kept else 4)
    )
    found = align_cues(evidence, starts + delay, ends + delay)
    assert np.count_nonzero(errors(found, starts) > 0.05) <= (0 if kept else 4)
    assert len(found.time_map.pieces) == 2
    assert len(found.starts) == len(found.ends) == len(found.piece) == 400
    assert (found.trials == whole.trials) == kept


def test_cues_of_a_missing_scene_have_no_place():
    evidence, starts, ends = film(4)
    scene = np.arange(20) * 3.0
    cut = starts[60] - 0.1
    query = np.concatenate([starts[:60], cut + scene, starts[60:] + 60])
    query_ends = np.concatenate([ends[:60], cut + scene + 1.5, ends[60:] + 60])
    found = align_cues(evidence, query, query_ends)
    present = np.concatenate([np.arange(60), np.arange(80, 140)])
    assert np.mean(found.piece[60:80] < 0) >= 0.9
    assert np.mean(found.piece[present] < 0) <= 0.02


def test_single_cues_that_nobody_speaks_have_no_place():
    evidence, starts, ends = film(9, count=300, noise=0.8)
    values = evidence.log_odds.values - np.float32([0, 1.5])
    evidence = SpeechEvidence(Features(values, evidence.log_odds.grid))
    pauses = np.flatnonzero(starts[1:] - ends[:-1] > 1.5)[::3]
    noises, noise_ends = ends[pauses] + 0.2, ends[pauses] + 1.2
    is_spoken = np.repeat([True, False], [len(starts), len(noises)])
    query, query_ends = np.append(starts, noises), np.append(ends, noise_ends)
    order = np.argsort(query)
    found = align_cues(evidence, query[order] - 4.0, query_ends[order] - 4.0)
    assert len(pauses) > 30
    assert np.mean(found.piece[~is_spoken[order]] < 0) > 0.9
    assert np.mean(found.piece[is_spoken[order]] < 0) < 0.01
    assert np.abs(found.starts - query[order]).max() < 0.02


@pytest.mark.parametrize(("silent", "named"), [(2, 0.4), (3, 0.0)])
def test_where_most_cues_are_silent_none_is_named(silent, named):
    evidence, starts, ends = film(9, noise=0.8)
    values = evidence.log_odds.values.copy()
    mute = np.arange(len(starts)) % 5 < silent
    for start, end in zip(starts[mute], ends[mute], strict=True):
        values[round(start * 100) - 5 : round(end * 100)] = [-2.0, -4.0]
    found = align_cues(SpeechEvidence(Features(values, evidence.log_odds.grid)), starts, ends)
    assert np.mean(found.piece < 0) == pytest.approx(named, abs=0.03)


def test_cues_of_another_film_are_not_trusted():
    for seed in range(5):
        evidence, _, _ = film(10 + seed)
        _, starts, ends = film(40 + seed)
        found = align_cues(evidence, starts, ends)
        assert judge(evidence, found, starts, ends).trust < 0.3


@pytest.mark.parametrize("frames", [0, 7, None])
@pytest.mark.parametrize("count", [0, 1, 2, 5, 70])
def test_next_to_nothing_is_no_error(frames, count):
    evidence, starts, ends = film(1)
    values = evidence.log_odds.values[:frames]
    evidence = SpeechEvidence(Features(values, Grid(Fraction(100), 0.0, len(values))))
    found = align_cues(evidence, starts[:count], ends[:count])
    assert len(found.piece) == len(found.starts) == count
    assert bool(found.time_map.pieces) == (frames is None and count >= 5)


def test_silence_and_noise_are_not_trusted():
    _, starts, ends = film(5)
    grid = Grid(Fraction(100), 0.0, 40000)
    noise = np.random.default_rng(0).normal(-1, 1, (40000, 2)).astype(np.float32)
    for values in (np.zeros((40000, 2), np.float32), np.full((40000, 2), -3, np.float32), noise):
        evidence = SpeechEvidence(Features(values, grid))
        found = align_cues(evidence, starts, ends)
        assert judge(evidence, found, starts, ends).trust < 0.3


def test_a_file_that_begins_anew_is_doubted_and_a_mere_disorder_is_not():
    evidence, starts, ends = film(6)
    anew = np.concatenate([starts[:60], starts[60:] - starts[60]])
    anew_ends = np.concatenate([ends[:60], ends[60:] - starts[60]])
    run = np.repeat([0, 1], 60)
    order = np.argsort(anew)
    found = align_cues(evidence, anew[order], anew_ends[order])
    verdict = judge(evidence, found, anew[order], anew_ends[order])
    assert doubted(verdict, evidence, found, run[order]).trust < 0.5
    right = align_cues(evidence, starts, ends)
    verdict = judge(evidence, right, starts, ends)
    assert doubted(verdict, evidence, right, np.arange(120) % 2) == verdict


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    ties=st.integers(1, 60),
    step=st.sampled_from([0.0, 0.001, 0.05]),
)
def test_crowded_foreign_cues_give_a_map_or_none_but_no_error(seed, ties, step):
    rng = np.random.default_rng(seed)
    evidence, _, _ = film(seed % 7, count=40)
    base = np.sort(rng.uniform(0, 200, 40))
    starts = np.unique(np.concatenate([base, base[:ties] + step, base[:ties] + 2 * step]))
    found = align_cues(evidence, starts, starts + rng.uniform(0, 3, len(starts)))
    assert np.isfinite(found.starts).all()
    for earlier, later in zip(found.time_map.pieces, found.time_map.pieces[1:], strict=False):
        assert earlier.target.end <= later.target.start
