"""What a network that fuses is asked for: the class, by all that is there and by each alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.functional import cross_entropy

from syncalign.models.fusion.networks import Heard, Said
from syncalign.training.fusion.prepared import Prepared

LABEL_SMOOTHING = 0.1
_ALONE = 1.0  # weight of the heads that see one modality
_GAIN, _COLOUR, _GRAIN = 0.3, 0.15, 0.1  # how much levels, bands and components are varied


class FusionObjective:
    """Cross entropy on windows whose state is drawn by lot.

    Levels as a whole, the colour of the sound and the grain of the picture vary at random.
    Blanking out stretches of time and bands (SpecAugment) and mixing windows cost accuracy on
    windows as short as a word, and are not done.

    Parameters
    ----------
    prepared : Prepared
        What to learn from.
    dropped : float
        Share of the windows that lack the sound, and as many the mouth: modality dropout.
    """

    criterion = "accuracy"

    def __init__(self, prepared: Prepared, dropped: float = 0.15) -> None:
        self.prepared, self.dropped = prepared, dropped
        self.size = len(prepared)
        digest = hashlib.sha256(repr(dropped).encode())
        for values in (prepared.sounds, prepared.mouths, prepared.facts, prepared.labels):
            digest.update(np.ascontiguousarray(values).data)
        self.identity = f"fusion {digest.hexdigest()[:16]}"

    def loss(
        self,
        network: torch.nn.Module,
        chosen: npt.NDArray[np.int64],
        draw: np.random.Generator,
        device: torch.device,
    ) -> torch.Tensor:
        """See :class:`syncalign.training.objective.Objective`."""
        heard = self.prepared.drawn(chosen, draw, device)
        count, bands = len(chosen), heard.sound.shape[2]
        heard.sound.add_(_normal(draw, (count, 1, 1), _GAIN, device))
        heard.sound.add_(_normal(draw, (count, 1, bands), _COLOUR, device))
        vary_mouths(heard, draw, device)
        lot = torch.from_numpy(draw.random(count)).to(device)
        heard.has_sound.logical_and_(lot >= self.dropped)
        heard.has_mouth.logical_and_(lot < 1 - self.dropped)
        said: Said = network(heard)
        labels = torch.from_numpy(self.prepared.labels[chosen]).to(device)
        loss = cross_entropy(said.logits, labels, label_smoothing=LABEL_SMOOTHING)
        for alone in (said.sound, said.mouth):
            if alone is not None:
                loss = loss + _ALONE * cross_entropy(alone, labels, label_smoothing=LABEL_SMOOTHING)
        return loss

    def judge(self, network: torch.nn.Module, device: torch.device) -> Mapping[str, float]:
        """Measure nothing: what is held out has no say in the training."""
        return {}


def vary_mouths(heard: Heard, draw: np.random.Generator, device: torch.device) -> None:
    """Vary the grain of the pictures at random, in place."""
    heard.mouth.add_(_normal(draw, tuple(heard.mouth.shape), _GRAIN, device))


def _normal(
    draw: np.random.Generator, shape: tuple[int, ...], deviation: float, device: torch.device
) -> torch.Tensor:
    values = draw.standard_normal(shape, np.float32) * np.float32(deviation)
    return torch.from_numpy(values).to(device)
