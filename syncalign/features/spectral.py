"""Band levels of a sound: how loud each of its frequency bands is, a hundred times a second."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError
from syncalign.timebase import Features, Grid

if TYPE_CHECKING:
    from syncalign.media import AudioBlock

SAMPLE_RATE = 16000
FRAME_RATE = Fraction(100)
HOP_SAMPLES = 160
#: A level is stored as half decibels above this, in one byte: a ten-hour film takes 43 MB.
LEVEL_ORIGIN_DB = -75.0
LEVEL_STEP_DB = 0.5
_CHUNK_FRAMES = 512  # the products of one chunk stay in the processor's cache


@dataclass(frozen=True, slots=True)
class FilterBank:
    """Frequency bands and the window they are measured in.

    Parameters
    ----------
    edges_hz : tuple of float
        For square bands the edges of each, in order; for triangles their feet and tips: band k
        rises from edge k to edge k + 1 and falls to edge k + 2.
    window_samples : int
        Length of the Hann window, at most two hops.
    triangles : bool
        Whether the bands overlap as triangles.
    """

    edges_hz: tuple[float, ...]
    window_samples: int
    triangles: bool = False

    @property
    def size(self) -> int:
        """How many bands there are."""
        return len(self.edges_hz) - (2 if self.triangles else 1)

    def weights(self, frequencies: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Weight of each frequency in the mean power of each band [shape=(F, size)]."""
        edges = np.array(self.edges_hz)
        if self.triangles:
            left, tip, right = edges[:-2], edges[1:-1], edges[2:]
            rise = (frequencies[:, None] - left) / (tip - left)
            fall = (right - frequencies[:, None]) / (right - tip)
            member = np.clip(np.minimum(rise, fall), 0, None)
        else:
            band = np.searchsorted(edges, frequencies, side="right") - 1
            member = (band[:, None] == np.arange(self.size)).astype(float)
        weights: npt.NDArray[np.float64] = member / np.maximum(member.sum(axis=0), 1e-9)
        return weights


#: From the voice's pitch to where its hiss fades: what tells speech from other sound.
SPEECH_BANK = FilterBank(tuple(np.geomspace(120, 5500, 13)), 256)
BAND_COUNT = SPEECH_BANK.size


def band_levels(blocks: Iterable[AudioBlock], bank: FilterBank = SPEECH_BANK) -> Features:
    """Measure the level of each band while a sound is being decoded.

    Frame k is centred on ``k / 100`` seconds of the container's clock, whatever the start of the
    sound; before that there is silence.

    Parameters
    ----------
    blocks : iterable of AudioBlock
        Mono samples at 16 kHz, contiguous in time.
    bank : FilterBank
        The bands.

    Returns
    -------
    Features [shape=(T, bank.size)]
        Levels as ``uint8``: half decibels above -75 dB of full scale, at 100 Hz.
    """
    return levels_by_bank(blocks, (bank,))[0]


def levels_by_bank(
    blocks: Iterable[AudioBlock], banks: tuple[FilterBank, ...]
) -> tuple[Features, ...]:
    """Measure the levels of several banks while a sound is being decoded once.

    Parameters and result are those of :func:`band_levels`, once for each bank.
    """
    meters = [_Meter(bank) for bank in banks]
    for block in blocks:
        for meter in meters:
            meter.feed(block)
    return tuple(meter.features() for meter in meters)


def levels_of_sounds(
    sounds: npt.NDArray[np.float32], bank: FilterBank = SPEECH_BANK
) -> npt.NDArray[np.float32]:
    """Measure the levels of many short sounds of one length at once, unrounded.

    Parameters
    ----------
    sounds : np.ndarray of float32 [shape=(N, (T + 1) * 160)]
        Mono at 16 kHz.
    bank : FilterBank
        The bands.

    Returns
    -------
    np.ndarray of float32 [shape=(N, T, bank.size)]
        Decibels of full scale, hardly below -75. Frame k is of the window that begins at sample
        ``160 * k``.

    Raises
    ------
    ParameterError
        The length is no whole number of hops, or only one.
    """
    count, length = sounds.shape
    if length % HOP_SAMPLES or length < 2 * HOP_SAMPLES:
        raise ParameterError(f"{length} samples are no whole number of hops of {HOP_SAMPLES}")
    head, tail, bands = _transform(bank)
    rows = sounds.reshape(count, -1, HOP_SAMPLES)
    coefficients = rows[:, :-1] @ head
    coefficients += rows[:, 1:, : len(tail)] @ tail
    coefficients *= coefficients
    levels = (coefficients @ bands).astype(np.float32, copy=False)
    levels += np.float32(10 ** (LEVEL_ORIGIN_DB / 10))
    np.log10(levels, out=levels)
    levels *= np.float32(10)
    return levels


