"""CTranslate2's Whisper becomes OpenAI's, array by array; a damaged file is told as one."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from models.toy_whisper import STATE, VOCABULARY, ct2_bytes, random_arrays, write_folder
from syncalign.errors import FormatError, OutputError
from syncalign.models.whisper_weights import read_whisper

ARRAYS = random_arrays()


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "toy", ct2_bytes(ARRAYS))


def test_every_array_has_its_place(folder):
    weights = read_whisper(folder)
    size, arrays = weights.size, weights.arrays
    assert (size.n_vocab, size.n_text_state, size.n_text_layer) == (VOCABULARY, STATE, 2)
    assert (size.n_mels, size.n_audio_ctx, size.n_text_ctx, size.n_audio_head) == (80, 1500, 448, 2)
    assert weights.alignment_heads == ((0, 1), (1, 0))
    joined = ARRAYS["decoder/layer_1/self_attention/linear_0/weight"]
    for row, part in enumerate(("query", "key", "value")):
        expected = joined[row * STATE : (row + 1) * STATE]
        assert np.array_equal(arrays[f"decoder.blocks.1.attn.{part}.weight"], expected)
    bias = ARRAYS["decoder/layer_0/attention/linear_1/bias"]
    assert np.array_equal(arrays["decoder.blocks.0.cross_attn.value.bias"], bias[STATE:])
    assert not [name for name in arrays if name.endswith("key.bias")]
    assert np.array_equal(arrays["encoder.ln_post.bias"], ARRAYS["encoder/layer_norm/beta"])
    kept = sum(array.size for array in arrays.values())
    lost = 2 * STATE * 3 + 2  # the biases of keys, and how many heads there are
    assert kept == sum(array.size for array in ARRAYS.values()) - lost


def test_openai_whisper_takes_them(folder):
    pytest.importorskip("torch")
    model = pytest.importorskip("whisper.model")
    import torch

    weights = read_whisper(folder)
    network = model.Whisper(
        model.ModelDimensions(**{n: getattr(weights.size, n) for n in weights.size.__slots__})
    )
    named = {n: torch.from_numpy(a.astype(np.float32)) for n, a in weights.arrays.items()}
    network.load_state_dict(named, strict=True)


def test_integers_are_divided_by_the_scale_of_their_row(tmp_path):
    name = "encoder/layer_0/ffn/linear_0/weight"
    scale = np.linspace(50, 200, 4 * STATE, dtype=np.float32)
    rounded = np.round(ARRAYS[name].astype(np.float32) * scale[:, None]).astype(np.int8)
    arrays = {**ARRAYS, name: rounded, f"{name}_scale": scale}
    found = read_whisper(write_folder(tmp_path / "int8", ct2_bytes(arrays)))
    weight = found.arrays["encoder.blocks.0.mlp.0.weight"]
    assert np.abs(weight - ARRAYS[name].astype(np.float32)).max() <= 0.5 / 50 + 1e-6
    assert weight.dtype == np.float32


def test_another_name_stands_for_the_same_array(tmp_path):
    arrays = dict(ARRAYS)
    arrays["shared"] = arrays.pop("decoder/embeddings/weight")
    data = ct2_bytes(arrays, (("decoder/embeddings/weight", "shared"),))
    found = read_whisper(write_folder(tmp_path / "alias", data))
    assert np.array_equal(found.arrays["decoder.token_embedding.weight"], arrays["shared"])


def test_what_is_saved_is_read_again(folder, tmp_path):
    weights = read_whisper(folder)
    path = tmp_path / "toy.safetensors"
    weights.save(path)
    again = read_whisper(path)
    assert (again.size, again.alignment_heads) == (weights.size, weights.alignment_heads)
    assert set(again.arrays) == set(weights.arrays)
    assert all(np.array_equal(again.arrays[n], a) for n, a in weights.arrays.items())
    with pytest.raises(OutputError):
        weights.save(path)


class TestDamage:
    @pytest.mark.parametrize("share", [0.0, 1e-6, 0.001, 0.3, 0.9, 0.999999])
    def test_a_file_that_ends_early(self, share, folder):
        data = ct2_bytes(ARRAYS)
        (folder / "model.bin").write_bytes(data[: int(share * len(data))])
        with pytest.raises(FormatError, match="no Whisper of CTranslate2"):
            read_whisper(folder)

    @pytest.mark.parametrize(
        ("options", "told"),
        [
            ({"version": 3}, "version is 3"),
            ({"version": 2**31}, "version is"),
            ({"specification": "TransformerSpec"}, "TransformerSpec"),
        ],
    )
    def test_another_file(self, options, told, folder):
        (folder / "model.bin").write_bytes(ct2_bytes({}, **options))
        with pytest.raises(FormatError, match=told):
            read_whisper(folder)

    def test_sizes_that_do_not_fit_take_no_memory(self, folder):
        head = struct.pack("<I", 6) + b"\x0c\0WhisperSpec\0" + struct.pack("<II", 3, 1)
        huge = b"\x02\0a\0" + struct.pack("<B2IBI", 2, 2**32 - 1, 2**32 - 1, 0, 2**32 - 1)
        (folder / "model.bin").write_bytes(head + huge)
        with pytest.raises(FormatError, match="shape"):
            read_whisper(folder)

    def test_a_missing_array_is_named(self, folder):
        arrays = {n: a for n, a in ARRAYS.items() if n != "encoder/conv1/weight"}
        (folder / "model.bin").write_bytes(ct2_bytes(arrays))
        with pytest.raises(FormatError, match="encoder/conv1/weight"):
            read_whisper(folder)

    @pytest.mark.parametrize("config", ["{}", "[", '{"alignment_heads": [[7, 0]]}'])
    def test_a_config_that_says_nothing(self, config, folder):
        (folder / "config.json").write_text(config)
        with pytest.raises(FormatError):
            read_whisper(folder)

    def test_no_file_and_another_file(self, tmp_path):
        with pytest.raises(FormatError):
            read_whisper(tmp_path / "nothing")
        with pytest.raises(FormatError):
            read_whisper(tmp_path)
        (tmp_path / "a.safetensors").write_bytes(b"0123456789")
        with pytest.raises(FormatError, match="no Whisper that syncalign wrote"):
            read_whisper(tmp_path / "a.safetensors")
