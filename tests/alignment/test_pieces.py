"""Pieces that cross: what reaches into a neighbour is given up, and nothing else."""

from __future__ import annotations

import numpy as np

from syncalign.alignment.lines import LineFit
from syncalign.alignment.pieces import _in_order


def lines(*offsets: float) -> LineFit:
    return LineFit(np.array(offsets), 0.0, 0.0, 0.02, np.zeros(0), 0.0)


def test_one_cue_beyond_a_break_does_not_cost_its_whole_piece():
    starts = np.concatenate([np.arange(0.0, 30.0), np.arange(32.0, 80.0)])
    piece = np.repeat([0, 1], [30, 48])
    # The last cue of the first piece, at 29 s, falls behind the second's first one.
    keep, kept = _in_order(piece, lines(0.0, -3.2), starts)
    assert np.flatnonzero(~keep).tolist() == [29]
    assert kept.tolist() == [0] * 29 + [1] * 48


def test_the_larger_piece_keeps_its_cues_on_either_side():
    starts = np.arange(0.0, 60.0)
    piece = np.repeat([0, 1], [40, 20])
    keep, kept = _in_order(piece, lines(0.0, -2.5), starts)
    assert np.flatnonzero(~keep).tolist() == [40, 41]
    assert kept.tolist() == [0] * 40 + [1] * 18


def test_a_piece_that_lies_wholly_beyond_is_gone_and_the_rest_is_renumbered():
    starts = np.arange(0.0, 60.0)
    piece = np.repeat([0, 1, 2], [30, 5, 25])
    keep, kept = _in_order(piece, lines(0.0, -20.0, 0.5), starts)
    assert np.flatnonzero(~keep).tolist() == [30, 31, 32, 33, 34]
    assert kept.tolist() == [0] * 30 + [1] * 25
