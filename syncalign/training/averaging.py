"""The running mean of a network's weights, which generalises better than the weights."""

from __future__ import annotations

from copy import deepcopy

import torch


class AveragedNetwork:
    """An exponential moving average of weights and statistics.

    Parameters
    ----------
    network : torch.nn.Module
        Whose weights are averaged; the average begins as a copy.
    kept : float
        How much of the mean is kept in a step; less over the first steps, so that the beginning
        is soon forgotten. 0 follows the weights.
    """

    def __init__(self, network: torch.nn.Module, kept: float) -> None:
        self._source = network
        self._kept = kept
        self.network = deepcopy(network) if kept else network

    @torch.no_grad()
    def follow(self, step: int) -> None:
        """Take in the weights after a step, counted from 0."""
        if not self._kept:
            return
        kept = min(self._kept, (step + 1) / (step + 11))
        mean, source = self.network.state_dict(), self._source.state_dict()
        for name, value in mean.items():
            if value.dtype.is_floating_point:
                value.lerp_(source[name], 1 - kept)
            else:
                value.copy_(source[name])
