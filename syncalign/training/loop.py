"""The one loop that every network of this package is trained by."""

from __future__ import annotations

import hashlib
import json
import math
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch

from syncalign.errors import DependencyError, ParameterError
from syncalign.models.torch_device import torch_device
from syncalign.progress import NoProgress, Progress
from syncalign.storage import write_atomically
from syncalign.training.averaging import AveragedNetwork
from syncalign.training.checkpoint import Checkpoint, Weights, read_checkpoint
from syncalign.training.history import EpochRecord, as_json_lines
from syncalign.training.objective import Objective
from syncalign.training.plan import TrainingPlan
from syncalign.training.precision import Precision
from syncalign.training.sharing import Share, run_shared

METRICS = "metrics.jsonl"


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A network that has learned.

    Attributes
    ----------
    network : torch.nn.Module
        In evaluation mode, on the CPU.
    history : tuple of EpochRecord
        Epoch by epoch.
    best_epoch : int
        Whose weights these are.
    """

    network: torch.nn.Module
    history: tuple[EpochRecord, ...]
    best_epoch: int


def train(
    network: torch.nn.Module,
    objective: Objective,
    plan: TrainingPlan,
    *,
    folder: Path | None = None,
    progress: Progress | None = None,
    task: str = "train",
) -> Trained:
    """Train a network by AdamW, and return the trained one; the given one stays as it is.

    With the same plan, objective and network the result is the same, to the bit on a CPU, whether
    or not it was interrupted.

    Parameters
    ----------
    network : torch.nn.Module
        With the weights to begin from.
    objective : Objective
        Examples, loss and judgement.
    plan : TrainingPlan
        Length, optimiser, machine.
    folder : Path or None
        Where a checkpoint and ``metrics.jsonl`` (one line an epoch) are written after each epoch.
        A training that was interrupted goes on from there; one that is done is only read.
    progress : Progress or None
        Told about steps. Processes that share the steps tell nothing.
    task : str
        What to call it.

    Returns
    -------
    Trained

    Raises
    ------
    ParameterError
        The folder holds a training with other settings, the loss is no finite number, or there is
        nothing to learn from.
    DependencyError
        The device is not there, or there are fewer CUDA devices than processes.
    OutputError
        The folder cannot be written to.
    """
    device = torch_device(plan.device)
    if objective.size < 1:
        raise ParameterError("there is no example to learn from")
    if plan.processes == 1:
        run = _Run(network, objective, plan, Share(0, 1, device), folder)
        return run.go(progress or NoProgress(), task)
    if device.type == "cuda" and torch.cuda.device_count() < plan.processes:
        raise DependencyError(
            f"{plan.processes} processes need as many CUDA devices; there are "
            f"{torch.cuda.device_count()}",
            f"ask for {torch.cuda.device_count()} processes, or for --device cpu",
        )
    with tempfile.TemporaryDirectory(prefix="syncalign-") as own:
        place = folder or Path(own)
        run_shared(partial(_run_share, network, objective, plan, place), plan.processes, device)
        # What the leading process wrote is the result; the epochs that it reads are all done.
        return _Run(network, objective, plan, Share(0, 1, device), place).go(NoProgress(), task)


def _run_share(
    network: torch.nn.Module, objective: Objective, plan: TrainingPlan, folder: Path, share: Share
) -> None:
    _Run(network, objective, plan, share, folder).go(NoProgress(), "")


class _Run:
    """A training in one process."""

    def __init__(
        self,
        network: torch.nn.Module,
        objective: Objective,
        plan: TrainingPlan,
        share: Share,
        folder: Path | None,
    ) -> None:
        self._objective, self._plan, self._share, self._folder = objective, plan, share, folder
        self._device = share.device
        self._network = deepcopy(network).to(share.device)
        self._averaged = AveragedNetwork(self._network, plan.average)
        self._optimiser = torch.optim.AdamW(
            self._network.parameters(), plan.learning_rate, weight_decay=plan.weight_decay
        )
        self._precision = Precision(plan.precision, share.device)
        self._history: list[EpochRecord] = []
        self._best: Weights = {}
        self._best_epoch = 0
        self._fingerprint = _fingerprint(network, objective, plan)
        # An epoch of less than a batch is one step of all the examples that there are.
        self._steps = max(1, objective.size // (plan.batch * share.size))

    def go(self, progress: Progress, task: str) -> Trained:
        self._resume()
        with _own_random_numbers(self._device):
            called = self._share.wrapped(self._network)
            left = (self._plan.epochs - len(self._history)) * self._steps
            progress.start(task, left)
            try:
                while not self._is_done():
                    self._history.append(self._epoch(called, progress))
                    self._keep()
            finally:
                progress.finish()
        return self._result()

    def _is_done(self) -> bool:
        done, patience = len(self._history), self._plan.patience
        is_stale = patience is not None and self._best_epoch and done - self._best_epoch >= patience
        return done >= self._plan.epochs or bool(is_stale)

    def _epoch(self, called: torch.nn.Module, progress: Progress) -> EpochRecord:
        began, epoch = time.perf_counter(), len(self._history)
        # All that is drawn by lot follows from seed, epoch and process: nothing needs to be kept
        # for a training to go on as if it had never stopped.
        torch.manual_seed(_seed(self._plan.seed, epoch, self._share.rank))
        self._network.train()
        total, rate = 0.0, 0.0
        for number, chosen in enumerate(self._batches(epoch)):
            step = epoch * self._steps + number
            rate = self._plan.rate_at(step, self._plan.epochs * self._steps)
            draw = np.random.default_rng((self._plan.seed, epoch, number, self._share.rank))
            total += self._step(called, chosen, draw, rate)
            self._averaged.follow(step)
            progress.advance(1)
        loss = self._share.mean(total / self._steps)
        if not math.isfinite(loss):
            raise ParameterError(
                f"the loss is {loss} in epoch {epoch + 1}: lower the learning rate, or look for "
                "values that are no finite numbers"
            )
        metrics = self._judged(epoch + 1)
        seconds = time.perf_counter() - began
        return EpochRecord(epoch + 1, (epoch + 1) * self._steps, loss, rate, seconds, metrics)

    def _batches(self, epoch: int) -> Iterator[np.ndarray[tuple[int], np.dtype[np.int64]]]:
        """Yield this process's examples of each step; all processes know the same order."""
        order = np.random.default_rng((self._plan.seed, epoch)).permutation(self._objective.size)
        size, batch = self._share.size, self._plan.batch
        for step in range(self._steps):
            first = step * batch * size
            yield order[first : first + batch * size][self._share.rank :: size]

    def _step(
        self,
        called: torch.nn.Module,
        chosen: np.ndarray[tuple[int], np.dtype[np.int64]],
        draw: np.random.Generator,
        rate: float,
    ) -> float:
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self._optimiser.zero_grad(set_to_none=True)
        with self._precision.lowered():
            loss = self._objective.loss(called, chosen, draw, self._device)
        self._precision.step(
            loss, self._optimiser, self._network.parameters(), self._plan.longest_gradient
        )
        return float(loss.detach())

    def _judged(self, epoch: int) -> dict[str, float]:
        plan = self._plan
        if epoch % plan.judged_every and epoch != plan.epochs:
            return {}
        metrics: dict[str, float] = {}
        network = self._averaged.network
        if self._share.leads:
            was_training = network.training
            network.eval()
            with torch.no_grad():
                metrics = dict(self._objective.judge(network, self._device))
            network.train(was_training)
        metrics = self._share.told(metrics)
        self._note_best(epoch, metrics.get(self._objective.criterion))
        return metrics

    def _note_best(self, epoch: int, score: float | None) -> None:
        if self._plan.patience is None:
            return
        if score is None:
            raise ParameterError(
                f"early stopping watches {self._objective.criterion!r}, which was not measured"
            )
        earlier = [
            record.metrics[self._objective.criterion] for record in self._history if record.metrics
        ]
        if not earlier or score > max(earlier):
            self._best = {
                name: value.detach().cpu().clone()
                for name, value in self._averaged.network.state_dict().items()
            }
            self._best_epoch = epoch

    def _resume(self) -> None:
        found = None if self._folder is None else read_checkpoint(self._folder)
        if found is None:
            return
        if found.fingerprint != self._fingerprint:
            raise ParameterError(
                f"{self._folder} holds a training with other data or settings; name another "
                "folder, or delete it"
            )
        self._network.load_state_dict(found.network)
        self._averaged.network.load_state_dict(found.average)
        groups = self._optimiser.state_dict()["param_groups"]
        self._optimiser.load_state_dict({"state": found.optimiser, "param_groups": groups})
        self._precision.restore(found.scaler)
        self._history = list(found.history)
        self._best, self._best_epoch = found.best, found.best_epoch

    def _keep(self) -> None:
        if self._folder is None or not self._share.leads:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        Checkpoint(
            fingerprint=self._fingerprint,
            history=tuple(self._history),
            network=self._network.state_dict(),
            average=self._averaged.network.state_dict(),
            best=self._best,
            optimiser=self._optimiser.state_dict()["state"],
            scaler=self._precision.state(),
            best_epoch=self._best_epoch,
        ).save(self._folder)
        write_atomically(self._folder / METRICS, as_json_lines(self._history), overwrite=True)

    def _result(self) -> Trained:
        network = deepcopy(self._averaged.network).cpu()
        if self._best:
            network.load_state_dict(self._best)
        epoch = self._best_epoch or len(self._history)
        return Trained(network.eval(), tuple(self._history), epoch)


def _fingerprint(network: torch.nn.Module, objective: Objective, plan: TrainingPlan) -> str:
    facts = json.dumps([plan.fingerprint, objective.identity, objective.size], sort_keys=True)
    digest = hashlib.sha256(facts.encode())
    for name, value in network.state_dict().items():
        digest.update(f"{name} {value.dtype} {tuple(value.shape)}".encode())
        digest.update(value.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy())
    return digest.hexdigest()[:32]


def _seed(*numbers: int) -> int:
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> 1)


def _own_random_numbers(device: torch.device) -> AbstractContextManager[None]:
    """Leave torch's random numbers outside as they were."""
    devices = [device] if device.type == "cuda" else []
    return torch.random.fork_rng(devices=devices)
