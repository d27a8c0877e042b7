"""A model that fuses: what it needs to answer for a clip, and its file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from syncalign.errors import FormatError, SyncalignError
from syncalign.models.fusion.facts import FactCoder
from syncalign.models.fusion.front_end import FrontEnd
from syncalign.models.fusion.table_head import TableHead
from syncalign.models.fusion.window import MARGIN, WindowShape
from syncalign.models.model_file import Arrays, ModelFile, read_model
from syncalign.models.torch_device import require_torch

if TYPE_CHECKING:
    from syncalign.models.fusion.answers import Member

KIND, FORMAT = "fusion", 1
#: The model that comes with the package: letters and digits of GRID by voice and mouth.
BUILT_IN = "builtin"
#: The lip reader that comes with the package: the same by the mouth alone.
BUILT_IN_LIPS = "builtin-lips"
_FILES = {
    BUILT_IN: "letters_and_digits.safetensors",
    BUILT_IN_LIPS: "letters_and_digits_by_lips.safetensors",
}


@dataclass(frozen=True, slots=True, eq=False)
class FusionModel:
    """Several members, each trained with another seed, that answer together.

    Attributes
    ----------
    classes : tuple of str
        What it tells apart.
    rows : int
        Length of the window, 25 a second.
    fusion : str
        The system whose members answer together; ``video`` for a lip reader.
    front_end : FrontEnd
        How windows are brought into the form that networks see.
    facts : FactCoder
        How further columns become numbers.
    members : tuple of Member
    learned : ndarray of uint64
        Numbers of the recordings that it has learned from, sorted.
    card : str
        Markdown for people.
    """

    classes: tuple[str, ...]
    rows: int
    fusion: str
    front_end: FrontEnd
    facts: FactCoder
    members: tuple[Member, ...]
    learned: npt.NDArray[np.uint64]
    card: str = ""

    @property
    def shape(self) -> WindowShape:
        """The window."""
        return WindowShape(self.rows, MARGIN)

    @property
    def systems(self) -> tuple[str, ...]:
        """All systems, those of one modality first."""
        return self.members[0].systems

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the model as safetensors, in half precision, and its card beside it.

        Raises
        ------
        OutputError
            A file exists and may not be replaced, or the folder takes none.
        """
        weights: Arrays = {f"front/{k}": v for k, v in self.front_end.as_arrays().items()}
        weights["learned"] = self.learned
        for number, member in enumerate(self.members):
            for system, network in member.networks.items():
                for name, value in network.state_dict().items():
                    weights[f"{number}/{system}/{name}"] = _halved(value.cpu().numpy())
            if member.table is not None:
                for name, array in member.table.as_arrays().items():
                    weights[f"{number}/table/{name}"] = array
        table = self.members[0].table
        settings = {
            "classes": list(self.classes),
            "rows": self.rows,
            "fusion": self.fusion,
            "systems": list(self.members[0].networks),
            "table": None if table is None else table.kind,
            "facts": self.facts.as_dict(),
            "members": len(self.members),
        }
        ModelFile(KIND, FORMAT, settings, weights, self.card).save(path, overwrite=overwrite)


def read_fusion_model(path: str | os.PathLike[str] = BUILT_IN) -> FusionModel:
    """Read a model of fusion or a lip reader, out of a file or of those in the package.

    Raises
    ------
    FormatError
        It is no such model; see :func:`syncalign.models.model_file.read_model`.
    DependencyError
        PyTorch is not installed.
    """
    require_torch("fusion")
    if (name := os.fspath(path)) in _FILES:
        held = resources.files("syncalign.models.fusion") / _FILES[name]
        with resources.as_file(held) as file:
            return _built(read_model(file, KIND, FORMAT), file)
    return _built(read_model(path, KIND, FORMAT), path)


def _built(file: ModelFile, path: str | os.PathLike[str]) -> FusionModel:
    settings: Any = file.settings
    try:
        _ensure_settings(settings, file.weights)
        facts = FactCoder.from_dict(settings["facts"])
        return FusionModel(
            classes=tuple(settings["classes"]),
            rows=settings["rows"],
            fusion=settings["fusion"],
            front_end=FrontEnd(**_part(file.weights, "front")),
            facts=facts,
            members=tuple(
                _member(_part(file.weights, str(number)), settings, facts.size)
                for number in range(settings["members"])
            ),
            learned=file.weights["learned"],
            card=file.card,
        )
    except (KeyError, TypeError, ValueError, RuntimeError, SyncalignError) as exc:
        raise FormatError(
            path, f"is no whole model: {(str(exc).splitlines() or ['?'])[0]}"
        ) from exc


def _ensure_settings(settings: Any, weights: Arrays) -> None:
    """Refuse what would fail, or answer nonsense, only when the model is asked."""
    whole = {name: settings[name] for name in ("rows", "members")}
    if not all(type(count) is int and count >= 1 for count in whole.values()):
        raise ValueError(f"it has {whole}")
    if settings["fusion"] not in settings["systems"]:
        raise ValueError(f"it lacks the system {settings['fusion']!r} that it is to answer by")
    for name, value in weights.items():
        if value.dtype.kind == "f" and not np.isfinite(value).all():
            raise ValueError(f"{name} holds numbers that are none")


def _member(weights: Arrays, settings: Any, facts: int) -> Member:
    import torch

    from syncalign.models.fusion.answers import Member
    from syncalign.models.fusion.networks import built

    networks = {}
    for system in settings["systems"]:
        network = built(system, len(settings["classes"]), facts)
        held = _part(weights, system)
        network.load_state_dict(
            {name: torch.from_numpy(_whole(value)) for name, value in held.items()}
        )
        networks[system] = network.eval()
    table = None
    if settings["table"] is not None:
        table = TableHead.from_arrays(settings["table"], _part(weights, "table"))
    return Member(networks, table)


def _part(weights: Arrays, part: str) -> Arrays:
    start = f"{part}/"
    return {k.removeprefix(start): v for k, v in weights.items() if k.startswith(start)}


def _halved(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return values.astype(np.float16) if values.dtype == np.float32 else values


def _whole(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return values.astype(np.float32) if values.dtype == np.float16 else values
