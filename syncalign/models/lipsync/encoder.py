"""The encoders of the built-in model in plain numpy: convolutions along time, and rectifiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Singles = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Layer:
    """The shape of a convolution along time.

    Parameters
    ----------
    width : int
        Rows that an output sees.
    stride, dilation : int
        Rows from one output to the next, and from one of the rows that it sees to the next.
    """

    width: int
    stride: int = 1
    dilation: int = 1


def reach_of(layers: Sequence[Layer]) -> int:
    """Return the input rows from the first to the last that an output of all layers sees."""
    step, total = 1, 0
    for layer in layers:
        total += (layer.width - 1) * layer.dilation * step
        step *= layer.stride
    return total


@dataclass(frozen=True, slots=True, eq=False)
class Convolution:
    """A convolution along time, without padding.

    Parameters
    ----------
    weight : ndarray of float32 [shape=(width, inputs, outputs)]
        Normalisation of the batch is folded into it.
    bias : ndarray of float32 [shape=(outputs,)]
        Added to each output.
    stride, dilation : int
        In rows.
    """

    weight: Singles
    bias: Singles
    stride: int = 1
    dilation: int = 1

    def __call__(self, rows: Singles) -> Singles:
        """Convolve [shape=(T, inputs) -> (T', outputs)]."""
        size = (len(rows) - self.reach - 1) // self.stride + 1
        total = np.repeat(self.bias[None], size, axis=0)
        for tap, weight in enumerate(self.weight):
            first = tap * self.dilation
            total += rows[first : first + (size - 1) * self.stride + 1 : self.stride] @ weight
        return total

    @property
    def reach(self) -> int:
        """Rows from the first to the last that an output sees."""
        return (len(self.weight) - 1) * self.dilation


@dataclass(frozen=True, slots=True, eq=False)
class Encoder:
    """Convolutions with rectifiers between them.

    Parameters
    ----------
    layers : tuple of Convolution
        In order.
    """

    layers: tuple[Convolution, ...]

    def __call__(self, rows: Singles) -> Singles:
        """Encode [shape=(T, inputs) -> (T', outputs)]; see `reach_of`."""
        for index, layer in enumerate(self.layers):
            if index:
                rows = np.maximum(rows, np.float32(0))
            rows = layer(rows)
        return rows
