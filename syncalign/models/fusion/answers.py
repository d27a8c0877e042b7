"""What the systems of a member answer, with all there is or with a part of it missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch

from syncalign.models.fusion.networks import TABLE_VALUES, Heard, for_a_table
from syncalign.models.fusion.table_head import TableHead

Doubles = npt.NDArray[np.float64]
_BATCH = 256


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """Networks that were trained with one seed.

    Attributes
    ----------
    networks : mapping of str to torch.nn.Module
        By system: ``audio``, ``video`` and ways of fusion; in evaluation mode.
    table : TableHead or None
        What the table route learned, if it was taken.
    """

    networks: Mapping[str, torch.nn.Module]
    table: TableHead | None = None

    @property
    def fusions(self) -> tuple[str, ...]:
        """The systems that take both modalities, networks first."""
        names = tuple(name for name in self.networks if name not in ("audio", "video"))
        return names if self.table is None else (*names, "table")

    @property
    def systems(self) -> tuple[str, ...]:
        """All systems: those of one modality that there are, then those of both."""
        return (*(name for name in ("audio", "video") if name in self.networks), *self.fusions)

    def probabilities(self, system: str, heard: Heard, classes: int) -> Doubles:
        """Return how likely a system of this member finds each class [shape=(N, classes)]."""
        if system == "table" and self.table is not None:
            return self.table.probabilities(self.columns(heard), classes)
        with torch.no_grad():
            parts = [self.networks[system](part).logits.softmax(1) for part in _batches(heard)]
        return torch.cat(parts).cpu().numpy().astype(np.float64)

    def columns(self, heard: Heard) -> npt.NDArray[np.float32]:
        """Return the table of frozen embeddings and facts; NaN where a modality is missing.

        Returns
        -------
        np.ndarray of float32 [shape=(N, 2 * TABLE_VALUES + F)]
        """
        rows = []
        with torch.no_grad():
            for part in _batches(heard):
                sound = for_a_table(self.networks["audio"], part.sound)
                mouth = for_a_table(self.networks["video"], part.mouth)
                rows.append(torch.cat([sound, mouth, part.facts], dim=1).cpu().numpy())
        table = np.concatenate(rows)
        table[~heard.has_sound.cpu().numpy(), :TABLE_VALUES] = np.nan
        table[~heard.has_mouth.cpu().numpy(), TABLE_VALUES : 2 * TABLE_VALUES] = np.nan
        return table


def without(heard: Heard, missing: str | None) -> Heard:
    """Return windows without their sound (``audio``), their mouth (``video``), or as they are."""
    if missing == "audio":
        gone = torch.zeros_like(heard.has_sound)
        return replace(heard, sound=torch.zeros_like(heard.sound), has_sound=gone)
    if missing == "video":
        gone = torch.zeros_like(heard.has_mouth)
        return replace(heard, mouth=torch.zeros_like(heard.mouth), has_mouth=gone)
    return heard


def _batches(heard: Heard) -> Iterator[Heard]:
    for first in range(0, len(heard.sound), _BATCH):
        part = slice(first, first + _BATCH)
        yield Heard(
            heard.sound[part],
            heard.mouth[part],
            heard.facts[part],
            heard.has_sound[part],
            heard.has_mouth[part],
        )
