"""The phone space: the same phone of two voices is nearer than two phones of one."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.features.cepstra import COEFFICIENTS, PHONE_BANK
from syncalign.features.spectral import band_levels
from syncalign.media import AudioBlock
from syncalign.models import phone_space
from syncalign.models.phone_space import CONTEXT_FRAMES, DIMENSIONS, beside, built_in_space
from syncalign.streams.synthesis import speak

SENTENCES = [
    "the old lighthouse keeper climbed the narrow stairs",
    "every evening he lit the great lamp again",
    "ships passed slowly through the silver fog",
    "nobody had visited the island for many years",
    "a young woman carried a heavy wooden box",
    "she asked him to open it before midnight",
]


def centres(voice: str) -> dict[str, np.ndarray]:
    """Mean of the middle frames of each phone that was said at least three times."""
    samples, frames, begin = [], {}, 0
    for piece, phones in speak([sentence.split() for sentence in SENTENCES], voice):
        for name, start, end in zip(phones.names, phones.starts, phones.ends, strict=True):
            frames.setdefault(name, []).append(round((begin + (start + end) / 2) / 160))
        samples.append(piece)
        begin += len(piece)
    levels = band_levels([AudioBlock(np.concatenate(samples), 0.0)], PHONE_BANK)
    active = np.zeros(len(levels), bool)
    active[np.concatenate(list(frames.values()))] = True
    values = np.asarray(built_in_space().features(levels, active).values, np.float32)
    return {name: values[at].mean(axis=0) for name, at in frames.items() if len(at) >= 3}


def test_the_weights_are_there():
    space = built_in_space()
    assert built_in_space() is space
    assert space.projection.shape == ((2 * CONTEXT_FRAMES + 1) * COEFFICIENTS, DIMENSIONS)
    assert space.projection.dtype == np.float32
    assert np.isfinite(space.projection).all()
    assert np.linalg.matrix_rank(space.projection) == DIMENSIONS


def test_nine_frames_stand_beside_each_other():
    cepstra = np.arange(12 * 13, dtype=np.float32).reshape(12, 13)
    rows = beside(cepstra)
    assert rows.shape == (4, 117)
    np.testing.assert_array_equal(rows[1], cepstra[1:10].ravel())


def test_a_recording_has_a_row_for_every_frame(monkeypatch):
    rng = np.random.default_rng(0)
    levels = band_levels(
        [AudioBlock(rng.normal(0, 0.1, 40000).astype(np.float32), 0.0)], PHONE_BANK
    )
    active = np.ones(len(levels), bool)
    found = built_in_space().features(levels, active)
    assert found.grid == levels.grid
    assert np.asarray(found.values).shape == (len(levels), DIMENSIONS)
    assert np.asarray(found.values).dtype == np.float16
    monkeypatch.setattr("syncalign.features.cepstra._CHUNK_FRAMES", 33)
    again = built_in_space().features(levels, active)
    np.testing.assert_allclose(np.asarray(again.values), np.asarray(found.values), atol=0.01)


def test_a_phone_of_two_voices_is_nearer_than_two_phones():
    one, other = centres("en-us"), centres("en-us+f4")
    names = sorted(set(one) & set(other))
    assert len(names) >= 12
    apart = np.linalg.norm(
        np.array([one[n] for n in names])[:, None] - np.array([other[n] for n in names]), axis=2
    )
    same = np.diag(apart)
    # Neighbouring vowels may be as near: most phones have their own name among the three nearest.
    rank = (apart < same[:, None]).sum(axis=1)
    assert (rank < 3).mean() >= 0.8, dict(zip(names, rank.tolist(), strict=True))
    assert np.median(same) < 0.6 * np.median(apart[~np.eye(len(names), dtype=bool)])


def test_only_the_weights_of_the_package_are_read(monkeypatch):
    monkeypatch.setattr(phone_space, "_weights", lambda: b"no weights")
    built_in_space.cache_clear()
    with pytest.raises(Exception, match="header"):
        built_in_space()
    monkeypatch.undo()
    assert built_in_space().projection.shape == (117, 24)
