"""Whisper's encoder as a source of features: 25 vectors a second of a short sound."""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from syncalign.models.whisper_loading import model_path

Singles = npt.NDArray[np.float32]


def features_by_whisper(
    model: str | os.PathLike[str] = "tiny.en", device: str = "auto"
) -> Callable[[Singles], Singles]:
    """Return a function from sounds to what Whisper's encoder makes of them.

    Parameters
    ----------
    model : str or path-like
        ``tiny.en``, ``base``, or a path; see
        :func:`syncalign.models.whisper_loading.load_whisper`.
    device : {"auto", "cpu", "cuda"}
        Where it runs.

    Returns
    -------
    callable
        Takes mono sounds at 16 kHz [shape=(N, S)], returns [shape=(N, S // 640, D)].

    Raises
    ------
    DependencyError
        openai-whisper, the model or the device is not there.
    FormatError
        The path holds no Whisper.
    ParameterError
        There is no such model.
    """
    from syncalign.models.whisper_torch import TorchWhisper

    network = TorchWhisper(model_path(model), device)

    def encode(sounds: Singles) -> Singles:
        rows = network.encoded(sounds)
        pairs = rows[:, : rows.shape[1] // 2 * 2]
        averaged: Singles = (pairs[:, 0::2] + pairs[:, 1::2]) / np.float32(2)
        return averaged

    return encode
