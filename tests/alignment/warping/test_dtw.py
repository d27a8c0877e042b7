"""Dynamic time warping as it is called: properties, refusals, memory."""

import itertools
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warping_cases import Case, brute_force, replayed_cost

from syncalign.alignment import dtw, dtw_distance, dtw_topk
from syncalign.alignment.warping import question
from syncalign.errors import ParameterError
from syncalign.timebase import Features, Grid

VALUES = st.lists(
    st.floats(-100, 100, allow_nan=False).map(lambda value: round(value, 3)),
    min_size=1,
    max_size=12,
)
PRICES = st.none() | st.tuples(st.floats(0, 20), st.floats(0, 20))
ENDS = st.sampled_from(["closed", "open_begin", "open_end", "open", "subsequence"])


@settings(max_examples=150, deadline=None)
@given(VALUES, VALUES, ENDS, PRICES, st.floats(0, 20))
def test_a_path_goes_forward_from_end_to_end_and_costs_what_it_says(
    reference, query, ends, skip, entry
):
    entry = entry if skip else 0.0
    path = dtw(reference, query, ends=ends, skip=skip, skip_entry=entry)
    assert path.indices.dtype == np.int64
    assert path.indices.shape == (len(path), 2)
    assert np.all(np.diff(path.indices, axis=0) >= 0)
    options = {"metric": "euclidean", "steps": "symmetric1", "ends": ends, "band": None}
    case = Case(*(np.array(side)[:, None] for side in (reference, query)), options)
    options |= {"skip": skip, "skip_entry": entry}
    assert replayed_cost(case, path) == pytest.approx(path.cost, abs=1e-9)
    assert path.cost == pytest.approx(brute_force(case), rel=1e-5, abs=1e-5)
    assert path.exact
    assert not path.within_band


@settings(max_examples=100, deadline=None)
@given(VALUES, VALUES)
def test_closed_plain_warping_is_symmetric(reference, query):
    forward, swapped = dtw(reference, query), dtw(query, reference)
    assert forward.cost == pytest.approx(swapped.cost, abs=1e-4)
    assert dtw_distance(reference, query) == pytest.approx(forward.cost, rel=1e-5, abs=1e-4)


@settings(max_examples=50, deadline=None)
@given(VALUES)
def test_a_sequence_fits_itself_for_nothing(values):
    path = dtw(values, values)
    assert path.cost == 0
    assert path.indices.tolist() == [[i, i] for i in range(len(values))]


@settings(max_examples=50, deadline=None)
@given(VALUES, VALUES, st.floats(0, 20), st.floats(0, 20))
def test_freedom_never_costs_more(reference, query, price, entry):
    closed = dtw(reference, query).cost
    assert dtw(reference, query, ends="open").cost <= closed + 1e-4
    skipping = dtw(reference, query, skip=(price, price), skip_entry=entry).cost
    assert skipping <= closed + 1e-4
    assert skipping <= 2 * entry + price * (len(reference) + len(query)) + 1e-4


def test_something_foreign_is_left_out_and_drags_nothing():
    rng = np.random.default_rng(0)
    tune, foreign = rng.normal(size=(300, 12)), 5 + rng.normal(size=(80, 12))
    longer = np.concatenate([tune[:150], foreign, tune[150:]])
    path = dtw(longer, tune, skip=(2.0, 2.0), skip_entry=5.0)
    assert path.skipped_reference == ((150, 230),)
    assert path.skipped_query == ()
    assert np.all(path.indices[:150, 0] == path.indices[:150, 1])
    assert np.all(path.indices[150:, 0] == path.indices[150:, 1] + 80)
    turned = dtw(tune, longer, skip=(2.0, 2.0), skip_entry=5.0)
    assert turned.skipped_query == ((150, 230),)
    intro = dtw(np.concatenate([foreign, tune]), tune, skip=(2.0, 2.0), skip_entry=5.0)
    assert intro.skipped_reference == ((0, 80),)


