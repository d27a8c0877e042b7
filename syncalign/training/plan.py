"""How a training goes: its length, its optimiser, its machine."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

from syncalign.errors import ParameterError

PRECISIONS = ("single", "mixed")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """Settings of :func:`syncalign.training.loop.train`.

    Parameters
    ----------
    epochs : int
        Times that the data are gone through.
    batch : int
        Examples a step and process; with fewer examples than this, a step takes all.
    learning_rate : float
        The highest one: it rises over the warm-up and falls along half a cosine to 0.
    weight_decay : float
        Of AdamW.
    warm_up : float
        Share of the steps, 0 to 1.
    average : float
        How much of the running mean of the weights is kept in a step, such as 0.99; what is judged
        and returned is that mean. 0 takes the weights themselves.
    longest_gradient : float or None
        Gradients that are longer, over all weights, are shortened to this.
    patience : int or None
        Epochs without a better criterion after which training stops early; the best weights
        are then returned. None goes to the end and returns the last ones.
    judged_every : int
        Epochs from one judgement to the next; the last epoch is always judged.
    seed : int
        Of the order, the draws and the dropout. Weights begin as they are given.
    device : {"auto", "cpu", "cuda"}
        Where it runs.
    precision : {"single", "mixed"}
        ``mixed`` computes in half precision where that is safe: bfloat16, or float16 with scaled
        losses on a CUDA device that has no bfloat16.
    processes : int
        Processes that share each step (torch's DistributedDataParallel): one a CUDA device, or
        on the CPU. The batch is that of each.

    Raises
    ------
    ParameterError
        A setting makes no sense.
    """

    epochs: int
    batch: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warm_up: float = 0.05
    average: float = 0.0
    longest_gradient: float | None = None
    patience: int | None = None
    judged_every: int = 1
    seed: int = 0
    device: str = "auto"
    precision: str = "single"
    processes: int = 1

    def __post_init__(self) -> None:
        """Check the settings."""
        for name in ("epochs", "batch", "judged_every", "processes"):
            if getattr(self, name) < 1:
                raise ParameterError(f"{name} is {getattr(self, name)}; it must be at least 1")
        if not (math.isfinite(self.learning_rate) and self.learning_rate > 0):
            raise ParameterError(f"the learning rate is {self.learning_rate}; it must be positive")
        if not (0 <= self.warm_up <= 1 and 0 <= self.average < 1 and self.weight_decay >= 0):
            raise ParameterError(
                "warm_up lies between 0 and 1, average below 1, weight_decay not below 0"
            )
        if self.precision not in PRECISIONS:
            raise ParameterError(f"the precision is one of {', '.join(PRECISIONS)}")
        if self.patience is not None and self.patience < 1:
            raise ParameterError(f"the patience is {self.patience} epochs; it must be at least 1")

    @property
    def fingerprint(self) -> dict[str, object]:
        """Return what a training must share with a checkpoint to go on from it."""
        return {name: value for name, value in asdict(self).items() if name != "device"}

    def rate_at(self, step: int, steps: int) -> float:
        """Return the learning rate of a step, counted from 0, of so many."""
        rising = min(1.0, (step + 1) / max(1.0, self.warm_up * steps))
        falling = 0.5 * (1 + math.cos(math.pi * step / steps))
        return self.learning_rate * rising * falling
