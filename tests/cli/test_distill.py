"""``syncalign distill`` and ``train lipreader``: what they ask for, print and write."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from syncalign.errors import DependencyError, FormatError
from syncalign.results import FusionEvaluation
from syncalign.results.distillation import Distillation, DistillationRow
from syncalign.results.fusion import FusionRow
from syncalign.training.distillation.recipe import DistillationRecipe
from syncalign.training.fusion.recipe import FusionRecipe


def row(name, labels, *accuracies, teacher=None, seen=None):
    return DistillationRow(row=name, teacher=teacher, teacher_labels=seen, labels=labels,
                           accuracies=accuracies, words=200)  # fmt: skip


REPORT = Distillation(
    rows=(row("alone", 140, 0.5, 0.48), row("distilled", 140, 0.7, 0.72, teacher="audio", seen=900),
          row("teacher", 900, 0.9, 0.92, teacher="audio", seen=900),
          row("supervised", 900, 0.75, 0.75)),
    foreign=2,
    unsure=(3.5,),
    reasons=("200 words are held out",),
)  # fmt: skip
LIPS = FusionEvaluation(
    rows=(FusionRow(system="video", snr=np.inf, missing=None, accuracies=(0.75,), classes=2,
                    clips=9),),
    classes=("one", "two"),
    confusion=np.array([[4, 1], [0, 4]]),
)  # fmt: skip


class Made:
    report = REPORT
    evaluation = LIPS

    @staticmethod
    def save(path, *, overwrite):
        with open(path, "xb") as file:  # noqa: PTH123  as an ending of any kind is
            file.write(b"weights")


@pytest.fixture
def asked(work, monkeypatch) -> list:
    """What the pipelines, which are stood for, were asked."""
    found: list = []

    def answer(*given, **options):
        found.append((given, options))
        return Made

    made = SimpleNamespace(distill=answer, train_lip_reader=answer)
    for name in ("distillation", "lip_reading"):
        monkeypatch.setitem(sys.modules, f"syncalign.pipelines.{name}", made)
    return found


def test_a_distillation_tells_its_rows(asked, call):
    done = call("distill", "DATA", "-o", "m.safetensors", writes=("m.safetensors",))
    assert done.code == 0
    assert done.text.splitlines() == [
        "200 words are held out",
        "",
        "row           labels                       teacher       % right",
        "alone            140                                  49.0 ± 1.4",
        "distilled        140             audio, 900 labels    71.0 ± 1.4",
        "teacher          900                         audio    91.0 ± 1.4",
        "supervised       900                                  75.0 ± 0.0",
        "",
        "written: m.safetensors",
    ]
    ((data, recipe), options) = asked[0]
    assert (data, options["teacher"], options["split"]) == ("DATA", "audio", "auto")
    assert recipe == DistillationRecipe()


def test_a_distillation_for_programs(asked, call):
    options = ("--teacher", "whisper", "--labels", "0.05", "--temperature", "3", "--features", "0",
               "--least-sure", "0.2", "--seeds", "5", "--epochs", "7", "--seed", "4",
               "--device", "cpu", "--json")  # fmt: skip
    done = call("distill", "DATA", "-o", "m.safetensors", *options, writes=("m.safetensors",)).json
    assert done["rows"][1] == {
        "row": "distilled", "teacher": "audio", "teacher_labels": 900, "labels": 140,
        "accuracy": 0.71, "deviation": 0.01414, "seeds": 2, "words": 200,
    }  # fmt: skip
    assert done["dropped"] == {"foreign": 2, "unsure": [3.5]}
    assert done["output"] == "m.safetensors"
    ((_, recipe), given) = asked[0]
    assert given["teacher"] == "whisper"
    assert recipe == DistillationRecipe(labels=0.05, temperature=3, features=0, least_sure=0.2,
                                        seeds=5, epochs=7, seed=4, device="cpu")  # fmt: skip


def test_a_lip_reader_is_trained(asked, call):
    options = ("--seeds", "2", "--split", "given", "--json")
    done = call(
        "train", "lipreader", "DATA", "-o", "m.safetensors", *options, writes=("m.safetensors",)
    ).json
    assert (done["kind"], done["rows"][0]["accuracy"]) == ("lipreader", 0.75)
    ((data, recipe), given) = asked[0]
    assert (data, recipe, given["split"]) == ("DATA", FusionRecipe(seeds=2), "given")


@pytest.mark.parametrize("command", [("distill",), ("train", "lipreader")])
def test_what_cannot_be_written_is_not_trained_for(command, asked, call, work):
    (work / "there.safetensors").write_bytes(b"old")
    assert call(*command, "DATA", "-o", "there.safetensors").code == 3
    assert call(*command, "DATA", "-o", "-").code == 2
    assert call(*command, "DATA", "-o", "m.safetensors", "--seeds", "0").code == 2
    assert not asked


@pytest.mark.parametrize(
    ("error", "code"),
    [(FormatError("DATA", "holds no example"), 3), (DependencyError("no torch", "pip it"), 5)],
)
def test_what_fails_leaves_nothing_behind(error, code, call, work, monkeypatch):
    def fail(*_, **__):
        raise error

    monkeypatch.setitem(
        sys.modules, "syncalign.pipelines.distillation", SimpleNamespace(distill=fail)
    )
    done = call("distill", "DATA", "-o", "m.safetensors", "--json")
    assert done.code == code
    assert done.json["status"] == "error"


def test_a_share_of_labels_that_makes_no_sense_is_wrong_usage(asked, call):
    for share in ("0", "1.5", "nan", "few"):
        assert call("distill", "DATA", "-o", "m.safetensors", "--labels", share).code == 2
    assert not asked
