"""Paths of long sequences: those of an exact search, and a band that is widened where it binds."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.alignment import dtw, dtw_multiscale
from syncalign.alignment.warping.multiscale import _Level, _path_near
from syncalign.alignment.warping.path import WarpingPath
from syncalign.errors import ParameterError

SKIPS = {"skip": (4.0, 4.0), "skip_entry": 20.0}
OPTIONS = {"metric": "euclidean", "steps": "symmetric1", "ends": "closed", "skip": None,
           "skip_entry": 0.0}  # fmt: skip


def signal(size, rng, dimensions=8):
    """Noise with a memory of ten frames."""
    values = rng.normal(size=(size, dimensions))
    for k in range(1, size):
        values[k] += 0.9 * values[k - 1]
    return values


def warped(values, rng, wander=30.0):
    """Read a signal at a smoothly varying pace, with noise."""
    size = len(values)
    knots = np.linspace(0, size - 1, max(4, size // 400))
    moved = np.maximum.accumulate(knots + rng.normal(0, wander, len(knots)))
    moved = (moved - moved[0]) / (moved[-1] - moved[0]) * (size - 1)
    at = np.interp(np.arange(size), knots, moved)
    before = np.minimum(at.astype(int), size - 2)
    share = (at - before)[:, None]
    read = values[before] * (1 - share) + values[before + 1] * share
    return read + rng.normal(0, 0.3, values.shape)


def recut(values, rng):
    """Insert something foreign after one third, leave something out after two thirds."""
    third = len(values) // 3
    foreign = signal(len(values) // 20, rng)
    left_out = len(values) // 15
    return np.concatenate(
        [values[:third], foreign, values[third : 2 * third], values[2 * third + left_out :]]
    )


def assert_same(found, exact):
    assert found.cost == pytest.approx(exact.cost, rel=1e-6)
    assert found.indices.tolist() == exact.indices.tolist()
    assert found.skipped_reference == exact.skipped_reference
    assert found.skipped_query == exact.skipped_query
    assert not found.exact
    assert found.within_band


@pytest.mark.parametrize("size", [600, 1500, 4000])
@pytest.mark.parametrize("seed", range(3))
class TestAgreesWithTheExactPath:
    def test_of_a_smooth_warp(self, size, seed):
        rng = np.random.default_rng(seed)
        reference = signal(size, rng)
        query = warped(reference, rng)
        found = dtw_multiscale(reference, query, exact_pairs=size * size // 300)
        assert_same(found, dtw(reference, query))

    def test_of_a_recut(self, size, seed):
        rng = np.random.default_rng(seed)
        reference = signal(size, rng)
        query = recut(warped(reference, rng), rng)
        found = dtw_multiscale(reference, query, exact_pairs=size * size // 300, **SKIPS)
        exact = dtw(reference, query, **SKIPS)
        assert_same(found, exact)
        assert exact.skipped_query
        assert exact.skipped_reference

    @pytest.mark.parametrize("steps", ["symmetric1", "slope2"])
    def test_of_an_excerpt(self, size, seed, steps):
        rng = np.random.default_rng(seed)
        reference = signal(size, rng)
        query = warped(reference, rng, wander=5.0)[size // 5 : -size // 3]
        options = {"ends": "open", "steps": steps}
        found = dtw_multiscale(reference, query, exact_pairs=size * size // 300, **options)
        assert_same(found, dtw(reference, query, **options))


def test_what_is_short_is_exact():
    rng = np.random.default_rng(0)
    reference = signal(200, rng)
    found = dtw_multiscale(reference, reference[20:150], ends="open")
    assert found.exact
    assert not found.within_band


def test_a_band_that_binds_is_widened_until_it_does_not():
    rng = np.random.default_rng(4)
    size, shift = 1200, 60
    slow = np.cumsum(rng.normal(size=(size + shift, 3)), axis=0)  # cost rises away from the path
    reference, query = slow[:size], np.concatenate([slow[:1], slow[shift:]])
    wrong = np.arange(size // 4)  # the coarse path went straight
    coarse = WarpingPath(np.column_stack([wrong, wrong]), 0.0)
    level = _Level(1, reference, query[:size])
    found = _path_near(coarse, level, dict(OPTIONS), margin=1)
    assert found.cost == pytest.approx(dtw(reference, query[:size]).cost, rel=1e-6)
    assert np.abs(found.indices[:, 0] - found.indices[:, 1]).max() >= shift - 1


def test_sizes_that_are_no_multiple_of_the_stride():
    rng = np.random.default_rng(5)
    for rows, columns in ((997, 1003), (1001, 64), (65, 3000), (5, 5000)):
        reference, query = signal(rows, rng), signal(columns, rng)
        found = dtw_multiscale(reference, query, exact_pairs=2000)
        assert found.indices[0].tolist() == [0, 0]
        assert found.indices[-1].tolist() == [rows - 1, columns - 1]
        assert found.cost >= dtw(reference, query).cost * (1 - 1e-6)


def test_what_is_compared_may_be_made_anew_at_every_rate():
    rng = np.random.default_rng(7)
    reference = signal(3000, rng)
    query = recut(reference, rng)
    seen = []

    def changes(*sides):
        seen.append(len(sides[0]))
        return tuple(np.diff(side, axis=0, prepend=side[:1]) for side in sides)

    found = dtw_multiscale(reference, query, exact_pairs=100_000, describe=changes, **SKIPS)
    assert set(seen) == {188, 750, 3000}
    assert found.indices.tolist() == dtw(*changes(reference, query), **SKIPS).indices.tolist()


def test_progress_is_told_level_by_level():
    told = []

    class Listener:
        def start(self, task, total):
            told.append((task, total))

        def advance(self, amount):
            told.append(amount)

        def finish(self):
            told.append("done")

    values = signal(400, np.random.default_rng(6))
    dtw_multiscale(values, values, exact_pairs=10_000, progress=Listener())
    assert told == [("warp", 2), 1, 1, "done"]


@pytest.mark.parametrize("wrong", [{"exact_pairs": 0}, {"margin": 0}])
def test_limits_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ParameterError, match="1 or more"):
        dtw_multiscale([1, 2], [1, 2], **wrong)
    with pytest.raises(ParameterError, match="not finite"):
        dtw_multiscale([1, np.nan], [1, 2])
