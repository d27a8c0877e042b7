"""Mouths are seen alike whatever the light; facts become numbers; babble has its level."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.models.fusion.babble import with_babble
from syncalign.models.fusion.facts import FactCoder
from syncalign.models.fusion.front_end import MOUTH_VALUES, FrontEnd, mirrored_lips


@pytest.fixture(scope="module")
def material():
    rng = np.random.default_rng(3)
    sounds = rng.normal(0, 3000, (12, 6 * 640 + 160)).astype(np.int16)
    lips = rng.normal(0, 1, (12, 6, 80)).astype(np.float32)
    pictures = rng.integers(0, 200, (12, 6, 32, 48)).astype(np.uint8)
    return sounds, lips, pictures


def test_levels_and_components_are_standardised(material):
    front_end = FrontEnd.fitted(*material)
    levels = front_end.levels(material[0] / np.float32(32767))
    assert levels.shape == (12, 24, 40)
    assert abs(levels.mean()) < 0.05
    mouths = front_end.mouths(*material[1:])
    assert mouths.shape == (12, 6, MOUTH_VALUES)
    assert 0.5 < mouths[..., :42].std() < 1.5


def test_light_and_contrast_of_the_picture_say_nothing(material):
    front_end = FrontEnd.fitted(*material)
    _, lips, pictures = material
    darker = (pictures / 2 + 20).astype(np.uint8)
    difference = front_end.mouths(lips, darker) - front_end.mouths(lips, pictures)
    assert np.abs(difference).max() < 0.1


def test_lips_without_points_are_the_mean_lips(material):
    sounds, lips, pictures = material
    front_end = FrontEnd.fitted(*material)
    shown = front_end.mouths(np.full_like(lips, np.nan), pictures)
    assert (shown[..., 32:42] == 0).all()
    blind = FrontEnd.fitted(sounds, np.full_like(lips, np.nan), pictures)
    assert np.isfinite(blind.mouths(lips, pictures)).all()


def test_a_mirror_swaps_the_corners_and_twice_is_nothing():
    lips = np.random.default_rng(0).normal(size=(4, 80)).astype(np.float32)
    once = mirrored_lips(lips)
    assert np.allclose(mirrored_lips(once), lips)
    corners, mirrored = (x.reshape(4, 40, 2)[:, [0, 10]] for x in (lips, once))
    assert np.allclose(mirrored, corners[:, ::-1] * [-1, 1])


def test_babble_of_other_recordings_has_the_level_that_is_asked_for():
    rng = np.random.default_rng(1)
    sounds = rng.normal(0, 0.1, (6, 4000)).astype(np.float32)
    recordings = np.array([0, 0, 1, 1, 2, 2], np.uint64)
    snr = np.array([np.inf, 0, 5, -5, 10, 0])
    noisy = with_babble(sounds, recordings, snr, np.random.default_rng(2))
    assert np.array_equal(noisy[0], sounds[0])
    added = noisy[1:] - sounds[1:]
    ratio = 10 * np.log10((sounds[1:] ** 2).mean(1) / (added**2).mean(1))
    assert ratio == pytest.approx(snr[1:], abs=0.01)
    silent = sounds.copy()
    silent[:4] = 0  # both other recordings of the last two
    heard = with_babble(silent, recordings, np.zeros(6), np.random.default_rng(2))
    assert np.allclose(heard[4:], silent[4:])


def test_columns_become_numbers_and_come_back_from_a_file():
    rows = [
        {"age": "30", "place": "home"},
        {"age": "50", "place": "street"},
        {"age": "", "place": ""},
    ]
    coder = FactCoder.fitted(("age", "place"), rows)
    expected = [[-1, 1, 1, 0], [1, 1, 0, 1], [0, 0, 0, 0]]
    assert coder.coded(rows).tolist() == expected
    assert FactCoder.from_dict(coder.as_dict()) == coder
    assert coder.coded([{"place": "moon"}]).tolist() == [[0, 0, 0, 0]]
    assert FactCoder.fitted((), [{}]).coded([{}]).shape == (1, 0)


def test_a_cell_that_says_nothing_is_missing():
    rows = [{"snr": "10.5"}, {"snr": "nan"}, {"snr": "12.5"}, {"snr": ""}]
    coder = FactCoder.fitted(("snr",), rows)
    assert list(coder.numbers) == ["snr"]
    assert coder.coded(rows).tolist() == [[-1, 1], [0, 0], [1, 1], [0, 0]]
