"""The student: a lip reader, and a layer that is thrown away once it has learned."""

from __future__ import annotations

from torch import nn

from syncalign.models.fusion.networks import CHANNELS, Heard, MouthNetwork, built, pooled
from syncalign.training.distillation.teacher import Lesson


class Student(nn.Module):
    """A lip reader that also says what its teacher's features would be.

    Parameters
    ----------
    classes : int
        How many there are.
    features : int
        Of the teacher's, 25 times a second; 0 where there are none.
    seed : int
        Of the weights to begin from: those that a lip reader without a teacher begins from.
    """

    def __init__(self, classes: int, features: int, seed: int) -> None:
        super().__init__()
        network = built("video", classes, 0, seed)
        assert isinstance(network, MouthNetwork)
        self.network = network
        self.translation = nn.Conv1d(CHANNELS, features, 1) if features else None
        if self.translation is not None:
            nn.init.zeros_(self.translation.weight)  # nothing is drawn by lot here
            nn.init.zeros_(self.translation.bias)  # type: ignore[arg-type]

    def forward(self, heard: Heard) -> Lesson:
        """Read lips."""
        rows = self.network.mouth(heard.mouth)
        frames = None if self.translation is None else self.translation(rows).transpose(1, 2)
        return Lesson(self.network.mouth_head(pooled(rows)), frames)
