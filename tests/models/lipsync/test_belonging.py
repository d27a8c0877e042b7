"""Whose sound it is: made-up lips with their own sound, and with that of others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from syncalign.models.fusion.clip import Clip, Mouth
from syncalign.models.lipsync import belonging
from syncalign.models.lipsync.belonging import is_foreign
from tests.models.lipsync.spoken_lips import opening, shapes_of, sound_of

SECONDS = 12.0


@pytest.fixture
def heard(monkeypatch):
    """Samples stand for a course: the first of them is its seed."""
    monkeypatch.setattr(
        belonging, "listen", lambda blocks: sound_of(opening(SECONDS, int(blocks[0].samples[0])))
    )


def clip(lips: int, sound: int) -> Clip:
    shapes = np.asarray(shapes_of(opening(SECONDS, lips)).values, np.float32)
    rows = len(shapes)
    mouth = Mouth(0, shapes, np.zeros((rows, 32, 48), np.uint8), np.ones(rows, bool), 100.0)
    return Clip(np.full(round(SECONDS * 16_000), sound, np.float32), (mouth,))


def a_foreign_one() -> Clip:
    """Not every foreign sound is told: take one that is."""
    return next(found for seed in range(21, 40) if is_foreign(found := clip(seed, 1)))


@pytest.mark.usefixtures("heard")
def test_the_sound_of_another_is_foreign_and_the_own_one_is_not():
    assert not any(is_foreign(clip(seed, seed)) for seed in range(1, 9))
    assert sum(is_foreign(clip(seed, seed + 20)) for seed in range(1, 9)) >= 6


@pytest.mark.usefixtures("heard")
def test_a_sound_that_fits_one_of_two_faces_belongs():
    one, other = clip(1, 1), a_foreign_one()
    assert not is_foreign(replace(other, mouths=(*other.mouths, *one.mouths)))


@pytest.mark.usefixtures("heard")
def test_what_cannot_be_judged_has_the_benefit_of_the_doubt():
    foreign = a_foreign_one()
    (mouth,) = foreign.mouths
    unknown = replace(mouth, shapes=np.full_like(mouth.shapes, np.nan))
    brief = replace(mouth, shapes=mouth.shapes[:30], seen=mouth.seen[:30])
    assert not is_foreign(replace(foreign, mouths=(unknown,)))
    assert not is_foreign(replace(foreign, mouths=(brief,)))
    assert not is_foreign(replace(foreign, mouths=()))
    assert not is_foreign(replace(foreign, samples=None))
