"""MFCC to the letter of python_speech_features 0.6, which published networks were trained on.

Thirteen coefficients of 26 triangles at 16 kHz, rectangular windows of 25 ms each 10 ms, the first
coefficient replaced by the logarithm of the energy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

COEFFICIENTS = 13
_RATE, _WINDOW, _HOP, _FFT = 16_000, 400, 160, 512
_FILTERS, _PREEMPHASIS, _LIFTER = 26, 0.97, 22
_TINY = np.finfo(np.float64).eps
_CHUNK = 4096  # windows


def mfcc(samples: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """Return mel-frequency cepstral coefficients.

    Parameters
    ----------
    samples : ndarray [shape=(N,)]
        At 16 kHz, in units of 16-bit samples (-32768 to 32767).

    Returns
    -------
    ndarray [shape=(T, 13)]
        Row t is of the window that begins 10 t ms after the first sample.
    """
    if not len(samples):
        return np.zeros((0, COEFFICIENTS))
    samples = np.asarray(samples, np.float64)
    emphasised = np.append(samples[0], samples[1:] - _PREEMPHASIS * samples[:-1])
    count = 1 + max(0, -(-(len(samples) - _WINDOW) // _HOP))
    padded = np.pad(emphasised, (0, (count - 1) * _HOP + _WINDOW - len(samples)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    chunks = [_of_windows(windows[first : first + _CHUNK]) for first in range(0, count, _CHUNK)]
    return np.concatenate(chunks)


def _of_windows(windows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    from scipy.fft import dct

    power = np.square(np.abs(np.fft.rfft(windows, _FFT))) / _FFT
    energy = power.sum(axis=1)
    bands = power @ _filters().T
    cepstra = dct(np.log(np.where(bands == 0, _TINY, bands)), type=2, axis=1, norm="ortho")
    order = np.arange(COEFFICIENTS)
    rows = cepstra[:, :COEFFICIENTS] * (1 + _LIFTER / 2 * np.sin(np.pi * order / _LIFTER))
    rows[:, 0] = np.log(np.where(energy == 0, _TINY, energy))
    return np.asarray(rows)


def _filters() -> npt.NDArray[np.float64]:
    """Return triangles with corners on whole bins [shape=(26, 257)]."""
    top = 2595 * np.log10(1 + _RATE / 2 / 700)
    corners = 700 * (10 ** (np.linspace(0, top, _FILTERS + 2) / 2595) - 1)
    bins = np.floor((_FFT + 1) * corners / _RATE)
    at = np.arange(_FFT // 2 + 1)
    low, middle, high = (bins[k : k + _FILTERS, None] for k in range(3))
    with np.errstate(divide="ignore", invalid="ignore"):
        rising = np.where((at >= low) & (at < middle), (at - low) / (middle - low), 0.0)
        falling = np.where((at >= middle) & (at < high), (high - at) / (high - middle), 0.0)
    return np.asarray(rising + falling)
