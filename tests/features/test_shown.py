"""What is shown is sampled alike whatever the frame rate."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncalign.errors import ParameterError
from syncalign.features.shown import mean_shown


def frames(count, rate, start=0.0):
    times = start + np.arange(count) / float(Fraction(rate))
    return times, np.append(times[1:], times[-1] + 1 / float(Fraction(rate)))


def swaying(times, ends):
    """Two smooth courses, at the middle of the time for which each frame is shown."""
    middle = (times + ends) / 2
    return np.stack([np.sin(2 * np.pi * 3 * middle), np.cos(2 * np.pi * 1.7 * middle)], axis=1)


def test_frames_on_the_grid_are_the_rows():
    times, ends = frames(40, 25, start=0.4)
    values = np.random.default_rng(1).normal(size=(40, 3, 2))
    shown = mean_shown(values, times, ends, 25)

    assert shown.values == pytest.approx(values, abs=1e-5)
    assert shown.grid.times == pytest.approx((times + ends) / 2)


@pytest.mark.parametrize("rate", ["24000/1001", 24, "30000/1001", 30, 50, 60])
def test_other_frame_rates_give_the_same_course(rate):
    count = int(4 * Fraction(rate))
    times, ends = frames(count, rate)
    shown = mean_shown(swaying(times, ends), times, ends, 25)
    reference = mean_shown(swaying(*frames(100, 25)), *frames(100, 25), 25)

    inner = slice(2, 97)
    assert shown.grid.start == reference.grid.start
    assert shown.values[inner] == pytest.approx(reference.values[inner], abs=0.05)
    for column in range(2):  # and moved by less than 2 ms, by the slope of the correlation
        one, two = shown.values[inner, column], reference.values[inner, column]
        rise = np.gradient(two)
        assert abs((one - two) @ rise / (rise @ rise)) / 25 < 0.002


def test_frames_shown_twice_or_for_longer_change_nothing():
    times, ends = frames(50, 25)
    values = np.random.default_rng(2).normal(size=(50, 4))
    once = mean_shown(values, times, ends, 25)
    twice = mean_shown(np.repeat(values, 2, axis=0), *frames(100, 50), 25)
    held = np.repeat(values[::2], 2, axis=0)
    held_longer = mean_shown(values[::2], times[::2], ends[1::2], Fraction(25, 2))

    assert twice.values == pytest.approx(once.values, abs=1e-5)
    assert held_longer.values == pytest.approx(held[::2], abs=1e-5)


def test_a_finer_grid_keeps_the_means_and_makes_no_stairs():
    times, ends = frames(60, 25)
    values = swaying(times, ends)
    fine = mean_shown(values, times, ends, 100)

    assert fine.values.reshape(60, 4, 2).mean(axis=1) == pytest.approx(values, abs=1e-4)
    steps = np.abs(np.diff(fine.values[8:-8], axis=0)).max()
    assert steps < 2 * np.pi * 3 / 100 * 1.25


def test_a_short_gap_is_filled_and_a_long_one_is_not():
    times, ends = frames(100, 25)
    keep = np.ones(100, bool)
    keep[20:23] = keep[50:60] = False
    values = np.linspace(0, 1, 100)[:, None]
    shown = mean_shown(values[keep], times[keep], ends[keep], 25).values[:, 0]

    assert list(np.flatnonzero(np.isnan(shown))) == list(range(50, 60))
    assert shown[20:23] == pytest.approx(values[20:23, 0], abs=0.02)
    assert shown[60] == pytest.approx(values[60, 0], abs=1e-3)


@given(st.lists(st.floats(0.005, 0.14), min_size=2, max_size=40), st.floats(0, 5))
def test_whatever_the_times_the_mean_is_kept_and_the_grid_covers_them(lengths, start):
    ends = start + np.cumsum(lengths)
    times = np.append(start, ends[:-1])
    values = np.sin(np.arange(len(lengths)))[:, None]
    shown = mean_shown(values, times, ends, 50)

    bounds = shown.grid.times[:, None] + np.array([-0.01, 0.01])
    assert bounds[0, 0] <= times[0] + 2e-4
    assert bounds[-1, 1] >= ends[-1] - 2e-4
    widths = np.diff(np.clip(bounds, times[0], ends[-1]), axis=1)
    seen = ~np.isnan(shown.values)
    if seen.all():
        total = (values[:, 0] * lengths).sum()
        assert (shown.values * widths).sum() == pytest.approx(total, abs=1e-3)


def test_wrong_parameters_are_told():
    with pytest.raises(ParameterError, match="rate"):
        mean_shown(np.zeros((1, 2)), np.zeros(1), np.ones(1), 0)
    with pytest.raises(ParameterError, match="no frame"):
        mean_shown(np.zeros((0, 2)), np.zeros(0), np.zeros(0), 25)
