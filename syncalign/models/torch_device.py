"""Where networks in PyTorch run, and the error where PyTorch is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from syncalign.errors import DependencyError
from syncalign.models.whisper import chosen_device

if TYPE_CHECKING:
    import torch


def require_torch(purpose: str) -> None:
    """Refuse to go on without PyTorch.

    Parameters
    ----------
    purpose : str
        What needs it, such as "training".

    Raises
    ------
    DependencyError
        It is not installed.
    """
    import importlib.util

    if importlib.util.find_spec("torch") is None:
        raise DependencyError(
            f"{purpose} needs PyTorch, which is not installed", "pip install 'syncalign[learn]'"
        )


def torch_device(wish: str) -> torch.device:
    """Return the device to run on.

    Parameters
    ----------
    wish : {"auto", "cpu", "cuda"}
        ``auto`` takes a CUDA device where there is one.

    Raises
    ------
    DependencyError
        A CUDA device is wished for and not there, or PyTorch is not installed.
    """
    require_torch("this")
    import torch

    return torch.device(chosen_device(wish, torch.cuda.is_available()))
