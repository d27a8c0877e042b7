"""Faces come out of the cache as they went in."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.models.faces.packing import pack_faces, unpack_faces
from syncalign.streams.faces import FacesFound, FaceTrack


def random_track(number: int, count: int, *, has_points: bool) -> FaceTrack:
    rng = np.random.default_rng(number)
    boxes = rng.uniform(50, 400, (count, 4)).astype(np.float32)
    inside = rng.uniform(-0.3, 1.3, (count, 116, 2)).astype(np.float32)
    points = boxes[:, None, :2] + inside * boxes[:, None, 2:].max(axis=2, keepdims=True)
    times = np.cumsum(rng.uniform(0.01, 0.1, count))
    return FaceTrack(
        id=number,
        times=times,
        ends=times + 0.01,
        boxes=boxes,
        points=points if has_points else None,
        mouths=rng.integers(0, 256, (count, 32, 48), dtype=np.uint8),
        scores=rng.uniform(0, 1, count).astype(np.float32),
    )


def test_faces_survive_packing():
    tracks = (random_track(0, 30, has_points=True), random_track(1, 1, has_points=False))
    found = FacesFound(tracks, "landmarks", (640, 360), 77, 0.04, 3.2, (1.5,), ("It is dark",))
    back = unpack_faces(pack_faces(found))

    facts = ("detector", "displayed", "frames", "start", "end", "cuts", "reasons")
    assert [getattr(back, name) for name in facts] == [getattr(found, name) for name in facts]
    for one, two in zip(back.tracks, tracks, strict=True):
        assert one.id == two.id
        for name in ("times", "ends", "boxes", "mouths"):
            assert np.array_equal(getattr(one, name), getattr(two, name))
        assert one.scores == pytest.approx(two.scores, abs=1e-3)
    assert np.abs(back.tracks[0].points - tracks[0].points).max() < 400 / 16_000
    assert back.tracks[1].points is None


def test_no_faces_survive_packing():
    assert unpack_faces(pack_faces(FacesFound((), "haar", (2, 2), 5, 0.0, 1.0))).tracks == ()
