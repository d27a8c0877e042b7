"""A lip reader is taught, kept, judged and asked; made-up recordings, told apart easily."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import threadpoolctl

torch = pytest.importorskip("torch")

from syncalign.errors import FormatError, MediaError, ParameterError  # noqa: E402
from syncalign.models.fusion.model import read_fusion_model  # noqa: E402
from syncalign.pipelines.distillation import distill  # noqa: E402
from syncalign.pipelines.fusion import evaluate_fusion, predict_fusion  # noqa: E402
from syncalign.pipelines.lip_reading import train_lip_reader  # noqa: E402
from syncalign.training.distillation.recipe import DistillationRecipe  # noqa: E402
from syncalign.training.fusion.recipe import FusionRecipe  # noqa: E402
from tests.training.dataset.toy_clips import CLASSES, toy_clip  # noqa: E402
from tests.training.fusion_data import make_toy_table  # noqa: E402

RECIPE = DistillationRecipe(labels=0.1, seeds=1, epochs=32, device="cpu")


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
    """A data set, what was distilled on it, and the file of the model."""
    folder = tmp_path_factory.mktemp("toys")
    with pytest.MonkeyPatch.context() as patch:
        data = make_toy_table(folder, patch)
        patch.setattr("syncalign.pipelines.distillation.read_clip", read_toy)
        made = distill(data, RECIPE)
        made.save(folder / "lips.safetensors")
        yield data, made, folder / "lips.safetensors"


def read_toy(path, *, cache=None):
    return toy_clip(Path(path).stem.split("-")[0])


def test_the_rows_are_the_student_its_teachers_and_a_lip_reader_with_all_labels(toys):
    rows = toys[1].report.rows
    assert [(row.row, row.teacher, row.teacher_labels, row.labels) for row in rows] == [
        ("alone", None, None, 5),
        ("distilled", "audio", 48, 5),
        ("distilled", "audio", 5, 5),
        ("teacher", "audio", 48, 48),
        ("teacher", "audio", 5, 5),
        ("supervised", None, None, 48),
    ]
    assert all(row.words == 12 and len(row.accuracies) == 1 for row in rows)
    found = {(row.row, row.labels, row.teacher_labels): row.accuracy for row in rows}
    assert found["distilled", 5, 48] > 0.6
    assert found["supervised", 48, None] > 0.6
    assert "speakers on both sides: none" in toys[1].report.reasons
    assert toys[1].report.reasons[-1].startswith("not taught: 0 words")


def test_a_lip_reader_answers_by_the_mouth_alone_whatever_is_heard(toys, monkeypatch):
    data, _, path = toys
    held = read_fusion_model(path)
    assert held.systems == ("video",)
    assert held.fusion == "video"
    clip = data.parent / "two-3.mp4"
    asked = predict_fusion(clip, model=path, start=0.4, end=0.8)
    assert asked.top[0][0] == "two"
    assert asked.evidence["audio"] is None
    assert asked.evidence["video"] == asked.top
    assert asked.reasons == ()
    loud = replace(toy_clip("two"), samples=toy_clip("one").samples)
    monkeypatch.setattr("syncalign.pipelines.fusion.read_clip", lambda *_, **__: loud)
    assert predict_fusion(clip, model=path, start=0.4, end=0.8).top[0][0] == "two"
    blind = toy_clip("two", face=False)
    monkeypatch.setattr("syncalign.pipelines.fusion.read_clip", lambda *_, **__: blind)
    with pytest.raises(MediaError, match="no face for a lip reader"):
        predict_fusion(clip, model=path)


def test_a_lip_reader_is_evaluated_like_a_model_of_fusion(toys):
    data, _, path = toys
    found = evaluate_fusion(path, data, snrs=(np.inf,))
    assert [(row.system, row.clips) for row in found.rows] == [("video", 12), ("model", 12)]
    assert found.rows[0].accuracy > 0.7


def test_a_lip_reader_learns_from_labels_alone(toys, tmp_path):
    recipe = FusionRecipe(seeds=1, epochs=32, device="cpu")
    trained = train_lip_reader(toys[0], recipe, checkpoints=tmp_path)
    assert {row.system for row in trained.evaluation.rows} == {"video", "model"}
    assert trained.evaluation.rows[0].accuracy > 0.8
    assert (tmp_path / "video-0" / "metrics.jsonl").exists()
    assert "by the mouth alone" in trained.model.card


def test_a_model_teaches_and_knowing_what_is_held_out_is_told(toys, tmp_path):
    data, made, path = toys
    recipe = replace(RECIPE, epochs=1)
    found = distill(data, recipe, teacher=path).report
    assert [(row.row, row.teacher_labels) for row in found.rows] == [
        ("alone", None), ("distilled", None), ("teacher", None), ("supervised", None)
    ]  # fmt: skip
    assert found.rows[2].labels is None
    assert found.rows[2].accuracy == made.report.rows[1].accuracy
    assert not any("learned from" in reason for reason in found.reasons[:-1])
    knowing = replace(made.model, learned=_all_recordings(data))
    knowing.save(tmp_path / "knowing.safetensors")
    found = distill(data, recipe, teacher=tmp_path / "knowing.safetensors")
    told = "the teacher has learned from 12 of the 12 words that are held out"
    assert any(reason.startswith(told) for reason in found.report.reasons)
    strange = replace(made.model, classes=("un", "deux", "trois"))
    strange.save(tmp_path / "strange.safetensors")
    with pytest.raises(FormatError, match="none of the classes"):
        distill(data, recipe, teacher=tmp_path / "strange.safetensors")


def _all_recordings(data):
    from syncalign.training.dataset.windows import _number

    return np.unique(np.array([_number(str(p)) for p in data.parent.glob("*.mp4")], np.uint64))


def test_foreign_sound_and_an_unsure_teacher_teach_nothing(toys, monkeypatch):
    data, _, path = toys
    monkeypatch.setattr(
        "syncalign.pipelines.distillation.is_foreign", lambda clip: clip.samples[8] > 0
    )
    signs = {label: toy_clip(label).samples[8] > 0 for label in CLASSES}
    recipe = replace(RECIPE, seeds=1, epochs=1, least_sure=0.999999)
    found = distill(data, recipe, teacher=path).report
    assert found.foreign == 16 * sum(signs.values())
    assert found.unsure == (48 - found.foreign,)


def test_features_of_a_large_model_are_taught(toys, monkeypatch):
    """Whisper's encoder is stood for by one that hears how loud four bands are."""
    heard = []

    def encoder(model, device):
        def encode(sounds):
            heard.append((model, sounds.shape[1]))
            rows = sounds.reshape(len(sounds), -1, 640)
            power = np.abs(np.fft.rfft(rows))[:, :, :320].reshape(*rows.shape[:2], 20, 16)
            return np.log(power.mean(axis=3) + 1e-3).astype(np.float32)

        return encode

    monkeypatch.setattr("syncalign.models.whisper_features.features_by_whisper", encoder)
    found = distill(toys[0], RECIPE, teacher="whisper:mine.pt").report
    assert {model for model, _ in heard} == {"mine.pt"}
    assert {size for _, size in heard} == {640 * (18 + 4)}
    right = {(row.row, row.teacher_labels): row.accuracy for row in found.rows}
    assert right["teacher", 48] > 0.8
    assert right["distilled", 48] > 0.6


@pytest.mark.parametrize(
    "bad",
    [{"labels": 0.0}, {"labels": 1.5}, {"temperature": 0.0}, {"features": -1.0},
     {"least_sure": 1.0}, {"seeds": 0}, {"labels": float("nan")}],
)  # fmt: skip
def test_a_recipe_that_makes_no_sense_is_refused(bad):
    with pytest.raises(ParameterError):
        DistillationRecipe(**bad)


def test_with_all_labels_there_is_one_teacher_and_each_seed_is_judged(toys):
    made = distill(toys[0], replace(RECIPE, labels=1.0, seeds=2, epochs=1))
    rows = made.report.rows
    assert [row.row for row in rows] == ["alone", "distilled", "teacher", "supervised"]
    assert all(len(row.accuracies) == 2 for row in rows)
    assert len(made.model.members) == 2
