"""``syncalign train fusion`` and ``syncalign fusion``: what they ask for, print and write."""

from __future__ import annotations

import pickle
import sys
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest

from syncalign.errors import DependencyError, FormatError
from syncalign.results import FusionEvaluation, FusionPrediction
from syncalign.results.fusion import FusionRow
from syncalign.training.fusion.recipe import FusionRecipe
from syncalign.training.history import EpochRecord


def row(system, snr, *accuracies, missing=None):
    return FusionRow(system=system, snr=snr, missing=missing, accuracies=accuracies, classes=2,
                     clips=9)  # fmt: skip


FOUND = FusionEvaluation(
    rows=(row("audio", np.inf, 0.8, 0.9), row("audio", -5.0, 0.3, 0.4),
          row("mid", np.inf, 0.9, 1.0), row("mid", -5.0, 0.7, 0.7),
          row("model", np.inf, 1.0, missing="video"), row("model", -5.0, 0.5, missing="video")),
    classes=("one", "two"),
    confusion=np.array([[4, 1], [0, 4]]),
    reasons=("9 words are held out",),
)  # fmt: skip
SAID = FusionPrediction(
    top=(("two", 0.875), ("one", 0.125)),
    evidence={"audio": (("two", 0.75), ("one", 0.25)), "video": None},
    start=0.25,
    end=0.97,
    reasons=("no face is seen: the voice alone decides",),
)


class Pipeline:
    """Stands for a pipeline."""

    def __init__(self, answer) -> None:
        self.answer = answer
        self.asked: list[tuple] = []

    def __call__(self, *given, **options):
        self.asked.append((given, options))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Trained:
    evaluation = FOUND
    histories: ClassVar = {"mid-0": (EpochRecord(1, 9, 4.0, 1e-3, 0.1),)}

    @staticmethod
    def save(path, *, overwrite):
        with open(path, "xb") as file:  # noqa: PTH123  as an ending of any kind is
            file.write(b"weights")


@pytest.fixture
def pipelines(work, monkeypatch) -> SimpleNamespace:
    made = SimpleNamespace(
        evaluate_fusion=Pipeline(FOUND),
        predict_fusion=Pipeline(SAID),
        train_fusion=Pipeline(Trained()),
    )
    for name in ("fusion", "fusion_training"):
        monkeypatch.setitem(sys.modules, f"syncalign.pipelines.{name}", made)
    return made


def test_an_evaluation_is_a_table(pipelines, call):
    done = call("fusion", "evaluate", "m.safetensors", "DATA")
    assert done.code == 0
    assert done.text.splitlines() == [
        "9 words are held out",
        "",
        "% right                         clean        -5 dB",
        "audio                      85.0 ± 7.1   35.0 ± 7.1",
        "mid                        95.0 ± 7.1   70.0 ± 0.0",
        "model without video             100.0         50.0",
    ]
    ((model, data), options) = pipelines.evaluate_fusion.asked[0]
    assert (model, data) == ("m.safetensors", "DATA")
    assert options["snrs"] == (np.inf, 10, 5, 0, -5)


def test_an_evaluation_for_programs(pipelines, call):
    done = call("fusion", "evaluate", "m", "DATA", "--snr", "clean, -5", "--json").json
    assert pipelines.evaluate_fusion.asked[0][1]["snrs"] == (np.inf, -5)
    assert done["rows"][1] == {
        "system": "audio", "snr": "-5", "missing": None, "accuracy": 0.35, "deviation": 0.07071,
        "seeds": 2, "classes": 2, "clips": 9,
    }  # fmt: skip
    assert done["rows"][-1]["deviation"] is None
    assert done["confusion"] == [[4, 1], [0, 4]]


@pytest.mark.usefixtures("pipelines")
def test_confusions_are_drawn_where_there_is_a_picture_to_write(call, work):
    pytest.importorskip("matplotlib")
    asked = ("fusion", "evaluate", "m", "DATA", "--confusion")
    assert call(*asked, "c.png", writes=("c.png",)).code == 0
    assert (work / "c.png").read_bytes().startswith(b"\x89PNG")
    assert call(*asked, "c.png", "--json").json["error"]["type"] == "OutputError"
    assert "png, svg, pdf" in call(*asked, "c.gif").stderr


