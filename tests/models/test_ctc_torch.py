"""Networks that say letters: read off their weights alone, and the same as torchaudio's."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from syncalign.errors import DependencyError, FormatError, ParameterError
from syncalign.models.alphabet import Alphabet

torch = pytest.importorskip("torch")
pytest.importorskip("torchaudio")

from models.toy_ctc import NORMED, SHAPE, write_checkpoint  # noqa: E402
from syncalign.models.ctc_torch import CtcNetwork, load_ctc  # noqa: E402


@pytest.mark.parametrize("shape", [SHAPE, NORMED], ids=["group norm", "layer norm"])
def test_emissions_are_those_of_the_network_that_was_saved(tmp_path, shape):
    theirs = write_checkpoint(tmp_path / "a.pt", shape)
    ours = CtcNetwork(tmp_path / "a.pt", "cpu")
    samples = np.random.default_rng(0).normal(0.1, 0.2, 320 * 40).astype(np.float32)
    said = ours.emissions(samples)
    assert said.shape == (40, shape["aux_num_out"])
    waves = torch.from_numpy(np.pad(samples, (0, 80)))[None]
    if shape is NORMED:
        waves = (waves - waves.mean()) / torch.sqrt(waves.var(correction=0) + 1e-5)
    with torch.inference_mode():
        expected = torch.log_softmax(theirs(waves)[0][0], dim=-1).numpy()
    np.testing.assert_allclose(said, expected, atol=1e-4)
    assert ours.emissions(samples[: 320 * 3 + 1]).shape[0] == 4


def test_columns_of_fairseq_are_left_out(tmp_path):
    whole = write_checkpoint(tmp_path / "a.pt", {**SHAPE, "aux_num_out": 32})
    ours = CtcNetwork(tmp_path / "a.pt", "cpu")
    assert len(ours.alphabet.labels) == 29
    bias = whole.state_dict()["aux.bias"]
    kept = [0, *range(4, 32)]
    assert torch.equal(ours._network.state_dict()["aux.bias"], bias[kept])


def test_letters_are_read_beside_the_checkpoint_or_known_by_their_number(tmp_path):
    path = tmp_path / "a.pt"
    write_checkpoint(path, {**SHAPE, "aux_num_out": 5})
    with pytest.raises(FormatError, match=r"5 letters: write them into a\.labels\.txt"):
        CtcNetwork(path, "cpu")
    labels = tmp_path / "a.labels.txt"
    labels.write_text("-\n|\nа\nб\nв\n", encoding="utf-8")
    assert CtcNetwork(path, "cpu").alphabet.spell("Бав") == [3, 2, 4]
    labels.write_text("-\n|\n", encoding="utf-8")
    with pytest.raises(FormatError, match="has 2 labels; the model has 5"):
        CtcNetwork(path, "cpu")
    labels.write_bytes(b"\xff")
    with pytest.raises(FormatError, match="cannot be read"):
        CtcNetwork(path, "cpu")


def test_what_is_no_network_is_refused(tmp_path):
    path = tmp_path / "a.pt"
    path.write_bytes(b"no checkpoint")
    with pytest.raises(FormatError, match="no checkpoint"):
        load_ctc(path, "cpu")
    path.write_bytes(pickle.dumps(print, 2))  # would be called by a reader that trusts it
    with pytest.raises(FormatError, match="no checkpoint"):
        load_ctc(path, "cpu")
    torch.save({"a": 1}, path)
    with pytest.raises(FormatError, match="no state dictionary"):
        load_ctc(path, "cpu")
    torch.save({"a": torch.zeros(2)}, path)
    with pytest.raises(FormatError, match=r"no wav2vec 2\.0"):
        load_ctc(path, "cpu")


def test_a_model_that_is_not_there_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("SYNCALIGN_MODELS", str(tmp_path))
    with pytest.raises(DependencyError, match="wav2vec2-en"):
        load_ctc("wav2vec2-en", "cpu")
    with pytest.raises(ParameterError, match="known are wav2vec2-en, mms-fa"):
        load_ctc("wav2vec3", "cpu")


def test_words_are_spelled_in_the_letters_that_there_are():
    english = Alphabet(tuple("-|ETAONIHSRDLUMWCFGYPBVK'XJQZ"))
    assert english.spell("Don’t") == [english.labels.index(letter) for letter in "DON'T"]
    assert english.spell("é-|5") == [2]
    assert english.spell("жук") == []
    assert english.gap == 1
    assert Alphabet(("-", "a")).gap is None
