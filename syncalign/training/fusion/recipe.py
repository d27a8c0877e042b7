"""What is trained, and for how long."""

from __future__ import annotations

from dataclasses import dataclass

from syncalign.errors import ParameterError
from syncalign.models.fusion.table_head import KINDS
from syncalign.training.plan import TrainingPlan

FUSIONS = ("early", "mid", "late", "attention")


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionRecipe:
    """Settings of a training of fusion.

    Parameters
    ----------
    fusion : tuple of {"early", "mid", "late", "attention"}
        Ways of fusion, each once; what a model answers is the mean of all seeds of the first. Empty
        trains each modality alone.
    table : {"logistic", "trees", None}
        The table route: logistic regression, LightGBM, or none.
    seeds : int
        Members of the model, each trained with another seed.
    epochs : int
        Times that the data are gone through.
    modality_dropout : float
        Share of the windows that lack the sound while fusion is learned, and as many the picture;
        0 to below 0.5.
    seed : int
        The first seed.
    device : {"auto", "cpu", "cuda"}
        Where it is trained.

    Raises
    ------
    ParameterError
        A setting makes no sense.
    """

    fusion: tuple[str, ...] = ("mid",)
    table: str | None = "logistic"
    seeds: int = 3
    epochs: int = 100
    modality_dropout: float = 0.15
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        """Check the settings."""
        unknown = [name for name in self.fusion if name not in FUSIONS]
        if unknown or len(set(self.fusion)) != len(self.fusion):
            raise ParameterError(f"name any of {', '.join(FUSIONS)}, each once")
        if self.table is not None and self.table not in KINDS:
            raise ParameterError(f"the table route is one of {', '.join(KINDS)}, or none")
        if self.seeds < 1:
            raise ParameterError(f"{self.seeds} seeds are asked for; it must be at least 1")
        if not 0 <= self.modality_dropout < 0.5:
            raise ParameterError(
                f"modality dropout is {self.modality_dropout}; it must be 0 to below 0.5"
            )

        self.plan(0)

    def plan(self, number: int) -> TrainingPlan:
        """Return the plan of a member, by which all its systems are trained."""
        return TrainingPlan(
            epochs=self.epochs,
            batch=64,
            learning_rate=4e-3,
            weight_decay=0.02,
            warm_up=0.1,
            average=0.99,
            judged_every=self.epochs,
            seed=self.seed + number,
            device=self.device,
        )
