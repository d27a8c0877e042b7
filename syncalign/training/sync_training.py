"""Training the built-in lip-sync model: several networks that differ by chance alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch

from syncalign.models.lipsync.torch_network import Arrays, SyncNetwork, new_network
from syncalign.progress import Progress
from syncalign.training.loop import train
from syncalign.training.plan import TrainingPlan
from syncalign.training.sync_clips import SyncClip, evened
from syncalign.training.sync_objective import SCALES, SyncObjective

#: 18 epochs of 50 steps: on four minutes of clips or on half an hour, more changes nothing.
PLAN = TrainingPlan(
    epochs=18,
    batch=16,
    learning_rate=3e-3,
    weight_decay=0.02,
    average=0.99,
    longest_gradient=1.0,
    device="cpu",
)
_WIDTH, _CODES, _DROPOUT = 48, 32, 0.2


def train_networks(
    clips: Sequence[SyncClip],
    networks: int,
    *,
    plan: TrainingPlan = PLAN,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Arrays:
    """Train networks on clips that are in sync.

    Parameters
    ----------
    clips : sequence of SyncClip
        As recorded; by how much they are early or late is evened first.
    networks : int
        How many; their similarities are averaged.
    plan : TrainingPlan
        Its seed is that of the first network; each further one has the next.
    folder : Path or None
        For checkpoints: a training that was interrupted goes on.
    progress : Progress or None
        Told about steps.

    Returns
    -------
    dict of str to ndarray
        For :func:`syncalign.models.lipsync.builtin.landmark_model`.

    Raises
    ------
    ParameterError
        There is nothing to learn from, or the folder holds another training.
    """
    objective = SyncObjective(evened(clips))
    arrays: Arrays = {}
    for number in range(networks):
        own = replace(plan, seed=plan.seed + number)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(own.seed)
            network = new_network(width=_WIDTH, codes=_CODES, dropout=_DROPOUT, scales=SCALES)
        place = None if folder is None else folder / f"network-{number}"
        task = f"network {number + 1} of {networks}"
        trained = train(network, objective, own, folder=place, progress=progress, task=task)
        assert isinstance(trained.network, SyncNetwork)
        arrays |= trained.network.arrays(number)
    return arrays
