"""A model is trained, kept, judged and asked; made-up recordings, told apart easily."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import threadpoolctl

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")

from syncalign.errors import FormatError, MediaError, ParameterError  # noqa: E402
from syncalign.models.fusion.model import read_fusion_model  # noqa: E402
from syncalign.pipelines.fusion import evaluate_fusion, predict_fusion  # noqa: E402
from syncalign.pipelines.fusion_training import train_fusion  # noqa: E402
from syncalign.training.fusion.recipe import FusionRecipe  # noqa: E402
from tests.training.dataset.toy_clips import CLASSES, toy_clip  # noqa: E402
from tests.training.fusion_data import make_toy_table  # noqa: E402

RECIPE = FusionRecipe(seeds=2, epochs=24, device="cpu")


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """Arrays this small are slowed down by threads that wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with threadpoolctl.threadpool_limits(1):
        yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def toys(tmp_path_factory):
    """A data set, the trained model and its file, and the patched reader of clips."""
    folder = tmp_path_factory.mktemp("toys")
    with pytest.MonkeyPatch.context() as patch:
        data = make_toy_table(folder, patch)
        trained = train_fusion(data, RECIPE, snrs=(np.inf, 10.0))
        trained.save(folder / "model.safetensors")
        yield data, trained, folder / "model.safetensors"


def test_every_system_is_measured_with_all_and_with_a_modality_missing(toys):
    rows = toys[1].evaluation.rows
    systems = {(row.system, row.missing) for row in rows}
    fused = {(name, missing) for name in ("mid", "table", "model")
             for missing in (None, "audio", "video")}  # fmt: skip
    assert systems == {("audio", None), ("video", None), *fused}
    assert len(rows) == 2 * len(systems)
    assert all(row.classes == 3 and row.clips == 12 for row in rows)
    assert all(len(row.accuracies) == (1 if row.system == "model" else 2) for row in rows)


def test_what_is_easy_is_learned_and_held_out_people_are_understood(toys):
    rows = toys[1].evaluation.rows
    found = {(row.system, row.missing): row.accuracy for row in rows if row.snr == np.inf}
    assert min(found.values()) > 0.7
    assert found["model", None] > 0.9
    assert toys[1].evaluation.confusion.sum() == 12
    assert "speakers on both sides: none" in toys[1].evaluation.reasons
    assert "model without audio" in toys[1].evaluation.table()


def test_a_model_answers_the_same_after_it_was_written_and_read(toys):
    data, trained, path = toys
    held = read_fusion_model(path)
    assert held.facts.size == 4
    label = CLASSES[1]
    clip = data.parent / f"{label}-3.mp4"
    asked = predict_fusion(clip, model=path, start=0.4, end=0.8, top=2)
    assert asked.top[0][0] == label
    assert len(asked.top) == len(asked.evidence["audio"]) == 2
    for member, other in zip(held.members, trained.model.members, strict=True):
        for system, network in member.networks.items():
            same = zip(network.state_dict().values(), other.networks[system].state_dict().values(),
                       strict=True)  # fmt: skip
            assert all(torch.equal(one, two) for one, two in same)


def test_what_was_learned_from_is_left_out_of_an_evaluation(toys):
    data, trained, path = toys
    found = evaluate_fusion(path, data, snrs=(np.inf,))
    assert found.rows[0].clips == 12
    assert "48 words are left out: the model has learned from them" in found.reasons
    lines = data.read_text().splitlines()
    speakers = {f"p{n}" for n in range(5)}
    held_out = {line.split(",")[4] for line in lines[1:]} & speakers
    learned = [line for line in lines[1:] if line.split(",")[0] in _learned(data, trained)]
    assert held_out
    other = data.with_name("learned.csv")
    other.write_text("\n".join([lines[0], *learned]))
    with pytest.raises(FormatError, match="learned from all of it"):
        evaluate_fusion(path, other)


def _learned(data, trained):
    from syncalign.training.dataset.windows import _number

    known = set(trained.model.learned.tolist())
    return {path.name for path in data.parent.glob("*.mp4") if _number(str(path)) in known}


@pytest.mark.parametrize(("gone", "left"), [("samples", "video"), ("mouths", "audio")])
def test_one_modality_is_enough_to_answer(toys, monkeypatch, gone, left):
    data, _, path = toys
    empty = {"samples": None, "mouths": ()}[gone]
    clip = replace(toy_clip("three"), **{gone: empty})
    monkeypatch.setattr("syncalign.pipelines.fusion.read_clip", lambda *_, **__: clip)
    asked = predict_fusion(data, model=path)
    assert asked.top[0][0] == "three"
    assert asked.evidence[left] is not None
    assert list(asked.evidence.values()).count(None) == 1
    assert "alone decides" in asked.reasons[0]


def test_what_cannot_be_asked_is_refused(toys, monkeypatch):
    data, _, path = toys
    clip = data.parent / "one-0.mp4"
    with pytest.raises(ParameterError, match="nothing lies between"):
        predict_fusion(clip, model=path, start=2, end=1)
    with pytest.raises(MediaError, match=r"ends at 1.20 s"):
        predict_fusion(clip, model=path, start=5, end=6)
    with pytest.raises(ParameterError, match="at least one level"):
        evaluate_fusion(path, data, snrs=())
    nothing = replace(toy_clip("one"), samples=None, mouths=())
    nothing = replace(nothing, samples=None, mouths=(replace(toy_clip("one").mouths[0],
                      seen=np.zeros(30, bool)),))  # fmt: skip
    monkeypatch.setattr("syncalign.pipelines.fusion.read_clip", lambda *_, **__: nothing)
    with pytest.raises(MediaError, match="neither sound nor a face"):
        predict_fusion(clip, model=path)


def test_a_recipe_that_makes_no_sense_is_refused():
    bad_ones = ({"fusion": ("middle",)}, {"fusion": ("mid", "mid")}, {"seeds": 0},
                {"table": "forest"}, {"modality_dropout": 0.5})  # fmt: skip
    for bad in bad_ones:
        with pytest.raises(ParameterError):
            FusionRecipe(**bad)


def test_an_interrupted_training_goes_on_where_it_was(toys, tmp_path):
    data = toys[0]
    recipe = replace(RECIPE, fusion=("mid",), seeds=1, epochs=3, table=None)
    first = train_fusion(data, recipe, snrs=(np.inf,), checkpoints=tmp_path)
    again = train_fusion(data, recipe, snrs=(np.inf,), checkpoints=tmp_path)
    networks = [one.model.members[0].networks["mid"].state_dict() for one in (first, again)]
    assert all(torch.equal(a, b) for a, b in zip(*(n.values() for n in networks), strict=True))
    assert (tmp_path / "mid-0" / "metrics.jsonl").exists()
    assert set(again.histories) == {"audio-0", "video-0", "mid-0"}
    losses = [[record.loss for record in one.histories["mid-0"]] for one in (first, again)]
    assert losses[0] == losses[1]


@pytest.mark.slow
def test_boosted_trees_are_kept_as_text(toys, tmp_path):
    pytest.importorskip("lightgbm")
    recipe = replace(RECIPE, fusion=("mid",), seeds=1, epochs=6, table="trees")
    trained = train_fusion(toys[0], recipe, snrs=(np.inf,))
    trained.save(tmp_path / "m.safetensors")
    accuracy = {(r.system, r.missing): r.accuracy for r in trained.evaluation.rows}["table", None]
    assert accuracy > 0.6
    held = read_fusion_model(tmp_path / "m.safetensors")
    assert held.members[0].table.kind == "trees"