@pytest.mark.usefixtures("pipelines")
def test_the_course_of_a_training_is_drawn(call, work):
    pytest.importorskip("matplotlib")
    asked = ("train", "fusion", "DATA", "-o", "m.safetensors", "--curves", "c.svg")
    assert call(*asked, writes=("m.safetensors", "c.svg")).code == 0
    assert b"<svg" in (work / "c.svg").read_bytes()


@pytest.mark.parametrize("levels", ["", "loud", "clean,,0", "nan", "inf", "-700"])
def test_a_level_that_is_none_is_wrong_usage(levels, pipelines, call):
    done = call("fusion", "evaluate", "m", "DATA", "--snr", levels)
    assert done.code == 2
    assert "decibels" in done.stderr
    assert not pipelines.evaluate_fusion.asked


def test_a_prediction_tells_the_evidence_of_each(pipelines, call):
    done = call("fusion", "predict", "builtin", "film.mkv", "--start", "0.3", "--end", "0.9")
    assert done.text.splitlines() == [
        "two (88%)",
        "  one 12%",
        "by the voice alone: two 75%, one 25%",
        "by the mouth alone: not there",
        "no face is seen: the voice alone decides",
    ]
    ((video,), options) = pipelines.predict_fusion.asked[0]
    assert (video, options["model"]) == ("film.mkv", "builtin")
    assert (options["start"], options["end"], options["top"]) == (0.3, 0.9, 5)
    told = call("fusion", "predict", "builtin", "film.mkv", "--json").json
    assert told["top"][0] == {"label": "two", "probability": 0.875}
    assert told["evidence"]["video"] is None


def test_a_training_writes_a_model_and_tells_the_rows(pipelines, call, work):
    asked = ("train", "fusion", "DATA", "-o", "m.safetensors")
    options = ("--seeds", "2", "--epochs", "7", "--seed", "5", "--table", "none", "--fusion",
               "late", "--fusion", "mid", "--device", "cpu", "--json")  # fmt: skip
    done = call(*asked, *options, writes=("m.safetensors",)).json
    assert done["output"] == "m.safetensors"
    assert len(done["rows"]) == 6
    (data, recipe), given = pipelines.train_fusion.asked[0]
    assert data == "DATA"
    assert given["split"] == "auto"
    assert recipe == FusionRecipe(
        fusion=("late", "mid"), table=None, seeds=2, epochs=7, seed=5, device="cpu"
    )
    # What is there is kept, and nothing is trained for it.
    assert call(*asked).code == 3
    assert call("train", "fusion", "DATA", "-o", "card.md").code == 3
    assert call("train", "fusion", "DATA", "-o", "-").code == 2
    twice = ("--confusion", "one.png", "--curves", "one.png")
    assert call("train", "fusion", "DATA", "-o", "n.safetensors", *twice).code == 2
    (work / "clips.csv").write_text("path,label\n")
    over = ("-o", "clips.csv", "--force")
    assert call("train", "fusion", "clips.csv", *over).code == 2
    assert call("train", "lipreader", "clips.csv", *over).code == 2
    assert call("distill", "clips.csv", *over).code == 2
    assert call("distill", "DATA", "--teacher", "clips.csv", *over).code == 2
    assert call("train", "fusion", "DATA", "-o", "n.safetensors", "--seeds", "0").code == 2
    assert len(pipelines.train_fusion.asked) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [(FormatError("DATA", "holds no example"), 3), (DependencyError("no torch", "pip it"), 5)],
)
def test_what_fails_leaves_nothing_behind(error, code, pipelines, call):
    pipelines.train_fusion.answer = error
    done = call("train", "fusion", "DATA", "-o", "m.safetensors", "--json")
    assert done.code == code
    assert done.json["status"] == "error"


def test_a_file_that_could_run_code_is_no_model(call, work):
    pytest.importorskip("torch")
    (work / "m.pt").write_bytes(pickle.dumps({"weights": 1}))
    done = call("fusion", "predict", "m.pt", "film.mkv", "--json")
    assert done.code == 3
    assert "pickle" in done.json["reasons"][0]
