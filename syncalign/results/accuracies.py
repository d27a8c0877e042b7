"""Shares of right answers over seeds, as rows of every evaluation have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracies:
    """How often something is right, once a seed.

    Parameters
    ----------
    accuracies : tuple of float
        One a seed.
    """

    accuracies: tuple[float, ...]

    @property
    def accuracy(self) -> float:
        """The mean over the seeds."""
        return float(np.mean(self.accuracies))

    @property
    def deviation(self) -> float | None:
        """The standard deviation over the seeds; None of one."""
        return float(np.std(self.accuracies, ddof=1)) if len(self.accuracies) > 1 else None

    def shares(self) -> dict[str, Any]:
        """Return the keys that all rows of the JSON contract have."""
        spread = self.deviation
        return {
            "accuracy": round(self.accuracy, 5),
            "deviation": None if spread is None else round(spread, 5),
            "seeds": len(self.accuracies),
        }

    def percent(self) -> str:
        """Say it to people: ``94.3 ± 0.6``."""
        spread = self.deviation
        return f"{100 * self.accuracy:.1f}" + ("" if spread is None else f" ± {100 * spread:.1f}")
