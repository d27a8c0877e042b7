"""Train a lip reader on labels, and measure it on what was held out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from syncalign.cache import Cache
from syncalign.models.fusion.facts import FactCoder
from syncalign.models.fusion.front_end import FrontEnd
from syncalign.models.fusion.model import FusionModel
from syncalign.models.torch_device import require_torch, torch_device
from syncalign.pipelines.fusion import judged_on, read_to_learn
from syncalign.pipelines.fusion_training import TrainedFusion
from syncalign.pipelines.learning_sides import parted
from syncalign.progress import Progress
from syncalign.training.dataset.windows import Windows
from syncalign.training.fusion.recipe import FusionRecipe
from syncalign.training.history import EpochRecord
from syncalign.version import VERSION

if TYPE_CHECKING:
    import torch

_CLEAN = (np.inf,)
_NO_FACTS = FactCoder({}, {})


def train_lip_reader(
    data: str | os.PathLike[str],
    recipe: FusionRecipe | None = None,
    *,
    split: str = "auto",
    checkpoints: str | os.PathLike[str] | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> TrainedFusion:
    """Learn to tell the classes of a data set apart by the mouth alone.

    Parameters
    ----------
    data : path-like
        A folder of GRID or LRW, a folder a class, or a CSV table.
    recipe : FusionRecipe or None
        For how long, and with how many seeds; its ways of fusion are not looked at.
    split : {"auto", "speaker", "recording", "given"}
        See :func:`syncalign.training.dataset.splitting.split_windows`.
    checkpoints : path-like or None
        A folder from which an interrupted training goes on.
    cache : Cache or None
        Where sound and mouths of recordings are kept.
    progress : Progress or None
        Told about recordings and steps.

    Returns
    -------
    TrainedFusion
        Its one system is ``video``; ``model`` is all seeds together.

    Raises
    ------
    FormatError
        The data cannot be used, or hold too little to split.
    ParameterError
        The folder of checkpoints holds a training of other data or with another recipe.
    DependencyError
        PyTorch or OpenCV is not installed.
    """
    require_torch("training")
    recipe = recipe or FusionRecipe()
    torch_device(recipe.device)  # before the hours of reading
    windows = read_to_learn(data, cache=cache, progress=progress)
    sides = parted(windows, split, recipe.seed)
    folder = None if checkpoints is None else Path(checkpoints)
    model, histories = _learned(sides.learned, recipe, folder, progress)
    found = judged_on(model, sides.held_out, _CLEAN, sides.reasons)
    how = f"trained by syncalign {VERSION}: {recipe.epochs} epochs, seeds from {recipe.seed} on"
    card = lip_reader_card(model, (how, *sides.reasons), found.table())
    return TrainedFusion(replace(model, card=card), found, histories)


def _learned(
    windows: Windows, recipe: FusionRecipe, folder: Path | None, progress: Progress | None
) -> tuple[FusionModel, dict[str, tuple[EpochRecord, ...]]]:
    from syncalign.models.fusion.networks import built
    from syncalign.training.fusion.objective import FusionObjective
    from syncalign.training.fusion.prepared import prepared_to_learn
    from syncalign.training.fusion.systems import halved
    from syncalign.training.loop import train

    classes = windows.collection.classes
    front_end = FrontEnd.fitted(windows.sounds, windows.lips, windows.pictures)
    prepared = prepared_to_learn(windows, classes, front_end, _NO_FACTS, _CLEAN)
    networks, histories = [], {}
    for number in range(recipe.seeds):
        plan = recipe.plan(number)
        name = f"video-{plan.seed}"
        done = train(
            built("video", len(classes), 0, plan.seed),
            FusionObjective(prepared, 0.0),
            plan,
            folder=None if folder is None else folder / name,
            progress=progress,
            task=f"train lip reader (seed {plan.seed})",
        )
        networks.append(halved(done.network))
        histories[name] = done.history
    return lip_reader(windows, front_end, networks), histories


def lip_reader(
    learned: Windows, front_end: FrontEnd, networks: Sequence[torch.nn.Module]
) -> FusionModel:
    """Return the model of some lip readers that answer together."""
    from syncalign.models.fusion.answers import Member

    return FusionModel(
        classes=learned.collection.classes,
        rows=learned.shape.rows,
        fusion="video",
        front_end=front_end,
        facts=_NO_FACTS,
        members=tuple(Member({"video": network}) for network in networks),
        learned=np.unique(learned.recordings),
    )


def lip_reader_card(model: FusionModel, facts: Sequence[str], table: str) -> str:
    """Describe a lip reader for people."""
    return "\n".join(
        [
            "# Which of some classes somebody says, by the mouth alone",
            "",
            f"- classes ({len(model.classes)}): {', '.join(model.classes)}",
            f"- window: {model.shape.seconds:.2f} s about the middle of the word",
            f"- answers: mean of {len(model.members)} networks",
            *(f"- {fact}" for fact in facts),
            "",
            "Measured on what was held out (mean and standard deviation over seeds):",
            "",
            "```",
            table,
            "```",
            "",
        ]
    )
