"""Train a lip-sync model on videos of people who speak, and measure it on people held out."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from syncalign.cache import Cache
from syncalign.errors import FormatError, ParameterError
from syncalign.models.lipsync.band import REACH, offset_at_peak
from syncalign.models.lipsync.builtin import FORMAT, KIND, landmark_model
from syncalign.models.model_file import Arrays, ModelFile
from syncalign.models.torch_device import require_torch
from syncalign.progress import Progress
from syncalign.version import VERSION

if TYPE_CHECKING:
    from syncalign.training.dataset.collection import Skipped
    from syncalign.training.sync_clips import SyncClip

_HELD_OUT = 0.2  # of the speakers, or of the clips where there are fewer than three speakers
_LEAST_CLIPS = 4


@dataclass(frozen=True, slots=True, eq=False)
class TrainedLipSync:
    """A lip-sync model, and how well it tells the offset of people that it does not know.

    Attributes
    ----------
    model : ModelFile
    held_out : str
        ``speakers`` or ``clips``.
    clips, judged : int
        How many it learned from, and how many it was measured on.
    within : mapping of str to float
        Share of those whose offset, searched up to 0.6 s, is within ``40 ms`` and ``20 ms``.
    skipped : tuple of Skipped
        Videos that could not be used.
    """

    model: ModelFile
    held_out: str
    clips: int
    judged: int
    within: Mapping[str, float]
    skipped: tuple[Skipped, ...]

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the model with its card; see :meth:`ModelFile.save`."""
        self.model.save(path, overwrite=overwrite)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What was learned and measured, and what was left out, in sentences."""
        first = (
            f"It learned from {self.clips} clips, and was measured on {self.judged} more of "
            + (
                "speakers that it did not know."
                if self.held_out == "speakers"
                else "the same people."
            )
        )
        left_out = [f"{one.path} was skipped: {one.reason}." for one in self.skipped]
        return (first, *left_out)

    def to_json(self) -> dict[str, Any]:
        """Return the fields of the JSON contract."""
        return {
            "status": "ok",
            "confidence": None,
            "reasons": list(self.reasons),
            "held_out": self.held_out,
            "clips": self.clips,
            "judged": self.judged,
            "within": {name: round(share, 4) for name, share in self.within.items()},
            "skipped": [{"path": one.path, "reason": one.reason} for one in self.skipped],
        }


def train_lipsync(
    data: str | os.PathLike[str],
    *,
    networks: int = 2,
    epochs: int = 18,
    seed: int = 0,
    device: str = "auto",
    checkpoints: str | os.PathLike[str] | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> TrainedLipSync:
    """Learn how lips and sound belong together, from videos that are in sync.

    A fifth of the speakers is held out and measured; of fewer than three, a fifth of the clips.

    Parameters
    ----------
    data : path-like
        A folder of videos, one folder a speaker, or a CSV table with the columns path and speaker.
    networks : int
        How many networks are averaged.
    epochs : int
        Times that 800 examples are drawn.
    seed : int
        Of the split, the draws and the first network.
    device : {"auto", "cpu", "cuda"}
        Where to compute.
    checkpoints : path-like or None
        A folder from which an interrupted training goes on.
    cache : Cache or None
        Keeps the faces that were found.
    progress : Progress or None
        Told about videos and steps.

    Returns
    -------
    TrainedLipSync

    Raises
    ------
    FormatError
        The data cannot be read, or hold too few videos that can be used.
    ParameterError
        A setting makes no sense.
    DependencyError
        PyTorch or the extra ``vision`` is not installed.
    """
    require_torch("training")
    from syncalign.training.sync_reading import read_clips, recordings_in
    from syncalign.training.sync_training import PLAN, train_networks

    if networks < 1:
        raise ParameterError("train at least one network")
    plan = replace(PLAN, epochs=epochs, seed=seed, device=device)
    clips, skipped = read_clips(recordings_in(data), cache=cache, progress=progress)
    if len(clips) < _LEAST_CLIPS:
        why = f"; the first that cannot: {skipped[0].path} {skipped[0].reason}" if skipped else ""
        raise FormatError(
            data,
            f"holds {len(clips)} videos that can be used, and {_LEAST_CLIPS} are the least to"
            f" learn from{why}",
        )
    held_out, judged = _held_out(clips, seed)
    learned = [clip for clip, out in zip(clips, judged, strict=True) if not out]
    rest = [clip for clip, out in zip(clips, judged, strict=True) if out]
    weights = train_networks(
        learned,
        networks,
        plan=plan,
        folder=None if checkpoints is None else Path(checkpoints),
        progress=progress,
    )
    within = _measured(weights, networks, rest)
    card = _card(learned, rest, held_out, within, networks, epochs, seed)
    model = ModelFile(KIND, FORMAT, {"networks": networks}, weights, card)
    return TrainedLipSync(model, held_out, len(learned), len(rest), within, skipped)


def _held_out(clips: tuple[SyncClip, ...], seed: int) -> tuple[str, np.ndarray]:
    """Tell by what is held out, and which clips are [shape=(N,), bool]."""
    draw = np.random.default_rng(seed)
    names = np.array([clip.speaker for clip in clips])
    speakers = np.unique(names)
    if len(speakers) >= 3:
        count = max(1, round(_HELD_OUT * len(speakers)))
        return "speakers", np.isin(names, draw.choice(speakers, count, replace=False))
    count = max(1, round(_HELD_OUT * len(clips)))
    out = np.zeros(len(clips), np.bool_)
    out[draw.choice(len(clips), count, replace=False)] = True
    return "clips", out


def _measured(weights: Arrays, networks: int, clips: list[SyncClip]) -> dict[str, float]:
    model = landmark_model(weights, networks)
    bands = [model.band_of_shapes(clip.shapes, clip.sound, REACH) for clip in clips]
    errors = np.abs([offset_at_peak(band.curve()) for band in bands])
    return {f"{most} ms": float(np.mean(errors <= most / 1000)) for most in (40, 20)}


def _card(
    learned: list[SyncClip],
    judged: list[SyncClip],
    held_out: str,
    within: Mapping[str, float],
    networks: int,
    epochs: int,
    seed: int,
) -> str:
    """Describe a model for people."""
    speakers = ", ".join(sorted({clip.speaker for clip in learned})) or "not told"
    return "\n".join(
        [
            "# How lips and sound belong together",
            "",
            f"- trained by syncalign {VERSION}: {networks} networks, {epochs} epochs, seed {seed}",
            f"- learned from {len(learned)} clips; speakers: {speakers}",
            f"- held out by {held_out}: {len(judged)} clips, of which "
            + ", ".join(f"{share:.1%} within {name}" for name, share in within.items()),
            "- the offsets of the clips count as right, as they were recorded",
            "",
        ]
    )
