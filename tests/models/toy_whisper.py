"""A small Whisper of random weights, and CTranslate2's file of it, written independently."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np

TYPES = {"float32": 0, "int8": 1, "int16": 2, "int32": 3, "float16": 4}
STATE, HEADS, LAYERS, VOCABULARY = 16, 2, 2, 51864  # a vocabulary of English alone
HEADS_THAT_FOLLOW = [[0, 1], [1, 0]]


def random_arrays(seed: int = 0, dtype: str = "float16", sound_frames: int = 1500) -> dict:
    """Return CTranslate2's arrays of a Whisper of random weights."""
    rng = np.random.default_rng(seed)
    found: dict[str, np.ndarray] = {}

    def linear(name: str, rows: int, columns: int) -> None:
        found[f"{name}/weight"] = rng.normal(0, 0.1, (rows, columns)).astype(dtype)
        found[f"{name}/bias"] = rng.normal(0, 0.1, rows).astype(dtype)

    def norm(name: str) -> None:
        found[f"{name}/gamma"] = rng.normal(1, 0.1, STATE).astype(dtype)
        found[f"{name}/beta"] = rng.normal(0, 0.1, STATE).astype(dtype)

    for side, length in (("encoder", sound_frames), ("decoder", 448)):
        positions = rng.normal(0, 0.1, (length, STATE)).astype(dtype)
        found[f"{side}/position_encodings/encodings"] = positions
        found[f"{side}/num_heads"] = np.array(HEADS, np.int16)
        norm(f"{side}/layer_norm")
        for layer in range(LAYERS):
            start = f"{side}/layer_{layer}"
            norm(f"{start}/self_attention/layer_norm")
            linear(f"{start}/self_attention/linear_0", 3 * STATE, STATE)
            linear(f"{start}/self_attention/linear_1", STATE, STATE)
            if side == "decoder":
                norm(f"{start}/attention/layer_norm")
                linear(f"{start}/attention/linear_0", STATE, STATE)
                linear(f"{start}/attention/linear_1", 2 * STATE, STATE)
                linear(f"{start}/attention/linear_2", STATE, STATE)
            norm(f"{start}/ffn/layer_norm")
            linear(f"{start}/ffn/linear_0", 4 * STATE, STATE)
            linear(f"{start}/ffn/linear_1", STATE, 4 * STATE)
    for name, channels in (("conv1", 80), ("conv2", STATE)):
        weight = rng.normal(0, 0.1, (STATE, channels, 3)).astype(dtype)
        found[f"encoder/{name}/weight"] = weight
        found[f"encoder/{name}/bias"] = rng.normal(0, 0.1, STATE).astype(dtype)
    embeddings = rng.normal(0, 0.1, (VOCABULARY, STATE)).astype(dtype)
    found["decoder/embeddings/weight"] = embeddings
    return found


def ct2_bytes(
    arrays: dict[str, np.ndarray],
    aliases: tuple[tuple[str, str], ...] = (),
    *,
    version: int = 6,
    specification: str = "WhisperSpec",
) -> bytes:
    """Write CTranslate2's file."""

    def name(text: str) -> bytes:
        return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"

    out = [struct.pack("<I", version), name(specification), struct.pack("<II", 3, len(arrays))]
    for key, array in arrays.items():
        out += [name(key), struct.pack(f"<B{array.ndim}I", array.ndim, *array.shape)]
        out += [struct.pack("<BI", TYPES[array.dtype.name], array.nbytes), array.tobytes()]
    out.append(struct.pack("<I", len(aliases)))
    out += [name(alias) + name(target) for alias, target in aliases]
    return b"".join(out)


def write_folder(folder: Path, data: bytes) -> Path:
    """Write a folder of CTranslate2, without a tokenizer."""
    folder.mkdir(exist_ok=True)
    (folder / "model.bin").write_bytes(data)
    (folder / "config.json").write_text(json.dumps({"alignment_heads": HEADS_THAT_FOLLOW}))
    return folder
