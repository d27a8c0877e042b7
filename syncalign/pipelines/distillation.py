"""Teach a lip reader by a model that hears, and measure what that is worth."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from syncalign.cache import Cache
from syncalign.errors import FormatError
from syncalign.models.fusion.clip import read_clip
from syncalign.models.fusion.model import FusionModel, read_fusion_model
from syncalign.models.fusion.window import MARGIN, WindowShape
from syncalign.models.lipsync.belonging import is_foreign
from syncalign.models.torch_device import require_torch, torch_device
from syncalign.pipelines.fusion import read_to_learn
from syncalign.pipelines.learning_sides import parted
from syncalign.pipelines.lip_reading import lip_reader, lip_reader_card
from syncalign.progress import NoProgress, Progress
from syncalign.results.distillation import Distillation, DistillationRow
from syncalign.training.dataset import read_collection
from syncalign.training.dataset.windows import Windows, read_windows
from syncalign.training.distillation.recipe import DistillationRecipe
from syncalign.version import VERSION

if TYPE_CHECKING:
    from syncalign.training.distillation.rows import Outcome
    from syncalign.training.distillation.teaching import Lessons

AUDIO, WHISPER = "audio", "whisper"
_WHISPER = "tiny.en"


@dataclass(frozen=True, slots=True, eq=False)
class Distilled:
    """A lip reader that was taught, and what its teacher was worth.

    Attributes
    ----------
    model : FusionModel
        The students of the strong teacher, one a seed, that answer together.
    report : Distillation
    """

    model: FusionModel
    report: Distillation

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the model with its card; see :meth:`FusionModel.save`."""
        self.model.save(path, overwrite=overwrite)


