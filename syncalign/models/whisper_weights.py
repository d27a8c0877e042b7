"""Weights of Whisper: read from a CTranslate2 folder, named as openai-whisper does, kept.

CTranslate2's file has a head (version, name and revision of the specification), then the arrays,
each with its name, shape and type, then other names for some of them. It joins what is multiplied
by the same input: query, key and value of self-attention, key and value of attention to the sound.
OpenAI's network has them apart, and no bias of keys.

Source: https://github.com/OpenNMT/CTranslate2 (model_spec.py, ``ModelSpec._serialize``) and
https://github.com/openai/whisper (model.py).
"""

from __future__ import annotations

import json
import math
import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from syncalign.errors import FormatError
from syncalign.storage import write_atomically

Array = npt.NDArray[Any]

_SPECIFICATION = "WhisperSpec"
_VERSIONS = range(4, 7)
#: By the number that stands for each in the file.
_TYPES = (np.float32, np.int8, np.int16, np.int32, np.float16)
_MOST_ARRAYS, _MOST_DIMENSIONS = 100_000, 8
_METADATA = "whisper"


@dataclass(frozen=True, slots=True)
class WhisperSize:
    """The size of each side of the network, named as openai-whisper does."""

    n_mels: int
    n_audio_ctx: int
    n_audio_state: int
    n_audio_head: int
    n_audio_layer: int
    n_vocab: int
    n_text_ctx: int
    n_text_state: int
    n_text_head: int
    n_text_layer: int


@dataclass(frozen=True, slots=True, eq=False)
class WhisperWeights:
    """All that makes a Whisper of openai-whisper's code.

    Parameters
    ----------
    size : WhisperSize
        Of the network.
    arrays : dict of str to np.ndarray
        By openai-whisper's names.
    alignment_heads : tuple of (int, int)
        Layer and number of the heads whose attention follows the sound.
    """

    size: WhisperSize
    arrays: Mapping[str, Array]
    alignment_heads: tuple[tuple[int, int], ...]

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write a safetensors file that :func:`read_whisper` takes.

        Raises
        ------
        OutputError
            The file exists or cannot be written.
        """
        from safetensors.numpy import save

        facts = {"size": asdict(self.size), "alignment_heads": self.alignment_heads}
        data = save(dict(self.arrays), {_METADATA: json.dumps(facts)})
        write_atomically(path, data, overwrite=overwrite)


def read_whisper(path: str | os.PathLike[str]) -> WhisperWeights:
    """Read weights: CTranslate2's folder, or a file that :meth:`WhisperWeights.save` wrote.

    Parameters
    ----------
    path : path-like
        A folder with ``model.bin`` and ``config.json``, or a safetensors file.

    Returns
    -------
    WhisperWeights
        As precise as the file: float16 or float32.

    Raises
    ------
    FormatError
        It is not there, damaged, or no Whisper.
    """
    try:
        if Path(path).is_dir():
            return _read_folder(Path(path))
        return _read_saved(Path(path))
    except OSError as exc:
        raise FormatError(path, f"cannot be read: {exc.strerror or exc}") from exc
    except ValueError as exc:  # a NUL character in a name
        raise FormatError(path, f"is no Whisper: {exc}") from exc


def _read_folder(folder: Path) -> WhisperWeights:
    data = memoryview((folder / "model.bin").read_bytes())
    try:
        arrays = _parsed(data)
        config = json.loads((folder / "config.json").read_text("utf-8"))
        heads = tuple((int(layer), int(head)) for layer, head in config["alignment_heads"])
        return _renamed(arrays, heads)
    except (KeyError, TypeError, IndexError, ValueError, struct.error) as exc:
        problem = f"lacks {exc}" if isinstance(exc, KeyError) else str(exc)
        raise FormatError(folder, f"holds no Whisper of CTranslate2: {problem}") from exc


def _read_saved(path: Path) -> WhisperWeights:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "np") as file:
            facts = json.loads((file.metadata() or {})[_METADATA])
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        heads = tuple((int(layer), int(head)) for layer, head in facts["alignment_heads"])
        return WhisperWeights(WhisperSize(**facts["size"]), arrays, heads)
    except (SafetensorError, KeyError, TypeError, ValueError) as exc:
        raise FormatError(path, f"is no Whisper that syncalign wrote: {exc}") from exc


class _Reader:
    """Numbers, names and arrays of a file, one after the other; none beyond its end."""

    def __init__(self, data: memoryview) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> memoryview:
        if count > len(self._data) - self._at:
            raise ValueError(f"it ends at byte {len(self._data)}, in the middle of an array")
        self._at += count
        return self._data[self._at - count : self._at]

    def numbers(self, form: str) -> tuple[int, ...]:
        return struct.unpack("<" + form, self.take(struct.calcsize("<" + form)))

    def number(self, form: str) -> int:
        return self.numbers(form)[0]

    def name(self) -> str:
        return bytes(self.take(self.number("H"))).rstrip(b"\0").decode("utf-8")

    def array(self) -> Array:
        rank = self.number("B")
        if rank > _MOST_DIMENSIONS:
            raise ValueError(f"an array of {rank} dimensions")
        shape = self.numbers(f"{rank}I")
        type_ = np.dtype(_TYPES[self.number("B")]).newbyteorder("<")
        size = self.number("I")
        if size != math.prod(shape) * type_.itemsize:
            raise ValueError(f"an array of shape {shape} in {size} bytes")
        return np.frombuffer(self.take(size), type_).reshape(shape)


def _parsed(data: memoryview) -> dict[str, Array]:
    """Read the arrays of CTranslate2's file by their names; none is copied."""
    reader = _Reader(data)
    version = reader.number("I")
    if version not in _VERSIONS:
        raise ValueError(f"its version is {version}; known are {_VERSIONS[0]} to {_VERSIONS[-1]}")
    specification = reader.name()
    if specification != _SPECIFICATION:
        raise ValueError(f"it is a {specification}")
    reader.number("I")
    arrays = {reader.name(): reader.array() for _ in range(_count(reader))}
    for _ in range(_count(reader)):
        alias, name = reader.name(), reader.name()
        arrays.setdefault(alias, arrays[name])
    return arrays


