import math
import pickle

import numpy as np
import pytest

from syncalign.errors import ParameterError
from syncalign.timebase import Piece, Segment, TimeMap


def piece(source_start, source_end, target_start, target_end):
    return Piece(Segment(source_start, source_end), Segment(target_start, target_end))


#: Ten seconds unmoved, five without a place, ten that come 20 s later.
CUT = TimeMap((piece(0, 10, 0, 10), piece(15, 25, 35, 45)))


def test_positive_offset_moves_the_query_later():
    late = TimeMap.linear(Segment(0, 100), offset=2.5)
    assert late(10.0) == 12.5
    assert late.pieces[0].offset == 2.5
    assert late.pieces[0].rate == 1.0


def test_rate_and_offset_are_those_of_the_line():
    line = TimeMap.linear(Segment(0, 1000), rate=1.04, offset=-3.0)
    assert line(100.0) == pytest.approx(101.0, abs=1e-12)
    assert line.pieces[0].rate == pytest.approx(1.04, abs=1e-12)
    assert line.pieces[0].offset == pytest.approx(-3.0, abs=1e-12)


def test_between_pieces_and_outside_them_a_time_has_no_place():
    assert CUT(12.0) is None
    assert CUT(-0.001) is None
    assert CUT(25.001) is None
    mapped = CUT.map_array([5.0, 12.0, 20.0])
    np.testing.assert_array_equal(mapped, [5.0, math.nan, 40.0])


def test_end_of_a_piece_belongs_to_it():
    assert CUT(10.0) == 10.0
    assert CUT(25.0) == 45.0


def test_where_pieces_touch_the_later_one_begins():
    jump = TimeMap((piece(0, 10, 0, 10), piece(10, 20, 30, 40)))
    assert jump(10.0) == 30.0
    assert jump.extrapolate([10.0])[0] == 30.0


def test_arrays_keep_their_shape():
    assert CUT.map_array(np.zeros((2, 3))).shape == (2, 3)
    assert CUT.map_array(1.0).shape == ()
    assert CUT.map_array([]).shape == (0,)
    assert CUT.extrapolate(np.zeros((2, 3))).shape == (2, 3)


def test_a_time_that_is_not_a_number_has_no_place():
    assert CUT(math.nan) is None


def test_extrapolation_goes_on_along_the_nearest_piece():
    times = CUT.extrapolate([-1.0, 5.0, 11.0, 14.0, 30.0])
    np.testing.assert_array_equal(times, [-1.0, 5.0, 11.0, 34.0, 50.0])


def test_an_empty_map_maps_nothing_and_cannot_be_extrapolated():
    assert TimeMap(())(1.0) is None
    assert np.isnan(TimeMap(()).map_array([1.0, 2.0])).all()
    with pytest.raises(ParameterError, match="empty"):
        TimeMap(()).extrapolate([1.0])


@pytest.mark.parametrize(
    "pieces",
    [
        (piece(0, 10, 0, 10), piece(9, 20, 30, 40)),
        (piece(0, 10, 0, 10), piece(10, 20, 9, 40)),
        (piece(10, 20, 10, 20), piece(0, 5, 0, 5)),
    ],
)
def test_pieces_that_overlap_or_go_back_on_either_clock_are_refused(pieces):
    with pytest.raises(ParameterError, match="must not overlap"):
        TimeMap(pieces)


def test_a_piece_without_duration_is_refused():
    with pytest.raises(ParameterError, match="positive duration"):
        piece(1, 1, 0, 5)
    with pytest.raises(ParameterError, match="positive duration"):
        piece(0, 5, 1, 1)


def test_fit_runs_straight_from_point_to_point_in_any_order():
    bent = TimeMap.fit([(20, 40), (0, 0), (10, 10)])
    assert bent(5) == 5
    assert bent(15) == 25
    assert len(bent.pieces) == 2


@pytest.mark.parametrize(
    "points", [[], [(0, 0)], [(0, 0), (1, 0)], [(0, 0), (0, 1)], [(0, 1), (1, 0)]]
)
def test_fit_refuses_points_that_do_not_rise(points):
    with pytest.raises(ParameterError, match="points"):
        TimeMap.fit(points)


def test_inverse_leads_back():
    assert CUT.inverse()(40.0) == 20.0
    assert CUT.inverse()(20.0) is None
    assert CUT.inverse().inverse() == CUT


def test_rounding_carries_no_time_over_the_edge_of_its_piece():
    # -4.75 + (6.12 + 4.75) is 6.120000000000001: the inverse would have no place for it.
    edge = TimeMap((piece(0.0, 3.0, -4.75, 6.12),))
    assert -4.75 + (6.12 + 4.75) > 6.12
    assert edge(3.0) == 6.12
    assert edge.inverse()(6.12) == 3.0


def test_composing_applies_one_after_the_other():
    both = TimeMap.linear(Segment(0, 100), offset=1.0).compose(
        TimeMap.linear(Segment(0, 200), rate=2.0)
    )
    assert both == TimeMap((piece(0, 100, 2, 202),))
    assert both(10.0) == 22.0


def test_composing_leaves_out_what_either_leaves_out():
    both = CUT.compose(TimeMap.linear(Segment(5, 40), offset=100.0))
    assert both.pieces == (piece(5, 10, 105, 110), piece(15, 20, 135, 140))


def test_composing_with_a_map_of_other_ground_is_empty():
    assert CUT.compose(TimeMap.linear(Segment(1000, 2000))) == TimeMap(())


def test_composing_maps_of_many_pieces_takes_time_by_their_sum_not_their_product():
    words = TimeMap.fit([(t, 1.01 * t) for t in range(20_001)])  # 4e8 pairs of pieces
    assert len(words.compose(words.inverse()).pieces) == 20_000


def test_a_map_survives_pickling():
    assert pickle.loads(pickle.dumps(CUT)) == CUT
