"""Ways to come by a teacher, and the windows as that teacher hears them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from syncalign.models.fusion.facts import FactCoder
from syncalign.models.fusion.front_end import FrontEnd, as_samples
from syncalign.models.fusion.model import FusionModel
from syncalign.models.fusion.networks import SoundNetwork, built
from syncalign.progress import Progress
from syncalign.training.dataset.windows import Windows
from syncalign.training.distillation.teacher import (
    FrameNetwork,
    FrameTeacher,
    ModelTeacher,
    Teacher,
    VoiceTeacher,
)
from syncalign.training.fusion.objective import FusionObjective
from syncalign.training.fusion.prepared import (
    Prepared,
    prepared_to_judge,
    prepared_to_learn,
)
from syncalign.training.fusion.systems import halved
from syncalign.training.loop import train
from syncalign.training.plan import TrainingPlan

Singles = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.intp]
#: Takes short sounds [shape=(N, S)], returns features 25 times a second [shape=(N, rows, D)].
Encode = Callable[[Singles], Singles]

_CLEAN = (np.inf,)
_HALF_HOP = 80  # samples that a window has more than its rows, at either end


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """Windows of both sides of a split, for a student and for its teacher.

    Attributes
    ----------
    learned : Prepared
        To learn from: what networks of one modality are trained on.
    taught, judged : Prepared
        The same, and what is held out; the sound as the teacher hears it.
    front_end : FrontEnd
        Of the student.
    given : ModelTeacher or None
        A teacher that is trained already.
    encoded : bool
        Whether the sound is features of a large model.
    """

    learned: Prepared
    taught: Prepared
    judged: Prepared
    front_end: FrontEnd
    given: ModelTeacher | None = None
    encoded: bool = False


def lessons(
    learned: Windows,
    judged: Windows,
    *,
    model: FusionModel | None = None,
    encode: Encode | None = None,
) -> Lessons:
    """Prepare windows for a kind of teacher.

    Parameters
    ----------
    learned, judged : Windows
        The two sides of a split.
    model : FusionModel or None
        A teacher that is trained already; its front end is the student's too.
    encode : callable or None
        A large model's encoder. With neither, the teacher is a voice model of ours.
    """
    classes = learned.collection.classes
    if model is None:
        front = FrontEnd.fitted(learned.sounds, learned.lips, learned.pictures)
        facts = FactCoder({}, {})
    else:
        front, facts = model.front_end, model.facts
    # A teacher hears the recordings as they are: what it would learn of babble costs it accuracy.
    views = prepared_to_learn(learned, classes, front, facts, _CLEAN)
    sides = [prepared_to_judge(part, classes, front, facts, _CLEAN) for part in (learned, judged)]
    if encode is not None:
        sides = _encoded(sides, [learned, judged], encode)
    taught = replace(sides[0], mouths=views.mouths)
    given = None if model is None else ModelTeacher(model, classes)
    return Lessons(views, taught, sides[1], front, given, encode is not None)


def _encoded(sides: list[Prepared], windows: list[Windows], encode: Encode) -> list[Prepared]:
    """Put a large model's features, each about its mean, in the place of the mel levels."""
    found = [encode(as_samples(part.sounds[:, _HALF_HOP:-_HALF_HOP])) for part in windows]
    mean, deviation = found[0].mean(axis=(0, 1)), found[0].std(axis=(0, 1)) + np.float32(1e-3)
    return [
        replace(
            side,
            sounds=((values - mean) / deviation).astype(np.float16)[:, None],
            frames_per_row=1,
        )
        for side, values in zip(sides, found, strict=True)
    ]


def learned_teacher(
    held: Lessons,
    which: Numbers,
    classes: int,
    plan: TrainingPlan,
    *,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> Teacher:
    """Train a teacher on the labels of some windows.

    Parameters
    ----------
    held : Lessons
        Without a teacher that is given.
    which : ndarray of intp
        Numbers of the windows; one may be there several times.
    classes : int
        How many there are.
    plan : TrainingPlan
        For how long.
    folder : Path or None
        Where checkpoints are kept.
    progress : Progress or None
        Told about steps.
    """
    network: torch.nn.Module
    if held.encoded:
        features = held.taught.sounds.shape[-1]
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(plan.seed)
            network = FrameNetwork(features, classes)
        material = held.taught
    else:
        network, material = built("audio", classes, 0, plan.seed), held.learned
    objective = FusionObjective(material.chosen(which), 0.0)
    task = f"train teacher (seed {plan.seed})"
    done = train(network, objective, plan, folder=folder, progress=progress, task=task)
    kept = halved(done.network)
    if isinstance(kept, FrameNetwork):
        return FrameTeacher(kept, held.taught.sounds.shape[-1])
    assert isinstance(kept, SoundNetwork)
    return VoiceTeacher(kept)