class _Meter:
    """What was measured of a sound in one bank, and the samples that still await a whole frame."""

    def __init__(self, bank: FilterBank) -> None:
        self._bank = bank
        self._rest: npt.NDArray[np.float32] | None = None
        self._stored = bytearray()  # grows in place: joining arrays would take the memory twice

    def feed(self, block: AudioBlock) -> None:
        window = self._bank.window_samples
        if self._rest is None:
            # The first window is centred on t = 0, so it begins half a window before it.
            before = max(0, round(block.start * SAMPLE_RATE) + window // 2)
            silent_frames = max(0, before - window + HOP_SAMPLES) // HOP_SAMPLES
            self._stored += bytes(silent_frames * self._bank.size)
            self._rest = np.zeros(before - silent_frames * HOP_SAMPLES, np.float32)
        rest = np.concatenate([self._rest, block.samples])
        whole = max(0, len(rest) - window + HOP_SAMPLES) // HOP_SAMPLES
        for first in range(0, whole, _CHUNK_FRAMES):
            stop = min(first + _CHUNK_FRAMES, whole)
            samples = rest[first * HOP_SAMPLES : (stop - 1) * HOP_SAMPLES + window]
            self._stored += _frame_levels(samples, self._bank).data
        self._rest = rest[whole * HOP_SAMPLES :]

    def features(self) -> Features:
        values = np.frombuffer(self._stored, np.uint8).reshape(-1, self._bank.size)
        return Features(values, Grid(FRAME_RATE, 0.0, len(values)))


def _frame_levels(samples: npt.NDArray[np.float32], bank: FilterBank) -> npt.NDArray[np.uint8]:
    """Levels of every frame that fits into the samples [shape=(F, bank.size)]."""
    head, tail, bands = _transform(bank)
    frames = (len(samples) - bank.window_samples) // HOP_SAMPLES + 1
    # A windowed Fourier transform as two matrix products: rows of one hop need no overlapping copy,
    # and only the coefficients inside the bands are computed. Twice as fast as an FFT here.
    rows = np.empty((frames + 1, HOP_SAMPLES), np.float32)
    rows.ravel()[: len(samples)] = samples[: rows.size]
    rows.ravel()[len(samples) :] = 0
    coefficients = rows[:-1] @ head
    coefficients += rows[1:, : len(tail)] @ tail
    coefficients *= coefficients
    power = coefficients @ bands
    power += 10 ** (LEVEL_ORIGIN_DB / 10)
    np.log10(power, out=power)
    power *= 10 / LEVEL_STEP_DB
    power += 0.5 - LEVEL_ORIGIN_DB / LEVEL_STEP_DB
    return np.clip(power, 0, 255).astype(np.uint8)


@cache
def _transform(
    bank: FilterBank,
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Cosines and sines under a Hann window, split at the hop, and the bands' mean power."""
    size = bank.window_samples
    frequencies = np.arange(size // 2 + 1) * SAMPLE_RATE / size
    member = bank.weights(frequencies)
    used = np.flatnonzero(member.any(axis=1))
    time = np.arange(size)
    angle = 2 * np.pi * np.outer(time, used) / size
    window = 0.5 - 0.5 * np.cos(2 * np.pi * time / size)
    basis = np.concatenate([np.cos(angle), np.sin(angle)], axis=1) * window[:, None]
    # Full scale is a sine of amplitude 1 in one coefficient: (window sum / 2) squared.
    member = member[used] / (window.sum() / 2) ** 2
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
        yield np.clip((height - ground) * np.float32(LEVEL_STEP_DB), 0, 45) / np.float32(20)


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
    lowest: npt.NDArray[np.float32] = loudest - np.float32(50 / LEVEL_STEP_DB)
    return np.maximum(floor, lowest)


def _quiet(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Sixth quietest level of each band in each half second, the last one filled up."""
    missing = -len(values) % _FLOOR_FRAMES
    padded = np.pad(values, ((0, missing), (0, 0)), mode="edge") if missing else values
    return np.partition(padded.reshape(-1, _FLOOR_FRAMES, BAND_COUNT), 5, axis=1)[:, 5]
