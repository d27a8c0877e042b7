"""The simplest map is found, and is where the truth is."""

from __future__ import annotations

import numpy as np
import pytest
from signal_cases import RATE, course, features, noisy, read_at

from syncalign.alignment.signal_map import map_signals, unmatched
from syncalign.timebase import Segment

SECONDS = 90
REFERENCE = course(SECONDS, 1)
FOREIGN = course(20, 2)
# In the middle of something: in a pause nobody can tell where a cut is.
CUT = 38 * RATE + int(REFERENCE[38 * RATE : 42 * RATE].sum(axis=1).argmax())
AT = CUT / RATE


def mapped(query, reference=REFERENCE, **starts):
    return map_signals(features(reference), features(query, **starts))


def errors(found, query, truth):
    """Return the absolute error at each frame of the query, nan where either is undefined."""
    times = np.arange(len(query)) / RATE
    return np.abs(found.time_map.map_array(times) - truth(times))


@pytest.mark.parametrize("noise", [0.0, 0.3])
class TestLines:
    def test_the_same(self, noise):
        found = mapped(noisy(REFERENCE, noise))
        assert found.kind == "identity"
        (piece,) = found.time_map.pieces
        assert piece.source == piece.target == Segment(0, SECONDS)
        assert len(found.evidence) == 1

    @pytest.mark.parametrize("shift", [0.1, 2.507, 13.0])
    def test_shifted(self, noise, shift):
        query = read_at(REFERENCE, np.arange(shift * RATE, len(REFERENCE)))
        found = mapped(noisy(query, noise))
        assert found.kind == "offset"
        assert found.time_map.pieces[0].offset == pytest.approx(shift, abs=0.005)
        assert found.time_map.pieces[0].rate == pytest.approx(1, abs=1e-12)

    @pytest.mark.parametrize("rate", [0.995, 1.005, 25 / 24])
    def test_at_another_rate(self, noise, rate):
        query = read_at(REFERENCE, np.arange(50, len(REFERENCE) - 1, rate))
        found = mapped(noisy(query, noise))
        assert found.kind == "rate"
        (piece,) = found.time_map.pieces
        assert piece.rate == pytest.approx(rate, abs=1e-4)
        assert np.nanmax(errors(found, query, lambda t: 1 + rate * t)) < 0.01

    def test_an_excerpt(self, noise):
        query = REFERENCE[20 * RATE : 60 * RATE]
        found = mapped(noisy(query, noise))
        assert found.kind == "offset"
        (piece,) = found.time_map.pieces
        assert piece.source.duration == pytest.approx(40, abs=0.1)
        assert piece.offset == pytest.approx(20, abs=0.005)


@pytest.mark.parametrize("noise", [0.0, 0.3])
class TestRecuts:
    def test_something_foreign_inserted(self, noise):
        query = np.concatenate([REFERENCE[:CUT], FOREIGN, REFERENCE[CUT:]])
        found = mapped(noisy(query, noise))
        assert found.kind == "pieces"
        error = errors(found, query, lambda t: np.where(t < AT, t, t - 20))
        outside = np.r_[0:CUT, CUT + len(FOREIGN) : len(query)]
        assert np.nanmax(error[outside]) < 0.01
        assert np.isnan(error[outside]).mean() < 0.01
        (gap,) = unmatched([p.source for p in found.time_map.pieces], Segment(0, 110), 0.2)
        assert gap.start == pytest.approx(AT, abs=0.1)
        assert gap.duration == pytest.approx(20, abs=0.02)

    def test_something_missing(self, noise):
        query = np.delete(REFERENCE, slice(CUT, CUT + 10 * RATE), axis=0)
        found = mapped(noisy(query, noise))
        assert found.kind == "pieces"
        error = errors(found, query, lambda t: np.where(t < AT, t, t + 10))
        assert np.mean(error < 0.01) > 0.99
        (gap,) = unmatched([p.target for p in found.time_map.pieces], Segment(0, 90), 0.2)
        assert gap.duration == pytest.approx(10, abs=0.02)

    def test_something_replaced(self, noise):
        query = np.concatenate([REFERENCE[:CUT], FOREIGN, REFERENCE[CUT + len(FOREIGN) :]])
        found = mapped(noisy(query, noise))
        gaps = [
            unmatched([getattr(p, side) for p in found.time_map.pieces], Segment(0, 90), 0.2)
            for side in ("source", "target")
        ]
        for (gap,) in gaps:
            assert gap.start == pytest.approx(AT, abs=3)
            assert gap.end == pytest.approx(AT + 20, abs=3)


def test_a_long_silence_is_nothing_foreign():
    silence = np.zeros((30 * RATE, 12))
    both = np.concatenate([REFERENCE[:CUT], silence, REFERENCE[CUT:]])
    assert mapped(both, both).kind == "identity"


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_a_varying_pace_is_a_warp(noise):
    bend = np.arange(len(REFERENCE)) / len(REFERENCE) * 2 * np.pi
    frames = np.arange(len(REFERENCE)) + 40 * np.sin(bend) ** 2
    frames = frames[frames <= len(REFERENCE) - 1]
    found = mapped(noisy(read_at(REFERENCE, frames), noise))
    assert found.kind == "warp"
    error = errors(
        found, frames, lambda t: np.interp(t * RATE, np.arange(len(frames)), frames) / RATE
    )
    eventful = np.abs(np.diff(read_at(REFERENCE, frames), axis=0, prepend=0)).sum(axis=1) > 0
    assert np.nanmedian(error) < 0.015
    assert np.nanquantile(error[eventful], 0.99) < 0.04
    assert np.isnan(error).mean() < 0.03


def test_the_clock_of_either_side_is_kept():
    found = map_signals(features(REFERENCE, start=100.0), features(REFERENCE, start=-5.0))
    assert found.kind == "offset"
    assert found.time_map(0.0) == pytest.approx(105.0)


def test_nothing_to_see_is_no_map():
    found = mapped(np.zeros((500, 12)))
    assert found.kind is None
    assert found.time_map.pieces == ()
