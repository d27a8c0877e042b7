"""Several processes that share the steps of a training, by torch's DistributedDataParallel."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
import torch.distributed as distributed

_PATIENCE = timedelta(hours=2)  # one process judges while the others wait


@dataclass(frozen=True, slots=True)
class Share:
    """One process among those that train together.

    Parameters
    ----------
    rank : int
        Its number, from 0.
    size : int
        How many there are.
    device : torch.device
        Where it computes.
    """

    rank: int
    size: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """Whether this one judges, tells and writes."""
        return self.rank == 0

    def wrapped(self, network: torch.nn.Module) -> torch.nn.Module:
        """Return what to call so that the gradients of all processes are averaged."""
        if self.size == 1:
            return network
        from torch.nn.parallel import DistributedDataParallel

        ids = [self.device] if self.device.type == "cuda" else None
        return DistributedDataParallel(network, device_ids=ids)

    def mean(self, value: float) -> float:
        """Return the mean of a number over all processes."""
        if self.size == 1:
            return value
        total = torch.tensor(value, dtype=torch.float64, device=self.device)
        distributed.all_reduce(total)
        return float(total) / self.size

    def told(self, value: Any) -> Any:
        """Return to all what the leading process has."""
        if self.size == 1:
            return value
        held = [value]
        distributed.broadcast_object_list(held, src=0, device=self.device)
        return held[0]


def run_shared(work: Callable[[Share], None], size: int, device: torch.device) -> None:
    """Run a function in so many processes at once, and wait for all.

    Parameters
    ----------
    work : callable
        Takes its share. It must survive pickling, and hands on what it finds by files.
    size : int
        Processes: on CUDA at most one a device.
    device : torch.device
        On CUDA, process n takes device n.

    Raises
    ------
    torch.multiprocessing.ProcessRaisedException
        One of them failed; the others were ended.
    """
    from torch.multiprocessing.spawn import spawn

    with tempfile.TemporaryDirectory(prefix="syncalign-") as folder:
        meeting = (Path(folder) / "meeting").as_uri()
        parameters = (work, size, device.type, meeting)
        spawn(_take_part, parameters, size, daemon=True)  # type: ignore[no-untyped-call]


def _take_part(
    rank: int, work: Callable[[Share], None], size: int, kind: str, meeting: str
) -> None:
    device = torch.device(kind, rank) if kind == "cuda" else torch.device(kind)
    if kind == "cuda":
        torch.cuda.set_device(device)
    else:
        torch.set_num_threads(max(1, torch.get_num_threads() // size))
    distributed.init_process_group(
        "nccl" if kind == "cuda" else "gloo",
        init_method=meeting,
        rank=rank,
        world_size=size,
        timeout=_PATIENCE,
    )
    try:
        work(Share(rank, size, device))
        distributed.barrier()  # nobody leaves while another still listens
    finally:
        distributed.destroy_process_group()
    # Threads of the backend that are still on their way out would abort a process that ends as
    # usual ("terminate called without an active exception"); what was found is in files by now.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
