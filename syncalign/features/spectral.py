"""Band levels of a sound: how loud each of a dozen frequency bands is, a hundred times a second."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from syncalign.timebase import Features, Grid

if TYPE_CHECKING:
    from syncalign.media import AudioBlock

SAMPLE_RATE = 16000
FRAME_RATE = Fraction(100)
HOP_SAMPLES = 160
WINDOW_SAMPLES = 256
#: Edges of the twelve bands, in Hz: from the voice's pitch to where its hiss fades.
BAND_EDGES_HZ = np.geomspace(120, 5500, 13)
BAND_COUNT = len(BAND_EDGES_HZ) - 1
#: A level is stored as half decibels above this, in one byte: a ten-hour film takes 43 MB.
LEVEL_ORIGIN_DB = -75.0
_STEP_DB = 0.5
_CHUNK_FRAMES = 512  # the products of one chunk stay in the processor's cache


def band_levels(blocks: Iterable[AudioBlock]) -> Features:
    """Measure the level of each band while a sound is being decoded.

    Frame k is centred on ``k / 100`` seconds of the container's clock, whatever the start of the
    sound; before that there is silence.

    Parameters
    ----------
    blocks : iterable of AudioBlock
        Mono samples at 16 kHz, contiguous in time.

    Returns
    -------
    Features [shape=(T, 12)]
        Levels as ``uint8``: half decibels above -75 dB of full scale, at 100 Hz.
    """
    stored = bytearray()  # grows in place: joining arrays would take the memory twice
    for piece in _levels(blocks):
        stored += piece.data
    values = np.frombuffer(stored, np.uint8).reshape(-1, BAND_COUNT)
    return Features(values, Grid(FRAME_RATE, 0.0, len(values)))


def _levels(blocks: Iterable[AudioBlock]) -> Iterator[npt.NDArray[np.uint8]]:
    rest: npt.NDArray[np.float32] | None = None
    for block in blocks:
        if rest is None:
            # The first window is centred on t = 0, so it begins half a window before it.
            before = round(block.start * SAMPLE_RATE) + WINDOW_SAMPLES // 2
            silent_frames, silent_samples = divmod(max(before, 0), HOP_SAMPLES)
            yield np.zeros((silent_frames, BAND_COUNT), np.uint8)
            rest = np.zeros(silent_samples, np.float32)
        rest = np.concatenate([rest, block.samples])
        whole = max(0, len(rest) - WINDOW_SAMPLES + HOP_SAMPLES) // HOP_SAMPLES
        for first in range(0, whole, _CHUNK_FRAMES):
            stop = min(first + _CHUNK_FRAMES, whole)
            yield _frame_levels(
                rest[first * HOP_SAMPLES : (stop - 1) * HOP_SAMPLES + WINDOW_SAMPLES]
            )
        rest = rest[whole * HOP_SAMPLES :]


def _frame_levels(samples: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """Levels of every frame that fits into the samples [shape=(F, 12)]."""
    head, tail, bands = _transform()
    frames = (len(samples) - WINDOW_SAMPLES) // HOP_SAMPLES + 1
    # A windowed Fourier transform as two matrix products: rows of one hop need no overlapping copy,
    # and only the coefficients inside the bands are computed. Twice as fast as an FFT here.
    rows = np.empty((frames + 1, HOP_SAMPLES), np.float32)
    rows.ravel()[: len(samples)] = samples[: rows.size]
    rows.ravel()[len(samples) :] = 0
    coefficients = rows[:-1] @ head
    coefficients += rows[1:, : WINDOW_SAMPLES - HOP_SAMPLES] @ tail
    coefficients *= coefficients
    power = coefficients @ bands
    power += 10 ** (LEVEL_ORIGIN_DB / 10)
    np.log10(power, out=power)
    power *= 10 / _STEP_DB
    power += 0.5 - LEVEL_ORIGIN_DB / _STEP_DB
    return np.clip(power, 0, 255).astype(np.uint8)


@cache
def _transform() -> tuple[
    npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]
]:
    """Cosines and sines under a Hann window, split at the hop, and the bands' mean power."""
    frequencies = np.arange(WINDOW_SAMPLES // 2 + 1) * SAMPLE_RATE / WINDOW_SAMPLES
    band = np.searchsorted(BAND_EDGES_HZ, frequencies, side="right") - 1
    used = np.flatnonzero((band >= 0) & (band < len(BAND_EDGES_HZ) - 1))
    time = np.arange(WINDOW_SAMPLES)
    angle = 2 * np.pi * np.outer(time, used) / WINDOW_SAMPLES
    window = 0.5 - 0.5 * np.cos(2 * np.pi * time / WINDOW_SAMPLES)
    basis = np.concatenate([np.cos(angle), np.sin(angle)], axis=1) * window[:, None]
    member = (band[used][:, None] == np.arange(len(BAND_EDGES_HZ) - 1)).astype(float)
    member /= np.maximum(member.sum(axis=0), 1)
    # Full scale is a sine of amplitude 1 in one coefficient: (window sum / 2) squared.
    member /= (window.sum() / 2) ** 2
    basis32 = basis.astype(np.float32)
    bands = np.concatenate([member, member]).astype(np.float32)
    return basis32[:HOP_SAMPLES], basis32[HOP_SAMPLES:], bands


def above_floor(levels: Features) -> Iterator[npt.NDArray[np.float32]]:
    """Say how far each band stands above its own slowly moving floor.

    The floor of a band is the fifth quietest of the half-second minima within five seconds, and
    never more than 50 dB below the loudest that the band gets: digital silence is no reference.

    Parameters
    ----------
    levels : Features [shape=(T, 12)]
        What :func:`band_levels` returned.

    Yields
    ------
    np.ndarray [shape=(C + 2 * MARGIN_FRAMES, 12)]
        Decibels above the floor, 0 to 45, divided by 20: chunks of C frames with the frames before
        and behind them, the edges of the sound repeated.
    """
    values = np.asarray(levels.values, dtype=np.uint8)
    if len(values) == 0:
        return
    floor = _floor(values)
    last = len(values) - 1
    for first in range(0, len(values), _FLOOR_CHUNK):
        stop = min(first + _FLOOR_CHUNK, len(values))
        at = np.clip(np.arange(first - MARGIN_FRAMES, stop + MARGIN_FRAMES), 0, last)
        place = np.clip((at - _FLOOR_FRAMES / 2 + 0.5) / _FLOOR_FRAMES, 0, len(floor) - 1)
        index = place.astype(np.int64)
        share = (place - index).astype(np.float32)[:, None]
        after = floor[np.minimum(index + 1, len(floor) - 1)]
        ground = floor[index] * (1 - share) + after * share
        height = values[at[0] : at[-1] + 1] if at[-1] - at[0] + 1 == len(at) else values[at]
        yield np.clip((height - ground) * np.float32(_STEP_DB), 0, 45) / np.float32(20)


#: Frames before and behind each chunk of :func:`above_floor`.
MARGIN_FRAMES = 60
_FLOOR_CHUNK = 2000  # a whole number of _FLOOR_FRAMES
_FLOOR_FRAMES = 50
_FLOOR_REACH = 10


def _floor(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Floor of each band in each half second [shape=(ceil(T / 50), 12)]."""
    quiet = np.concatenate(
        [
            _quiet(values[first : first + _FLOOR_CHUNK])
            for first in range(0, len(values), _FLOOR_CHUNK)
        ]
    )
    around = np.pad(quiet, ((_FLOOR_REACH, _FLOOR_REACH), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(around, 2 * _FLOOR_REACH + 1, axis=0)
    floor = np.partition(windows, 4, axis=-1)[..., 4].astype(np.float32)
    loudest = np.quantile(values[::7], 0.99, axis=0).astype(np.float32)
    lowest: npt.NDArray[np.float32] = loudest - np.float32(50 / _STEP_DB)
    return np.maximum(floor, lowest)


def _quiet(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Sixth quietest level of each band in each half second, the last one filled up."""
    missing = -len(values) % _FLOOR_FRAMES
    padded = np.pad(values, ((0, missing), (0, 0)), mode="edge") if missing else values
    return np.partition(padded.reshape(-1, _FLOOR_FRAMES, BAND_COUNT), 5, axis=1)[:, 5]