def _count(reader: _Reader) -> int:
    count = reader.number("I")
    if count > _MOST_ARRAYS:
        raise ValueError(f"{count} arrays")
    return count


def _renamed(
    arrays: Mapping[str, Array], alignment_heads: tuple[tuple[int, int], ...]
) -> WhisperWeights:
    """Give CTranslate2's arrays OpenAI's names, and take apart what is joined."""
    found: dict[str, Array] = {}
    layers = {side: _layers(arrays, side) for side in ("encoder", "decoder")}
    for side, count in layers.items():
        for layer in range(count):
            found.update(_block(arrays, side, layer))
        found[f"{side}.positional_embedding"] = arrays[f"{side}/position_encodings/encodings"]
    found.update(_norm(arrays, "encoder.ln_post", "encoder/layer_norm"))
    found.update(_norm(arrays, "decoder.ln", "decoder/layer_norm"))
    for name in ("conv1", "conv2"):
        found.update(_split(arrays, f"encoder/{name}", f"encoder.{name}"))
    words = found["decoder.token_embedding.weight"] = _weight(arrays, "decoder/embeddings")
    sound = found["encoder.positional_embedding"]
    size = WhisperSize(
        n_mels=found["encoder.conv1.weight"].shape[1],
        n_audio_ctx=sound.shape[0],
        n_audio_state=sound.shape[1],
        n_audio_head=int(arrays["encoder/num_heads"]),
        n_audio_layer=layers["encoder"],
        n_vocab=words.shape[0],
        n_text_ctx=found["decoder.positional_embedding"].shape[0],
        n_text_state=words.shape[1],
        n_text_head=int(arrays["decoder/num_heads"]),
        n_text_layer=layers["decoder"],
    )
    for layer, head in alignment_heads:
        if not (0 <= layer < size.n_text_layer and 0 <= head < size.n_text_head):
            raise ValueError(f"there is no head {head} in layer {layer}")
    return WhisperWeights(size, found, alignment_heads)


def _layers(arrays: Mapping[str, Array], side: str) -> int:
    """Count the layers of a side."""
    start = f"{side}/layer_"
    numbers = {name.removeprefix(start).split("/")[0] for name in arrays if name.startswith(start)}
    return len([number for number in numbers if number.isdecimal()])


def _block(arrays: Mapping[str, Array], side: str, layer: int) -> Iterator[tuple[str, Array]]:
    """Go through the arrays of a layer."""
    old, new = f"{side}/layer_{layer}", f"{side}.blocks.{layer}"
    attention = f"{new}.attn"
    yield from _norm(arrays, f"{new}.attn_ln", f"{old}/self_attention/layer_norm")
    yield from _split(
        *(arrays, f"{old}/self_attention/linear_0"),
        *(f"{attention}.query", f"{attention}.key", f"{attention}.value"),
    )
    yield from _split(arrays, f"{old}/self_attention/linear_1", f"{attention}.out")
    if side == "decoder":
        across = f"{new}.cross_attn"
        yield from _norm(arrays, f"{across}_ln", f"{old}/attention/layer_norm")
        yield from _split(arrays, f"{old}/attention/linear_0", f"{across}.query")
        yield from _split(arrays, f"{old}/attention/linear_1", f"{across}.key", f"{across}.value")
        yield from _split(arrays, f"{old}/attention/linear_2", f"{across}.out")
    yield from _norm(arrays, f"{new}.mlp_ln", f"{old}/ffn/layer_norm")
    yield from _split(arrays, f"{old}/ffn/linear_0", f"{new}.mlp.0")
    yield from _split(arrays, f"{old}/ffn/linear_1", f"{new}.mlp.2")


def _norm(arrays: Mapping[str, Array], new: str, old: str) -> Iterator[tuple[str, Array]]:
    yield f"{new}.weight", arrays[f"{old}/gamma"]
    yield f"{new}.bias", arrays[f"{old}/beta"]


def _split(arrays: Mapping[str, Array], old: str, *new: str) -> Iterator[tuple[str, Array]]:
    """Take a layer's rows apart, one equal share for each new name."""
    weights = np.split(_weight(arrays, old), len(new))
    biases = np.split(arrays[f"{old}/bias"], len(new))
    for name, weight, bias in zip(new, weights, biases, strict=True):
        yield f"{name}.weight", weight
        if not name.endswith(".key"):
            yield f"{name}.bias", bias


def _weight(arrays: Mapping[str, Array], name: str) -> Array:
    """Return a weight; one that is kept in integers is divided by the scale of each row."""
    weight, scale = arrays[f"{name}/weight"], arrays.get(f"{name}/weight_scale")
    if scale is None:
        return weight
    rows = scale.astype(np.float32).reshape(-1, *(1,) * (weight.ndim - 1))
    return weight.astype(np.float32) / rows
