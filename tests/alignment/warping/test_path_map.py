"""From a warping path to a time map: the error, the order, the jumps."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncalign.alignment import WarpingPath
from syncalign.errors import ParameterError
from syncalign.timebase import Grid, TimeMap

RATE = Fraction(50)
GRID = Grid(RATE, 0.0, 10000)

relaxed = settings(deadline=None, derandomize=True, max_examples=100)


def path_of(indices) -> WarpingPath:
    return WarpingPath(np.asarray(indices, np.int64), 0.0)


def counts_for_the_error(reference, query, tolerance):
    """Mark pairs that are in no standstill longer than the tolerance."""
    counts = np.ones(len(query), bool)
    for still, other in ((query, reference), (reference, query)):
        for value in np.unique(still):
            run = np.flatnonzero(still == value)
            if other[run[-1]] - other[run[0]] > tolerance:
                counts[run] = False
    return counts


@st.composite
def paths(draw):
    step = st.sampled_from(
        [(1, 1)] * 8 + [(1, 0), (0, 1), (2, 1), (1, 2), (1, 40), (40, 1), (9, 9)]
    )
    runs = draw(st.lists(st.tuples(step, st.integers(1, 25)), min_size=1, max_size=12))
    first = draw(st.tuples(st.integers(0, 9), st.integers(0, 9)))
    steps = [one for one, times in runs for _ in range(times if sum(one) < 4 else 1)]
    return np.cumsum([first, *steps], axis=0)


@relaxed
@given(paths(), st.sampled_from([0.05, 0.1, 0.3]), st.sampled_from([25, 40, 50]))
def test_pairs_keep_the_stated_error(indices, tolerance, rate):
    other = Grid(Fraction(rate), -1.25, 10000)
    if tolerance < 1 / rate:
        return
    found = path_of(indices).to_time_map(GRID, other, tolerance=tolerance)
    reference = other.start + indices[:, 0] / rate
    query = indices[:, 1] / 50
    error = np.abs(found.map_array(query) - reference)
    counts = counts_for_the_error(reference, query, tolerance)
    assert np.nanmax(error[counts], initial=0) <= tolerance * (1 + 1e-6)
    assert found.inverse().inverse() == found  # nothing overlaps, on either clock


@relaxed
@given(paths())
def test_next_to_nothing_is_left_undefined(indices):
    tolerance = 0.1
    found = path_of(indices).to_time_map(GRID, GRID, tolerance=tolerance)
    reference, query = indices.T / 50
    lost = np.isnan(found.map_array(query)) & counts_for_the_error(reference, query, tolerance)
    jumps = np.abs(np.diff(indices, axis=0, prepend=indices[:1])).max(axis=1) > 1
    edges = np.flatnonzero(jumps | ~counts_for_the_error(reference, query, tolerance))
    for at in np.flatnonzero(lost):
        assert np.abs(query[edges] - query[at]).min() <= 2 * tolerance


def test_one_line_is_one_piece():
    frames = np.arange(2000)
    found = path_of(np.column_stack([np.rint(1.005 * frames) + 100, frames])).to_time_map(
        GRID, GRID, tolerance=0.04
    )
    (piece,) = found.pieces
    assert piece.rate == pytest.approx(1.005, abs=5e-5)
    assert piece.offset == pytest.approx(2.0, abs=0.003)
    assert piece.source.start == -0.01
    assert piece.source.end == pytest.approx(1999.5 / 50)


def test_it_jumps_where_the_query_has_something_of_its_own():
    before, after = np.arange(500), np.arange(500, 1000)
    indices = np.concatenate(
        [np.column_stack([before, before]), np.column_stack([after, after + 1000])]
    )
    found = path_of(indices).to_time_map(GRID, GRID, tolerance=0.04)
    assert [round(piece.offset, 9) for piece in found.pieces] == [0.0, -20.0]
    assert found(15.0) is None
    assert found(9.9) == pytest.approx(9.9)
    assert found(30.1) == pytest.approx(10.1)


@pytest.mark.parametrize("side", [0, 1])
def test_a_long_standstill_is_a_jump(side):
    steps = np.ones((300, 2), int)
    steps[100:200, side] = 0
    found = path_of(np.cumsum(steps, axis=0)).to_time_map(GRID, GRID, tolerance=0.04)
    assert len(found.pieces) == 2
    assert abs(found.pieces[1].offset - found.pieces[0].offset) == pytest.approx(2.0, abs=0.05)


def test_one_pair_is_a_moment_at_natural_pace():
    found = path_of([[5, 7]]).to_time_map(GRID, GRID)
    assert found(7 / 50) == pytest.approx(5 / 50)
    assert found.pieces[0].rate == pytest.approx(1.0)


def test_nothing_matched_is_an_empty_map():
    assert path_of(np.empty((0, 2))).to_time_map(GRID, GRID) == TimeMap(())


def test_what_makes_no_sense_is_refused():
    path = path_of([[0, 0], [5, 5]])
    with pytest.raises(ParameterError, match=r"0\.01 s is below .* 0\.02 s"):
        path.to_time_map(GRID, GRID, tolerance=0.01)
    with pytest.raises(ParameterError, match="nan"):
        path.to_time_map(GRID, GRID, tolerance=float("nan"))
    with pytest.raises(ParameterError, match=r"\[5, 5\] of grids of \[10000, 5\] frames"):
        path.to_time_map(Grid(RATE, 0.0, 5), GRID)
