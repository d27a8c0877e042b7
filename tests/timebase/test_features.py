from fractions import Fraction

import numpy as np
import pytest

from syncalign.errors import ParameterError
from syncalign.timebase import Features, Grid, Segment


def make_features(size: int = 100, start: float = 0.5) -> Features:
    return Features(np.arange(size * 3).reshape(size, 3), Grid(Fraction(100), start, size))


@pytest.mark.parametrize("values", [np.zeros((4, 3)), np.zeros(6), np.array(1.0)])
def test_values_and_grid_of_different_lengths_are_refused(values):
    with pytest.raises(ParameterError, match="grid of 5"):
        Features(values, Grid(Fraction(100), 0.0, 5))


def test_length_is_the_number_of_rows():
    assert len(make_features(7)) == 7


def test_crop_takes_the_rows_of_the_segment_without_its_end():
    part = make_features().crop(Segment(0.6, 0.63))
    np.testing.assert_array_equal(part.values[:, 0], [30, 33, 36])
    assert part.grid == Grid(Fraction(100), 0.6, 3)


def test_crop_beyond_the_ends_returns_what_there_is():
    whole = make_features(10)
    part = whole.crop(Segment(-5.0, 99.0))
    np.testing.assert_array_equal(part.values, whole.values)
    assert part.grid == whole.grid


@pytest.mark.parametrize("segment", [Segment(-3, -2), Segment(50, 60), Segment(0.7, 0.7)])
def test_crop_of_a_stretch_without_rows_is_empty(segment):
    part = make_features().crop(segment)
    assert part.values.shape == (0, 3)
    assert len(part) == 0
