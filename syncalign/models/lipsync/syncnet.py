"""The published SyncNet as a model of lip-sync, and the distances that papers give by it."""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

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

_Item = TypeVar("_Item")
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
_NOTHING = np.zeros(1024, np.float32)  # the code of what was not seen
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
            first = round(face.start * LIP_RATE)
            count = max(round(face.end * LIP_RATE) - first, 1)
            self._codes[face.id] = (first, *self._lip_codes(_faces(self._video, face, count)))
        return self._codes[face.id]

    def _lip_codes(
        self, pictures: Iterable[Pictures | None]
    ) -> tuple[Singles, npt.NDArray[np.bool_]]:
        """Encode each five pictures in a row [shape=(T, 1024)], and tell where there are five."""
        codes: list[Singles] = []
        seen: list[bool] = []
        for stacks in _in_batches(_fives(pictures)):
            # (T, H, W, RGB) of each -> (B, BGR, T, H, W)
            whole = [
                stack[..., ::-1].transpose(3, 0, 1, 2) for stack in stacks if stack is not None
            ]
            encoded = iter(self._encoded(whole))
            for stack in stacks:
                seen.append(stack is not None)
                codes.append(_NOTHING if stack is None else next(encoded))
        return np.stack(codes), np.array(seen)

    def _encoded(self, stacks: list[Pictures]) -> Singles:
        import torch

        if not stacks:
            return np.zeros((0, len(_NOTHING)), np.float32)
        with torch.inference_mode():
            faces = torch.from_numpy(np.stack(stacks).astype(np.float32))
            return np.asarray(self._network.lips(faces).numpy())

    def _sound_codes(
        self, hops: npt.NDArray[np.intp], sound: SpokenSound
    ) -> tuple[Singles, npt.NDArray[np.bool_]]:
        """Encode the sound from each hop of 10 ms on, and tell where there is sound that long."""
        import torch

        inside = (hops >= 0) & (hops + ROWS <= len(self._cepstra))
        there = inside & (hops * _HOP >= sound.start) & ((hops + ROWS) * _HOP <= sound.end + _HOP)
        codes = np.zeros((len(hops), 1024), np.float32)
        for batch in _in_batches(np.flatnonzero(inside).tolist()):
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


def _in_batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while batch := list(itertools.islice(rest, _BATCH)):
        yield batch


def _fives(pictures: Iterable[Pictures | None]) -> Iterator[Pictures | None]:
    """Yield for each picture the five about it, None where one of them is missing."""
    half = FRAMES // 2
    around: deque[Pictures | None] = deque([None] * FRAMES, FRAMES)
    ends: list[Pictures | None] = [None] * half
    for number, picture in enumerate(itertools.chain(pictures, ends)):
        around.append(picture)
        if number >= half:
            whole = [one for one in around if one is not None]
            yield np.stack(whole) if len(whole) == FRAMES else None


def _cepstra_of(path: str | os.PathLike[str]) -> npt.NDArray[np.float64]:
    """Return cepstra from the clock's zero on; what is before the sound is silence."""
    blocks = list(read_audio(path))
    if not blocks:
        return np.zeros((0, COEFFICIENTS))
    samples = np.concatenate([block.samples for block in blocks])
    late = round(blocks[0].start * 16_000)
    from_zero = np.pad(samples, (late, 0)) if late >= 0 else samples[-late:]
    return mfcc(from_zero * 32_768)


def _faces(video: str | os.PathLike[str], face: FaceTrack, count: int) -> Iterator[Pictures | None]:
    """Cut a face out of the picture, 25 times a second [shape=(224, 224, 3)]; None: not seen."""
    import cv2

    moments = (round(face.start * LIP_RATE) + np.arange(count) + 0.5) / LIP_RATE
    middles, sizes = _squares(face)
    done = 0
    for frame in read_frames(video):
        index = int(np.searchsorted(face.times, frame.time - 1e-4))
        if index >= len(face):
            break
        if abs(face.times[index] - frame.time) > 1e-3:
            continue
        first, stop = (int(n) for n in np.searchsorted(moments, [frame.time, frame.end]))
        yield from [None] * max(first - done, 0)
        if stop > first:
            cut = _cut_out(frame.picture, middles[index], float(sizes[index]))
            picture = np.asarray(cv2.resize(cut, (SIDE, SIDE)), np.uint8)
            yield from [picture] * (stop - max(first, done))
        done = max(done, stop)
    yield from [None] * (count - done)


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
