"""Teachers: what they make of a window, as logits and as features 25 times a second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from syncalign.models.fusion.model import FusionModel
from syncalign.models.fusion.networks import (
    CHANNELS,
    EMBEDDING,
    Heard,
    Said,
    SoundNetwork,
    head,
    pooled,
)

_LEAST = 1e-6  # probability that a model of others' classes leaves each class


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a teacher says of windows, or a student.

    Attributes
    ----------
    logits : Tensor [shape=(B, K)]
        Of the student's classes.
    frames : Tensor [shape=(B, rows, D)] or None
        Features, 25 a second.
    """

    logits: torch.Tensor
    frames: torch.Tensor | None


class Teacher(nn.Module):
    """Turns ``Heard`` into a ``Lesson``; frozen.

    Attributes
    ----------
    features : int
        D of its frames; 0 where it has none.
    """

    features: int = 0

    def forward(self, heard: Heard) -> Lesson:
        """Teach windows."""
        raise NotImplementedError


class VoiceTeacher(Teacher):
    """Our audio model: its logits, and what its encoder makes of each 40 ms."""

    features = CHANNELS

    def __init__(self, network: SoundNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, heard: Heard) -> Lesson:
        """Teach windows."""
        frames = self.network.sound(heard.sound)
        return Lesson(self.network.sound_head(pooled(frames)), frames.transpose(1, 2))


class FrameNetwork(nn.Module):
    """Tells classes apart by features of a large model, which stays as it is, 25 times a second."""

    def __init__(self, features: int, classes: int) -> None:
        super().__init__()
        self.narrowed = nn.Sequential(nn.Conv1d(features, CHANNELS, 3, padding=1), nn.ReLU())
        self.sound_head = head(EMBEDDING, classes)

    def forward(self, heard: Heard) -> Said:
        """Tell the classes apart; ``heard.sound`` are the features [shape=(B, rows, D)]."""
        return Said(self.sound_head(pooled(self.narrowed(heard.sound.transpose(1, 2)))))


class FrameTeacher(Teacher):
    """A large model, such as Whisper: its own features, and the logits of a network on them."""

    def __init__(self, network: FrameNetwork, features: int) -> None:
        super().__init__()
        self.network, self.features = network, features

    def forward(self, heard: Heard) -> Lesson:
        """Teach windows."""
        said: Said = self.network(heard)
        return Lesson(said.logits, heard.sound)


class ModelTeacher(Teacher):
    """A model of ours out of a file: the mean of its members, on the classes that both know.

    Parameters
    ----------
    model : FusionModel
        The teacher.
    classes : sequence of str
        The student's; those that the model does not know are left to the labels.
    """

    def __init__(self, model: FusionModel, classes: Sequence[str]) -> None:
        super().__init__()
        known = {label: n for n, label in enumerate(model.classes)}
        self.members = nn.ModuleList(m.networks[model.fusion] for m in model.members)
        places = [known.get(label, -1) for label in classes]
        self.register_buffer("places", torch.tensor(places))

    def forward(self, heard: Heard) -> Lesson:
        """Teach windows."""
        likely = torch.stack([m(heard).logits.softmax(1) for m in self.members]).mean(0)
        places = self.get_buffer("places")
        ours = torch.where(places >= 0, likely[:, places.clamp(min=0)], 0.0)
        return Lesson(torch.log(ours + _LEAST).log_softmax(1), None)
