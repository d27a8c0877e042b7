"""Train a model that fuses voice and mouth, and measure it on what was held out."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from syncalign.cache import Cache
from syncalign.errors import ParameterError
from syncalign.models.fusion.facts import FactCoder
from syncalign.models.fusion.front_end import FrontEnd
from syncalign.models.fusion.model import FusionModel
from syncalign.models.torch_device import require_torch, torch_device
from syncalign.pipelines.fusion import SNRS, judged_on, read_to_learn
from syncalign.pipelines.learning_sides import parted
from syncalign.progress import Progress
from syncalign.results.fusion import FusionEvaluation
from syncalign.training.dataset.windows import Windows
from syncalign.training.fusion.recipe import FusionRecipe
from syncalign.training.history import EpochRecord
from syncalign.version import VERSION


@dataclass(frozen=True, slots=True, eq=False)
class TrainedFusion:
    """A model, how well it does on what was held out, and how it was learned.

    Attributes
    ----------
    model : FusionModel
    evaluation : FusionEvaluation
    histories : mapping of str to tuple of EpochRecord
        Of each system and seed, such as ``mid-0``.
    """

    model: FusionModel
    evaluation: FusionEvaluation
    histories: Mapping[str, tuple[EpochRecord, ...]]

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the model with its card; see :meth:`FusionModel.save`."""
        self.model.save(path, overwrite=overwrite)


def train_fusion(
    data: str | os.PathLike[str],
    recipe: FusionRecipe | None = None,
    *,
    split: str = "auto",
    snrs: Sequence[float] = SNRS,
    checkpoints: str | os.PathLike[str] | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> TrainedFusion:
    """Learn to tell the classes of a data set apart by voice and mouth.

    Trained are, with each seed, the voice alone, the mouth alone, the ways of fusion, and the
    table route on the frozen encoders of the first two; all by the same plan, on clean sound and
    on babble at 10 to -5 dB. Further columns of a CSV table are a third modality.

    Parameters
    ----------
    data : path-like
        A folder of GRID or LRW, a folder a class, or a CSV table.
    recipe : FusionRecipe or None
        What to train, and for how long; by default mid fusion with three seeds.
    split : {"auto", "speaker", "recording", "given"}
        See :func:`syncalign.training.dataset.splitting.split_windows`.
    snrs : sequence of float
        Levels of noise to measure at, in decibels; inf is clean.
    checkpoints : path-like or None
        A folder from which an interrupted training goes on.
    cache : Cache or None
        Where sound and mouths of recordings are kept.
    progress : Progress or None
        Told about recordings and steps.

    Returns
    -------
    TrainedFusion

    Raises
    ------
    FormatError
        The data cannot be used, or hold too little to split.
    ParameterError
        The folder of checkpoints holds a training of other data or with another recipe.
    DependencyError
        PyTorch, scikit-learn, LightGBM or OpenCV is not installed.
    """
    require_torch("training")
    recipe = recipe or FusionRecipe()
    torch_device(recipe.device)  # before the hours of reading
    if not recipe.fusion:
        raise ParameterError("name at least one way of fusion")
    if recipe.table is not None:
        from syncalign.training.fusion.table_route import ensure_installed

        ensure_installed(recipe.table)
    windows = read_to_learn(data, cache=cache, progress=progress)
    sides = parted(windows, split, recipe.seed)
    folder = None if checkpoints is None else Path(checkpoints)
    model, histories = _learned(sides.learned, recipe, folder, progress)
    found = judged_on(model, sides.held_out, snrs, sides.reasons)
    return TrainedFusion(replace(model, card=_card(model, recipe, found)), found, histories)


def _learned(
    windows: Windows, recipe: FusionRecipe, folder: Path | None, progress: Progress | None
) -> tuple[FusionModel, dict[str, tuple[EpochRecord, ...]]]:
    from syncalign.training.fusion.prepared import prepared_to_learn
    from syncalign.training.fusion.systems import trained_member

    classes = windows.collection.classes
    front_end = FrontEnd.fitted(windows.sounds, windows.lips, windows.pictures)
    rows = [example.columns for example in windows.collection.examples]
    facts = FactCoder.fitted(windows.collection.columns, rows)
    prepared = prepared_to_learn(windows, classes, front_end, facts)
    members = []
    histories: dict[str, tuple[EpochRecord, ...]] = {}
    for n in range(recipe.seeds):
        member, courses = trained_member(
            prepared, len(classes), recipe, n, folder=folder, progress=progress
        )
        members.append(member)
        histories |= {f"{name}-{recipe.seed + n}": course for name, course in courses.items()}
    model = FusionModel(
        classes=classes,
        rows=windows.shape.rows,
        fusion=recipe.fusion[0],
        front_end=front_end,
        facts=facts,
        members=tuple(members),
        learned=np.unique(windows.recordings),
    )
    return model, histories


def _card(model: FusionModel, recipe: FusionRecipe, found: FusionEvaluation) -> str:
    """Describe a model for people."""
    facts = ", ".join((*model.facts.numbers, *model.facts.words)) or "none"
    return "\n".join(
        [
            "# Which of some classes somebody says, by voice and mouth",
            "",
            f"- classes ({len(model.classes)}): {', '.join(model.classes)}",
            f"- window: {model.shape.seconds:.2f} s about the middle of the word",
            f"- answers: mean of {len(model.members)} networks of the kind `{model.fusion}`",
            f"- systems: {', '.join(('audio', 'video', *recipe.fusion))}; table route: "
            f"{recipe.table or 'none'}",
            f"- trained by syncalign {VERSION}: {recipe.epochs} epochs, seeds {recipe.seed} to "
            f"{recipe.seed + recipe.seeds - 1}",
            f"- further columns: {facts}",
            *(f"- {reason}" for reason in found.reasons),
            "",
            "Measured on what was held out, under babble of other held-out words (mean and "
            "standard deviation over seeds; `model` is all members together):",
            "",
            "```",
            found.table(),
            "```",
            "",
        ]
    )
