"""PhoneSpace: coordinates in which one phone is alike whoever says it, a synthesizer included.

A linear discriminant learned from the same sentences said by people and by espeak-ng: directions in
which the two agree frame by frame are stretched, those in which voices differ are dropped. See the
card beside the weights.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from syncalign.features.cepstra import CepstralNorm
from syncalign.timebase import Features

#: Frames on either side whose cepstra are looked at together.
CONTEXT_FRAMES = 4
DIMENSIONS = 24


@dataclass(frozen=True, slots=True, eq=False)
class PhoneSpace:
    """The projection.

    Parameters
    ----------
    projection : np.ndarray of float32 [shape=(117, 24)]
        From the cepstra of nine frames, frame by frame.
    """

    projection: npt.NDArray[np.float32]

    def features(self, levels: Features, active: npt.NDArray[np.bool_]) -> Features:
        """Project a recording.

        Parameters
        ----------
        levels : Features [shape=(T, 26)]
            From :func:`syncalign.features.band_levels` with ``PHONE_BANK``.
        active : np.ndarray of bool [shape=(T,)]
            Where somebody speaks.

        Returns
        -------
        Features [shape=(T, 24)]
            As ``float16``: ten hours take 173 MB.
        """
        norm = CepstralNorm.of(levels, active)
        values = np.empty((len(levels), self.projection.shape[1]), np.float16)
        first = 0
        for chunk in norm.cepstra(levels, CONTEXT_FRAMES):
            projected = beside(chunk) @ self.projection
            values[first : first + len(projected)] = projected
            first += len(projected)
        return Features(values, levels.grid)


def beside(cepstra: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Put the cepstra of nine frames beside each other.

    Parameters
    ----------
    cepstra : np.ndarray [shape=(T + 8, 13)]
        With four more frames on either side.

    Returns
    -------
    np.ndarray [shape=(T, 117)]
    """
    count = len(cepstra) - 2 * CONTEXT_FRAMES
    return np.concatenate(
        [cepstra[k : k + count] for k in range(2 * CONTEXT_FRAMES + 1)], axis=1, dtype=np.float32
    )


@cache
def built_in_space() -> PhoneSpace:
    """Load the projection that ships with the package."""
    from safetensors.numpy import load

    return PhoneSpace(**load(_weights()))


def space_digest() -> str:
    """Return a digest of the weights: what was projected is worth nothing once they change."""
    return hashlib.sha256(_weights()).hexdigest()[:16]


def _weights() -> bytes:
    return resources.files("syncalign.models").joinpath("phone_space.safetensors").read_bytes()
