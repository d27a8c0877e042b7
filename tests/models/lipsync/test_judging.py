"""Evidence becomes an offset, an interval and a probability; windows say why they say nothing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from syncalign.models.lipsync.band import SimilarityBand, offset_at_peak
from syncalign.models.lipsync.course import course_of, straightened
from syncalign.models.lipsync.faces_heard import gathered, spoken_segments, who_speaks
from syncalign.models.lipsync.judge import built_in_judge
from syncalign.models.lipsync.windows import Face, windows_of
from syncalign.timebase import Grid

JUDGE = built_in_judge("builtin")
REACH = 30


def face(offset: float | None, seconds: float, *, start=0.02, seed=0, strength=0.25) -> Face:
    """A face whose rows like an offset, amid noise."""
    size = round(seconds * 25)
    values = np.random.default_rng(seed).normal(0, 0.3, (size, 2 * REACH + 1))
    if offset is not None:
        at = np.arange(-REACH, REACH + 1) * 0.02
        values += strength * np.exp(-0.5 * ((at - offset) / 0.03) ** 2)
    values -= values.mean(axis=1, keepdims=True)
    band = SimilarityBand(
        values.astype(np.float32),
        np.ones(size, np.bool_),
        values.max(axis=1).astype(np.float32),
        Grid(Fraction(25), start, size),
    )
    return Face(band, np.ones(size, np.bool_), np.full(size, 0.05, np.float32))


def test_a_peak_lies_between_columns():
    at = np.arange(-REACH, REACH + 1) * 0.02
    for offset in (-0.31, -0.007, 0.0, 0.043, 0.55):
        assert offset_at_peak(-((at - offset) ** 2)) == pytest.approx(offset, abs=1e-9)
    assert offset_at_peak(at) == pytest.approx(0.6)


def test_more_evidence_is_surer_and_narrower():
    widths, confidences = [], []
    for seconds in (1, 4, 16):
        one = face(0.13, seconds)
        estimate = JUDGE.estimate(one.band.curve(), one.frames())
        low, high = estimate.interval
        widths.append(high - low)
        confidences.append(estimate.confidence)
        assert low <= estimate.offset <= high
    assert widths == sorted(widths, reverse=True)
    assert confidences == sorted(confidences)
    assert estimate.offset == pytest.approx(0.13, abs=0.01)
    assert low <= 0.13 <= high
    assert confidences[-1] > 0.9


def test_noise_is_not_believed():
    confidences = [
        JUDGE.estimate((one := face(None, 3, seed=seed)).band.curve(), one.frames()).confidence
        for seed in range(20)
    ]
    assert np.median(confidences) < 0.4


def test_each_window_says_why_it_says_nothing():
    whole = face(0.1, 20, strength=1.0)
    seen, spoken, motion = whole.band.seen.copy(), whole.spoken.copy(), whole.motion.copy()
    seen[100:150], spoken[200:250], motion[300:350] = False, False, 0.001
    whole = Face(replace(whole.band, seen=seen), spoken, motion)
    status = {round(one.start, 3): one.status for one in windows_of(whole, JUDGE, 2.0)}
    assert status[0.0] == "ok"
    assert status[4.0] == "face_lost"
    assert status[8.0] == "silent"
    assert status[12.0] == "not_speaking"
    assert [one.status for one in windows_of(face(0.1, 0.2), JUDGE, 2.0)] == ["too_short"]
    assert {one.status for one in windows_of(face(None, 10), JUDGE, 1.0)} == {"ambiguous"}


def test_windows_cover_the_face():
    windows = windows_of(face(0.1, 5.2), JUDGE, 2.0)
    assert windows[0].start == pytest.approx(0)
    assert windows[-1].end == pytest.approx(5.2)
    assert all(b.start - a.start <= 1.0 + 1e-9 for a, b in pairwise(windows))
    assert len(windows_of(face(0.1, 1.0), JUDGE, 2.0)) == 1


def test_of_two_faces_the_one_that_fits_speaks():
    one, other = face(0.08, 8, strength=0.8), face(None, 8, start=4.02, seed=5)
    speaking = who_speaks([one, other], JUDGE)
    assert speaking[0].mean() > 0.9
    assert speaking[1][:90].mean() < 0.2  # while both are seen
    evidence = gathered([one, other], speaking)
    assert (evidence.start, len(evidence.rows)) == (pytest.approx(0.02), 300)
    assert offset_at_peak(evidence.rows.sum(axis=0)) == pytest.approx(0.08, abs=0.01)
    segments = spoken_segments(one, speaking[0])
    assert segments[0].start == pytest.approx(0, abs=0.2)
    assert who_speaks([], JUDGE) == ()


def test_a_step_and_a_drift_are_told_from_a_steady_offset():
    def course(*offsets: float):
        faces = [
            face(offset, 30 / len(offsets), start=0.02 + k * 30 / len(offsets), seed=k, strength=1)
            for k, offset in enumerate(offsets)
        ]
        return course_of(gathered(faces, [np.ones(len(f.spoken), bool) for f in faces]), JUDGE)

    assert len(course(0.1).steps) == 1
    assert course(0.1).drift == 0
    steps = course(-0.1, 0.2).steps
    assert [offset for _, offset in steps] == pytest.approx([-0.1, 0.2], abs=0.02)
    assert steps[0][0].end == pytest.approx(15, abs=0.5)
    evidence = [face(-0.1, 15, strength=1), face(0.2, 15, start=15.02, seed=1, strength=1)]
    stepped = gathered(evidence, [np.ones(len(one.spoken), bool) for one in evidence])
    whole = straightened(stepped, course_of(stepped, JUDGE)).sum(axis=0)
    assert JUDGE.estimate(whole, 750).confidence > 0.95  # one peak, at the middle's offset
    assert JUDGE.estimate(whole, 750).offset == pytest.approx(0.2, abs=0.02)
    drifting = course(*np.linspace(-0.1, 0.1, 30))
    assert drifting.drift == pytest.approx(0.2 / 30, abs=0.0015)


def test_an_offset_beyond_what_is_believed_is_not_believed():
    judge = replace(JUDGE, limit=0.4)
    for offset, is_believed in ((0.3, True), (-0.5, False), (0.58, False)):
        estimate = judge.estimate(face(offset, 10, strength=1).band.curve(), 250)
        assert estimate.offset == pytest.approx(offset, abs=0.02)
        assert (estimate.confidence > 0.9) is is_believed
        assert judge.is_beyond(estimate.offset) is not is_believed
