"""What a training asks of those who use it: examples, a loss, a judgement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch


class Objective(Protocol):
    """What is to be learned. It must survive pickling if several processes share the steps.

    Attributes
    ----------
    size : int
        Number of examples.
    identity : str
        Changes with the data and with the settings of the loss: a checkpoint is only gone on
        from by an objective that has the same.
    criterion : str
        Which number of :meth:`judge` early stopping watches; higher is better.
    """

    size: int
    identity: str
    criterion: str

    def loss(
        self,
        network: torch.nn.Module,
        chosen: npt.NDArray[np.int64],
        draw: np.random.Generator,
        device: torch.device,
    ) -> torch.Tensor:
        """Return the mean loss of some examples, a scalar.

        Parameters
        ----------
        network : torch.nn.Module
            In training mode, on the device. It must be called (``network(...)``), once a step, not
            its methods: that is where several processes come together.
        chosen : ndarray of int64 [shape=(B,)]
            Numbers of the examples.
        draw : np.random.Generator
            For augmentation: depends on seed, epoch, step and process alone.
        device : torch.device
            Where the network is.
        """

    def judge(self, network: torch.nn.Module, device: torch.device) -> Mapping[str, float]:
        """Measure the network, in evaluation mode and without gradients.

        Returns
        -------
        mapping of str to float
            Numbers by name, among them the criterion if early stopping is wanted; may be empty.
        """