def test_sequences_without_anything_alike_are_left_out_whole():
    path = dtw(np.zeros(5), np.full(4, 100.0), skip=(1.0, 2.0), skip_entry=3.0)
    assert len(path) == 0
    assert path.cost == 5 * 1.0 + 4 * 2.0 + 2 * 3.0
    assert (path.skipped_reference, path.skipped_query) == (((0, 5),), ((0, 4),))


def test_a_path_within_a_band_says_so():
    path = dtw(np.arange(50.0), np.arange(50.0), band=3)
    assert (path.exact, path.within_band) == (False, True)
    assert dtw(np.arange(5.0), np.arange(5.0), band=4).exact
    windows = [(max(i - 1, 0), min(i + 2, 50)) for i in range(50)]
    assert dtw(np.arange(50.0), np.arange(50.0), band=windows).within_band


def test_a_zero_vector_is_at_right_angles_to_everything():
    assert dtw([[0.0, 0.0]], [[0.0, 0.0]], metric="cosine").cost == pytest.approx(1)
    assert dtw([[0.0, 0.0]], [[1.0, 2.0]], metric="cosine").cost == pytest.approx(1)
    assert dtw([[2.0, 4.0]], [[1.0, 2.0]], metric="cosine").cost == pytest.approx(0)
    assert dtw([[-2.0, -4.0]], [[1.0, 2.0]], metric="cosine").cost == pytest.approx(2)


def test_features_are_taken_as_they_are():
    features = Features(np.arange(6.0).reshape(3, 2), Grid(Fraction(10), 0.0, 3))
    assert dtw(features, features.values[1:], ends="open").indices.tolist() == [[1, 0], [2, 1]]


def test_topk_finds_every_place_and_keeps_away_from_it():
    rng = np.random.default_rng(2)
    query = rng.normal(size=(20, 4))
    reference = 3 * rng.normal(size=(400, 4))
    for number, place in enumerate((50, 200, 330)):
        reference[place : place + 20] = query + 0.1 * number * rng.normal(size=(20, 4))
    paths = dtw_topk(reference, query, 5, distance=3)
    costs = [path.cost for path in paths]
    assert costs == sorted(costs)
    assert [int(path.indices[0, 0]) for path in paths[:3]] == [50, 200, 330]
    stretches = sorted((path.indices[0, 0], path.indices[-1, 0]) for path in paths)
    assert all(b[0] - a[1] > 3 for a, b in itertools.pairwise(stretches))
    assert dtw(reference, query, ends="subsequence").indices.tolist() == paths[0].indices.tolist()
    assert len(dtw_topk(reference[:19], query, 9, steps="slope2")) == 1  # no room for another


