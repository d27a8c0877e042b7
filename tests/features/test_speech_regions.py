"""A recording is cut at its pauses: all speech is in a region, long silence in none."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncalign.features.speech_regions import speech_regions
from syncalign.features.word_edges import on_speech
from syncalign.timebase import Cue, Features, Grid, Segment


def odds(*parts: tuple[float, float]) -> Features:
    """Return odds from (seconds, odds) one after the other."""
    values = np.concatenate([np.full(round(100 * seconds), value) for seconds, value in parts])
    return Features(values[:, None].astype(np.float32), Grid(Fraction(100), 0.0, len(values)))


def spans(regions) -> list[tuple[float, float]]:
    return [(region.start, region.end) for region in regions]


def test_silence_is_in_no_region():
    assert speech_regions(odds((60, -3)), longest=30) == ()
    assert speech_regions(odds((0, 0)), longest=30) == ()
    regions = speech_regions(odds((5, -3), (4, 3), (10, -3), (3, 3), (5, -3)), longest=30)
    assert spans(regions) == [(pytest.approx(4.8), 9.2), (pytest.approx(18.8), 22.2)]


def test_short_pauses_stay_inside():
    regions = speech_regions(odds((1, -3), (4, 3), (1, -3), (4, 3), (1, -3)), longest=30)
    assert spans(regions) == [(0.8, pytest.approx(10.2))]


def test_a_region_ends_at_the_longest_pause_of_its_second_half():
    parts = [(6, 3), (1.9, -3), (6, 3), (0.5, -3), (6, 3), (1.5, -3), (5, 3), (0.5, -3), (9, 3)]
    regions = speech_regions(odds(*parts), longest=30)
    middle = 6 + 1.9 + 6 + 0.5 + 6
    assert len(regions) == 2
    assert middle < regions[0].end < middle + 1.5
    assert middle < regions[1].start < middle + 1.5


def test_speech_without_a_pause_is_cut_where_it_is_least_sure():
    regions = speech_regions(odds((21, 3), (0.5, 0.5), (20, 3)), longest=30)
    assert len(regions) == 2
    assert regions[0].end == pytest.approx(21.25, abs=0.4)


@given(
    st.lists(st.tuples(st.floats(0.05, 50), st.sampled_from([-4.0, -1.0, 1.0, 4.0])), max_size=12),
    st.sampled_from([8.0, 30.0]),
)
def test_regions_are_in_order_short_enough_and_hold_the_speech(parts, longest):
    given_odds = odds((0.01, -1.0), *parts)
    regions = speech_regions(given_odds, longest=longest)
    values = np.asarray(given_odds.values)[:, 0]
    edges = [edge for span in spans(regions) for edge in span]
    assert edges == sorted(edges)
    assert all(0 < region.duration <= longest + 1e-9 for region in regions)
    held = np.zeros(len(values), bool)
    for region in regions:
        held[round(region.start * 100) : round(region.end * 100)] = True
    # What is speech for half a second about a frame is in a region.
    sure = np.convolve(values > 0, np.ones(51), "same")[: len(values)] >= 51
    assert not (sure & ~held).any()


class TestEdges:
    ODDS = odds((1, -3), (2, 3), (1, -3), (2, 3), (1, -3))

    def moved(self, *times: tuple[float, float]) -> list[tuple[float, float]]:
        words = [Cue(Segment(*pair), f" {n}") for n, pair in enumerate(times)]
        found = on_speech(words, self.ODDS)
        assert [word.text for word in found] == [word.text for word in words]
        return [(round(word.start, 2), round(word.end, 2)) for word in found]

    def test_a_word_loses_its_pause(self):
        assert self.moved((1.5, 2.5), (2.5, 4.2), (4.2, 5)) == [(1.5, 2.5), (2.5, 3.0), (4.0, 5.0)]

    def test_a_word_begins_where_speech_does(self):
        assert self.moved((1.2, 1.5)) == [(1.0, 1.5)]
        assert self.moved((0.2, 1.5)) == [(1.0, 1.5)]

    def test_but_not_where_it_is_far_or_another_word_stands(self):
        assert self.moved((1.6, 2.0)) == [(1.6, 2.0)]
        assert self.moved((1.0, 1.1), (1.2, 1.5)) == [(1.0, 1.1), (1.2, 1.5)]

    def test_a_word_in_silence_stays(self):
        assert self.moved((0.1, 0.4)) == [(0.1, 0.4)]
        assert on_speech([], self.ODDS) == []
