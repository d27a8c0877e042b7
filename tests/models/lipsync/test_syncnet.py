"""The published SyncNet: its file, its band, and the distances of papers; random weights."""

from __future__ import annotations

import os
import pickle

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra 'learn'")

from syncalign.errors import FormatError  # noqa: E402
from syncalign.features.mfcc import mfcc  # noqa: E402
from syncalign.models.lipsync.sound import SpokenSound  # noqa: E402
from syncalign.models.lipsync.syncnet import SIDE, SyncNetModel, published_score  # noqa: E402
from syncalign.models.lipsync.syncnet_network import SyncNet, load_syncnet  # noqa: E402
from syncalign.streams.faces import FaceTrack  # noqa: E402


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("syncnet") / "random.model"
    torch.save(SyncNet().state_dict(), path)
    return path


def test_the_layers_have_the_published_names_and_shapes():
    state = SyncNet().state_dict()
    assert {name.split(".")[0] for name in state} == {
        "netcnnaud", "netfcaud", "netcnnlip", "netfclip",
    }  # fmt: skip
    assert state["netcnnlip.0.weight"].shape == (96, 3, 5, 7, 7)
    assert state["netcnnaud.0.weight"].shape == (64, 1, 3, 3)
    assert state["netfclip.3.weight"].shape == (1024, 512)


def test_a_file_is_read_and_told_from_the_published_one(weights):
    network, is_published = load_syncnet(weights)
    assert not is_published
    assert not network.training
    with torch.inference_mode():
        assert network.sound(torch.zeros(1, 1, 13, 20)).shape == (1, 1024)
        assert network.lips(torch.zeros(1, 3, 5, SIDE, SIDE)).shape == (1, 1024)


class Hostile:
    def __reduce__(self):
        return os.system, ("touch hostile",)


def test_a_file_with_code_in_it_is_refused_and_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bad = tmp_path / "bad.model"
    bad.write_bytes(pickle.dumps(Hostile()))
    with pytest.raises(FormatError, match="nothing of it was run"):
        load_syncnet(bad)
    assert list(tmp_path.iterdir()) == [bad]


@pytest.mark.parametrize("content", [{"a": torch.zeros(3)}, [1, 2], torch.zeros(2)])
def test_weights_of_something_else_are_refused(tmp_path, content):
    path = tmp_path / "other.model"
    torch.save(content, path)
    with pytest.raises(FormatError, match="SyncNet"):
        load_syncnet(path)
    with pytest.raises(FormatError, match="PyTorch"):
        load_syncnet(tmp_path / "missing.model")


def test_a_sound_that_leads_has_a_positive_offset():
    codes = np.random.default_rng(0).normal(size=(60, 1024)).astype(np.float32)
    leads = published_score(codes[:50], codes[3:53])  # what is seen now was heard 3 frames ago
    assert leads.offset == 3
    assert leads.lse_d < 3  # 3 of 50 frames have zeros beside them, the others are alike
    assert leads.lse_c > 35
    assert published_score(codes[3:53], codes[:50]).offset == -3


def test_the_band_has_the_distances_of_the_codes(weights, monkeypatch):
    from syncalign.models.lipsync import syncnet

    draw = np.random.default_rng(1)
    samples = draw.normal(0, 0.1, 32_000).astype(np.float32)
    monkeypatch.setattr(syncnet, "_cepstra_of", lambda path: mfcc(samples * 32_768))
    pictures = [draw.integers(0, 255, (SIDE, SIDE, 3)).astype(np.uint8) for _ in range(9)]
    pictures[8] = None
    monkeypatch.setattr(syncnet, "_faces", lambda video, face, count: iter(pictures))
    model = SyncNetModel(weights, "video", "audio")
    sound = SpokenSound(np.zeros((200, 40), np.uint8), np.ones(200, np.bool_), 0.0, 2.0)
    face = FaceTrack(
        0, np.arange(10, 19) / 25, np.arange(11, 20) / 25, np.zeros((9, 4), np.float32), None,
        np.zeros((9, 32, 48), np.uint8), np.ones(9, np.float32),
    )  # fmt: skip
    band = model.band(face, sound, 5)
    assert band.seen.tolist() == [False] * 2 + [True] * 4 + [False] * 3
    assert band.grid.time_at(0) == pytest.approx(10.5 / 25)
    # Row 3 is of the frames 11 to 15 of the clock; a sound 60 ms late is 60 ms further on.
    network = model._network
    stack = np.stack(pictures[1:6])[..., ::-1].transpose(3, 0, 1, 2)[None].astype(np.float32)
    hop = 11 * 4 + 6
    window = mfcc(samples * 32_768)[hop : hop + 20].T[None, None].astype(np.float32)
    with torch.inference_mode():
        lips, heard = network.lips(torch.from_numpy(stack)), network.sound(torch.from_numpy(window))
        expected = float(torch.nn.functional.pairwise_distance(lips, heard))
    assert band.distance_at(-0.06, slice(3, 4)) == pytest.approx(expected, rel=1e-4)
