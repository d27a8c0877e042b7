"""The lips are told apart from the head; pictures of mouths move only where mouths do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from syncalign.errors import ParameterError
from syncalign.features.mouth import lip_distances, lip_shapes, mouth_motion, mouth_pixels
from syncalign.streams.faces import FaceTrack, eye_centres

COUNT = 60


def face_at_rest() -> np.ndarray:
    """Points of a made-up face: what matters are eyes at (-30, 0) and (30, 0) and a mouth."""
    points = np.random.default_rng(5).uniform(-60, 60, (116, 2))
    points[40], points[48], points[56], points[64] = (-40, 0), (-20, 0), (40, 0), (20, 0)
    around = np.linspace(np.pi, -np.pi, 20, endpoint=False)
    rim = np.stack([np.cos(around), np.sin(around)], axis=1)
    points[:20] = rim * (24, 10) + (0, 60)
    points[20:40] = rim * (18, 4) + (0, 60)
    return points


def talking(openness) -> np.ndarray:
    """The face in each frame, with inner and outer rims opened downwards."""
    points = np.repeat(face_at_rest()[None], len(openness), axis=0)
    lower = [*range(1, 10), *range(21, 30)]
    points[:, lower, 1] += np.asarray(openness)[:, None]
    return points


def track_of(points, mouths=None) -> FaceTrack:
    count = len(points)
    times = np.arange(count) / 25
    return FaceTrack(
        id=0,
        times=times,
        ends=times + 0.04,
        boxes=np.tile(np.float32([0, 0, 100, 100]), (count, 1)),
        points=points.astype(np.float32),
        mouths=np.zeros((count, 32, 48), np.uint8) if mouths is None else mouths,
        scores=np.ones(count, np.float32),
    )


def posed(points, seed=1) -> np.ndarray:
    """The same with the head moved, tilted and nearer or farther in each frame."""
    rng = np.random.default_rng(seed)
    angle = np.cumsum(rng.normal(0, 0.03, len(points)))
    scale = np.exp(np.cumsum(rng.normal(0, 0.02, len(points))))
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    turn = np.stack([np.stack([cos, sin], axis=1), np.stack([-sin, cos], axis=1)], axis=1)
    place = np.cumsum(rng.normal(0, 4, (len(points), 1, 2)), axis=0) + 300
    return points @ turn + place


def test_the_lips_do_not_know_how_the_head_is_held():
    openness = 6 + 6 * np.sin(np.arange(COUNT) / 2)
    still = lip_shapes(track_of(talking(openness)))
    moved = lip_shapes(track_of(posed(talking(openness))))

    assert still.values.shape == (COUNT, 80)
    assert moved.values == pytest.approx(still.values, abs=1e-3)


def test_the_unit_is_the_distance_between_the_eyes():
    openness = 6 + 6 * np.sin(np.arange(COUNT) / 2)
    shapes = lip_shapes(track_of(posed(talking(openness))))
    first = shapes.values[:, :2]
    distances = lip_distances(shapes).values

    assert first == pytest.approx(np.tile([-24 / 60, 1], (COUNT, 1)), abs=1e-3)
    assert distances[:, 0] == pytest.approx((8 + openness) / 60, abs=1e-3)
    assert distances[:, 1] == pytest.approx((20 + openness) / 60, abs=1e-3)
    assert distances[:, 3:] == pytest.approx(np.tile([48 / 60, 36 / 60], (COUNT, 1)), abs=1e-3)


def test_a_face_lost_for_long_is_not_a_number_in_any_feature():
    whole = track_of(talking(np.zeros(COUNT)), np.full((COUNT, 32, 48), 100, np.uint8))
    keep = np.r_[0:20, 40:60]
    names = ("times", "ends", "boxes", "points", "mouths", "scores")
    parted = replace(whole, **{name: getattr(whole, name)[keep] for name in names})

    for feature in (lip_shapes, mouth_pixels, mouth_motion):
        values = feature(parted).values.reshape(-1, 1 if feature is mouth_motion else 80)
        missing = np.isnan(feature(parted).values).reshape(COUNT, -1).all(axis=1)
        assert values.size
        assert missing[21:39].all()
        assert not missing[1:19].any()
    distances = lip_distances(lip_shapes(parted)).values
    assert np.isnan(distances[21:39]).all()


def test_a_track_without_points_says_what_is_missing():
    with pytest.raises(ParameterError, match="fetch the model 'face'"):
        lip_shapes(replace(track_of(talking([0.0, 1.0])), points=None))


def test_motion_is_where_and_when_the_mouth_moves():
    mouths = np.full((COUNT, 32, 48), 120, np.uint8)
    mouths[30:, 12:20, 12:36] = 20  # the mouth opens between frames 29 and 30
    motion = mouth_motion(track_of(talking(np.zeros(COUNT)), mouths), 100)

    peak = motion.grid.times[np.nanargmax(motion.values)]
    assert peak == pytest.approx(30 / 25, abs=0.02)
    assert np.nanmax(motion.values) > 1
    assert np.nanmax(motion.values[motion.grid.times < 1.1]) < 1e-3
    lit = (mouths[:1] * np.linspace(0.5, 1.5, COUNT)[:, None, None]).astype(np.uint8)
    assert np.nanmax(mouth_motion(track_of(talking(np.zeros(COUNT)), lit)).values) < 0.01


def test_motion_does_not_depend_on_the_frame_rate():
    def filmed(rate):
        times = np.arange(3 * rate) / rate
        edge = 10 + 8 * np.sin(2 * np.pi * 2 * (times + 0.5 / rate))
        rows = np.arange(32)[None, :, None]
        mouths = np.clip(120 - 60 * (rows - edge[:, None, None]), 20, 120)
        mouths = np.repeat(mouths, 48, axis=2).astype(np.uint8)
        zero = track_of(talking(np.zeros(len(times))), mouths)
        return mouth_motion(replace(zero, times=times, ends=times + 1 / rate), 25).values

    one, two = filmed(25)[2:-2], filmed(50)[2:-2]
    assert np.corrcoef(one, two)[0, 1] > 0.97
    assert one.mean() == pytest.approx(two.mean(), rel=0.1)


def test_one_frame_shows_no_motion():
    with pytest.raises(ParameterError, match="one frame"):
        mouth_motion(track_of(talking([0.0])))


def test_eyes_are_told_left_first():
    left, right = eye_centres(face_at_rest())

    assert left == pytest.approx([-30, 0])
    assert right == pytest.approx([30, 0])
