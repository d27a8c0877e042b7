"""The published SyncNet's layers, under the names of its weights.

J. S. Chung and A. Zisserman, "Out of time: automated lip sync in the wild" (ACCV workshops 2016),
as in the file ``syncnet_v2.model``.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import warnings
from pathlib import Path

import torch
from torch import nn

from syncalign.errors import FormatError

CODES = 1024
#: SHA-256 of the published file, as far as it is told: how it begins and how it ends.
_PUBLISHED = ("961e8696", "5442")


class SyncNet(nn.Module):
    """Encodes 0.2 s of a face and of its sound."""

    def __init__(self) -> None:
        super().__init__()
        self.netcnnaud = nn.Sequential(
            *_flat(1, 64, 3, 1), nn.MaxPool2d((1, 1), (1, 1)),
            *_flat(64, 192, 3, 1), nn.MaxPool2d((3, 3), (1, 2)),
            *_flat(192, 384, 3, 1), *_flat(384, 256, 3, 1),
            *_flat(256, 256, 3, 1), nn.MaxPool2d((3, 3), (2, 2)),
            *_flat(256, 512, (5, 4), 0),
        )  # fmt: skip
        self.netcnnlip = nn.Sequential(
            *_deep(3, 96, (5, 7, 7), (1, 2, 2), 0), nn.MaxPool3d((1, 3, 3), (1, 2, 2)),
            *_deep(96, 256, (1, 5, 5), (1, 2, 2), (0, 1, 1)),
            nn.MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1)),
            *_deep(256, 256, (1, 3, 3), 1, (0, 1, 1)), *_deep(256, 256, (1, 3, 3), 1, (0, 1, 1)),
            *_deep(256, 256, (1, 3, 3), 1, (0, 1, 1)), nn.MaxPool3d((1, 3, 3), (1, 2, 2)),
            *_deep(256, 512, (1, 6, 6), 1, 0),
        )  # fmt: skip
        self.netfcaud, self.netfclip = _head(), _head()

    def sound(self, cepstra: torch.Tensor) -> torch.Tensor:
        """Encode sound [shape=(B, 1, 13, 20) -> (B, 1024)]."""
        codes: torch.Tensor = self.netfcaud(self.netcnnaud(cepstra).flatten(1))
        return codes

    def lips(self, pictures: torch.Tensor) -> torch.Tensor:
        """Encode faces in blue, green and red [shape=(B, 3, 5, 224, 224) -> (B, 1024)]."""
        codes: torch.Tensor = self.netfclip(self.netcnnlip(pictures).flatten(1))
        return codes


def _flat(
    before: int, after: int, size: int | tuple[int, int], padding: int
) -> tuple[nn.Module, ...]:
    return nn.Conv2d(before, after, size, padding=padding), nn.BatchNorm2d(after), nn.ReLU()


def _deep(
    before: int,
    after: int,
    size: tuple[int, int, int],
    stride: int | tuple[int, int, int],
    padding: int | tuple[int, int, int],
) -> tuple[nn.Module, ...]:
    convolution = nn.Conv3d(before, after, size, stride=stride, padding=padding)
    return convolution, nn.BatchNorm3d(after), nn.ReLU()


def _head() -> nn.Sequential:
    return nn.Sequential(nn.Linear(512, 512), nn.BatchNorm1d(512), nn.ReLU(), nn.Linear(512, CODES))


def load_syncnet(path: str | os.PathLike[str]) -> tuple[SyncNet, bool]:
    """Read the published weights; nothing in the file is run.

    Returns
    -------
    SyncNet
        Ready to encode.
    bool
        Whether the file is the published one, by its checksum.

    Raises
    ------
    FormatError
        The file is missing, holds more than weights, or weights of something else.
    """
    try:
        data = Path(path).read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about pickles of another make; they are read or not
            stored = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as exc:
        raise FormatError(path, "holds more than weights; nothing of it was run") from exc
    except Exception as exc:
        raise FormatError(path, f"cannot be read as weights of PyTorch: {_first(exc)}") from exc
    network = SyncNet()
    try:
        if not isinstance(stored, dict):
            raise TypeError(f"it holds a {type(stored).__name__}")
        network.load_state_dict(stored)
    except (RuntimeError, TypeError) as exc:
        raise FormatError(path, f"does not hold SyncNet's weights: {_first(exc)}") from exc
    digest = hashlib.sha256(data).hexdigest()
    return network.eval(), digest.startswith(_PUBLISHED[0]) and digest.endswith(_PUBLISHED[1])


def _first(exc: Exception) -> str:
    lines = [line.strip() for line in str(exc).splitlines() if line.strip()]
    return " ".join(lines[:2])[:200] or type(exc).__name__
