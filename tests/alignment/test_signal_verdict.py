"""What has a course in common is told from what has not; a path is tied down where something is."""

from __future__ import annotations

import numpy as np
import pytest
from signal_cases import RATE, course, noisy, read_at

from syncalign.alignment import signal_verdict
from syncalign.alignment.likeness import likened
from syncalign.alignment.signal_verdict import judge_relation, shift_intervals

REFERENCE = course(60, 1)


@pytest.mark.parametrize("seed", range(8))
def test_unrelated_courses_are_told(seed):
    verdict = judge_relation(noisy(course(60, 10 + seed), 0.2), noisy(course(50, 50 + seed), 0.2))
    assert verdict.unrelated > 0.7
    assert len(verdict.null_gains) == 8


@pytest.mark.parametrize(
    "query",
    [
        REFERENCE,
        noisy(REFERENCE, 0.5),
        read_at(REFERENCE, np.arange(0, len(REFERENCE) - 1, 1.03)),
        np.delete(REFERENCE, slice(1000, 1500), axis=0),
        np.concatenate([REFERENCE[:1000], course(10, 7), REFERENCE[1000:]]),
        REFERENCE[1000:2500],
    ],
    ids=["same", "noise", "rate", "missing", "inserted", "excerpt"],
)
def test_related_courses_are_told(query):
    verdict = judge_relation(REFERENCE, query)
    assert verdict.unrelated < 0.1
    assert verdict.gain > 1.2 * max(verdict.null_gains)


@pytest.mark.parametrize("frames", [1, 50, 96])
def test_too_little_is_told_by_the_absence_of_nulls(frames):
    verdict = judge_relation(REFERENCE[:frames], REFERENCE)
    assert verdict.unrelated == 1.0
    assert verdict.null_gains == ()


@pytest.mark.parametrize("value", [0.0, 5.0])
def test_steady_states_have_nothing_in_common(value):
    verdict = judge_relation(np.full((2000, 4), value), np.full((2000, 4), value))
    assert verdict.unrelated > 0.99
    assert verdict.gain == pytest.approx(0, abs=0.01)


def test_the_same_question_has_the_same_answer_and_another_seed_hardly_another():
    query = noisy(REFERENCE, 0.3)
    first, again = judge_relation(REFERENCE, query), judge_relation(REFERENCE, query)
    assert first == again
    assert judge_relation(REFERENCE, query, seed=1).unrelated == pytest.approx(
        first.unrelated, abs=0.05
    )


def test_orders_keep_every_frame_and_stretches_together():
    rng = np.random.default_rng(0)
    for order in signal_verdict._orders(1000, 4, 5, rng):
        assert sorted(order) == list(range(1000))
        assert np.mean(np.diff(order) == 1) > 0.9
        assert np.any(np.diff(order) < 0)


def test_long_signals_are_averaged_to_a_bearable_size(monkeypatch):
    sizes = []

    def noted(reference, query, **options):
        sizes.append((len(reference), len(query)))
        return 0.0

    monkeypatch.setattr(signal_verdict, "dtw_distance", noted)
    judge_relation(np.zeros((360_000, 1)), np.zeros((360_000, 1)))
    assert set(sizes) == {(22500, 22500)}


class TestIntervals:
    def ask(self, reference, query, at):
        sides = likened(reference, query)
        indices = np.column_stack([np.arange(len(reference))] * 2)
        return shift_intervals(*sides, indices, np.array(at))

    def test_what_is_full_of_events_is_tied_down(self):
        found = self.ask(REFERENCE, noisy(REFERENCE, 0.2), [500, 1500, 2500])
        assert np.all(found[:, 0] >= -6)
        assert np.all(found[:, 1] <= 6)
        assert np.all(found[:, 0] < 0)
        assert np.all(found[:, 1] > 0)

    def test_silence_is_not(self):
        silence = np.zeros((10 * RATE, 12))
        values = np.concatenate([REFERENCE[:1000], silence, REFERENCE[1000:]])
        found = self.ask(values, values, [1250])
        assert found.tolist() == [[-100, 100]]

    def test_what_has_nothing_in_common_is_not(self):
        found = self.ask(REFERENCE, course(60, 33), np.arange(100, 2900, 100))
        assert np.median(found[:, 1] - found[:, 0]) > 20
