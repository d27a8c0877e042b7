"""The built-in model as torch learns it: the same encoders, with what only learning needs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from syncalign.models.lipsync.encoder import Layer

Arrays = dict[str, npt.NDArray[np.float32]]


class SyncEncoder(nn.Module):
    """Convolutions along time, each but the last normalised and rectified.

    Parameters
    ----------
    inputs, width, codes : int
        Columns that go in, of the layers between, and that come out.
    layers : sequence of Layer
        First to last.
    dropout : float
        Share of the values between that are left out in training.
    """

    def __init__(
        self, inputs: int, width: int, codes: int, layers: Sequence[Layer], dropout: float
    ) -> None:
        super().__init__()
        sizes = [inputs, *[width] * (len(layers) - 1), codes]
        self.convolutions = nn.ModuleList(
            nn.Conv1d(before, after, layer.width, stride=layer.stride, dilation=layer.dilation)
            for before, after, layer in zip(sizes, sizes[1:], layers, strict=False)
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(size) for size in sizes[1:-1])
        self.dropout = nn.Dropout(dropout)

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Encode [shape=(B, T, inputs) -> (B, T', codes)]."""
        values = rows.transpose(1, 2)
        for convolution, norm in zip(self.convolutions, self.norms, strict=False):
            values = self.dropout(torch.relu(norm(convolution(values))))
        codes: torch.Tensor = self.convolutions[-1](values).transpose(1, 2)
        return codes

    def folded(self) -> list[tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]:
        """Return weight and bias of each layer with its normalisation in them.

        Weights are [shape=(width, inputs, outputs)], as
        :class:`syncalign.models.lipsync.encoder.Convolution` takes them.
        """
        layers = []
        for index, convolution in enumerate(self.convolutions):
            assert isinstance(convolution, nn.Conv1d)
            assert convolution.bias is not None
            weight, bias = convolution.weight.detach(), convolution.bias.detach()
            if index < len(self.norms):
                norm = self.norms[index]
                assert isinstance(norm, nn.BatchNorm1d)
                assert norm.running_mean is not None
                assert norm.running_var is not None
                scale = norm.weight.detach() / torch.sqrt(norm.running_var + norm.eps)
                weight = weight * scale[:, None, None]
                bias = (bias - norm.running_mean) * scale + norm.bias.detach()
            layers.append((weight.permute(2, 1, 0).contiguous().numpy(), bias.numpy()))
        return layers


class SyncNetwork(nn.Module):
    """A pair of encoders, and how much evidence a similarity is while they learn.

    Parameters
    ----------
    lips, sound : SyncEncoder
        They give as many codes.
    scales : int
        How many losses there are: each has a scale of its own.
    """

    def __init__(self, lips: SyncEncoder, sound: SyncEncoder, scales: int) -> None:
        super().__init__()
        self.lips, self.sound = lips, sound
        self.log_scales = nn.Parameter(torch.zeros(scales))

    def forward(
        self, lips: torch.Tensor, sound: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Encode both [shapes=(B, T, inputs), (B, U, inputs)], and return the scales too."""
        return self.lips(lips), self.sound(sound), self.log_scales.exp()

    def arrays(self, number: int) -> Arrays:
        """Return the weights as the model file names them, as the network of that number."""
        return {
            f"{number}.{side}.{index}.{name}": array
            for side in ("lips", "sound")
            for index, layer in enumerate(getattr(self, side).folded())
            for name, array in zip(("weight", "bias"), layer, strict=True)
        }


def new_network(*, width: int, codes: int, dropout: float, scales: int) -> SyncNetwork:
    """Build a network with random weights, of torch's own seed."""
    from syncalign.models.lipsync.builtin import LIP_LAYERS, SOUND_LAYERS
    from syncalign.models.lipsync.inputs import LIP_INPUTS, SOUND_INPUTS

    return SyncNetwork(
        SyncEncoder(LIP_INPUTS, width, codes, LIP_LAYERS, dropout),
        SyncEncoder(SOUND_INPUTS, width, codes, SOUND_LAYERS, dropout),
        scales,
    )
