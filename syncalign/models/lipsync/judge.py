"""Judge: what the summed evidence of a stretch is worth, as an offset with a probability.

Two numbers say how fast evidence adds up over frames that share their surroundings, one how far the
data's own offsets scatter, and a logistic regression turns three signs into a probability. They are
fitted by ``benchmarks/lipsync/calibrate.py`` on speakers that the model did not learn from.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from syncalign.models.lipsync.band import offset_at_peak, offsets_within

Doubles = npt.NDArray[np.float64]

#: An offset is right if it is within one frame of 25 a second.
TOLERANCE = 0.04
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Estimate:
    """An offset that was read from summed evidence.

    Attributes
    ----------
    offset : float
        Seconds by which the sound would have to be moved later.
    interval : tuple of float
        Between which the offset lies with 95 %, if sound and face belong together.
    confidence : float
        Calibrated probability that the offset is right within 40 ms; sound that does not belong
        to the face counts as wrong. NaN where the model is not calibrated.
    gain : float
        Evidence at the offset, in nats; 0 is what chance gives.
    """

    offset: float
    interval: tuple[float, float]
    confidence: float
    gain: float


@dataclass(frozen=True, slots=True)
class Judge:
    """How evidence becomes probability, for one model.

    Parameters
    ----------
    scale, decay : float
        A sum over n frames is worth ``scale * n ** -decay`` nats a unit: neighbouring frames
        share what they see, so that they tell less together than one by one.
    scatter : float
        Seconds by which sound and picture of one recording scatter about each other, and the
        offset of a speaker about that of all.
    weights, bias : tuple of float, float
        Of the regression on the signs; see :meth:`signs`. Without weights there is no confidence.
    limit : float
        Largest offset that is believed, in seconds either way. Evidence has to reach further:
        a peak beyond it, or at the edge of what was compared, may be the foot of a hill.
    """

    scale: float
    decay: float
    scatter: float
    weights: tuple[float, ...]
    bias: float
    limit: float = math.inf

    def nats(self, curve: Doubles, frames: int) -> Doubles:
        """Return summed evidence in nats [shape=(L,)]."""
        return np.asarray(curve * self.scale * max(frames, 1) ** -self.decay)

    def estimate(self, curve: Doubles, frames: int) -> Estimate:
        """Read an offset from the summed evidence of a stretch.

        Parameters
        ----------
        curve : ndarray [shape=(2 * R + 1,)]
            The sum of the rows of a band.
        frames : int
            How many rows with a face and with sound it is a sum of.

        Returns
        -------
        Estimate
        """
        nats = self.nats(np.asarray(curve, np.float64), frames)
        offsets = offsets_within(len(nats) // 2)
        peak = offset_at_peak(nats)
        return Estimate(
            offset=peak,
            interval=self._interval(nats, offsets, peak),
            confidence=self._confidence(nats, frames, peak),
            gain=float(nats.max(initial=0.0)),
        )

    def is_beyond(self, offset: float) -> bool:
        """Tell whether an offset is larger than is believed."""
        return abs(offset) > self.limit + _ROUNDING

    def _confidence(self, nats: Doubles, frames: int, peak: float) -> float:
        if not self.weights:
            return math.nan
        if self.is_beyond(peak):
            return 0.0
        odds = float(self.signs(nats, frames) @ np.array(self.weights)) + self.bias
        return float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))

    @staticmethod
    def signs(nats: Doubles, frames: int) -> Doubles:
        """Return what the probability goes by.

        Log odds that the offset is within a frame of the peak, by the evidence alone; the
        evidence at the peak in nats; the logarithm of the number of frames.
        """
        weight = np.exp(nats - nats.max())
        near = (
            np.abs(offsets_within(len(nats) // 2) - offset_at_peak(nats)) <= TOLERANCE + _ROUNDING
        )
        inside, outside = weight[near].sum(), weight[~near].sum()
        log_odds = np.log(inside) - np.log(outside + 1e-12 * inside)
        return np.array(
            [min(float(log_odds), 12.0), np.sqrt(nats.max(initial=0.0)), np.log1p(frames)]
        )

    def _interval(self, nats: Doubles, offsets: Doubles, peak: float) -> tuple[float, float]:
        """Return the middle 95 % of what the evidence allows, scattered as recordings are."""
        fine = np.arange(offsets[0] - 0.1, offsets[-1] + 0.1, 0.001)
        weight = np.exp(np.interp(fine, offsets, nats - nats.max(), left=-40, right=-40))
        reach = np.arange(-150, 151) * 0.001
        kernel = np.exp(-0.5 * (reach / self.scatter) ** 2)
        spread = np.cumsum(np.convolve(weight, kernel, mode="same"))
        low, high = np.interp([0.025, 0.975], spread / spread[-1], fine)
        return float(min(low, peak)), float(max(high, peak))


#: For models that nothing was fitted to: evidence is taken at its face value.
UNCALIBRATED = Judge(scale=1.0, decay=0.5, scatter=0.02, weights=(), bias=0.0)


@cache
def built_in_judge(model: str) -> Judge:
    """Load the judge of a model that ships with the package."""
    file = resources.files("syncalign.models.lipsync").joinpath("judges.json")
    stored = json.loads(file.read_text(encoding="utf-8"))[model]
    return Judge(**{**stored, "weights": tuple(stored["weights"])})
