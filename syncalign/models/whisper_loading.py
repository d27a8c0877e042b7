"""Loading a Whisper: by name or path, in the program that is there, on the device that is there."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from syncalign.errors import ParameterError
from syncalign.models.weights import MODELS, find_model
from syncalign.models.whisper import Whisper

BACKENDS = ("auto", "faster-whisper", "whisper")
_PREFIX = "whisper-"


def load_whisper(
    model: str | os.PathLike[str], *, backend: str = "auto", device: str = "auto"
) -> Whisper:
    """Load a Whisper that is at hand; nothing is downloaded.

    Parameters
    ----------
    model : str or path-like
        ``tiny.en``, ``base``, or a path: a folder of CTranslate2, a safetensors file that
        syncalign wrote, or for openai-whisper its own ``.pt``.
    backend : {"auto", "faster-whisper", "whisper"}
        What runs it; auto takes faster-whisper where it is installed and takes the model.
    device : {"auto", "cpu", "cuda"}
        Where; auto takes a CUDA device where there is one.

    Raises
    ------
    ParameterError
        There is no such model, backend or device.
    FormatError
        The path holds no Whisper, or none that the backend takes.
    DependencyError
        The model, the backend or the device is not there.
    """
    if backend not in BACKENDS:
        raise ParameterError(
            f"there is no backend named {backend!r}; known are {', '.join(BACKENDS)}"
        )
    path = model_path(model)
    if backend == "auto":
        is_there = importlib.util.find_spec("faster_whisper") is not None
        backend = "faster-whisper" if is_there and path.is_dir() else "whisper"
    if backend == "faster-whisper":
        from syncalign.models.whisper_faster import FasterWhisper

        return FasterWhisper(path, device)
    from syncalign.models.whisper_torch import TorchWhisper

    return TorchWhisper(path, device)


def model_path(model: str | os.PathLike[str]) -> Path:
    """Return where a model lies that is named, or at a path.

    Raises
    ------
    ParameterError
        It is neither the name of a model nor a path to something.
    DependencyError
        It has a name, and is not at hand.

    Examples
    --------
    >>> model_path("huge")
    Traceback (most recent call last):
    syncalign.errors.ParameterError: there is no Whisper named 'huge' and no such file; known ...
    """
    name = _PREFIX + os.fspath(model)
    if name in MODELS:
        return find_model(name)
    try:
        exists = Path(model).exists()
    except (OSError, ValueError):
        exists = False
    if not exists:
        known = ", ".join(n.removeprefix(_PREFIX) for n in MODELS if n.startswith(_PREFIX))
        raise ParameterError(
            f"there is no Whisper named {os.fspath(model)!r} and no such file; known are {known}"
        )
    return Path(model)
