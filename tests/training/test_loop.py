"""The loop learns, stops, goes on after a kill, and shares its steps."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from syncalign.errors import DependencyError, ParameterError
from syncalign.training.loop import METRICS, train
from syncalign.training.plan import TrainingPlan
from tests.training.toy_objective import Line, small_network

ROOT = Path(__file__).parents[2]


def curve(trained):
    return [(r.epoch, r.step, r.loss, r.learning_rate, r.metrics) for r in trained.history]


def weights(trained):
    return torch.cat([v.flatten().double() for v in trained.network.state_dict().values()])


def test_the_loss_falls_and_the_given_network_stays_as_it_was():
    given = small_network()
    before = [value.clone() for value in given.state_dict().values()]
    trained = train(given, Line(), TrainingPlan(epochs=40, batch=16, learning_rate=0.02))
    assert trained.history[-1].metrics["score"] > -0.2 > trained.history[0].metrics["score"]
    assert trained.history[-1].step == 160
    assert all(map(torch.equal, before, given.state_dict().values()))
    assert not trained.network.training


def test_a_seed_says_everything_and_torchs_own_numbers_are_left_alone():
    plan = TrainingPlan(epochs=3, batch=16, average=0.9)
    network = small_network()
    torch.manual_seed(1)
    one, drawn = train(network, Line(), plan), torch.rand(1)
    torch.manual_seed(2)
    other, drawn_otherwise = train(network, Line(), plan), torch.rand(1)
    assert curve(one) == curve(other)
    assert torch.equal(weights(one), weights(other))
    assert not torch.equal(drawn, drawn_otherwise)
    other = train(network, Line(), TrainingPlan(epochs=3, batch=16, average=0.9, seed=1))
    assert curve(one) != curve(other)


class Halted(Exception):
    """Stands for whatever ends a process."""


class HaltedLine(Line):
    def judge(self, network, device):
        if self.judged == 2:
            raise Halted
        return super().judge(network, device)


def test_an_interrupted_training_goes_on_along_the_same_curve(tmp_path):
    plan = TrainingPlan(epochs=5, batch=16, average=0.9, patience=4)
    whole = train(small_network(), Line(), plan)
    with pytest.raises(Halted):
        train(small_network(), HaltedLine(), plan, folder=tmp_path)
    assert len((tmp_path / METRICS).read_text().splitlines()) == 2
    resumed = train(small_network(), Line(), plan, folder=tmp_path)
    assert curve(resumed) == curve(whole)
    assert torch.equal(weights(resumed), weights(whole))
    lines = [json.loads(line) for line in (tmp_path / METRICS).read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2, 3, 4, 5]
    assert set(lines[0]) == {"epoch", "step", "loss", "learning_rate", "seconds", "metrics"}


KILLED = """
import os, signal, sys
from pathlib import Path
from syncalign.training.loop import train
from syncalign.training.plan import TrainingPlan
from tests.training.toy_objective import Line, small_network

class Killed(Line):
    def judge(self, network, device):
        if self.judged == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().judge(network, device)

