"""The published SyncNet as a model of lip-sync, and the distances that papers give by it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from syncalign.features.mfcc import COEFFICIENTS, mfcc
from syncalign.media import read_audio, read_frames
from syncalign.models.lipsync.band import OFFSET_STEP, SimilarityBand, centred
from syncalign.models.lipsync.inputs import LIP_RATE
from syncalign.models.lipsync.sound import SpokenSound
from syncalign.models.torch_device import require_torch
from syncalign.streams.faces import FaceTrack
from syncalign.timebase import Grid

if TYPE_CHECKING:
    pass

Singles = npt.NDArray[np.float32]
Pictures = npt.NDArray[np.uint8]

#: Pictures and rows of cepstra that are encoded together: 0.2 s of both.
FRAMES, ROWS = 5, 20
SIDE = 224
_HOP = 0.01
_MFCC_A_STEP = round(OFFSET_STEP / _HOP)
_MFCC_A_FRAME = round(1 / (LIP_RATE * _HOP))
_WIDER = 0.4  # of the box, on each side: how the network's faces were cut out
_STEADY = 13  # frames over which boxes are steadied by their median
_BATCH = 16
_SHIFTS = 15  # frames either way that papers search
_TINY = 1e-6  # added to differences by torch's pairwise distance


@dataclass(frozen=True, slots=True)
class PublishedScore:
    """What papers give for a face.

    Attributes
    ----------
    offset : int
        Frames of 40 ms by which the sound leads the picture; -15 to 15.
    lse_d : float
        Least mean distance over the offsets, LSE-D; lower is better.
    lse_c : float
        Median over the offsets less the least, LSE-C; higher is better.
    """

    offset: int
    lse_d: float
    lse_c: float


class SyncNetModel:
    """Compares faces with a sound by the published SyncNet.

    Parameters
    ----------
    weights : path-like
        The file ``syncnet_v2.model``.
    video, audio : path-like
        The files whose faces and sound are compared: the network sees whole faces in colour.

    Raises
    ------
    FormatError
        The weights cannot be used.
    DependencyError
        PyTorch is not installed.
    """

    def __init__(
        self,
        weights: str | os.PathLike[str],
        video: str | os.PathLike[str],
        audio: str | os.PathLike[str],
    ) -> None:
        require_torch("SyncNet")
        from syncalign.models.lipsync.syncnet_network import load_syncnet

        self._network, self.is_published = load_syncnet(weights)
        self._video = video
        self._cepstra = _cepstra_of(audio)
        self._codes: dict[int, tuple[int, Singles, npt.NDArray[np.bool_]]] = {}

    def band(self, face: FaceTrack, sound: SpokenSound, reach: int) -> SimilarityBand:
        """Compare a face with the sound; see :meth:`LandmarkModel.band`.

        A row is of the five frames about its moment.
        """
        first, codes, seen = self._seen(face)
        grid = Grid(Fraction(LIP_RATE), (first + 0.5) / LIP_RATE, len(codes))
        start = (first - FRAMES // 2) * _MFCC_A_FRAME  # of the first row's sound, in hops
        count = 2 * reach + 1 + (len(codes) - 1) * (_MFCC_A_FRAME // _MFCC_A_STEP)
        heard_codes, there = self._sound_codes(
            start + (np.arange(count) - reach) * _MFCC_A_STEP, sound
        )
        steps = _MFCC_A_FRAME // _MFCC_A_STEP * np.arange(len(codes))[:, None]
        places = steps + 2 * reach - np.arange(2 * reach + 1)
        distances = np.empty(places.shape, np.float32)
        for column in range(places.shape[1]):
            distances[:, column] = _distances(codes, heard_codes[places[:, column]])
        heard = there[places]
        values = centred(-distances, heard, seen)
        shown = np.where(heard, distances, 0).sum(axis=1) / np.maximum(heard.sum(axis=1), 1)
        return SimilarityBand(values, seen & heard.any(axis=1), shown.astype(np.float32), grid)

    def published_score(self, face: FaceTrack, sound: SpokenSound) -> PublishedScore | None:
        """Return what papers give for a face; None where it is seen for less than 0.2 s on end."""
        first, codes, seen = self._seen(face)
        rows = np.flatnonzero(seen)
        if not len(rows):
            return None
        hops = (first + rows - FRAMES // 2) * _MFCC_A_FRAME
        sounds, _ = self._sound_codes(hops, sound)
        return published_score(codes[rows], sounds)

    def _seen(self, face: FaceTrack) -> tuple[int, Singles, npt.NDArray[np.bool_]]:
        """Return the number of a face's first moment, its codes, and where there are any."""
        if face.id not in self._codes:
            first, pictures = _faces(self._video, face)
            self._codes[face.id] = (first, *self._lip_codes(pictures))
        return self._codes[face.id]

    def _lip_codes(self, pictures: list[Pictures | None]) -> tuple[Singles, npt.NDArray[np.bool_]]:
        """Encode each five pictures in a row [shape=(T, 1024)], and tell where there are five."""
        import torch

        codes = np.zeros((len(pictures), 1024), np.float32)
        half = FRAMES // 2
        whole = [
            row
            for row in range(half, len(pictures) - half)
            if all(one is not None for one in pictures[row - half : row + half + 1])
        ]
        for batch in _batches(whole):
            stacks = [np.stack(pictures[row - half : row + half + 1]) for row in batch]  # type: ignore[arg-type]
            # (B, T, H, W, RGB) -> (B, BGR, T, H, W)
            faces = np.stack(stacks)[..., ::-1].transpose(0, 4, 1, 2, 3).astype(np.float32)
            with torch.inference_mode():
                codes[batch] = self._network.lips(torch.from_numpy(faces)).numpy()
        seen = np.zeros(len(pictures), np.bool_)
        seen[whole] = True
        return codes, seen

    def _sound_codes(
        self, hops: npt.NDArray[np.intp], sound: SpokenSound
    ) -> tuple[Singles, npt.NDArray[np.bool_]]:
        """Encode the sound from each hop of 10 ms on, and tell where there is sound that long."""
        import torch

        inside = (hops >= 0) & (hops + ROWS <= len(self._cepstra))
        there = inside & (hops * _HOP >= sound.start) & ((hops + ROWS) * _HOP <= sound.end + _HOP)
        codes = np.zeros((len(hops), 1024), np.float32)
        for batch in _batches(np.flatnonzero(inside).tolist()):
            windows = np.stack([self._cepstra[hop : hop + ROWS].T for hop in hops[batch]])
            with torch.inference_mode():
                given = torch.from_numpy(windows[:, None].astype(np.float32))
                codes[batch] = self._network.sound(given).numpy()
        return codes, there


