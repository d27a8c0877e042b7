"""Sums of evidence over stretches, against sums written out."""

from fractions import Fraction

import numpy as np
import pytest

from syncalign.alignment.evidence import ACTIVITY_WEIGHT, SpeechEvidence
from syncalign.timebase import Features, Grid


def make(values):
    return SpeechEvidence(Features(values, Grid(Fraction(100), 0.0, len(values))))


def test_sums_stay_right_however_often_the_running_sum_overflows():
    # Synthetic: 10 hours at the highest odds there are, so that 32 bits are passed 15,000 times.
    values = np.full((3_600_000, 2), 20, np.float16)
    values[-1000:] = [-20, -20]
    evidence = make(values)
    first = np.array([0, 1_799_990, 3_598_990, 3_599_990])
    activity = evidence.activity(first, first + 20 - (first == 3_599_990) * 10)
    assert activity.tolist() == [80, 80, 80 - 2 * 40, -40]
    assert evidence.activity(np.array([0]), np.array([400_000]))[0] == 1_600_000
    assert evidence.onset_bins[[0, 180_000, -2]] == pytest.approx(
        [7 + np.log(11 / 21), 7, -4], abs=2e-3
    )


def test_scores_of_cues_are_those_of_the_definition():
    rng = np.random.default_rng(3)
    values = rng.normal(0, 4, (4000, 2)).astype(np.float32)
    evidence = make(values)
    starts = rng.uniform(1, 38, 50)
    ends = starts + rng.uniform(0, 1.5, 50)
    for start, end, score in zip(starts, ends, evidence.cue_scores(starts, ends), strict=True):
        first, stop = round(start * 100), max(round(end * 100), round(start * 100) + 1)
        onset = np.exp(np.clip(values[first - 5 : first + 6, 1], -4, 7)).mean()
        active = np.clip(values[first:stop, 0], -4, 4)
        expected = max(np.log(onset) + ACTIVITY_WEIGHT * active.sum(), -3.0)
        assert score == pytest.approx(expected, abs=0.01)
        mean = evidence.mean_activity(np.array([start]), np.array([end]))[0]
        assert mean == pytest.approx(active.mean(), abs=1e-3)


def test_cues_outside_of_the_sound_score_lowest():
    evidence = make(np.full((500, 2), 2.0, np.float32))
    outside = np.array([-3.0, 5.1, 900.0])
    assert evidence.cue_scores(outside, outside + 1).tolist() == [-3.0] * 3
    assert np.isfinite(evidence.mean_activity(outside, outside + 1)).all()


def test_no_sound_at_all_has_no_scores():
    evidence = make(np.zeros((0, 2), np.float32))
    assert evidence.cue_scores(np.array([0.0]), np.array([1.0])).tolist() == [-3.0]
    assert len(evidence.onset_bins) == 0
