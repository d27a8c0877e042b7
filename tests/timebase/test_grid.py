import math
from fractions import Fraction

import numpy as np
import pytest

from syncalign.errors import ParameterError
from syncalign.timebase import Grid

FILM = Fraction(24000, 1001)


def test_time_of_a_frame_after_a_day_of_ntsc_film_is_exact():
    # 2,071,928 frames last 2,071,928 * 1001 / 24000 s; at 23.976 the error would be 1.08 ms.
    assert Grid(FILM, 0.0, 1).time_at(2_071_928) == 2_071_928 * 1001 / 24000


def test_duration_counts_one_step_for_each_sample():
    grid = Grid(FILM, start=2.0, size=240)
    assert grid.duration == 10.01
    assert grid.end == 12.01
    assert len(grid) == 240


def test_a_start_that_is_late_moves_every_instant():
    grid = Grid(Fraction(100), start=0.5, size=3)
    np.testing.assert_array_equal(grid.times, [0.5, 0.51, 0.52])
    assert grid.index_at(0.52) == 2


def test_times_are_those_of_time_at():
    grid = Grid(FILM, start=1.25, size=1000)
    np.testing.assert_array_equal(grid.times, [grid.time_at(index) for index in range(1000)])


def test_index_is_that_of_the_nearest_sample():
    grid = Grid(Fraction(100), start=0.0, size=10)
    assert grid.index_at(0.0149) == 1
    assert grid.index_at(0.0151) == 2


def test_indices_may_lie_outside_the_grid():
    grid = Grid(Fraction(100), start=1.0, size=10)
    assert grid.index_at(0.5) == -50
    assert grid.index_at(9.0) == 800
    np.testing.assert_array_equal(grid.indices_at([0.5, 1.0, 9.0]), [-50, 0, 800])


def test_many_indices_are_those_of_index_at_ties_included():
    grid = Grid(Fraction(2), start=0.0, size=10)
    times = np.arange(-8, 9) / 8  # every second one lies midway between two samples
    assert grid.indices_at(times).tolist() == [grid.index_at(time) for time in times]


@pytest.mark.parametrize(
    ("rate", "start", "size"),
    [(Fraction(0), 0.0, 1), (Fraction(-25), 0.0, 1), (FILM, math.nan, 1), (FILM, 0.0, -1)],
)
def test_a_grid_that_makes_no_sense_is_refused(rate, start, size):
    with pytest.raises(ParameterError, match="a grid"):
        Grid(rate, start, size)
