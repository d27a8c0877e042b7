import math

import pytest

from syncalign.errors import ParameterError
from syncalign.timebase import Segment


def test_its_start_lies_in_it_and_its_end_does_not():
    speech = Segment(1.0, 2.5)
    assert 1.0 in speech
    assert 2.4999 in speech
    assert 2.5 not in speech
    assert 0.9999 not in speech


def test_duration_is_end_minus_start():
    assert Segment(-1.5, 2.0).duration == 3.5


def test_an_empty_segment_is_allowed_and_holds_nothing():
    instant = Segment(3.0, 3.0)
    assert instant.duration == 0
    assert 3.0 not in instant


def test_end_before_start_is_refused_with_both_times_in_the_sentence():
    with pytest.raises(ParameterError, match=r"end \(3\.0\) before it starts \(5\.0\)"):
        Segment(5.0, 3.0)


@pytest.mark.parametrize("times", [(math.nan, 1.0), (0.0, math.nan), (0.0, math.inf)])
def test_times_that_are_not_finite_are_refused(times):
    with pytest.raises(ParameterError, match="finite"):
        Segment(*times)


def test_positive_shift_moves_later():
    assert Segment(1.0, 2.0).shift(0.5) == Segment(1.5, 2.5)


def test_intersection_is_the_common_part():
    assert Segment(1, 5).intersection(Segment(3, 9)) == Segment(3, 5)
    assert Segment(3, 9).intersection(Segment(1, 5)) == Segment(3, 5)
    assert Segment(0, 9).intersection(Segment(3, 5)) == Segment(3, 5)


def test_segments_that_only_touch_have_no_intersection():
    assert Segment(1, 3).intersection(Segment(3, 5)) is None
    assert Segment(1, 2).intersection(Segment(3, 5)) is None


def test_segments_sort_by_start_then_end_and_serve_as_keys():
    assert sorted([Segment(2, 3), Segment(1, 9), Segment(1, 2)]) == [
        Segment(1, 2),
        Segment(1, 9),
        Segment(2, 3),
    ]
    assert {Segment(1, 2), Segment(1.0, 2.0)} == {Segment(1, 2)}
