"""What torch learns and what numpy computes are the same."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.models.lipsync.builtin import LIP_LAYERS, SOUND_LAYERS, landmark_model, load_model
from syncalign.models.lipsync.encoder import reach_of
from syncalign.models.lipsync.inputs import LIP_INPUTS, SOUND_INPUTS
from syncalign.models.model_file import ModelFile

torch = pytest.importorskip("torch", reason="needs the extra 'learn'")


def trained_a_little():
    """A network whose normalisation has seen something."""
    from syncalign.models.lipsync.torch_network import new_network

    torch.manual_seed(3)
    network = new_network(width=12, codes=8, dropout=0.1, scales=4).train()
    for _ in range(5):
        network(torch.randn(4, 40, LIP_INPUTS) * 2 + 1, torch.randn(4, 90, SOUND_INPUTS) * 3)
    return network.eval()


def test_numpy_computes_what_torch_computes():
    network = trained_a_little()
    model = landmark_model(network.arrays(0), 1)
    rng = np.random.default_rng(0)
    lips = rng.normal(size=(50, LIP_INPUTS)).astype(np.float32)
    sound = rng.normal(size=(150, SOUND_INPUTS)).astype(np.float32)
    with torch.no_grad():
        theirs = network(torch.from_numpy(lips)[None], torch.from_numpy(sound)[None])
    ours = model.lips[0](lips), model.sound[0](sound)
    for one, other in zip(ours, theirs, strict=False):
        assert one == pytest.approx(other[0].numpy(), abs=1e-5)
    assert len(ours[0]) == 50 - reach_of(LIP_LAYERS)
    assert len(ours[1]) == (150 - reach_of(SOUND_LAYERS) + 1) // 2


def test_a_model_is_read_as_it_was_written(tmp_path):
    arrays = trained_a_little().arrays(0)
    ModelFile("lipsync", 1, {"networks": 1}, arrays).save(tmp_path / "own.safetensors")
    read = load_model(tmp_path / "own.safetensors")
    assert np.array_equal(read.sound[0].layers[1].weight, arrays["0.sound.1.weight"])
    assert len(read.lips) == 1
