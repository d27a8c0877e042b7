"""A training that was interrupted, in one safetensors file: nothing in it can run code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from syncalign.errors import FormatError
from syncalign.storage import write_atomically
from syncalign.training.history import EpochRecord

CHECKPOINT = "checkpoint.safetensors"
_SCHEMA = "syncalign.checkpoint/1"
Weights = dict[str, torch.Tensor]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a training needs to go on as if it had never stopped.

    Attributes
    ----------
    fingerprint : str
        Of the plan, the objective and the network.
    history : tuple of EpochRecord
        The epochs that are done.
    network, average, best : dict of str to Tensor
        Weights: the latest, their running mean, the best judged so far (empty if none was).
    optimiser : dict
        State of the optimiser, by the number of the weight.
    scaler : dict
        State of the scaling of losses; empty where there is none.
    best_epoch : int
        Of ``best``; 0 if none was judged.
    """

    fingerprint: str
    history: tuple[EpochRecord, ...]
    network: Weights
    average: Weights
    best: Weights
    optimiser: Mapping[int, Mapping[str, torch.Tensor]]
    scaler: Mapping[str, Any]
    best_epoch: int

    def save(self, folder: Path) -> None:
        """Write the checkpoint into a folder, in the place of an earlier one."""
        from safetensors.torch import save

        parts = {"network": self.network, "average": self.average, "best": self.best}
        tensors = {
            f"{part}/{name}": value for part, held in parts.items() for name, value in held.items()
        }
        for number, state in self.optimiser.items():
            tensors |= {f"optimiser/{number}/{name}": value for name, value in state.items()}
        facts = {
            "schema": _SCHEMA,
            "fingerprint": self.fingerprint,
            "best_epoch": self.best_epoch,
            "history": [record.as_dict() for record in self.history],
            "scaler": dict(self.scaler),
        }
        apart = {name: value.detach().cpu().contiguous().clone() for name, value in tensors.items()}
        data = save(apart, metadata={"training": json.dumps(facts)})
        write_atomically(folder / CHECKPOINT, data, overwrite=True)


def read_checkpoint(folder: Path) -> Checkpoint | None:
    """Read the checkpoint of a folder, or return None where there is none.

    Raises
    ------
    FormatError
        There is one that cannot be read, or that another version wrote.
    """
    from safetensors import SafetensorError, safe_open

    path = folder / CHECKPOINT
    if not path.exists():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads((file.metadata() or {}).get("training", "{}"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as exc:
        raise FormatError(path, f"is no whole checkpoint ({exc}); delete it to begin anew") from exc
    if facts.get("schema") != _SCHEMA:
        raise FormatError(
            path, f"was written as {facts.get('schema')}, not {_SCHEMA}; delete it to begin anew"
        )
    return Checkpoint(
        fingerprint=facts["fingerprint"],
        history=tuple(EpochRecord.from_dict(record) for record in facts["history"]),
        network=_part(tensors, "network"),
        average=_part(tensors, "average"),
        best=_part(tensors, "best"),
        optimiser=_by_number(_part(tensors, "optimiser")),
        scaler=facts["scaler"],
        best_epoch=facts["best_epoch"],
    )


def _part(tensors: Weights, part: str) -> Weights:
    return {
        name.removeprefix(f"{part}/"): value
        for name, value in tensors.items()
        if name.startswith(f"{part}/")
    }


def _by_number(tensors: Weights) -> dict[int, dict[str, torch.Tensor]]:
    states: dict[int, dict[str, torch.Tensor]] = {}
    for name, value in tensors.items():
        number, _, key = name.partition("/")
        states.setdefault(int(number), {})[key] = value
    return states
