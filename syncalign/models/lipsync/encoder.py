"""The encoders of the built-in model in plain numpy: convolutions along time, and rectifiers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Singles = npt.NDArray[np.float32]


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
        """Encode [shape=(T, inputs) -> (T', outputs)]; see `margin` and `stride`."""
        for index, layer in enumerate(self.layers):
            if index:
                rows = np.maximum(rows, np.float32(0))
            rows = layer(rows)
        return rows

    @property
    def stride(self) -> int:
        """Input rows from one output row to the next."""
        return int(np.prod([layer.stride for layer in self.layers]))

    @property
    def margin(self) -> int:
        """Input rows before the first output row's moment, and behind the last one's."""
        step, total = 1, 0
        for layer in self.layers:
            total += layer.reach * step
            step *= layer.stride
        return total // 2
