"""The rows that are compared, of one seed: student alone, taught, its teachers, fully labelled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from syncalign.models.fusion.networks import Said, built
from syncalign.progress import Progress
from syncalign.training.distillation.objective import DistillationObjective, Flags, Weights
from syncalign.training.distillation.recipe import DistillationRecipe
from syncalign.training.distillation.student import Student
from syncalign.training.distillation.teacher import Lesson, Teacher
from syncalign.training.distillation.teaching import Lessons, learned_teacher
from syncalign.training.fusion.objective import FusionObjective
from syncalign.training.fusion.prepared import Prepared
from syncalign.training.fusion.systems import halved
from syncalign.training.loop import train

Numbers = npt.NDArray[np.intp]
_BATCH = 256


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a row of one seed came to.

    Attributes
    ----------
    row : {"alone", "distilled", "teacher", "supervised"}
    labels : int or None
        That the network of the row has seen; None for a teacher that was given.
    teacher_labels : int or None
        That its teacher has seen; None without a teacher, or where it was given.
    said : ndarray of int64 [shape=(N,)]
        Numbers of the classes, of the windows that are held out.
    network : torch.nn.Module
        A lip reader, or a teacher.
    unsure : int
        Windows that were dropped because the teacher was not sure.
    """

    row: str
    labels: int | None
    teacher_labels: int | None
    said: npt.NDArray[np.int64]
    network: torch.nn.Module
    unsure: int = 0


def labelled_by_lot(labels: npt.NDArray[np.int64], share: float, seed: int) -> Numbers:
    """Draw the examples whose labels are known: a share of all, of two classes at least.

    Returns
    -------
    ndarray of intp
        Numbers of the examples.
    """
    order = np.random.default_rng((2, seed)).permutation(len(labels))
    count = min(len(labels), max(2, round(share * len(labels))))
    while len(np.unique(labels[order[:count]])) < 2 and count < len(labels):
        count += 1
    return order[:count]


class Rows:
    """Trains the rows of a seed.

    Parameters
    ----------
    held : Lessons
        What is learned from and judged by.
    belongs : ndarray of bool [shape=(N,)]
        Of the windows to learn from: whether the sound is that of the face.
    classes : int
        How many there are.
    recipe : DistillationRecipe
        What to do.
    number : int
        Of the seed, from 0.
    folder : Path or None
        Where checkpoints are kept.
    progress : Progress or None
        Told about steps.
    """

    def __init__(
        self,
        held: Lessons,
        belongs: Flags,
        classes: int,
        recipe: DistillationRecipe,
        number: int,
        *,
        folder: Path | None = None,
        progress: Progress | None = None,
    ) -> None:
        self._held, self._belongs, self._classes, self._recipe = held, belongs, classes, recipe
        self._plan, self._folder, self._progress = recipe.plan(number), folder, progress
        self._all = np.arange(len(held.taught))
        self._labelled = labelled_by_lot(held.taught.labels, recipe.labels, self._plan.seed)

    def outcomes(self) -> tuple[Outcome, ...]:
        """Train and judge: alone, distilled by each teacher, the teachers, supervised."""
        teachers = self._teachers()
        return (
            self._by_labels("alone", self._labelled),
            *(self._distilled(*one) for one in teachers),
            *(
                Outcome("teacher", seen, seen, self._said(teacher), teacher)
                for teacher, seen in teachers
            ),
            self._by_labels("supervised", self._all),
        )

    def _teachers(self) -> list[tuple[Teacher, int | None]]:
        """Return the strong teacher and the one that saw no more labels than the student."""
        if self._held.given is not None:
            return [(self._held.given, None)]
        found: list[tuple[Teacher, int | None]] = []
        for which in {len(which): which for which in (self._all, self._labelled)}.values():
            teacher = learned_teacher(
                self._held,
                self._stretched(which),
                self._classes,
                self._plan,
                folder=self._place(f"teacher-{len(which)}"),
                progress=self._progress,
            )
            found.append((teacher, len(which)))
        return found

    def _by_labels(self, row: str, which: Numbers) -> Outcome:
        objective = FusionObjective(self._held.learned.chosen(self._stretched(which)), 0.0)
        done = train(
            built("video", self._classes, 0, self._plan.seed),
            objective,
            self._plan,
            folder=self._place(row),
            progress=self._progress,
            task=f"train {row} (seed {self._plan.seed})",
        )
        network = halved(done.network)
        return Outcome(row, len(which), None, self._said(network), network)

    def _distilled(self, teacher: Teacher, seen: int | None) -> Outcome:
        is_sure = sureness(teacher, self._held.taught) >= self._recipe.least_sure
        is_labelled = np.isin(self._all, self._labelled)
        is_taught = is_sure & self._belongs
        kept = self._stretched(np.flatnonzero(is_taught | is_labelled))
        weights = Weights(temperature=self._recipe.temperature, features=self._recipe.features)
        objective = DistillationObjective(
            self._held.taught.chosen(kept), teacher, is_taught[kept], is_labelled[kept], weights
        )
        features = teacher.features if self._recipe.features else 0
        done = train(
            Student(self._classes, features, self._plan.seed),
            objective,
            self._plan,
            folder=self._place(f"distilled-{'given' if seen is None else seen}"),
            progress=self._progress,
            task=f"distil (seed {self._plan.seed})",
        )
        assert isinstance(done.network, Student)
        network = halved(done.network.network)
        dropped = int((~is_sure & self._belongs).sum())
        count = len(self._labelled)
        return Outcome("distilled", count, seen, self._said(network), network, dropped)

    def _stretched(self, which: Numbers) -> Numbers:
        """Repeat examples until they are as many as all: every row takes as many steps."""
        return np.resize(which, len(self._all))

    def _said(self, network: torch.nn.Module) -> npt.NDArray[np.int64]:
        said: npt.NDArray[np.int64] = logits_of(network, self._held.judged).argmax(axis=1)
        return said

    def _place(self, name: str) -> Path | None:
        return None if self._folder is None else self._folder / f"{name}-{self._plan.seed}"


def logits_of(network: torch.nn.Module, prepared: Prepared) -> npt.NDArray[np.float32]:
    """Return what a network says of windows where they belong [shape=(N, K)]."""
    found = []
    network = network.cpu().eval()
    with torch.no_grad():
        for first in range(0, len(prepared), _BATCH):
            some = np.arange(first, min(first + _BATCH, len(prepared)))
            said: Said | Lesson = network(prepared.plain(some))
            found.append(said.logits.numpy())
    return np.concatenate(found)


def sureness(teacher: Teacher, prepared: Prepared) -> npt.NDArray[np.float64]:
    """Return the highest posterior that a teacher gives for each window [shape=(N,)]."""
    logits = logits_of(teacher, prepared).astype(np.float64)
    likely = np.exp(logits - logits.max(axis=1, keepdims=True))
    highest: npt.NDArray[np.float64] = 1 / likely.sum(axis=1)
    return highest