BAD = [
    ({"reference": []}, "shape"),
    ({"reference": np.zeros((4, 0))}, r"\(4, 0\)"),
    ({"reference": np.zeros((2, 2, 2))}, r"\(2, 2, 2\)"),
    ({"reference": [1.0, np.nan, np.inf]}, "2 of 3 frames of the reference .* first is 1"),
    ({"query": [1e200]}, "1e.200"),
    ({"query": ["a"]}, "not real numbers"),
    ({"query": [[1.0], [1.0, 2.0]]}, "the query is no array"),
    ({"query": np.zeros((3, 2))}, "1 values a frame, the query 2"),
    ({"metric": "manhattan"}, "manhattan"),
    ({"ends": "loose"}, "loose"),
    ({"steps": "symmetric2"}, "symmetric2"),
    ({"steps": []}, r"\(0,\)"),
    ({"steps": [(0, 0)]}, "leads nowhere"),
    ({"steps": [(1, -1)]}, "whole frames"),
    ({"steps": [(1, 0.5)]}, "whole frames"),
    ({"steps": [(1, 1, 0)]}, "above 0"),
    ({"steps": [(1, 1, np.nan)]}, "above 0"),
    ({"steps": [(1, 1), (1, 1, 2)]}, "rows of two or three"),
    ({"steps": [(1, 1), (1, 1)]}, "twice"),
    ({"steps": [(1, 200)]}, "from 0 to 100"),
    ({"steps": [(2, 1)]}, r"no path .* 4 reference frames and 4 query frames"),
    ({"skip": 3}, "two prices"),
    ({"skip": (-1, 1)}, "0 or more"),
    ({"skip": (np.nan, 1)}, "0 or more"),
    ({"skip": (1, 1), "skip_entry": np.inf}, "finite"),
    ({"band": -1}, "not -1"),
    ({"band": 1.5}, "whole number"),
    ({"band": 1, "query": np.zeros(40)}, "no path .* 4 reference frames and 40 query"),
    ({"band": 0, "query": np.zeros(5)}, "band of 0 frames has no pair at reference frame 1"),
    ({"band": [(0, 1)]}, r"shape \(4, 2\)"),
    ({"band": [(0, 1), (0, 1), (3, 4), (3, 4)]}, "no path .* band of 4 pairs"),
    ({"band": [(0, 4), (2, 4), (1, 4), (3, 4)]}, "never go back"),
    ({"band": [(0, 4), (2, 2), (2, 4), (3, 4)]}, "not empty"),
    ({"band": [(0, 4), (2, 4), (2, 4), (3, 5)]}, "within 0 to 4"),
    ({"band": [(0, 1), (0,)]}, "a whole number of frames or an array"),
    ({"skip": (1, 1), "skip_entry": "1"}, "not '1'"),
    ({"threads": 3}, "not 3"),
]


@pytest.mark.parametrize(("change", "words"), BAD, ids=str)
def test_bad_input_is_refused_in_words(change, words):
    arguments = {"reference": np.zeros(4), "query": np.zeros(4)} | change
    with pytest.raises(ParameterError, match=words):
        dtw(arguments.pop("reference"), arguments.pop("query"), **arguments)


def test_a_distance_without_a_path_is_refused_too():
    with pytest.raises(ParameterError, match="no path"):
        dtw_distance(np.zeros(3), np.zeros(9), steps="slope2")
    with pytest.raises(ParameterError, match="k is 1 or more"):
        dtw_topk(np.zeros(3), np.zeros(9), 0)


def test_what_would_not_fit_is_refused_before_it_is_allocated(monkeypatch):
    monkeypatch.setattr(question, "memory_to_fill", lambda: 6.4 * 2**30)
    endless = np.broadcast_to(np.zeros((1, 1)), (10**10, 1))
    words = r"10000000000 reference frames .* about 3427\.3 GiB, more than the 6\.4 GiB"
    with pytest.raises(ParameterError, match=words):
        dtw(endless, endless)
    with pytest.raises(ParameterError, match=words):
        dtw(endless, endless, band=5)
    monkeypatch.setattr(question, "memory_to_fill", lambda: np.inf)
    with pytest.raises(ParameterError, match="10000000000 frames are more than 2147418112"):
        dtw(endless[:, 0], np.zeros(1))


@pytest.mark.slow
def test_a_band_is_counted_as_narrow_as_it_is(monkeypatch):
    long = np.broadcast_to(np.zeros((1, 1)), (500_000, 1))
    monkeypatch.setattr(question, "memory_to_fill", lambda: 0.5 * 2**30)
    with pytest.raises(ParameterError, match=r"GiB .* a narrower band"):
        dtw(long, long)
    assert len(dtw(long, long, band=5)) >= 500_000


@pytest.mark.slow
@pytest.mark.parametrize("options", ["threads=1", "threads=2", "band=500", "skip=(9, 9)"])
def test_memory_grows_with_the_length_and_not_with_its_square(options):
    # 12,000 x 12,000 cells are 36 MB of 2-bit directions and 1,150 MB of doubles.
    script = f"""
import resource, numpy as np
from syncalign.alignment import dtw
walk = np.cumsum(np.random.default_rng(0).normal(size=(12000, 3)), axis=0)
dtw(walk[:500], walk[:400], {options})
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
path = dtw(walk, walk[::-1], {options})
assert len(path) or path.skipped_query
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 60
