"""What is taught, by whom, and for how long."""

from __future__ import annotations

import math
from dataclasses import dataclass

from syncalign.errors import ParameterError
from syncalign.training.fusion.recipe import FusionRecipe
from syncalign.training.plan import TrainingPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class DistillationRecipe:
    """Settings of a distillation.

    Parameters
    ----------
    labels : float
        Share of the examples to learn from whose labels the student may see, above 0 to 1. Which,
        is drawn by lot, anew with each seed.
    temperature : float
        By which logits are divided before teacher and student are compared; useful 1 to 4.
    features : float
        Weight of the regression of the teacher's features; 0 leaves it out.
    least_sure : float
        Highest posterior that a teacher must give for its word to be taken, 0 to below 1: where it
        is less sure, the clip is dropped.
    seeds : int
        Lip readers, each trained with another seed.
    epochs : int
        Times that the data are gone through. Every row takes as many steps, however few labels
        it has.
    seed : int
        The first seed.
    device : {"auto", "cpu", "cuda"}
        Where it is trained.

    Raises
    ------
    ParameterError
        A setting makes no sense.
    """

    labels: float = 0.15
    temperature: float = 2.0
    features: float = 1.0
    least_sure: float = 0.1
    seeds: int = 3
    epochs: int = 100
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        """Check the settings."""
        if not 0 < self.labels <= 1:
            raise ParameterError(f"{self.labels} of the labels: it must be above 0, at most 1")
        if not 0 < self.temperature < math.inf:
            raise ParameterError(f"the temperature is {self.temperature}; it must be positive")
        if not 0 <= self.features < math.inf:
            raise ParameterError(
                f"the weight of features is {self.features}; it must not be below 0"
            )
        if not 0 <= self.least_sure < 1:
            raise ParameterError(f"a teacher is as sure as {self.least_sure}: 0 to below 1")
        if self.seeds < 1:
            raise ParameterError(f"{self.seeds} seeds are asked for; it must be at least 1")

        self.plan(0)

    def plan(self, number: int) -> TrainingPlan:
        """Return the plan of a seed, by which all its rows are trained: that of fusion."""
        recipe = FusionRecipe(epochs=self.epochs, seed=self.seed, device=self.device)
        return recipe.plan(number)
