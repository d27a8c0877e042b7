"""A small regression that every test of the loop learns; at the top of a module for pickling."""

from __future__ import annotations

import numpy as np
import torch


class Line:
    """Learn to multiply by three and to add one, from noisy examples, through dropout."""

    def __init__(self, size=64, identity="line"):
        rng = np.random.default_rng(5)
        self.size, self.identity, self.criterion = size, identity, "score"
        self.x = rng.normal(size=(size, 2)).astype(np.float32)
        self.y = (3 * self.x[:, :1] + 1).astype(np.float32)
        self.judged = 0

    def loss(self, network, chosen, draw, device):
        noise = draw.normal(0, 0.01, (len(chosen), 2)).astype(np.float32)
        x = torch.from_numpy(self.x[chosen] + noise).to(device)
        return torch.nn.functional.mse_loss(network(x), torch.from_numpy(self.y[chosen]).to(device))

    def judge(self, network, device):
        self.judged += 1
        x, y = (torch.from_numpy(values).to(device) for values in (self.x, self.y))
        return {"score": -float(torch.nn.functional.mse_loss(network(x), y))}


def small_network(seed=0):
    torch.manual_seed(seed)
    return torch.nn.Sequential(
        torch.nn.Linear(2, 16), torch.nn.BatchNorm1d(16), torch.nn.ReLU(),
        torch.nn.Dropout(0.1), torch.nn.Linear(16, 1),
    )  # fmt: skip
