"""wav2vec 2.0 trained with CTC, from a checkpoint in torchaudio's form, on any device.

The shape of the network is read off its weights, so that a checkpoint needs no description. What
weights do not tell is the same in all that torchaudio has: strides, 64 values a head, and that
networks with layer norms in front of their layers take sound of unit variance.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from syncalign.errors import DependencyError, FormatError, ParameterError
from syncalign.models.alphabet import Alphabet
from syncalign.models.weights import MODELS, find_model
from syncalign.models.whisper import chosen_device

RATE = 16000
#: Samples from a frame to the next, and that a frame sees.
HOP_SAMPLES, _SEEN = 320, 400
NAMES = ("wav2vec2-en", "mms-fa")
_CONVOLUTIONS = "feature_extractor.conv_layers"
_TRANSFORMER = "encoder.transformer"
#: fairseq's columns of its own, which no letter has.
_FOREIGN = (1, 2, 3)

Singles = npt.NDArray[np.float32]


class CtcNetwork:
    """A network that says letters. Not for several threads at once.

    Parameters
    ----------
    path : Path
        The checkpoint: a state dictionary of torchaudio's ``wav2vec2_model``.
    device : {"auto", "cpu", "cuda"}
        Where it runs.

    Raises
    ------
    FormatError
        There is no such network at the path, or its letters are not known.
    DependencyError
        PyTorch, torchaudio or the device is not there.
    """

    def __init__(self, path: Path, device: str = "auto") -> None:
        try:
            import torch
            from torchaudio.models import wav2vec2_model
        except (ImportError, OSError) as exc:  # OSError: one built for another PyTorch
            raise DependencyError(
                "PyTorch with torchaudio, which the backend 'ctc' needs, is not installed",
                "pip install 'syncalign[speech]'",
            ) from exc
        self.device = chosen_device(device, torch.cuda.is_available())
        weights = _without_foreign(_read(path))
        try:
            shape = _shape(weights)
            network = wav2vec2_model(**shape)
            network.load_state_dict(weights)
        except (KeyError, IndexError, RuntimeError, ValueError) as exc:
            raise FormatError(path, "is no wav2vec 2.0 in torchaudio's form") from exc
        self.alphabet = Alphabet.of_checkpoint(path, shape["aux_num_out"])
        self._takes_unit_variance = shape["extractor_mode"] == "layer_norm"
        self._network = network.to(self.device).eval()

    def emissions(self, samples: Singles) -> Singles:
        """Return natural-log probabilities of letters [shape=(N / 320, V)].

        Parameters
        ----------
        samples : np.ndarray of float32 [shape=(N,)]
            Mono at 16 kHz; what is missing to a multiple of 320 is silence. Frame k begins at
            sample 320 k.
        """
        import torch

        frames = -(-len(samples) // HOP_SAMPLES)
        padded = np.zeros(frames * HOP_SAMPLES + _SEEN - HOP_SAMPLES, np.float32)
        padded[: len(samples)] = samples
        with torch.inference_mode():
            waves = torch.from_numpy(padded)[None].to(self.device)
            if self._takes_unit_variance:
                waves = torch.nn.functional.layer_norm(waves, waves.shape)
            logits, _ = self._network(waves)
            said: Singles = torch.log_softmax(logits[0].float(), dim=-1).cpu().numpy()
        return said


def load_ctc(model: str | os.PathLike[str], device: str = "auto") -> CtcNetwork:
    """Load a network that is at hand, by name or path; nothing is downloaded.

    Raises
    ------
    ParameterError
        There is no such model and no such file.
    FormatError, DependencyError
        As for :class:`CtcNetwork`; the model has a name and is not at hand.
    """
    return CtcNetwork(ctc_path(model), device)


def ctc_path(model: str | os.PathLike[str]) -> Path:
    """Return where the checkpoint of a model lies.

    Raises
    ------
    ParameterError
        It is neither a name nor a file.
    DependencyError
        It has a name, and is not at hand.
    """
    name = os.fspath(model)
    if name in NAMES:
        return find_model(name) / MODELS[name].files[0].name
    path = Path(model)
    if not path.is_file():
        known = ", ".join(NAMES)
        raise ParameterError(
            f"there is no CTC model named {name!r} and no such file; known are {known}"
        )
    return path


def _read(path: Path) -> dict[str, Any]:
    import torch

    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as exc:
        raise FormatError(path, "is no checkpoint of PyTorch that holds weights alone") from exc
    if not (isinstance(weights, Mapping) and all(torch.is_tensor(w) for w in weights.values())):
        raise FormatError(path, "is no state dictionary of PyTorch")
    return dict(weights)


def _without_foreign(weights: dict[str, Any]) -> dict[str, Any]:
    """Leave out the columns that fairseq has for itself."""
    bias = weights.get("aux.bias")
    if bias is None or len(bias) not in (31, 32):  # three more than letters of either alphabet
        return weights
    kept = [row for row in range(len(bias)) if row not in _FOREIGN]
    return {**weights, "aux.bias": bias[kept], "aux.weight": weights["aux.weight"][kept]}


def _shape(weights: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of torchaudio's ``wav2vec2_model`` that weights are of."""
    layers = _count(weights, _CONVOLUTIONS)
    kernels = [weights[f"{_CONVOLUTIONS}.{n}.conv.weight"].shape for n in range(layers)]
    strides = [5, *[2] * (layers - 1)]
    has_norms = f"{_CONVOLUTIONS}.1.layer_norm.weight" in weights
    embedding = len(weights["encoder.feature_projection.projection.bias"])
    position = next(
        weights[name]
        for name in (
            f"{_TRANSFORMER}.pos_conv_embed.conv.weight_v",
            f"{_TRANSFORMER}.pos_conv_embed.conv.parametrizations.weight.original1",
        )
        if name in weights
    )
    inner = f"{_TRANSFORMER}.layers.0.feed_forward.intermediate_dense.bias"
    return {
        "extractor_mode": "layer_norm" if has_norms else "group_norm",
        "extractor_conv_layer_config": [
            (int(size[0]), int(size[2]), stride)
            for size, stride in zip(kernels, strides, strict=True)
        ],
        "extractor_conv_bias": f"{_CONVOLUTIONS}.0.conv.bias" in weights,
        "encoder_embed_dim": embedding,
        "encoder_projection_dropout": 0.0,
        "encoder_pos_conv_kernel": int(position.shape[2]),
        "encoder_pos_conv_groups": embedding // int(position.shape[1]),
        "encoder_num_layers": _count(weights, f"{_TRANSFORMER}.layers"),
        "encoder_num_heads": max(1, embedding // 64),
        "encoder_attention_dropout": 0.0,
        "encoder_ff_interm_features": len(weights[inner]),
        "encoder_ff_interm_dropout": 0.0,
        "encoder_dropout": 0.0,
        "encoder_layer_norm_first": has_norms,
        "encoder_layer_drop": 0.0,
        "aux_num_out": len(weights["aux.bias"]),
    }


def _count(weights: Mapping[str, Any], prefix: str) -> int:
    at = prefix.count(".") + 1
    return 1 + max(int(name.split(".")[at]) for name in weights if name.startswith(f"{prefix}."))
