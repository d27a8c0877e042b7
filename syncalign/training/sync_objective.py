"""What lip-sync learns: to tell the true offset from all others, and the true sound from another.

Multi-way, as S.-W. Chung, J. S. Chung and H.-G. Kang, "Perfect match: improved cross-modal
embeddings for audio-visual synchronisation" (ICASSP 2019), and for whole windows too, because what
counts is a sum over them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F

from syncalign.models.lipsync.band import OFFSET_STEP
from syncalign.training.sync_clips import SyncClip
from syncalign.training.sync_examples import FRAMES, REACH_FRAMES, SyncExamples

#: Frames of the windows that are judged as wholes.
WINDOWS = (12, 25, FRAMES)
#: Scales of the network: moments, then each window.
SCALES = 1 + len(WINDOWS)
_BLUR = 0.016  # seconds: an offset beside the true one is not all wrong
_PER_FRAME = 2  # codes of the sound
_REACH = _PER_FRAME * REACH_FRAMES


class SyncObjective:
    """Learns lip-sync from clips; see :class:`syncalign.training.objective.Objective`.

    Parameters
    ----------
    clips : sequence of SyncClip
        What to learn from.
    size : int
        Examples an epoch. A speaker has as many as the square root of the number of its clips.
    """

    criterion = "loss"

    def __init__(self, clips: Sequence[SyncClip], size: int = 800) -> None:
        self.size = size
        self._examples = SyncExamples(clips)
        speakers = np.array([clip.speaker for clip in clips])
        self._clips_of = [np.flatnonzero(speakers == name) for name in np.unique(speakers)]
        shares = np.sqrt([len(own) for own in self._clips_of])
        self._speaker_of = np.searchsorted(np.cumsum(shares), _middles(size) * shares.sum())
        self.identity = _identity(clips, size)

    def loss(
        self,
        network: torch.nn.Module,
        chosen: npt.NDArray[np.int64],
        draw: np.random.Generator,
        device: torch.device,
    ) -> torch.Tensor:
        """Return the mean loss of some examples."""
        drawn = [
            self._examples.draw(int(draw.choice(self._clips_of[self._speaker_of[k]])), draw)
            for k in chosen
        ]
        lips, sound, heard = (
            torch.from_numpy(np.stack([getattr(one, name) for one in drawn])).to(device)
            for name in ("lips", "sound", "heard")
        )
        offsets = torch.tensor([one.offset for one in drawn], dtype=torch.float32, device=device)
        lip_codes, sound_codes, scales = network(lips, sound)
        return sync_loss(lip_codes, sound_codes, scales, heard, offsets)

    def judge(self, network: torch.nn.Module, device: torch.device) -> Mapping[str, float]:
        """Measure nothing: what is learned is judged on speakers that were held out."""
        return {}


def sync_loss(
    lips: torch.Tensor,
    sound: torch.Tensor,
    scales: torch.Tensor,
    heard: torch.Tensor,
    offsets: torch.Tensor,
) -> torch.Tensor:
    """Return how badly codes tell the offsets.

    Parameters
    ----------
    lips : Tensor [shape=(B, T, D)]
        Codes of the picture.
    sound : Tensor [shape=(B, 2 * (T - 1) + 4 * REACH_FRAMES + 1, D)]
        Codes of the sound; number ``2 * t + 2 * REACH_FRAMES`` is of the moment of frame t.
    scales : Tensor [shape=(SCALES,)]
        Evidence of a unit of similarity.
    heard : Tensor of bool [shape=(B, U)]
        At which codes there is sound.
    offsets : Tensor [shape=(B,)]
        Seconds by which the sound would be moved later.
    """
    own = lips @ sound.transpose(1, 2) / lips.shape[2] ** 0.5
    total = _moments(own * scales[0], heard, offsets)
    # The next one's sound is another sentence, mostly of somebody else.
    other = lips @ sound.roll(1, 0).transpose(1, 2) / lips.shape[2] ** 0.5
    own, other = _centred(own, heard), _centred(other, heard.roll(1, 0))
    target = _target(_offsets_of_columns(lips)[None], offsets[:, None]).softmax(dim=1)
    for scale, window in zip(scales[1:], WINDOWS, strict=True):
        right, wrong = (_summed(one, min(window, lips.shape[1])) * scale for one in (own, other))
        everything = torch.logsumexp(torch.cat([right, wrong], dim=2), dim=2)
        total = total - ((target[:, None] * right).sum(dim=2) - everything).mean()
    return total / (1 + SCALES)


def _moments(logits: torch.Tensor, heard: torch.Tensor, offsets: torch.Tensor) -> torch.Tensor:
    """Return the loss of single moments: of the picture among those of the sound, and back."""
    frames, codes = (torch.arange(size, device=logits.device) for size in logits.shape[1:])
    steps = _PER_FRAME * frames[:, None] + _REACH - codes
    inside = (steps.abs() <= _REACH) & heard[:, None]
    logits = logits.masked_fill(~inside, -1e4)
    nearness = _target(steps * OFFSET_STEP, offsets[:, None, None]).masked_fill(~inside, -1e4)
    total = torch.zeros((), device=logits.device)
    for dim in (2, 1):
        has_answer = nearness.amax(dim=dim) > -1.0
        loss = -(nearness.softmax(dim=dim) * logits.log_softmax(dim=dim)).sum(dim=dim)
        total = total + (loss * has_answer).sum() / has_answer.sum().clamp(min=1)
    return total


def _target(steps: torch.Tensor, offsets: torch.Tensor) -> torch.Tensor:
    return -0.5 * torch.square((steps - offsets) / _BLUR)


def _offsets_of_columns(lips: torch.Tensor) -> torch.Tensor:
    columns = torch.arange(2 * _REACH + 1, device=lips.device)
    return (_REACH - columns) * OFFSET_STEP


def _centred(similarity: torch.Tensor, heard: torch.Tensor) -> torch.Tensor:
    """Take the diagonals [shape=(B, T, 2 R + 1)], less their mean over where there is sound."""
    frames = torch.arange(similarity.shape[1], device=similarity.device)
    columns = torch.arange(2 * _REACH + 1, device=similarity.device)
    codes = (_PER_FRAME * frames[:, None] + columns)[None].expand(len(similarity), -1, -1)
    there = heard[:, None].expand_as(similarity).gather(2, codes)
    band = similarity.gather(2, codes)
    mean = (band * there).sum(dim=2, keepdim=True) / there.sum(dim=2, keepdim=True).clamp(min=1)
    return (band - mean) * there


def _summed(band: torch.Tensor, window: int) -> torch.Tensor:
    step = max(window // 2, 1)
    return F.avg_pool1d(band.transpose(1, 2), window, stride=step).transpose(1, 2) * window


def _middles(size: int) -> npt.NDArray[np.float64]:
    return (np.arange(size) + 0.5) / size


def _identity(clips: Sequence[SyncClip], size: int) -> str:
    digest = hashlib.sha256(f"lip-sync 1 {size}".encode())
    for clip in clips:
        digest.update(f"{clip.speaker}/{clip.name} {clip.shapes.grid.start:.4f}".encode())
        digest.update(np.ascontiguousarray(clip.shapes.values).tobytes())
        digest.update(clip.sound.levels.tobytes())
    return digest.hexdigest()[:16]
