"""Phone shapes: what a frame speaks for, and how a voice is learned."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.models.phone_shapes import Heard, PhoneShapes

HALVES, SIZE = 6, 4


def centres(scale: float = 3.0) -> np.ndarray:
    return np.random.default_rng(1).normal(0, scale, (HALVES, SIZE)).astype(np.float32)


def begun(synthetic=None, counts=None) -> PhoneShapes:
    """Shapes in a recording whose quiet is far from every phone."""
    synthetic = centres() if synthetic is None else synthetic
    rng = np.random.default_rng(2)
    quiet = rng.normal(-9, 0.5, (200, SIZE))
    values = np.concatenate([quiet, rng.normal(0, 3, (200, SIZE))]).astype(np.float32)
    odds = np.repeat([-4.0, 4.0], 200).astype(np.float32)
    counts = np.full(HALVES, 10) if counts is None else counts
    return PhoneShapes.begin(synthetic, counts, values, odds)


def heard_of(values, halves) -> Heard:
    heard = Heard.nothing(HALVES, SIZE)
    heard.add(np.asarray(values, np.float32), np.asarray(halves))
    return heard


def test_a_frame_at_a_centre_speaks_for_it():
    shapes = begun()
    found = shapes.evidence(shapes.means, np.full(HALVES, 3, np.float32))
    assert found.shape == (HALVES, HALVES + 2)  # and gaps between phrases and within them
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found.argmax(axis=1), np.arange(HALVES))
    assert (found.max(axis=1) > 0).all()


def test_quiet_speaks_for_the_gap():
    shapes = begun()
    quiet = np.full((3, SIZE), -9, np.float32)
    found = shapes.evidence(quiet, np.full(3, -3, np.float32))
    assert (found.argmax(axis=1) == HALVES).all()
    assert (found[:, -1] == found[:, -2]).all()
    assert (found[:, :-2] < -1).all()


def test_the_detector_has_its_say():
    shapes = begun()
    speech, none = (shapes.evidence(shapes.means, np.full(HALVES, x, np.float32)) for x in (3, -3))
    assert (speech[:, :-2] > none[:, :-2]).all()
    assert (speech[:, -2:] < none[:, -2:]).all()


def test_speech_that_is_no_text_costs_no_more_than_a_fixed_price():
    shapes = begun()
    found = shapes.evidence(np.full((1, SIZE), 40, np.float32), np.full(1, 9, np.float32))
    assert -2 < found[0, -1] < found[0, -2] < 0
    assert found[0, -2] > -1


def test_evidence_says_nothing_of_what_is_not_finite():
    shapes = begun()
    far = np.array([[60000, -60000, 60000, 60000]], np.float32)
    assert np.isfinite(shapes.evidence(far, np.zeros(1, np.float32))).all()


def test_a_recording_without_quiet_can_be_begun():
    values = np.random.default_rng(3).normal(0, 1, (50, SIZE)).astype(np.float32)
    shapes = PhoneShapes.begin(centres(), np.ones(HALVES, int), values, np.ones(50, np.float32))
    assert np.isfinite(shapes.evidence(values, np.zeros(50, np.float32))).all()


def test_what_is_frequent_is_expected():
    shapes = begun(counts=np.array([100, 1, 1, 1, 1, 1]))
    assert shapes.shares.argmax() == 0
    assert np.exp(shapes.shares).sum() == pytest.approx(1)


class TestAdaptation:
    def test_nothing_heard_leaves_all_as_it_is(self):
        shapes = begun()
        assert shapes.adapted(Heard.nothing(HALVES, SIZE)) is shapes
        assert shapes.adapted(heard_of(shapes.means, range(HALVES))) is shapes  # once each: hardly

    def test_means_move_to_what_was_heard_the_oftener_the_nearer(self):
        shapes = begun()
        target = shapes.means[0] + 2
        distances = []
        for often in (0, 20, 200, 2000):
            values = np.concatenate(
                [np.tile(target, (often, 1)), np.tile(shapes.means[1], (99, 1))]
            )
            heard = heard_of(values, np.repeat([0, 1], [often, 99]))
            distances.append(np.linalg.norm(shapes.adapted(heard).means[0] - target))
        assert distances == sorted(distances, reverse=True)
        assert distances[-1] < 0.1 < distances[0]

    def test_a_phone_that_was_not_heard_goes_with_the_others(self):
        synthetic = np.random.default_rng(4).normal(0, 3, (HALVES, SIZE)).astype(np.float32)
        shapes = begun(synthetic)
        shift = np.array([2, -1, 0, 1], np.float32)
        others = np.repeat(np.arange(1, HALVES), 3000)
        noise = np.random.default_rng(5).normal(0, 0.5, (len(others), SIZE))
        adapted = shapes.adapted(heard_of(synthetic[others] + shift + noise, others))
        np.testing.assert_allclose(adapted.means[0], synthetic[0] + shift, atol=1.0)
        assert np.linalg.norm(adapted.means[0] - synthetic[0] - shift) < np.linalg.norm(shift) / 2

    def test_the_spread_is_learned_and_never_nothing(self):
        shapes = begun()
        halves = np.repeat(np.arange(HALVES), 2000)
        rng = np.random.default_rng(6)
        wide = shapes.means[halves] + rng.normal(0, [0.5, 1, 2, 0], (len(halves), SIZE))
        variances = shapes.adapted(heard_of(wide, halves)).variances
        np.testing.assert_allclose(variances[:3], [0.25, 1, 4], rtol=0.1)
        assert variances[3] >= 0.05

    def test_what_it_adapts_stays_as_it_was(self):
        shapes = begun()
        before = shapes.means.copy()
        shapes.adapted(heard_of(np.tile(shapes.means[0] + 1, (99, 1)), np.zeros(99, int)))
        np.testing.assert_array_equal(shapes.means, before)


def test_sums_are_those_of_the_frames_however_they_come():
    rng = np.random.default_rng(7)
    values = rng.normal(0, 1, (300, SIZE)).astype(np.float32)
    halves = rng.integers(0, HALVES - 1, 300)  # one half is never heard
    whole, parts = heard_of(values, halves), Heard.nothing(HALVES, SIZE)
    for first in range(0, 300, 77):
        parts.add(values[first : first + 77], halves[first : first + 77])
    for half in range(HALVES):
        chosen = values[halves == half].astype(np.float64)
        assert whole.counts[half] == len(chosen)
        np.testing.assert_allclose(whole.sums[half], chosen.sum(axis=0), atol=1e-9)
        np.testing.assert_allclose(whole.squares[half], (chosen**2).sum(axis=0), atol=1e-9)
    np.testing.assert_allclose(parts.sums, whole.sums)
    np.testing.assert_array_equal(parts.counts, whole.counts)
