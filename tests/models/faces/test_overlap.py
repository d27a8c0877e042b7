"""Of detections of one face the surest is kept."""

from __future__ import annotations

import numpy as np

from syncalign.models.faces.overlap import overlaps, suppress

BOXES = np.array([[0, 0, 10, 10], [1, 0, 10, 10], [30, 0, 10, 10], [30, 8, 10, 10]], np.float32)


def test_the_surest_of_those_that_overlap_is_kept():
    scores = np.array([0.6, 0.9, 0.7, 0.5], np.float32)

    assert suppress(BOXES, scores, most=0.3) == [1, 2, 3]
    assert suppress(BOXES, scores, most=0.05) == [1, 2]
    assert suppress(BOXES, scores, most=0.9) == [1, 2, 0, 3]
    assert suppress(BOXES[:0], scores[:0], most=0.3) == []


def test_overlap_is_symmetric_and_within_bounds():
    table = np.array([overlaps(box, BOXES) for box in BOXES])

    assert np.array_equal(table, table.T)
    assert np.allclose(np.diag(table), 1)
    assert table[0, 2] == 0
