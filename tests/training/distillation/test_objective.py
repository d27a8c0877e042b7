"""What a student is asked for, in numbers that are known."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from syncalign.models.fusion.networks import built  # noqa: E402
from syncalign.training.distillation.objective import DistillationObjective, Weights  # noqa: E402
from syncalign.training.distillation.rows import labelled_by_lot  # noqa: E402
from syncalign.training.distillation.student import Student  # noqa: E402
from syncalign.training.distillation.teacher import Lesson, Teacher  # noqa: E402
from syncalign.training.fusion.prepared import Prepared  # noqa: E402

COUNT, ROWS, CLASSES = 6, 18, 3
CPU = torch.device("cpu")
NUMBERS = np.arange(COUNT)


class Certain(Teacher):
    """Says the same whatever it hears, and remembers what it heard."""

    features = 2

    def __init__(self, logits) -> None:
        super().__init__()
        self.register_buffer("logits", torch.tensor(logits))
        self.heard = []

    def forward(self, heard) -> Lesson:
        self.heard.append(heard)
        frames = torch.tensor([1.0, -1.0]).expand(len(heard.sound), ROWS, 2)
        return Lesson(self.logits.expand(len(heard.sound), -1), frames)


class Saying(torch.nn.Module):
    """A student that says what it is told to."""

    def __init__(self, logits, frames=None) -> None:
        super().__init__()
        self.logits, self.frames = torch.tensor(logits), frames

    def forward(self, heard) -> Lesson:
        count = len(heard.mouth)
        frames = None if self.frames is None else torch.full((count, ROWS, 2), self.frames)
        return Lesson(self.logits.expand(count, -1), frames)


def prepared(margin=0) -> Prepared:
    rng = np.random.default_rng(0)
    rows = ROWS + 2 * margin
    numbers = np.arange(rows, dtype=np.float16)
    mouths = np.broadcast_to(numbers[:, None], (COUNT, 1, rows, 84)).copy()
    sounds = np.repeat(np.broadcast_to(numbers[:, None], (COUNT, 1, rows, 40)), 4, axis=2)
    labels = rng.integers(0, CLASSES, COUNT)
    return Prepared(sounds, mouths, np.zeros((COUNT, 0), np.float32), labels,
                    np.arange(COUNT).astype(np.uint64), margin)  # fmt: skip


def loss(student, teacher, taught, labelled, **weights) -> float:
    flags = (np.full(COUNT, taught), np.full(COUNT, labelled))
    objective = DistillationObjective(prepared(), teacher, *flags, Weights(**weights))
    return float(objective.loss(student, NUMBERS, np.random.default_rng(0), CPU))


def test_a_student_that_says_what_its_teacher_says_has_nothing_to_learn_of_it():
    logits = [2.0, 0.0, -1.0]
    assert loss(Saying(logits), Certain(logits), True, False) == pytest.approx(0, abs=1e-6)
    # A constant in all logits says nothing.
    moved = [value + 5 for value in logits]
    assert loss(Saying(moved), Certain(logits), True, False) == pytest.approx(0, abs=1e-5)


def test_the_divergence_is_that_of_both_at_the_temperature():
    ours, theirs, heat = np.array([0.0, 0.0, 0.0]), np.array([4.0, 0.0, -2.0]), 4.0
    p = np.exp(theirs / heat) / np.exp(theirs / heat).sum()
    expected = heat**2 * (p * np.log(p * 3)).sum()
    found = loss(Saying(ours.tolist()), Certain(theirs.tolist()), True, False, temperature=heat)
    assert found == pytest.approx(expected, rel=1e-5)


def test_features_are_regressed_where_the_student_translates_them():
    logits = [1.0, 0.0, 0.0]
    found = loss(Saying(logits, frames=0.0), Certain(logits), True, False, features=3.0)
    assert found == pytest.approx(3.0, rel=1e-3)  # normalised features are 1 and -1


def test_who_is_not_taught_learns_by_labels_and_who_has_none_by_the_teacher():
    far, teacher = Saying([0.0, 0.0, 0.0]), Certain([9.0, 0.0, 0.0])
    assert loss(far, teacher, False, False) == 0
    assert loss(far, teacher, False, True) == pytest.approx(np.log(3), rel=1e-5)
    both = loss(far, teacher, True, True)
    assert both == pytest.approx(np.log(3) + loss(far, teacher, True, False), rel=1e-5)


def test_teacher_and_student_take_in_the_same_moment():
    teacher = Certain([0.0, 0.0, 0.0])
    seen = []

    class Watching(Saying):
        def forward(self, heard):
            seen.append(heard.mouth[:, :, 0])
            return super().forward(heard)

    flags = np.ones(COUNT, bool)
    objective = DistillationObjective(prepared(margin=2), teacher, flags, flags, Weights())
    objective.loss(Watching([0.0, 0.0, 0.0]), NUMBERS, np.random.default_rng(3), CPU)
    rows = teacher.heard[0].sound[:, 2::4, 0]  # each row four times; moved by a frame at most
    assert (rows[:, 0] != rows[0, 0]).any()
    assert torch.allclose(rows, seen[0].round(), atol=1)


def test_the_identity_changes_with_the_teacher_and_with_what_is_taught():
    flags = np.ones(COUNT, bool)
    some = flags.copy()
    some[0] = False
    held = prepared()
    ones = [
        DistillationObjective(held, Certain([0.0, 1.0, 0.0]), flags, flags, Weights()),
        DistillationObjective(held, Certain([1.0, 0.0, 0.0]), flags, flags, Weights()),
        DistillationObjective(held, Certain([0.0, 1.0, 0.0]), some, flags, Weights()),
        DistillationObjective(held, Certain([0.0, 1.0, 0.0]), flags, flags, Weights(features=2.0)),
    ]
    assert len({one.identity for one in ones}) == 4


def test_a_student_begins_from_the_weights_of_a_lip_reader_without_a_teacher():
    student, alone = Student(CLASSES, 64, 5), built("video", CLASSES, 0, 5)
    same = zip(student.network.state_dict().values(), alone.state_dict().values(), strict=True)
    assert all(torch.equal(one, other) for one, other in same)


def test_labels_are_drawn_by_lot_of_two_classes_at_least():
    labels = np.array([0] * 90 + [1] * 10)
    for seed in range(20):
        drawn = labelled_by_lot(labels, 0.02, seed)
        assert len(np.unique(labels[drawn])) == 2
        assert len(np.unique(drawn)) == len(drawn)
    assert len(labelled_by_lot(labels, 0.14, 0)) == 14
    assert set(labelled_by_lot(labels, 0.14, 0)) != set(labelled_by_lot(labels, 0.14, 1))
    assert len(labelled_by_lot(labels, 1.0, 0)) == 100
