"""A path between frames: nearer to the truth than its whole frames, straight where nothing is."""

from __future__ import annotations

import numpy as np
import pytest
from signal_cases import RATE, course, read_at

from syncalign.alignment.likeness import likened
from syncalign.alignment.smooth_path import smooth_path
from syncalign.alignment.strands import Signals

REFERENCE = course(60, 1)


def smoothed(truth, pairs):
    signals = Signals(*likened(REFERENCE, read_at(REFERENCE, truth)))
    likeness = signals.similarity(*pairs.T.astype(float))
    return smooth_path(signals, pairs, np.maximum(likeness, 0))


@pytest.mark.parametrize("rate", [0.97, 1.0, 1.03])
def test_whole_frames_become_a_line(rate):
    truth = np.arange(30, len(REFERENCE) - 30, rate)
    pairs = np.column_stack([np.rint(truth).astype(int), np.arange(len(truth))])
    reference, query = smoothed(truth, pairs)
    assert np.array_equal(query, np.arange(len(truth)))
    assert np.abs(reference - truth)[10:-10].max() < 0.4
    assert np.abs(reference - truth)[10:-10].mean() < np.abs(pairs[:, 0] - truth).mean() + 0.1
    assert np.all(np.diff(reference) >= 0)


def test_a_path_that_is_off_is_moved():
    truth = np.arange(50.0, 2500.0)
    pairs = np.column_stack([truth.astype(int) + 2, np.arange(len(truth))])
    reference, _ = smoothed(truth, pairs)
    assert np.median(np.abs(reference - truth)) < 0.3


def test_in_a_pause_it_is_straight():
    pause = np.zeros((10 * RATE, 12))
    values = np.concatenate([REFERENCE[:1000], pause, REFERENCE[1000:2000]])
    signals = Signals(*likened(values, values))
    query = np.arange(len(values))
    reference = query.copy()
    reference[1100:1400] += 12  # what chance offered
    pairs = np.column_stack([np.maximum.accumulate(reference), query])
    likeness = np.maximum(signals.similarity(*pairs.T.astype(float)), 0)
    found, _ = smooth_path(signals, pairs, likeness)
    assert np.abs(found - query)[50:-50].max() < 1.5
