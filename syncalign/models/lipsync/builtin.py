"""The built-in model: a small landmark SyncNet, several of them at once, in plain numpy.

Lips and sound are each encoded by convolutions along time; a moment of the picture fits a moment
of the sound as the inner product of their codes says. After J. S. Chung and A. Zisserman, "Out of
time: automated lip sync in the wild" (2016), with points of the lips in place of pixels and the
multi-way training of S.-W. Chung, J. S. Chung and H.-G. Kang, "Perfect match" (2019). Trained by
``syncalign train lipsync``; the card beside the weights tells data, split and figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError
from syncalign.features.mouth import lip_shapes
from syncalign.features.spectral import FRAME_RATE
from syncalign.models.lipsync.band import OFFSET_STEP, SimilarityBand, centred
from syncalign.models.lipsync.encoder import Convolution, Encoder
from syncalign.models.lipsync.inputs import LIP_RATE, lip_inputs, sound_inputs
from syncalign.models.lipsync.sound import SpokenSound
from syncalign.streams.faces import FaceTrack
from syncalign.timebase import Features, Grid

Singles = npt.NDArray[np.float32]

#: Codes of the sound for one frame of the lips.
_PER_FRAME = round(1 / (LIP_RATE * OFFSET_STEP))
_SOUND_STRIDE = round(float(FRAME_RATE) * OFFSET_STEP)
#: Of the convolutions, first to last.
LIP_LAYERS = {"strides": (1, 1, 1, 1), "dilations": (1, 1, 1, 1)}
SOUND_LAYERS = {"strides": (1, 2, 1, 1, 1), "dilations": (1, 1, 1, 2, 1)}
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
        seen = np.isfinite(np.asarray(shapes.values, np.float32)).all(axis=1)
        lips, codes = self._lip_codes(lip_inputs(shapes)), self._sound_codes(sound, grid, reach)
        heard = _heard(sound, grid, reach)
        values = np.empty((len(lips), 2 * reach + 1), np.float32)
        far = np.empty(len(lips), np.float32)
        for first in range(0, len(lips), _CHUNK):
            rows = slice(first, min(first + _CHUNK, len(lips)))
            similarity = _diagonals(lips[rows], codes[first * _PER_FRAME :], reach)
            values[rows] = centred(similarity, heard[rows], seen[rows])
            far[rows] = values[rows].max(axis=1)
        return SimilarityBand(values, seen & heard.any(axis=1), far, grid)

    def _lip_codes(self, rows: Singles) -> Singles:
        """Encode lips [shape=(T, 44) -> (T, N * D)], the rows at the edges repeated."""
        codes = [
            encoder(np.pad(rows, ((encoder.margin, encoder.margin), (0, 0)), mode="edge"))
            for encoder in self.lips
        ]
        return np.concatenate(codes, axis=1)

    def _sound_codes(self, sound: SpokenSound, grid: Grid, reach: int) -> Singles:
        """Encode the sound about a grid, where there is none its edges repeated.

        Code k is of the moment ``grid.start + (k - reach) * OFFSET_STEP``, of N * D numbers.
        """
        count = (grid.size - 1) * _PER_FRAME + 1 + 2 * reach
        margin = self.sound[0].margin
        first = _frame_at(grid.start) - reach * _SOUND_STRIDE - margin
        frames = first + np.arange((count - 1) * _SOUND_STRIDE + 1 + 2 * margin)
        inputs = sound_inputs(_around(sound.levels, frames))
        codes = np.concatenate([encoder(inputs) for encoder in self.sound], axis=1)
        return codes / np.float32(len(self.sound) * np.sqrt(codes.shape[1] / len(self.sound)))


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
    file = resources.files("syncalign.models.lipsync").joinpath("builtin.safetensors")
    return load_model(file.read_bytes())


def load_model(data: bytes) -> LandmarkModel:
    """Read a model from the bytes of a safetensors file.

    Raises
    ------
    ParameterError
        The file holds something else.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = load(data)
        count = 1 + max(int(name.split(".")[0]) for name in arrays)
        sides = [
            tuple(_encoder(arrays, f"{number}.{side}", **dimensions) for number in range(count))
            for side, dimensions in (("lips", LIP_LAYERS), ("sound", SOUND_LAYERS))
        ]
    except (SafetensorError, KeyError, ValueError, IndexError) as exc:
        raise ParameterError("this is no lip-sync model of `syncalign train lipsync`") from exc
    return LandmarkModel(*sides)


def _encoder(
    arrays: dict[str, Singles], prefix: str, *, strides: tuple[int, ...], dilations: tuple[int, ...]
) -> Encoder:
    return Encoder(
        tuple(
            Convolution(
                arrays[f"{prefix}.{index}.weight"].astype(np.float32),
                arrays[f"{prefix}.{index}.bias"].astype(np.float32),
                stride,
                dilation,
            )
            for index, (stride, dilation) in enumerate(zip(strides, dilations, strict=True))
        )
    )
