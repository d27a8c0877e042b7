"""A Whisper of random weights runs through; a real one, where it is at hand, hears English."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

from models.toy_whisper import ct2_bytes, random_arrays, write_folder
from syncalign.errors import DependencyError, FormatError, ParameterError
from syncalign.models.weights import MODELS, is_at_hand
from syncalign.models.whisper import RATE
from syncalign.models.whisper_loading import load_whisper
from syncalign.models.whisper_weights import read_whisper

READING = Path(__file__).parents[2] / "samples" / "media" / "windy-nights.opus"
has_torch = pytest.mark.skipif(
    not all(importlib.util.find_spec(name) for name in ("torch", "whisper")),
    reason="torch or openai-whisper is not installed",
)
has_faster = pytest.mark.skipif(
    importlib.util.find_spec("faster_whisper") is None, reason="faster-whisper is not installed"
)
has_tiny = pytest.mark.skipif(
    not is_at_hand(MODELS["whisper-tiny.en"]),
    reason="whisper-tiny.en is not at hand: syncalign models fetch whisper-tiny.en",
)
# Of torch and what comes with it, about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="module")
def toy(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("toy")
    write_folder(folder, ct2_bytes(random_arrays()))
    path = folder / "toy.safetensors"
    read_whisper(folder).save(path)
    return path


@pytest.fixture(scope="module")
def network(toy):
    return load_whisper(toy, device="cpu")


def noise(seconds: float) -> np.ndarray:
    return np.random.default_rng(1).normal(0, 0.1, int(seconds * RATE)).astype(np.float32)


@has_torch
class TestRandomWeights:
    def test_the_encoder_of_a_short_sound_is_that_of_whisper_with_its_positions_cut(self, network):
        import torch
        import whisper

        sounds = np.stack([noise(0.5), noise(1.5)[-8000:]])
        found = network.encoded(sounds)
        assert found.shape == (2, 25, 16)
        assert np.array_equal(network.encoded(sounds[1:])[0], found[1])
        cut = whisper.model.AudioEncoder(80, 75, 16, 2, 2).eval()
        held = network._network.encoder.state_dict()
        held["positional_embedding"] = held["positional_embedding"][:75]
        cut.load_state_dict(held)
        levels = whisper.log_mel_spectrogram(whisper.pad_or_trim(sounds[0], 24_000))
        with torch.no_grad():
            expected = cut(levels[None])[0, :25].numpy()
        assert np.allclose(found[0], expected, atol=1e-4)

    def test_features_are_means_of_two_rows(self, toy, network):
        from syncalign.models.whisper_features import features_by_whisper

        sounds = noise(0.52)[None]
        rows, found = network.encoded(sounds), features_by_whisper(toy, "cpu")(sounds)
        assert found.shape == (1, 13, 16)
        assert np.allclose(found[0, 3], rows[0, 6:8].mean(axis=0), atol=1e-5)

    @pytest.mark.slow
    def test_it_hears_something_the_same_every_time(self, network):
        heard = network.hear(noise(4.0), "en")
        assert heard == network.hear(noise(4.0), "en")
        edges = [t for word in heard.words for t in (word.start, word.end)]
        assert edges == sorted(edges)
        assert all(0 <= word.score <= 1 for word in heard.words)
        assert (network.backend, network.device) == ("whisper", "cpu")

    def test_known_words_are_placed_one_by_one(self, network):
        placed = network.place(noise(3.0), ["One,", "extraordinarily", "two."], "en")
        assert [word.text for word in placed] == ["One,", "extraordinarily", "two."]
        assert 0 <= placed[0].start < placed[0].end == placed[1].start
        assert placed[-1].end <= 3.0
        assert network.place(noise(1.0), [], "en") == ()

    def test_what_it_cannot_take_is_told(self, network):
        with pytest.raises(ParameterError, match="30 s"):
            network.hear(noise(30.1), "en")
        with pytest.raises(ParameterError, match="English alone"):
            network.hear(noise(1.0), "it")
        with pytest.raises(ParameterError, match="more than Whisper can write"):
            network.place(noise(1.0), ["word"] * 500, "en")
        assert network.languages(noise(1.0)) == {"en": 1.0}

    def test_openais_own_file_is_the_same(self, network, toy, tmp_path):
        import torch

        weights = read_whisper(toy)
        state = {n: torch.from_numpy(a.astype(np.float32)) for n, a in weights.arrays.items()}
        dims = {name: getattr(weights.size, name) for name in weights.size.__slots__}
        torch.save({"dims": dims, "model_state_dict": state}, tmp_path / "toy.pt")
        other = load_whisper(tmp_path / "toy.pt", device="cpu")
        # It does not say which heads follow the sound: times may differ, probabilities may not.
        ours, theirs = (n.place(noise(2.0), ["One", "two"], "en") for n in (network, other))
        assert [word.score for word in ours] == pytest.approx([word.score for word in theirs])

    def test_code_in_a_checkpoint_does_not_run(self, tmp_path):
        import torch

        torch.save({"dims": Path(tmp_path)}, tmp_path / "bad.pt")
        with pytest.raises(FormatError, match="no checkpoint"):
            load_whisper(tmp_path / "bad.pt")

    def test_a_device_that_is_not_there(self, toy, monkeypatch):
        import torch

        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
        with pytest.raises(DependencyError, match="CUDA"):
            load_whisper(toy, device="cuda")

    def test_arrays_that_fit_no_network(self, tmp_path):
        arrays = random_arrays()
        arrays["encoder/layer_norm/gamma"] = arrays["encoder/layer_norm/gamma"][:3]
        folder = write_folder(tmp_path / "odd", ct2_bytes(arrays))
        with pytest.raises(FormatError, match="fit no Whisper"):
            load_whisper(folder, backend="whisper")


class TestLoading:
    def test_a_model_that_is_not_at_hand_is_5(self, tmp_path, monkeypatch):
        monkeypatch.setenv("SYNCALIGN_MODELS", str(tmp_path))
        with pytest.raises(DependencyError) as told:
            load_whisper("tiny.en")
        assert told.value.remedy == "syncalign models fetch whisper-tiny.en"

    def test_what_is_no_model_and_no_backend(self, tmp_path):
        for name in ("huge", str(tmp_path / "nothing"), "a\0b"):
            with pytest.raises(ParameterError, match="no Whisper named"):
                load_whisper(name)
        with pytest.raises(ParameterError, match="no backend"):
            load_whisper(tmp_path, backend="parrot")

    @has_faster
    def test_a_folder_without_a_tokenizer_is_not_completed_from_elsewhere(self, toy):
        with pytest.raises(FormatError, match=r"tokenizer\.json"):
            load_whisper(toy.parent, backend="faster-whisper")

    def test_a_package_that_is_missing_is_5(self, toy, monkeypatch):
        import sys

        monkeypatch.setitem(sys.modules, "whisper", None)
        monkeypatch.setitem(sys.modules, "faster_whisper", None)
        for backend in ("whisper", "faster-whisper"):
            with pytest.raises(DependencyError, match="speech"):
                load_whisper(toy, backend=backend)


@has_tiny
@pytest.mark.slow
@pytest.mark.parametrize(
    "backend",
    [pytest.param("whisper", marks=has_torch), pytest.param("faster-whisper", marks=has_faster)],
)
def test_a_real_one_hears_english(backend):
    from syncalign.streams.sound import Sound

    samples = Sound(READING).read(int(10.8 * RATE), int(19.3 * RATE))
    heard = load_whisper("tiny.en", backend=backend, device="cpu").hear(samples, "en")
    text = "".join(word.text for word in heard.words)
    words = re.findall(r"[a-z]+", text.lower())
    expected = "whenever the moon and stars are set whenever the wind is high"
    assert " ".join(words).startswith(expected)
    assert not heard.is_loop
    assert not heard.is_silent
    assert heard.words[0].start < 1.0
    assert heard.words[-1].end <= 8.6
