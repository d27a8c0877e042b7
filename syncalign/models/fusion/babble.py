"""Babble: the voices of other windows, mixed under a sound at a given ratio."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Singles = npt.NDArray[np.float32]
VOICES = 5
_TINY = np.float32(1e-6)


def with_babble(
    sounds: Singles,
    recordings: npt.NDArray[np.uint64],
    snr: npt.NDArray[np.float64],
    draw: np.random.Generator,
) -> Singles:
    """Mix five voices of other recordings among the sounds under each of them.

    Parameters
    ----------
    sounds : np.ndarray of float32 [shape=(N, S)]
        Windows of one side of a split: nothing of the other side is heard in the noise.
    recordings : np.ndarray of uint64 [shape=(N,)]
        The recording of each: its own is not mixed under it, if there are others.
    snr : np.ndarray of float [shape=(N,)]
        Level of the window over that of the babble in it, in decibels; inf leaves it as it is.
    draw : np.random.Generator
        Chooses the voices, and where in them to begin.

    Returns
    -------
    np.ndarray of float32 [shape=(N, S)]
    """
    noisy = sounds.copy()
    for number in np.flatnonzero(np.isfinite(snr)):
        others = np.flatnonzero(recordings != recordings[number])
        pool = others if len(others) else np.arange(len(sounds))
        babble = np.zeros(sounds.shape[1], np.float32)
        for other in draw.choice(pool, VOICES):
            voice = np.roll(sounds[other], int(draw.integers(sounds.shape[1])))
            babble += voice / (_level(voice) + _TINY)
        wanted = _level(sounds[number]) * 10 ** (-snr[number] / 20)
        noisy[number] += babble * np.float32(wanted / (_level(babble) + _TINY))
    return noisy


def _level(sound: Singles) -> np.float32:
    level: np.float32 = np.sqrt(np.mean(sound * sound))
    return level
