"""What a student is asked for: what its teacher says of the same moment, and labels if known."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import cross_entropy, kl_div, layer_norm, log_softmax, mse_loss

from syncalign.training.distillation.teacher import Lesson, Teacher
from syncalign.training.fusion.objective import LABEL_SMOOTHING, vary_mouths
from syncalign.training.fusion.prepared import Prepared

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each part of the loss counts; the cross entropy counts 1.

    Parameters
    ----------
    temperature : float
        By which the logits of both are divided before they are compared.
    posteriors : float
        Of the divergence from the teacher's posteriors, times the temperature squared.
    features : float
        Of the mean square error of the teacher's features.
    """

    temperature: float = 2.0
    posteriors: float = 1.0
    features: float = 1.0


class DistillationObjective:
    """Kullback-Leibler divergence at a temperature, feature regression, and cross entropy.

    After G. Hinton, O. Vinyals and J. Dean, "Distilling the knowledge in a neural network" (2015);
    the regression of a speech model's features after LiteVSR (arXiv 2312.09727). Teacher and
    student take in the same moment: where the window is moved, both move.

    Parameters
    ----------
    prepared : Prepared
        What to learn from: the sound as the teacher hears it.
    teacher : Teacher
        Frozen.
    is_taught, is_labelled : ndarray of bool [shape=(N,)]
        Whether the teacher is listened to, and whether the label is known.
    weights : Weights
        Of the parts.
    """

    criterion = "accuracy"

    def __init__(
        self,
        prepared: Prepared,
        teacher: Teacher,
        is_taught: Flags,
        is_labelled: Flags,
        weights: Weights,
    ) -> None:
        self.prepared, self.teacher, self.weights = prepared, teacher.eval(), weights
        self.is_taught, self.is_labelled = is_taught, is_labelled
        self.size = len(prepared)
        self.identity = f"distillation {self._digest()}"

    def _digest(self) -> str:
        digest = hashlib.sha256(repr(self.weights).encode())
        held = self.prepared
        arrays = (held.sounds, held.mouths, held.labels, self.is_taught, self.is_labelled)
        for values in arrays:
            digest.update(np.ascontiguousarray(values).data)
        for value in self.teacher.state_dict().values():
            digest.update(np.ascontiguousarray(value.cpu().numpy()).data)
        return digest.hexdigest()[:16]

    def loss(
        self,
        network: torch.nn.Module,
        chosen: npt.NDArray[np.int64],
        draw: np.random.Generator,
        device: torch.device,
    ) -> torch.Tensor:
        """See :class:`syncalign.training.objective.Objective`."""
        heard = self.prepared.drawn(chosen, draw, device)
        with torch.no_grad():
            lesson: Lesson = self.teacher.to(device)(heard)
        vary_mouths(heard, draw, device)
        said: Lesson = network(heard)
        is_taught, is_labelled = (
            torch.from_numpy(flags[chosen]).to(device)
            for flags in (self.is_taught, self.is_labelled)
        )
        labels = torch.from_numpy(self.prepared.labels[chosen]).to(device)
        right = cross_entropy(
            said.logits, labels, label_smoothing=LABEL_SMOOTHING, reduction="none"
        )
        taught = self._distance(said, lesson)
        return (right * is_labelled + taught * is_taught).mean()

    def _distance(self, said: Lesson, lesson: Lesson) -> torch.Tensor:
        """Return how far a student is from its teacher, window by window [shape=(B,)]."""
        weights, heat = self.weights, self.weights.temperature
        ours, theirs = (log_softmax(one.logits / heat, dim=1) for one in (said, lesson))
        divergence = kl_div(ours, theirs, reduction="none", log_target=True).sum(dim=1)
        distance = weights.posteriors * heat * heat * divergence
        if said.frames is None or lesson.frames is None:
            return distance
        wanted = layer_norm(lesson.frames, lesson.frames.shape[2:])
        error = mse_loss(said.frames, wanted, reduction="none").mean(dim=(1, 2))
        return distance + weights.features * error

    def judge(self, network: torch.nn.Module, device: torch.device) -> Mapping[str, float]:
        """Measure nothing: what is held out has no say in the training."""
        return {}
