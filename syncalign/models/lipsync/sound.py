"""SpokenSound: what scoring needs to know of a sound, measured while it is decoded once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.features.mel import MEL_BANK
from syncalign.features.spectral import FRAME_RATE, SPEECH_BANK, levels_by_bank
from syncalign.media import AudioBlock
from syncalign.models.speech_detector import built_in_detector
from syncalign.timebase import Features, Grid

_SMOOTHED = 21  # frames of 10 ms over which the odds of speech are averaged
_SURE = 0.0  # log odds against the base rate


@dataclass(frozen=True, slots=True, eq=False)
class SpokenSound:
    """The spectrum of a sound over time, and when somebody speaks.

    Attributes
    ----------
    levels : ndarray of uint8 [shape=(T, 40)]
        Of :data:`syncalign.features.mel.MEL_BANK`, at 100 Hz from 0 on.
    spoken : ndarray of bool [shape=(T,)]
        Whether somebody speaks.
    start, end : float
        Seconds on the container's clock of the first sample, and of the end.
    """

    levels: npt.NDArray[np.uint8]
    spoken: npt.NDArray[np.bool_]
    start: float
    end: float

    def spoken_at(self, grid: Grid) -> npt.NDArray[np.bool_]:
        """Tell whether somebody speaks at the instants of a grid [shape=(grid.size,)]."""
        frames = np.rint(grid.times * float(FRAME_RATE)).astype(np.int64)
        inside = (frames >= 0) & (frames < len(self.spoken))
        here = self.spoken[np.clip(frames, 0, max(len(self.spoken) - 1, 0))]
        return np.asarray(here & inside) if len(self.spoken) else inside


def listen(blocks: Iterable[AudioBlock]) -> SpokenSound:
    """Measure a sound.

    Parameters
    ----------
    blocks : iterable of AudioBlock
        Mono samples at 16 kHz, contiguous in time.

    Returns
    -------
    SpokenSound
    """
    start, end = 0.0, 0.0

    def passed() -> Iterable[AudioBlock]:
        nonlocal start, end
        for index, block in enumerate(blocks):
            start = start if index else block.start
            end = block.start + len(block.samples) / 16_000
            yield block

    mel, speech = levels_by_bank(passed(), (MEL_BANK, SPEECH_BANK))
    return SpokenSound(np.asarray(mel.values, np.uint8), _spoken(speech), start, end)


def _spoken(levels: Features) -> npt.NDArray[np.bool_]:
    if not len(levels):
        return np.zeros(0, np.bool_)
    odds = np.asarray(built_in_detector().log_odds(levels).values[:, 0], np.float64)
    around = np.convolve(odds, np.ones(_SMOOTHED) / _SMOOTHED, mode="same")
    spoken: npt.NDArray[np.bool_] = around > _SURE
    return spoken
