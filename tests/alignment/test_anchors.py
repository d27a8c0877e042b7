"""Anchors: the map passes through them, and gives way where nobody vouches for it."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.alignment.anchors import Anchors, map_of_anchors, map_through
from syncalign.errors import ParameterError
from syncalign.timebase import Piece, Segment, TimeMap

PAL = 1001 / 960


def pieces(*four):
    return TimeMap(tuple(Piece(Segment(a, b), Segment(c, d)) for a, b, c, d in four))


def test_one_anchor_moves_its_piece_and_no_other():
    old = pieces((0, 100, 5, 105), (110, 200, 150, 240))
    new, origin = map_through(old, Anchors.of([(50, 55.25)]))
    assert new == pieces((0, 100, 5.25, 105.25), (110, 200, 150, 240))
    assert origin == (0, 1)


def test_one_anchor_keeps_the_rate():
    new, _ = map_through(TimeMap.linear(Segment(0, 100), rate=PAL), Anchors.of([(50, 60)]))
    assert len(new.pieces) == 1
    assert new.pieces[0].rate == pytest.approx(PAL)
    assert new(50) == pytest.approx(60, abs=1e-9)


def test_two_anchors_are_joined_by_a_straight_line_and_the_rate_goes_on_outside():
    new, origin = map_through(pieces((0, 100, 0, 100)), Anchors.of([(40, 41), (60, 63)]))
    assert new == pieces((0, 40, 1, 41), (40, 60, 41, 63), (60, 100, 63, 103))
    assert origin == (0, 0, 0)


def test_anchors_on_the_line_leave_one_piece():
    new, _ = map_through(pieces((0, 1000, 3, 1003)), Anchors.of([(10, 13), (500, 503), (900, 903)]))
    assert new == pieces((0, 1000, 3, 1003))
    nearly, _ = map_through(pieces((0, 1000, 3, 1003)), Anchors.of([(10, 13), (900, 903.001)]))
    assert len(nearly.pieces) == 1
    assert nearly.map_array([10, 900]) == pytest.approx([13, 903.001], abs=1e-9)


def test_a_break_stays_a_break():
    old = pieces((0, 100, 0, 100), (100, 200, 150, 250))
    new, origin = map_through(old, Anchors.of([(50, 50.125), (150, 200.25)]))
    assert new == pieces((0, 100, 0.125, 100.125), (100, 200, 150.25, 250.25))
    assert origin == (0, 1)


def test_an_anchor_between_pieces_belongs_to_the_one_whose_line_is_nearer():
    old = pieces((0, 100, 0, 100), (140, 200, 190, 250))
    early, _ = map_through(old, Anchors.of([(130, 130.5)]))
    assert early.pieces[0].source == Segment(0, 130)
    late, _ = map_through(old, Anchors.of([(110, 160.5)]))
    assert late.pieces[1].source == Segment(110, 200)
    assert late(110) == pytest.approx(160.5)


def test_the_piece_without_an_anchor_gives_way():
    old = pieces((0, 100, 0, 100), (100, 200, 100.5, 200.5), (200, 300, 220, 320))
    new, origin = map_through(old, Anchors.of([(150, 180)]))
    assert new(150) == pytest.approx(180)
    assert origin == (0, 1, 2)
    assert new.pieces[2] == Piece(Segment(210, 300), Segment(230, 320))
    gone, origin = map_through(old, Anchors.of([(150, 400)]))
    assert origin == (0, 1)
    assert gone(150) == pytest.approx(400)


def test_anchors_alone():
    alone = map_of_anchors(Anchors.of([(100, 102), (200, 204), (300, 304)]), 0, 500)
    rate = 202 / 200
    assert alone.map_array([100, 200, 300]) == pytest.approx([102, 204, 304])
    assert alone(0) == pytest.approx(102 - 100 * rate)
    assert alone(500) == pytest.approx(304 + 200 * rate)
    inside = map_of_anchors(Anchors.of([(100, 102), (200, 203)]), 120, 130)
    assert inside.map_array([100, 200]) == pytest.approx([102, 203])


@pytest.mark.parametrize(
    "points",
    [[], [(1, 2), (1, 3)], [(1, 2), (2, 2)], [(1, 5), (2, 4)], [(1, np.nan)], [(np.inf, 1)]],
)
def test_what_does_not_rise_is_no_anchors(points):
    with pytest.raises(ParameterError):
        Anchors.of(points)


def test_a_named_ratio_is_told_by_two_anchors():
    assert Anchors.of([(10, 5)]).named_rate() == 1
    assert Anchors.of([(0, 5), (600, 5 + 600 * PAL + 0.1)]).named_rate() == pytest.approx(PAL)
    assert Anchors.of([(0, 5), (600, 640)]).named_rate() == 1  # a break lies between
    assert Anchors.of([(0, 5), (3, 8.1)]).named_rate() == 1


def test_cues_beside_anchors_are_fixed_and_distant_ones_are_not():
    starts = np.array([1.0, 10.0, 11.0, 80.0])
    anchors = Anchors.of([(10.4, 20.4), (10.6, 20.7), (50, 60)])
    assert anchors.fixed_bins(starts, 1.0) == {1: 200, 2: 211}
    twice = Anchors.of([(0.8, 5.8), (1.1, 6.4)])
    assert twice.fixed_bins(starts, 1.0) == {0: 63}
    assert twice.fixed_bins(starts[:0], 1.0) == {}
