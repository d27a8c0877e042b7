"""Band levels: the same whatever the cutting, at the right time, in decibels."""

import itertools
import tracemalloc
from dataclasses import dataclass

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from syncalign.errors import ParameterError
from syncalign.features.mel import MEL_BANK
from syncalign.features.spectral import (
    HOP_SAMPLES,
    LEVEL_ORIGIN_DB,
    LEVEL_STEP_DB,
    MARGIN_FRAMES,
    SAMPLE_RATE,
    SPEECH_BANK,
    FilterBank,
    above_floor,
    band_levels,
    levels_by_bank,
    levels_of_sounds,
)
from syncalign.models.speech_detector import built_in_detector


@dataclass
class Block:
    samples: np.ndarray
    start: float


def blocks_of(samples, edges, begin=0):
    edges = [0, *edges, len(samples)]
    return [Block(samples[a:b], (begin + a) / SAMPLE_RATE) for a, b in itertools.pairwise(edges)]


def noise(seconds, seed=0):
    return (np.random.default_rng(seed).normal(0, 0.1, int(seconds * SAMPLE_RATE))).astype(
        np.float32
    )


TRIANGLES = FilterBank((100.0, 400.0, 900.0, 2000.0, 7600.0), 320, triangles=True)


def by_definition(samples, bank):
    """Levels by a plain Fourier transform of each centred frame."""
    size = bank.window_samples
    padded = np.concatenate([np.zeros(size // 2), samples])
    count = (len(padded) - size) // HOP_SAMPLES + 1
    window = np.hanning(size + 1)[:-1]
    frequency = np.arange(size // 2 + 1) * SAMPLE_RATE / size
    edges = bank.edges_hz
    if bank.triangles:
        weights = [
            np.interp(frequency, [left, tip, right], [0, 1, 0])
            for left, tip, right in zip(edges, edges[1:], edges[2:], strict=False)
        ]
    else:
        weights = [
            (frequency >= low) & (frequency < high) for low, high in itertools.pairwise(edges)
        ]
    rows = []
    for index in range(count):
        frame = padded[index * HOP_SAMPLES :][:size]
        power = np.abs(np.fft.rfft(frame * window)) ** 2 / (window.sum() / 2) ** 2
        rows.append([np.average(power, weights=weight) for weight in weights])
    return 10 * np.log10(np.array(rows) + 10**-7.5)


@pytest.mark.parametrize("bank", [SPEECH_BANK, TRIANGLES])
def test_levels_are_those_of_a_plain_fourier_transform(bank):
    samples = noise(1.5)
    levels = band_levels(blocks_of(samples, []), bank)
    expected = by_definition(samples, bank)
    assert levels.values.shape == expected.shape
    assert np.abs(levels.values * 0.5 - 75.0 - expected).max() <= 0.26


def test_several_banks_are_measured_at_once():
    blocks = blocks_of(noise(3), [9_000, 40_123], 1000)
    both = levels_by_bank(iter(blocks), (SPEECH_BANK, TRIANGLES))
    for levels, bank in zip(both, (SPEECH_BANK, TRIANGLES), strict=True):
        assert np.array_equal(levels.values, band_levels(blocks, bank).values)


@pytest.mark.parametrize("begin", [0, 341, 7, 160, 40_000])
def test_cutting_into_blocks_changes_nothing(begin):
    samples = noise(4)
    whole = band_levels(blocks_of(samples, [], begin))
    many = blocks_of(samples, [700, 701, 9_000, 40_123, 50_000], begin)
    assert np.array_equal(whole.values, band_levels(many).values)


@pytest.mark.parametrize("begin_s", [0.0, 0.25, 3.0])
def test_a_click_is_found_at_its_time_on_the_clock(begin_s):
    samples = np.zeros(3 * SAMPLE_RATE, np.float32)
    samples[SAMPLE_RATE] = 1.0
    levels = band_levels(blocks_of(samples, [], round(begin_s * SAMPLE_RATE)))
    loudest = int(levels.values.sum(axis=1, dtype=int).argmax())
    assert levels.grid.time_at(loudest) == pytest.approx(begin_s + 1.0, abs=0.005)


def test_a_full_scale_tone_has_level_zero():
    time = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    tone = np.sin(2 * np.pi * 187.5 * time).astype(np.float32)  # the only coefficient of its band
    levels = band_levels(blocks_of(tone, [])).values[20:80] * 0.5 - 75.0
    assert levels.max() == pytest.approx(0.0, abs=0.5)


def test_no_sound_gives_no_frames():
    assert len(band_levels([])) == 0
    assert len(band_levels(blocks_of(noise(0.005), []))) == 0
    assert list(above_floor(band_levels([]))) == []


def test_heights_above_the_floor_cover_every_frame_once():
    levels = band_levels(blocks_of(noise(65), []))
    chunks = list(above_floor(levels))
    assert sum(len(chunk) - 2 * MARGIN_FRAMES for chunk in chunks) == len(levels)
    joined = np.concatenate([chunk[MARGIN_FRAMES:-MARGIN_FRAMES] for chunk in chunks])
    assert np.array_equal(
        chunks[1][:MARGIN_FRAMES], joined[: len(chunks[0]) - 2 * MARGIN_FRAMES][-MARGIN_FRAMES:]
    )
    assert joined.min() >= 0
    assert joined.max() <= 45 / 20


def peak_of(work):
    """Do the work; tell its result and the bytes that were held at the worst moment."""
    tracemalloc.start()
    # As where it is used: BLAS's own threads would wait for each other on a busy machine.
    with threadpool_limits(limits=1, user_api="blas"):
        result = work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return result, peak


def test_an_hour_takes_little_more_memory_than_what_is_kept_of_it():
    silence = np.zeros(10 * SAMPLE_RATE, np.float32)
    levels, peak = peak_of(lambda: band_levels(Block(silence, 10.0 * k) for k in range(360)))
    assert peak < 1.2 * levels.values.nbytes + 3_000_000

    detector = built_in_detector()
    odds, peak = peak_of(lambda: detector.log_odds(levels))
    assert peak < 1.2 * odds.values.nbytes + 4_000_000


def test_many_short_sounds_have_the_levels_of_a_long_one():
    sound = noise(1.0)
    levels = levels_of_sounds(sound.reshape(2, -1), MEL_BANK)
    streamed = band_levels(
        [Block(np.concatenate([np.zeros(160, np.float32), sound]), 0.0)], MEL_BANK
    )
    stored = streamed.values[2 : 2 + 49].astype(float) * LEVEL_STEP_DB + LEVEL_ORIGIN_DB
    assert levels.shape == (2, 49, 40)
    assert np.abs(levels[0] - stored).max() <= LEVEL_STEP_DB / 2 + 1e-3
    with pytest.raises(ParameterError, match="no whole number of hops"):
        levels_of_sounds(np.zeros((1, 1000), np.float32))