def published_score(lips: Singles, sounds: Singles) -> PublishedScore:
    """Score codes as J. S. Chung's program does; beyond the ends codes are zeros.

    Parameters
    ----------
    lips, sounds : ndarray of float32 [shape=(T, 1024)]
        Of the same moments, 25 a second.

    Returns
    -------
    PublishedScore
    """
    padded = np.pad(sounds, ((_SHIFTS, _SHIFTS), (0, 0)))
    means = np.array(
        [
            _distances(lips, padded[shift : shift + len(lips)]).mean()
            for shift in range(2 * _SHIFTS + 1)
        ]
    )
    best = int(means.argmin())
    least = float(means[best])
    return PublishedScore(_SHIFTS - best, least, float(np.median(means)) - least)


def _distances(one: Singles, other: Singles) -> Singles:
    return np.asarray(np.sqrt(np.square(one - other + np.float32(_TINY)).sum(axis=1)), np.float32)


def _batches(rows: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(rows), _BATCH):
        yield rows[first : first + _BATCH]


def _cepstra_of(path: str | os.PathLike[str]) -> npt.NDArray[np.float64]:
    """Return cepstra from the clock's zero on; what is before the sound is silence."""
    blocks = list(read_audio(path))
    if not blocks:
        return np.zeros((0, COEFFICIENTS))
    samples = np.concatenate([block.samples for block in blocks])
    late = round(blocks[0].start * 16_000)
    from_zero = np.pad(samples, (late, 0)) if late >= 0 else samples[-late:]
    return mfcc(from_zero * 32_768)


def _faces(video: str | os.PathLike[str], face: FaceTrack) -> tuple[int, list[Pictures | None]]:
    """Cut a face out of the picture, 25 times a second.

    Returns
    -------
    int
        The number of the first moment: it is 0.5 and so many frames after the clock's zero.
    list of ndarray of uint8 [shape=(224, 224, 3)] or None
        None where the face was not seen.
    """
    import cv2

    first = round(face.start * LIP_RATE)
    moments = (np.arange(first, round(face.end * LIP_RATE)) + 0.5) / LIP_RATE
    pictures: list[Pictures | None] = [None] * len(moments)
    middles, sizes = _squares(face)
    for frame in read_frames(video):
        if frame.time >= face.end:
            break
        index = int(np.searchsorted(face.times, frame.time - 1e-4))
        if index >= len(face) or abs(face.times[index] - frame.time) > 1e-3:
            continue
        shown = np.flatnonzero((moments >= frame.time) & (moments < frame.end))
        if len(shown):
            cut = _cut_out(frame.picture, middles[index], float(sizes[index]))
            resized = np.asarray(cv2.resize(cut, (SIDE, SIDE)), np.uint8)
            for moment in shown:
                pictures[moment] = resized
    return first, pictures


def _squares(face: FaceTrack) -> tuple[Singles, Singles]:
    """Return the middles and half the sides of the boxes about the face, steadied."""
    from scipy.signal import medfilt

    if face.points is not None:  # about the outline, as the boxes that the network learned from
        low, high = face.points.min(axis=1), face.points.max(axis=1)
    else:
        low, high = face.boxes[:, :2], face.boxes[:, :2] + face.boxes[:, 2:]
    middles, halves = (low + high) / 2, (high - low).max(axis=1) / 2
    padded = [np.pad(one, _STEADY // 2, mode="edge") for one in (*middles.T, halves)]
    x, y, size = (medfilt(one, _STEADY)[_STEADY // 2 : -(_STEADY // 2)] for one in padded)
    return np.stack([x, y], axis=1).astype(np.float32), size.astype(np.float32)


def _cut_out(picture: Pictures, middle: Singles, half: float) -> Pictures:
    """Cut as the published program does: more below than above; grey beyond the picture."""
    reach = int(half * (1 + 2 * _WIDER))
    padded = np.pad(picture, ((reach, reach), (reach, reach), (0, 0)), constant_values=110)
    x, y = middle + reach
    rows = slice(int(y - half), int(y + half * (1 + 2 * _WIDER)))
    columns = slice(int(x - half * (1 + _WIDER)), int(x + half * (1 + _WIDER)))
    return np.ascontiguousarray(padded[rows, columns])
