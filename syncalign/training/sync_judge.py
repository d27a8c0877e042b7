"""Fitting a judge: what summed evidence is worth, learned from trials on held-out speakers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.models.lipsync.band import offset_at_peak, offsets_within
from syncalign.models.lipsync.judge import TOLERANCE, Judge

Doubles = npt.NDArray[np.float64]

_DECAYS = np.arange(0.0, 0.95, 0.05)
_SCALES = np.geomspace(0.02, 20, 60)
_SCATTERS = np.arange(0.004, 0.061, 0.002)
_COVERED = 0.95
_SHRINKAGE = 1e-3
_NEWTON_STEPS = 50


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A stretch whose offset is known, or whose sound is not the face's.

    Attributes
    ----------
    curve : ndarray [shape=(2 * R + 1,)]
        Sum of the rows of a band.
    frames : int
        How many rows.
    truth : float or None
        The offset in seconds; None for foreign sound.
    speaker : str
        Who is seen.
    """

    curve: Doubles
    frames: int
    truth: float | None
    speaker: str

    @property
    def error(self) -> float:
        """How far the peak is from the truth, in seconds; infinite for foreign sound."""
        return np.inf if self.truth is None else abs(offset_at_peak(self.curve) - self.truth)

    @property
    def is_right(self) -> bool:
        """Whether the peak is within a frame of the truth."""
        return self.error <= TOLERANCE


def fit_judge(trials: Sequence[Trial]) -> Judge:
    """Fit a judge to trials; speakers and lengths count alike, foreign sound as much as their own.

    Parameters
    ----------
    trials : sequence of Trial
        Of speakers that the model did not learn from.

    Returns
    -------
    Judge
    """
    weights = _evened(trials)
    scale, decay = _evidence(trials, weights)
    plain = Judge(scale, decay, 0.02, (0.0, 0.0, 0.0), 0.0)
    signs = np.stack([plain.signs(plain.nats(t.curve, t.frames), t.frames) for t in trials])
    right = np.array([trial.is_right for trial in trials], np.float64)
    regression, bias = _logistic(signs, right, weights)
    scatter = _scatter(trials, weights, plain)
    return Judge(scale, decay, scatter, tuple(regression.tolist()), bias)


def _evened(trials: Sequence[Trial]) -> Doubles:
    """Give each group of trials the same weight, and all together their number."""
    groups = [(trial.speaker, trial.frames, trial.truth is None) for trial in trials]
    _, which, counts = np.unique(
        [str(group) for group in groups], return_inverse=True, return_counts=True
    )
    weights = 1 / counts[which]
    return np.asarray(weights * len(trials) / weights.sum())


def _evidence(trials: Sequence[Trial], weights: Doubles) -> tuple[float, float]:
    """Find how fast evidence adds up: the true offset shall be as probable as can be."""
    own = [
        (trial, weight)
        for trial, weight in zip(trials, weights, strict=True)
        if trial.truth is not None
    ]
    curves = np.stack([trial.curve for trial, _ in own])
    frames = np.array([trial.frames for trial, _ in own], np.float64)
    truths = np.array([trial.truth for trial, _ in own])
    counts = np.array([weight for _, weight in own])
    near = np.abs(offsets_within(curves.shape[1] // 2) - truths[:, None]) <= TOLERANCE + 1e-9
    best, found = -np.inf, (1.0, 0.5)
    for decay in _DECAYS:
        worn = curves * frames[:, None] ** -decay
        for scale in _SCALES:
            nats = worn * scale
            nats = nats - nats.max(axis=1, keepdims=True)
            mass = np.exp(nats)
            inside = (mass * near).sum(axis=1) / mass.sum(axis=1)
            total = float((counts * np.log(inside + 1e-6)).sum())
            if total > best:
                best, found = total, (float(scale), float(decay))
    return found


def _logistic(signs: Doubles, right: Doubles, weights: Doubles) -> tuple[Doubles, float]:
    """Fit a logistic regression by Newton's method."""
    rows = np.concatenate([signs, np.ones((len(signs), 1))], axis=1)
    ridge = _SHRINKAGE * len(rows) * np.diag([*np.ones(signs.shape[1]), 0.0])
    found = np.zeros(rows.shape[1])
    for _ in range(_NEWTON_STEPS):
        probability = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (weights * (right - probability)) - ridge @ found
        bend = (rows * (weights * probability * (1 - probability))[:, None]).T @ rows + ridge
        found = found + np.linalg.solve(bend + 1e-9 * np.eye(len(bend)), slope)
    return found[:-1], float(found[-1])


def _scatter(trials: Sequence[Trial], weights: Doubles, plain: Judge) -> float:
    """Find the least scatter by which intervals hold the truth as often as they say.

    Only where the peak is the right one: what else may happen is the confidence's to tell.
    """
    own = [
        (trial, weight)
        for trial, weight in zip(trials, weights, strict=True)
        if trial.truth is not None and trial.error <= 2 * TOLERANCE
    ]
    total = sum(weight for _, weight in own)
    for scatter in _SCATTERS:
        judge = Judge(plain.scale, plain.decay, float(scatter), plain.weights, plain.bias)
        held = 0.0
        for trial, weight in own:
            low, high = judge.estimate(trial.curve, trial.frames).interval
            held += weight * (low <= (trial.truth or 0.0) <= high)
        if held >= _COVERED * total:
            return float(scatter)
    return float(_SCATTERS[-1])
