"""Cepstra: the shape of the spectrum, as far as the vocal tract and not the loudness makes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.features.spectral import LEVEL_STEP_DB, SAMPLE_RATE, FilterBank
from syncalign.timebase import Features

#: How many coefficients are kept, the mean level being the first.
COEFFICIENTS = 13
#: Levels further below the loud ones than this are alike: what is there is noise.
_RANGE_DB = 35.0
#: Share of the active frames whose level counts as loud.
_LOUD_SHARE = 0.95
_CHUNK_FRAMES = 20_000


def _mel_edges(count: int, low_hz: float, high_hz: float) -> tuple[float, ...]:
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (low_hz, high_hz))
    mel = np.linspace(low, high, count)
    return tuple(700 * (10 ** (mel / 2595) - 1))


#: Twenty-six triangles on the mel scale, as speech recognisers use them.
PHONE_BANK = FilterBank(_mel_edges(28, 100, 7600), 320, triangles=True)


@dataclass(frozen=True, slots=True, eq=False)
class CepstralNorm:
    """What is taken off a recording's cepstra: its loudness, channel and spread.

    Parameters
    ----------
    floor : np.ndarray [shape=(26,)]
        Level below which each band is cut, in steps of the levels.
    mean, deviation : np.ndarray [shape=(13,)]
        Of the coefficients while somebody speaks.
    """

    floor: npt.NDArray[np.float32]
    mean: npt.NDArray[np.float32]
    deviation: npt.NDArray[np.float32]

    @classmethod
    def of(cls, levels: Features, active: npt.NDArray[np.bool_]) -> CepstralNorm:
        """Measure a recording.

        Parameters
        ----------
        levels : Features [shape=(T, 26)]
            From :func:`syncalign.features.band_levels` with :data:`PHONE_BANK`.
        active : np.ndarray of bool [shape=(T,)]
            Where somebody speaks; where nobody does, the whole recording counts.
        """
        if len(levels) == 0:
            nothing = np.zeros(COEFFICIENTS, np.float32)
            return cls(np.zeros(PHONE_BANK.size, np.float32), nothing, nothing + 1)
        chosen = np.flatnonzero(active) if active.any() else np.arange(len(levels))
        chosen = chosen[:: max(1, len(chosen) // 100_000)]
        loud = np.asarray(levels.values)[chosen].astype(np.float32)
        floor = np.quantile(loud + _tilt(), _LOUD_SHARE) - _RANGE_DB / LEVEL_STEP_DB - _tilt()
        coefficients = np.maximum(loud, floor).astype(np.float32) @ _cosines()
        return cls(
            floor.astype(np.float32),
            coefficients.mean(axis=0),
            coefficients.std(axis=0) + np.float32(1e-3),
        )

    def cepstra(self, levels: Features, margin: int = 0) -> Iterator[npt.NDArray[np.float32]]:
        """Yield the cepstra of a recording in chunks.

        Parameters
        ----------
        levels : Features [shape=(T, 26)]
            As for :meth:`of`.
        margin : int
            Frames of the neighbourhood to add before and behind each chunk, the edges repeated.

        Yields
        ------
        np.ndarray [shape=(C + 2 * margin, 13)]
            Mean 0 and deviation 1 over the frames that were active.
        """
        values = np.asarray(levels.values)
        for first in range(0, len(values), _CHUNK_FRAMES):
            stop = min(first + _CHUNK_FRAMES, len(values))
            at = np.clip(np.arange(first - margin, stop + margin), 0, len(values) - 1)
            cut = np.maximum(values[at].astype(np.float32), self.floor)
            yield (cut @ _cosines() - self.mean) / self.deviation


def _tilt() -> npt.NDArray[np.float32]:
    """Level by which each band is to be raised for a voice to be as loud in all [shape=(26,)].

    Six decibels an octave, as the usual pre-emphasis of 0.97 does it, and a band's width: levels
    are means over the band.
    """
    edges = np.array(PHONE_BANK.edges_hz)
    turn = np.exp(-2j * np.pi * edges[1:-1] / SAMPLE_RATE)
    decibels = 20 * np.log10(np.abs(1 - 0.97 * turn)) + 10 * np.log10(edges[2:] - edges[:-2])
    tilt: npt.NDArray[np.float32] = (decibels / LEVEL_STEP_DB).astype(np.float32)
    return tilt


def _cosines() -> npt.NDArray[np.float32]:
    """Type-II discrete cosine transform of the bands [shape=(26, 13)]."""
    size = PHONE_BANK.size
    angle = np.pi / size * np.outer(np.arange(size) + 0.5, np.arange(COEFFICIENTS))
    scale = np.full(COEFFICIENTS, np.sqrt(2 / size))
    scale[0] = np.sqrt(1 / size)
    cosines: npt.NDArray[np.float32] = (np.cos(angle) * scale).astype(np.float32)
    return cosines
