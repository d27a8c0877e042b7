"""Cepstra: what is left of a sound without its loudness and its channel."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.signal import lfilter

from syncalign.features import cepstra as module
from syncalign.features.cepstra import COEFFICIENTS, PHONE_BANK, CepstralNorm
from syncalign.features.spectral import band_levels
from syncalign.timebase import Features


def levels_of(samples) -> Features:
    block = SimpleNamespace(samples=np.asarray(samples, np.float32), start=0.0)
    return band_levels([block], PHONE_BANK)


def vowels(seconds: int = 6, seed: int = 0) -> np.ndarray:
    """Pulses through resonances that move: loud, and as uneven as speech."""
    rng = np.random.default_rng(seed)
    sound = rng.normal(0, 1e-3, seconds * 16000)
    sound[:: 16000 // 120] += 1
    pieces, state = [], np.zeros(2)
    for piece in np.split(sound, seconds * 10):
        angle = 2 * np.pi * rng.uniform(300, 3000) / 16000
        piece, state = lfilter([1], [1, -1.9 * np.cos(angle), 0.9], piece, zi=state)
        pieces.append(piece)
    return np.concatenate(pieces) * 0.1


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    return vowels()


def normed(samples, active=None) -> np.ndarray:
    levels = levels_of(samples)
    active = np.ones(len(levels), bool) if active is None else active[: len(levels)]
    return np.concatenate(list(CepstralNorm.of(levels, active).cepstra(levels)))


def test_the_bank_has_26_rising_bands_in_the_range_of_speech():
    edges = np.array(PHONE_BANK.edges_hz)
    assert PHONE_BANK.size == 26
    assert len(edges) == 28
    assert (np.diff(edges) > 0).all()
    assert (edges[0], edges[-1]) == (pytest.approx(100), pytest.approx(7600))
    assert (np.diff(edges, 2) > 0).all()  # mel: wider and wider


def test_mean_is_0_and_deviation_1_where_somebody_speaks(sound):
    silent = np.concatenate([sound, np.zeros(32000)])
    active = np.arange(1000) < 590
    values = normed(silent, active)[:590]
    assert values.shape[1] == COEFFICIENTS
    np.testing.assert_allclose(values.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(values.std(axis=0), 1, atol=0.01)


def test_without_speech_the_whole_recording_counts(sound):
    np.testing.assert_allclose(normed(sound, np.zeros(1000, bool)), normed(sound), atol=1e-6)


@pytest.mark.parametrize("gain", [0.3, 3.0])
def test_loudness_changes_nothing(sound, gain):
    # But for the steps in which levels are stored.
    assert np.abs(normed(sound * gain) - normed(sound)).mean() < 0.1


def test_the_channel_changes_little(sound):
    plain, dull = normed(sound), normed(lfilter([1, 0.5], [1], sound))
    other = normed(vowels(seed=9))
    # Where a band is cut to the floor it cannot follow, so not nothing.
    assert np.abs(dull - plain).mean() < 0.4 * np.abs(other - plain).mean()


def test_chunks_join_without_a_seam(sound, monkeypatch):
    levels = levels_of(sound)
    norm = CepstralNorm.of(levels, np.ones(len(levels), bool))
    whole = list(norm.cepstra(levels, margin=4))
    assert [len(chunk) for chunk in whole] == [len(levels) + 8]
    monkeypatch.setattr(module, "_CHUNK_FRAMES", 70)
    chunks = list(norm.cepstra(levels, margin=4))
    assert {len(chunk) for chunk in chunks[:-1]} == {78}
    np.testing.assert_array_equal(np.concatenate([c[4:-4] for c in chunks]), whole[0][4:-4])
    np.testing.assert_array_equal(chunks[0][-8:], chunks[1][:8])
    np.testing.assert_array_equal(chunks[0][:4], np.repeat(chunks[0][4:5], 4, axis=0))


def test_digital_silence_has_finite_cepstra():
    assert np.isfinite(normed(np.zeros(16000))).all()
    mixed = normed(np.concatenate([np.zeros(16000), vowels(1), np.zeros(16000)]))
    assert np.isfinite(mixed).all()
    assert np.abs(mixed).max() < 50


def test_no_sound_has_no_cepstra():
    levels = levels_of(np.zeros(0))
    norm = CepstralNorm.of(levels, np.zeros(len(levels), bool))
    assert sum(map(len, norm.cepstra(levels))) == len(levels)