def distill(
    data: str | os.PathLike[str],
    recipe: DistillationRecipe | None = None,
    *,
    teacher: str | os.PathLike[str] = AUDIO,
    split: str = "auto",
    checkpoints: str | os.PathLike[str] | None = None,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Distilled:
    """Teach a lip reader that sees few labels by a model that hears all clips.

    Rows, all by the same plan and as many steps: the student by its labels alone; distilled; its
    teacher; a lip reader that has all labels. A teacher that is trained here comes twice: strong,
    from all labels, and equal, from those that the student sees.

    Parameters
    ----------
    data : path-like
        A folder of GRID or LRW, a folder a class, or a CSV table.
    recipe : DistillationRecipe or None
        How many labels, which losses, for how long.
    teacher : str or path-like
        ``audio`` trains a model of the voice; ``whisper`` a small network on the features of
        Whisper's encoder (``whisper:PATH`` for other weights than tiny.en), which the student is
        to predict too; else a model's file, or ``builtin``.
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
    Distilled

    Raises
    ------
    FormatError
        The data or the teacher cannot be used, or the teacher knows none of the classes.
    ParameterError
        The folder of checkpoints holds a training of other data or with another recipe.
    DependencyError
        PyTorch, openai-whisper, its weights or OpenCV is not there.
    """
    require_torch("training")
    recipe = recipe or DistillationRecipe()
    torch_device(recipe.device)  # before the hours of reading
    name = os.fspath(teacher)
    given = None if _is_trained_here(name) else read_fusion_model(name)
    windows = _read(data, given, cache, progress)
    sides = parted(windows, split, recipe.seed)
    learned, held_out = sides.learned, sides.held_out
    held = _lessons(learned, held_out, name, given, recipe.device)
    belongs = _belongs(learned, cache, progress)
    folder = None if checkpoints is None else Path(checkpoints)
    seeds = _outcomes(held, belongs, len(learned.collection.classes), recipe, folder, progress)
    reasons = [*sides.reasons]
    if given is not None:
        reasons += _overlap(given, held_out)
    report = _report(seeds, held.judged.labels, name, int((~belongs).sum()), tuple(reasons))
    strongest = [next(one for one in seed if one.row == "distilled") for seed in seeds]
    model = lip_reader(learned, held.front_end, [one.network for one in strongest])
    if given is not None:  # what its teacher has learned, it has learned too
        model = replace(model, learned=np.union1d(model.learned, given.learned))
    how = (
        f"distilled by syncalign {VERSION} from {name}, with {strongest[0].labels} labels: "
        f"{recipe.epochs} epochs, temperature {recipe.temperature:g}, features "
        f"{recipe.features:g}, seeds from {recipe.seed} on"
    )
    card = lip_reader_card(model, (how, *report.reasons), report.table())
    return Distilled(replace(model, card=card), report)


def _is_trained_here(teacher: str) -> bool:
    return teacher == AUDIO or teacher.partition(":")[0] == WHISPER


def _read(
    data: str | os.PathLike[str],
    given: FusionModel | None,
    cache: Cache | None,
    progress: Progress | None,
) -> Windows:
    """Read windows: as long as the data's words need, or as a given teacher knows them."""
    if given is None:
        return read_to_learn(data, cache=cache, progress=progress)
    shape = WindowShape(given.rows, MARGIN)
    return read_windows(read_collection(data), shape, cache=cache, progress=progress)


def _lessons(
    learned: Windows, held_out: Windows, teacher: str, given: FusionModel | None, device: str
) -> Lessons:
    from syncalign.training.distillation.teaching import lessons

    kind, _, weights = teacher.partition(":")
    if given is None and kind == WHISPER:
        from syncalign.models.whisper_features import features_by_whisper

        return lessons(learned, held_out, encode=features_by_whisper(weights or _WHISPER, device))
    if given is not None and not set(given.classes) & set(learned.collection.classes):
        raise FormatError(teacher, "knows none of the classes of the data: it cannot teach them")
    return lessons(learned, held_out, model=given)


def _belongs(
    windows: Windows, cache: Cache | None, progress: Progress | None
) -> npt.NDArray[np.bool_]:
    """Say of each window whether the sound of its recording is that of a face in it."""
    paths = [example.path for example in windows.collection.examples]
    progress = progress or NoProgress()
    progress.start("compare sounds with lips", len(set(paths)))
    foreign = {}
    try:
        for path in dict.fromkeys(paths):
            foreign[path] = is_foreign(read_clip(path, cache=cache))
            progress.advance(1)
    finally:
        progress.finish()
    return np.array([not foreign[path] for path in paths])


def _outcomes(
    held: Lessons,
    belongs: npt.NDArray[np.bool_],
    classes: int,
    recipe: DistillationRecipe,
    folder: Path | None,
    progress: Progress | None,
) -> list[tuple[Outcome, ...]]:
    from syncalign.training.distillation.rows import Rows

    return [
        Rows(held, belongs, classes, recipe, number, folder=folder, progress=progress).outcomes()
        for number in range(recipe.seeds)
    ]


def _overlap(given: FusionModel, held_out: Windows) -> list[str]:
    known = int(np.isin(held_out.recordings, given.learned).sum())
    if not known:
        return []
    return [
        f"the teacher has learned from {known} of the {len(held_out)} words that are held out: "
        "its own row is too good, and those of its students may be"
    ]


def _report(
    seeds: Sequence[Sequence[Outcome]],
    labels: npt.NDArray[np.int64],
    teacher: str,
    foreign: int,
    reasons: tuple[str, ...],
) -> Distillation:
    rows = []
    unsure = []
    for same in zip(*seeds, strict=True):
        first = same[0]
        taught = first.row in ("distilled", "teacher")
        rows.append(
            DistillationRow(
                row=first.row,
                teacher=teacher if taught else None,
                teacher_labels=first.teacher_labels,
                labels=first.labels,
                accuracies=tuple(float((one.said == labels).mean()) for one in same),
                words=len(labels),
            )
        )
        if first.row == "distilled":
            unsure.append(float(np.mean([one.unsure for one in same])))
    dropped = f"not taught: {foreign} words whose sound is not that of the face"
    told_unsure = " and ".join(f"{number:g}" for number in unsure)
    dropped += f", {told_unsure} of which the teacher is unsure"
    return Distillation(
        rows=tuple(rows), foreign=foreign, unsure=tuple(unsure), reasons=(*reasons, dropped)
    )
