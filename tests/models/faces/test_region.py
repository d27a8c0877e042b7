"""Regions are cut out upright, at any size, without skipping pixels."""

from __future__ import annotations

import math

import numpy as np
import pytest

from syncalign.models.faces.landmarks import KEPT, region_of_points
from syncalign.models.faces.region import Region

ROWS, COLUMNS = np.mgrid[0:400, 0:600]


def waves(wavelength: float) -> np.ndarray:
    light = 127 + 100 * np.sin(2 * np.pi * (COLUMNS * 0.8 + ROWS * 0.6) / wavelength)
    return np.repeat(light[..., None], 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize("size", [30.0, 90.0, 333.0])
@pytest.mark.parametrize("angle", [0.0, 0.4, -2.0])
def test_a_cut_shows_what_its_matrix_says(size, angle):
    region = Region(300.0, 200.0, size, angle)
    cut = region.cut(waves(60), 48, 32).astype(float)[..., 0]
    back = np.linalg.inv(np.vstack([region.onto(48, 32), [0, 0, 1]]))
    places = back @ np.stack([*np.mgrid[0:48, 0:32].reshape(2, -1), np.ones(48 * 32)])
    phase = 2 * np.pi * (places[0] * 0.8 + places[1] * 0.6) / 60
    expected = (127 + 100 * np.sin(phase)).reshape(48, 32).T

    blur = 0 if size < 96 else 12  # a large region is averaged
    assert np.abs(cut - expected).mean() < 4 + blur


def test_the_middle_stays_the_middle_when_shrunk():
    picture = np.zeros((400, 600, 3), np.uint8)
    picture[195:206, 295:306] = 255  # middle pixel (300, 200)
    for size in (100.0, 300.0):
        cut = Region(300.0, 200.0, size, 0.3).cut(picture, 48, 48).astype(float)[..., 0]
        middle = (np.mgrid[0:48, 0:48] * cut).sum(axis=(1, 2)) / cut.sum()
        assert middle == pytest.approx([24, 24], abs=0.3)


def test_outside_of_the_picture_is_black():
    assert not Region(-500.0, 50.0, 90.0).cut(waves(60), 32, 32).any()
    assert not Region(-900.0, 50.0, 300.0).cut(waves(60), 32, 32).any()


def test_the_region_of_points_is_turned_with_the_eyes():
    points = np.random.default_rng(0).uniform(-50, 50, (468, 2)).astype(np.float32)
    points[33], points[263] = (-30, 0), (30, 0)
    points[:4] = [(-50, -50), (50, -50), (-50, 50), (50, 50)]
    turn = np.array([[math.cos(0.5), math.sin(0.5)], [-math.sin(0.5), math.cos(0.5)]])
    region = region_of_points((points @ turn + (200, 100)).astype(np.float32))

    assert region.angle == pytest.approx(0.5, abs=1e-5)
    assert (region.x, region.y) == pytest.approx((200, 100), abs=0.5)
    assert region.size == pytest.approx(150, abs=1)


def test_each_point_is_kept_once():
    assert len(KEPT) == len(set(KEPT)) == 116
