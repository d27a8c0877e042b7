"""The fewest pieces through a corridor, against an exhaustive search over lattice points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncalign.alignment.warping.corridor import fewest_pieces, moved_to

relaxed = settings(deadline=None, derandomize=True, max_examples=100)


@st.composite
def corridors(draw, most=40):
    size = draw(st.integers(2, most))
    gaps = draw(st.lists(st.sampled_from([0.25, 1.0, 1.0, 3.0]), min_size=size, max_size=size))
    rises = draw(st.lists(st.sampled_from([0.0, 0.0, 1.0, 2.0, 5.0]), min_size=size, max_size=size))
    width = draw(st.sampled_from([0.5, 1.0, 2.0]))
    middle = np.cumsum(rises)
    return np.cumsum(gaps), middle - width, middle + width, middle


def values_of(knots, places):
    return np.interp(places, knots[:, 0], knots[:, 1])


@relaxed
@given(corridors())
def test_it_is_inside_and_rises(corridor):
    places, lower, upper, middle = corridor
    knots = fewest_pieces(places, lower, upper)
    for found in (knots, moved_to(knots, places, lower, upper, middle)):
        assert found[0, 0] == places[0]
        assert found[-1, 0] == places[-1]
        assert np.all(np.diff(found, axis=0) > 0)
        values = values_of(found, places)
        assert np.all(values >= lower - 1e-7)
        assert np.all(values <= upper + 1e-7)


def fewest_on_a_lattice(places, lower, upper, levels=9):
    """Pieces of the best chain that bends at windows only, at some of their values only."""
    heights = np.linspace(lower, upper, levels, axis=1)
    pieces = np.full((len(places), levels), np.inf)
    pieces[0] = 0
    for stop in range(1, len(places)):
        for start in range(stop):
            share = (places[start : stop + 1] - places[start]) / (places[stop] - places[start])
            ends = heights[stop] - heights[start][:, None]
            lines = heights[start][:, None, None] + ends[:, :, None] * share
            inside = (lines >= lower[start : stop + 1] - 1e-9) & (
                lines <= upper[start : stop + 1] + 1e-9
            )
            ways = np.where(inside.all(axis=2), pieces[start][:, None] + 1, np.inf)
            pieces[stop] = np.minimum(pieces[stop], ways.min(axis=0))
    return pieces[-1].min()


@relaxed
@given(corridors(most=10))
def test_no_chain_on_a_lattice_has_fewer_pieces(corridor):
    places, lower, upper, _ = corridor
    assert len(fewest_pieces(places, lower, upper)) - 1 <= fewest_on_a_lattice(places, lower, upper)


def test_a_straight_line_is_one_piece_and_a_bend_is_two():
    places = np.arange(100.0)
    for middle, pieces in ((1.5 * places, 1), (np.maximum(places, 2 * places - 50), 2)):
        knots = fewest_pieces(places, middle - 0.5, middle + 0.5)
        assert len(knots) - 1 == pieces
        exact = moved_to(knots, places, middle - 0.5, middle + 0.5, middle)
        assert values_of(exact, places) == pytest.approx(middle, abs=0.3)


def test_a_corridor_without_width_is_followed_exactly():
    places = np.arange(6.0)
    middle = np.array([0.0, 1, 2, 4, 6, 7])
    knots = fewest_pieces(places, middle, middle)
    assert values_of(knots, places) == pytest.approx(middle, abs=1e-6)
    assert len(knots) - 1 == 3