train(small_network(), Killed(), TrainingPlan(epochs=4, batch=16), folder=Path(sys.argv[1]))
"""


@pytest.mark.slow
def test_a_killed_process_leaves_what_another_goes_on_from(tmp_path):
    environment = {**os.environ, "PYTHONPATH": os.fspath(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)], env=environment, check=False, cwd=ROOT
    )
    assert done.returncode == -signal.SIGKILL
    plan = TrainingPlan(epochs=4, batch=16)
    resumed = train(small_network(), Line(), plan, folder=tmp_path)
    whole = train(small_network(), Line(), plan)
    assert [record.epoch for record in resumed.history] == [1, 2, 3, 4]
    for one, other in zip(resumed.history, whole.history, strict=True):
        assert one.loss == pytest.approx(other.loss, rel=1e-4)  # the threads may differ


def test_a_training_that_is_done_is_only_read(tmp_path):
    plan = TrainingPlan(epochs=2, batch=16)
    first = train(small_network(), Line(), plan, folder=tmp_path)
    again = Line()
    second = train(small_network(), again, plan, folder=tmp_path)
    assert again.judged == 0
    assert torch.equal(weights(first), weights(second))


def test_other_settings_or_data_do_not_go_on_from_a_checkpoint(tmp_path):
    train(small_network(), Line(), TrainingPlan(epochs=1), folder=tmp_path)
    for network, line, plan in (
        (small_network(), Line(), TrainingPlan(epochs=2)),
        (small_network(), Line(identity="other"), TrainingPlan(epochs=1)),
        (small_network(seed=1), Line(), TrainingPlan(epochs=1)),
    ):
        with pytest.raises(ParameterError, match="other data or settings"):
            train(network, line, plan, folder=tmp_path)


class Worsening(Line):
    def judge(self, network, device):
        self.judged += 1
        return {"score": -abs(self.judged - 2.0)}


def test_early_stopping_returns_the_best_weights():
    plan = TrainingPlan(epochs=30, batch=16, patience=3)
    stopped = train(small_network(), Worsening(), plan)
    assert len(stopped.history) == 5
    assert stopped.best_epoch == 2
    longer = train(small_network(), Worsening(), TrainingPlan(epochs=30, batch=16, patience=9))
    assert torch.equal(weights(stopped), weights(longer))


class Unmeasured(Line):
    def judge(self, network, device):
        return {}


def test_early_stopping_needs_its_criterion():
    with pytest.raises(ParameterError, match="'score', which was not measured"):
        train(small_network(), Unmeasured(), TrainingPlan(epochs=2, patience=1))


class Exploding(Line):
    def loss(self, network, chosen, draw, device):
        return super().loss(network, chosen, draw, device) * float("inf")


def test_a_loss_that_is_no_number_is_told():
    with pytest.raises(ParameterError, match="lower the learning rate"):
        train(small_network(), Exploding(), TrainingPlan(epochs=1))


def test_fewer_examples_than_a_batch_are_one_step():
    trained = train(small_network(), Line(size=5), TrainingPlan(epochs=2, batch=64))
    assert trained.history[-1].step == 2
    with pytest.raises(ParameterError, match="no example"):
        train(small_network(), Line(size=0), TrainingPlan(epochs=1))


def test_mixed_precision_learns_too():
    plan = TrainingPlan(epochs=40, batch=16, learning_rate=0.02, precision="mixed")
    trained = train(small_network(), Line(), plan)
    assert trained.history[-1].metrics["score"] > -0.3


def test_a_missing_device_is_told():
    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device here")
    with pytest.raises(DependencyError, match="CUDA"):
        train(small_network(), Line(), TrainingPlan(epochs=1, device="cuda"))


@pytest.mark.parametrize(
    "wrong",
    [{"epochs": 0}, {"learning_rate": 0.0}, {"average": 1.0}, {"precision": "half"},
     {"patience": 0}, {"processes": 0}],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ParameterError):
        TrainingPlan(**{"epochs": 1, **wrong})


@pytest.mark.slow
def test_two_processes_share_each_step(tmp_path):
    network = torch.nn.Linear(2, 1)  # without batch statistics, which each process has of its own
    shared = train(network, Line(), TrainingPlan(epochs=3, batch=16, processes=2), folder=tmp_path)
    alone = train(network, Line(), TrainingPlan(epochs=3, batch=32))
    assert [r.step for r in shared.history] == [r.step for r in alone.history] == [2, 4, 6]
    # The same examples a step; only the noise that is added to them was drawn otherwise.
    assert torch.allclose(weights(shared), weights(alone), atol=1e-3)
    assert [r.loss for r in shared.history] == pytest.approx(
        [r.loss for r in alone.history], rel=0.02
    )
