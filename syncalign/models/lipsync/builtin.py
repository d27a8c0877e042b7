"""The built-in model: a small landmark SyncNet, several of them at once, in plain numpy.

Lips and sound are each encoded by convolutions along time; a moment of the picture fits a moment
of the sound as the inner product of their codes says. After J. S. Chung and A. Zisserman, "Out of
time: automated lip sync in the wild" (2016), with points of the lips in place of pixels and the
multi-way training of S.-W. Chung, J. S. Chung and H.-G. Kang, "Perfect match" (2019). Trained by
``syncalign train lipsync``; the card beside the weights tells data, split and figures.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from syncalign.errors import FormatError
from syncalign.features.mouth import lip_shapes
from syncalign.features.spectral import FRAME_RATE
from syncalign.models.lipsync.band import OFFSET_STEP, SimilarityBand, centred
from syncalign.models.lipsync.encoder import Convolution, Encoder, Layer, reach_of
from syncalign.models.lipsync.inputs import (
    LIP_INPUTS,
    LIP_RATE,
    SOUND_INPUTS,
    decibels,
    lip_inputs,
    sound_inputs,
)
from syncalign.models.lipsync.sound import SpokenSound
from syncalign.models.model_file import Arrays, read_model
from syncalign.streams.faces import FaceTrack
from syncalign.timebase import Features, Grid

Singles = npt.NDArray[np.float32]

#: Codes of the sound for one frame of the lips.
_PER_FRAME = round(1 / (LIP_RATE * OFFSET_STEP))
_SOUND_STRIDE = round(float(FRAME_RATE) * OFFSET_STEP)
#: Of the convolutions, first to last.
LIP_LAYERS = (Layer(5), Layer(5), Layer(5), Layer(1))
SOUND_LAYERS = (Layer(5), Layer(5, stride=2), Layer(5), Layer(5, dilation=2), Layer(1))
KIND, FORMAT = "lipsync", 1
_CHUNK = 2000  # rows of a band that are worked on at a time


@dataclass(frozen=True, slots=True, eq=False)
class LandmarkModel:
    """Pairs of encoders whose similarities are averaged.

    Parameters
    ----------
    lips, sound : tuple of Encoder
        One pair a network.
    """

    lips: tuple[Encoder, ...]
    sound: tuple[Encoder, ...]

    def band(self, face: FaceTrack, sound: SpokenSound, reach: int) -> SimilarityBand:
        """Compare a face with a sound.

        Parameters
        ----------
        face : FaceTrack
            With points.
        sound : SpokenSound
            The sound.
        reach : int
            Largest offset either way, in steps of 20 ms.

        Returns
        -------
        SimilarityBand

        Raises
        ------
        ParameterError
            The face has no points.
        """
        shapes = lip_shapes(face, LIP_RATE)
        return self.band_of_shapes(shapes, sound, reach)

    def band_of_shapes(self, shapes: Features, sound: SpokenSound, reach: int) -> SimilarityBand:
        """Compare lips with a sound; see :meth:`band`."""
        grid = shapes.grid
        seen = np.asarray(np.isfinite(shapes.values).all(axis=1))
        lips, codes = self._lip_codes(shapes), self._sound_codes(sound, grid, reach)
        heard = _heard(sound, grid, reach)
        values = np.empty((len(lips), 2 * reach + 1), np.float32)
        far = np.empty(len(lips), np.float32)
        for first in range(0, len(lips), _CHUNK):
            rows = slice(first, min(first + _CHUNK, len(lips)))
            similarity = _diagonals(lips[rows], codes[first * _PER_FRAME :], reach)
            values[rows] = centred(similarity, heard[rows], seen[rows])
            far[rows] = values[rows].max(axis=1)
        return SimilarityBand(values, seen & heard.any(axis=1), far, grid)

    def _lip_codes(self, shapes: Features) -> Singles:
        """Encode lips [shape=(T, N * D)]; beyond the edges they stand still."""
        margin = reach_of(LIP_LAYERS) // 2
        rows = np.pad(shapes.values, ((margin, margin), (0, 0)), mode="edge")
        grid = shapes.grid
        around = Grid(grid.rate, grid.start - margin / float(grid.rate), len(rows))
        inputs = lip_inputs(Features(rows, around))
        return np.concatenate([encoder(inputs) for encoder in self.lips], axis=1)

    def _sound_codes(self, sound: SpokenSound, grid: Grid, reach: int) -> Singles:
        """Encode the sound about a grid, where there is none its edges repeated.

        Code k is of the moment ``grid.start + (k - reach) * OFFSET_STEP``, of N * D numbers.
        """
        count = (grid.size - 1) * _PER_FRAME + 1 + 2 * reach
        margin = reach_of(SOUND_LAYERS) // 2
        first = _frame_at(grid.start) - reach * _SOUND_STRIDE - margin
        frames = first + np.arange((count - 1) * _SOUND_STRIDE + 1 + 2 * margin)
        inputs = sound_inputs(decibels(_around(sound.levels, frames)))
        codes = np.concatenate([encoder(inputs) for encoder in self.sound], axis=1)
        scale = len(self.sound) * np.sqrt(codes.shape[1] / len(self.sound))
        return np.asarray(codes / np.float32(scale), np.float32)


def _frame_at(time: float) -> int:
    return round(time * float(FRAME_RATE))


def _around(levels: npt.NDArray[np.uint8], frames: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    if not len(levels):
        return np.zeros((len(frames), levels.shape[1]), np.uint8)
    return levels[np.clip(frames, 0, len(levels) - 1)]


def _heard(sound: SpokenSound, grid: Grid, reach: int) -> npt.NDArray[np.bool_]:
    """Tell at which offsets there is sound for each moment [shape=(T, 2 * reach + 1)]."""
    times = grid.times[:, None] - np.arange(-reach, reach + 1) * OFFSET_STEP
    return (times >= sound.start) & (times < sound.end)


def _diagonals(lips: Singles, codes: Singles, reach: int) -> Singles:
    """Return the similarity of each moment with the sound at each offset [shape=(T, 2 R + 1)].

    The sound that fits at an offset lies that much earlier.
    """
    windows = np.lib.stride_tricks.sliding_window_view(codes, 2 * reach + 1, axis=0)
    windows = windows[: (len(lips) - 1) * _PER_FRAME + 1 : _PER_FRAME]
    similarity: Singles = np.matmul(lips[:, None], windows)[:, 0, ::-1]
    return similarity


@cache
def built_in_model() -> LandmarkModel:
    """Load the model that ships with the package."""
    file = resources.files("syncalign.models.lipsync") / "builtin.safetensors"
    with resources.as_file(file) as path:
        return load_model(path)


def load_model(path: str | os.PathLike[str]) -> LandmarkModel:
    """Read a model that ``syncalign train lipsync`` wrote.

    Raises
    ------
    FormatError
        The file is missing, damaged, or something else.
    """
    file = read_model(path, KIND, FORMAT)
    try:
        return landmark_model(file.weights, int(file.settings["networks"]))
    except (KeyError, ValueError, TypeError) as exc:
        raise FormatError(path, f"does not hold the lip-sync model that it says: {exc}") from exc


def landmark_model(arrays: Arrays, networks: int) -> LandmarkModel:
    """Build the model from its weights.

    Parameters
    ----------
    arrays : dict of str to ndarray
        ``NETWORK.SIDE.LAYER.weight`` and ``.bias``, of the sides ``lips`` and ``sound``.
    networks : int
        How many pairs of encoders there are.

    Raises
    ------
    KeyError
        An array is missing.
    ValueError
        An array has another shape than it must, or numbers that are none.
    """
    if networks < 1:
        raise ValueError("there is no network")
    kinds = (("lips", LIP_LAYERS, LIP_INPUTS), ("sound", SOUND_LAYERS, SOUND_INPUTS))
    lips, sound = (
        tuple(_encoder(arrays, f"{number}.{side}", layers, inputs) for number in range(networks))
        for side, layers, inputs in kinds
    )
    codes = {encoder.layers[-1].bias.shape for encoder in (*lips, *sound)}
    if len(codes) > 1:
        raise ValueError("lips and sound have codes of different lengths")
    return LandmarkModel(lips, sound)


def _encoder(arrays: Arrays, prefix: str, layers: tuple[Layer, ...], inputs: int) -> Encoder:
    found = []
    for index, layer in enumerate(layers):
        weight, bias = (
            arrays[f"{prefix}.{index}.{name}"].astype(np.float32) for name in ("weight", "bias")
        )
        if bias.ndim != 1 or weight.shape != (layer.width, inputs, len(bias)):
            raise ValueError(f"{prefix}.{index} has the shape {weight.shape}")
        if not (np.isfinite(weight).all() and np.isfinite(bias).all()):
            raise ValueError(f"{prefix}.{index} holds numbers that are none")
        found.append(Convolution(weight, bias, layer.stride, layer.dilation))
        inputs = len(bias)
    return Encoder(tuple(found))
