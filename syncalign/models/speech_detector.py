"""The speech detector: band levels -> log odds that speech is active, and that it begins.

A network of one hidden layer on the band levels about each frame, in plain numpy: a millisecond a
minute of sound, nothing to install. Trained by ``benchmarks/subtitles/train_detector.py``; the
card beside the weights tells data, split and figures.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from syncalign.features.spectral import MARGIN_FRAMES, above_floor
from syncalign.timebase import Features

#: The boxes of frames about the present one over which each band is averaged.
CONTEXT_FRAMES: tuple[tuple[int, int], ...] = (
    (-60, -30), (-30, -15), (-15, -8), (-8, -4), (-4, -2), (-2, 0),
    (0, 2), (2, 4), (4, 8), (8, 15), (15, 30), (30, 60),
)  # fmt: skip

Singles = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class SpeechDetector:
    """Weights of the network.

    Parameters
    ----------
    hidden_weight : np.ndarray [shape=(144, H)]
        From the twelve bands in each of the twelve boxes, box by box.
    hidden_bias : np.ndarray [shape=(H,)]
        Bias before the rectifier.
    output_weight : np.ndarray [shape=(H, 2)]
        To *active* and *begins*.
    output_bias : np.ndarray [shape=(2,)]
        Bias less the log odds of the base rate, so that 0 is no evidence.
    """

    hidden_weight: Singles
    hidden_bias: Singles
    output_weight: Singles
    output_bias: Singles

    def log_odds(self, levels: Features) -> Features:
        """Detect speech and its onsets.

        Parameters
        ----------
        levels : Features [shape=(T, 12)]
            What :func:`syncalign.features.band_levels` returned.

        Returns
        -------
        Features [shape=(T, 2)]
            Natural-log odds against the base rate: *speech is active*, *speech begins here*.
        """
        values = np.empty((len(levels), 2), np.float32)
        first = 0
        for height in above_floor(levels):
            odds = self._chunk(height)
            values[first : first + len(odds)] = odds
            first += len(odds)
        return Features(values, levels.grid)

    def _chunk(self, height: Singles) -> Singles:
        hidden: Singles = context(height) @ self.hidden_weight
        hidden += self.hidden_bias
        np.maximum(hidden, 0, out=hidden)
        odds: Singles = hidden @ self.output_weight
        odds += self.output_bias
        return odds


def context(height: Singles) -> Singles:
    """Average each band over the boxes about each frame.

    Parameters
    ----------
    height : np.ndarray [shape=(C + 2 * MARGIN_FRAMES, 12)]
        A chunk of :func:`syncalign.features.above_floor`.

    Returns
    -------
    np.ndarray [shape=(C, 144)]
        The network's input.
    """
    count, bands = len(height) - 2 * MARGIN_FRAMES, height.shape[1]
    total = np.zeros((len(height) + 1, bands), np.float32)
    np.cumsum(height, axis=0, out=total[1:])
    boxes = np.empty((count, len(CONTEXT_FRAMES), bands), np.float32)
    for index, (first, stop) in enumerate(CONTEXT_FRAMES):
        low, high = MARGIN_FRAMES + first, MARGIN_FRAMES + stop
        np.subtract(total[high : high + count], total[low : low + count], out=boxes[:, index])
        boxes[:, index] *= np.float32(1 / (stop - first))
    return boxes.reshape(count, -1)


@cache
def built_in_detector() -> SpeechDetector:
    """Load the detector that ships with the package."""
    from safetensors.numpy import load

    return SpeechDetector(**load(_weights()))


def detector_digest() -> str:
    """Return a digest of the weights: what they found is worth nothing once they change."""
    return hashlib.sha256(_weights()).hexdigest()[:16]


def _weights() -> bytes:
    return resources.files("syncalign.models").joinpath("speech_detector.safetensors").read_bytes()
