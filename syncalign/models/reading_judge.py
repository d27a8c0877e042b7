"""ReadingJudge: what the signs of a place found in a recording are worth, as probabilities.

Logistic regressions over a few signs, fitted by ``benchmarks/text/calibrate.py`` on recordings and
voices that no reported figure is of; see the card beside the weights.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Odds:
    """A logistic regression.

    Parameters
    ----------
    weights : tuple of float
        One for each sign.
    bias : float
        Log odds where all signs are zero.
    """

    weights: tuple[float, ...]
    bias: float

    def probability(self, signs: Doubles) -> Doubles:
        """Return a probability for each row of signs [shape=(N, len(weights))]."""
        odds = signs @ np.array(self.weights) + self.bias
        result: Doubles = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        return result


@dataclass(frozen=True, slots=True)
class ReadingJudge:
    """The regressions for a whole text, for a unit of it and for a word."""

    text: Odds
    unit: Odds
    word: Odds


@cache
def built_in_judge() -> ReadingJudge:
    """Load the judge that ships with the package."""
    file = resources.files("syncalign.models").joinpath("reading_judge.json")
    stored = json.loads(file.read_text(encoding="utf-8"))
    return ReadingJudge(
        **{name: Odds(tuple(stored[name]["weights"]), stored[name]["bias"]) for name in stored}
    )
