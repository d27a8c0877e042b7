"""What was measured while a network learned, epoch by epoch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class EpochRecord:
    """One epoch.

    Attributes
    ----------
    epoch : int
        Counted from 1.
    step : int
        Steps done since the beginning.
    loss : float
        Mean over the epoch's steps and all processes.
    learning_rate : float
        Of the last step.
    seconds : float
        Wall time of the epoch with its judgement.
    metrics : mapping of str to float
        What the objective measured; empty where it was not asked.
    """

    epoch: int
    step: int
    loss: float
    learning_rate: float
    seconds: float
    metrics: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """Return the record as it stands in a line of JSON."""
        return {
            "epoch": self.epoch,
            "step": self.step,
            "loss": self.loss,
            "learning_rate": self.learning_rate,
            "seconds": round(self.seconds, 3),
            "metrics": dict(self.metrics),
        }

    @classmethod
    def from_dict(cls, given: Mapping[str, object]) -> EpochRecord:
        """Return the record of what :meth:`as_dict` returned."""
        return cls(**given)  # type: ignore[arg-type]


def as_json_lines(history: Iterable[EpochRecord]) -> bytes:
    """Return a history as JSON lines, one an epoch."""
    lines = [json.dumps(record.as_dict()) + "\n" for record in history]
    return "".join(lines).encode()
