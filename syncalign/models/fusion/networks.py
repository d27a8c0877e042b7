"""Networks that tell classes apart by voice and mouth, each kind of fusion a small module."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from syncalign.errors import ParameterError
from syncalign.features.mel import MEL_BANDS
from syncalign.models.fusion.front_end import MOUTH_VALUES
from syncalign.models.fusion.window import FRAMES_PER_ROW

CHANNELS = 64
PARTS = 9  # of a window, each with its own mean: what comes first stays apart from what follows
_HIDDEN = 128
_DROPOUT, _HEAD_DROPOUT = 0.1, 0.3
_FACT_VALUES = 32
_TABLE_PARTS = 3
#: Columns of a table that come from one modality.
TABLE_VALUES = _TABLE_PARTS * CHANNELS


@dataclass(frozen=True, slots=True)
class Heard:
    """What networks are given.

    Attributes
    ----------
    sound : Tensor [shape=(B, frames, 40)]
        Normalised mel levels.
    mouth : Tensor [shape=(B, rows, 84)]
        Components of the mouth.
    facts : Tensor [shape=(B, F)]
        Further facts as numbers; F may be 0.
    has_sound, has_mouth : Tensor of bool [shape=(B,)]
        Whether each is there. What is not there may be anything finite.
    """

    sound: torch.Tensor
    mouth: torch.Tensor
    facts: torch.Tensor
    has_sound: torch.Tensor
    has_mouth: torch.Tensor


@dataclass(frozen=True, slots=True)
class Said:
    """What networks answer.

    Attributes
    ----------
    logits : Tensor [shape=(B, K)]
        Of all that is there.
    sound, mouth : Tensor [shape=(B, K)] or None
        Of the voice alone and of the mouth alone, where the network has heads for them.
    """

    logits: torch.Tensor
    sound: torch.Tensor | None = None
    mouth: torch.Tensor | None = None


def _block(values: int, channels: int, width: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv1d(values, channels, width, stride=stride, padding=width // 2, bias=False),
        nn.BatchNorm1d(channels),
        nn.ReLU(),
        nn.Dropout(_DROPOUT),
    )


class SoundEncoder(nn.Module):
    """Convolutions over mel levels: one vector each 40 ms, as many as there are rows of a mouth."""

    def __init__(self, values: int = MEL_BANDS) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            _block(values, CHANNELS, 5, 2),
            _block(CHANNELS, CHANNELS, 3, 2),
            _block(CHANNELS, CHANNELS, 3, 1),
            _block(CHANNELS, CHANNELS, 3, 1),
        )

    def forward(self, sound: torch.Tensor) -> torch.Tensor:
        """Turn (B, 4 * rows, values) into (B, CHANNELS, rows)."""
        encoded: torch.Tensor = self.layers(sound.transpose(1, 2))
        return encoded


class MouthEncoder(nn.Module):
    """Convolutions over the mouth: one vector a row."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            _block(MOUTH_VALUES, CHANNELS, 5, 1),
            _block(CHANNELS, CHANNELS, 3, 1),
            _block(CHANNELS, CHANNELS, 3, 1),
        )

    def forward(self, mouth: torch.Tensor) -> torch.Tensor:
        """Turn (B, rows, 84) into (B, CHANNELS, rows)."""
        encoded: torch.Tensor = self.layers(mouth.transpose(1, 2))
        return encoded


class FactEncoder(nn.Module):
    """Further facts as a third modality: a small layer; nothing where there are none."""

    def __init__(self, facts: int) -> None:
        super().__init__()
        self.size = _FACT_VALUES if facts else 0
        self.layer = nn.Linear(facts, self.size) if facts else None

    def forward(self, facts: torch.Tensor) -> torch.Tensor:
        """Turn (B, F) into (B, size)."""
        return facts if self.layer is None else torch.relu(self.layer(facts))


EMBEDDING = PARTS * CHANNELS


def pooled(encoded: torch.Tensor) -> torch.Tensor:
    """Average the parts of a window: (B, CHANNELS, rows) becomes (B, EMBEDDING)."""
    return nn.functional.adaptive_avg_pool1d(encoded, PARTS).flatten(1)


def head(values: int, classes: int) -> nn.Sequential:
    """Return a layer from an embedding to the classes, with dropout before it."""
    return nn.Sequential(nn.Dropout(_HEAD_DROPOUT), nn.Linear(values, classes))


def _deep_head(values: int, classes: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Dropout(_HEAD_DROPOUT), nn.Linear(values, _HIDDEN), nn.ReLU(), *head(_HIDDEN, classes)
    )


class SoundNetwork(nn.Module):
    """The voice alone."""

    def __init__(self, classes: int, facts: int = 0) -> None:
        super().__init__()
        self.sound = SoundEncoder()
        self.sound_head = head(EMBEDDING, classes)

    def forward(self, heard: Heard) -> Said:
        """Tell the classes apart."""
        return Said(self.sound_head(pooled(self.sound(heard.sound))))


class MouthNetwork(nn.Module):
    """The mouth alone: a lip reader."""

    def __init__(self, classes: int, facts: int = 0) -> None:
        super().__init__()
        self.mouth = MouthEncoder()
        self.mouth_head = head(EMBEDDING, classes)

    def forward(self, heard: Heard) -> Said:
        """Tell the classes apart."""
        return Said(self.mouth_head(pooled(self.mouth(heard.mouth))))


class EarlyFusion(nn.Module):
    """One encoder over sound and mouth side by side, frame by frame."""

    def __init__(self, classes: int, facts: int = 0) -> None:
        super().__init__()
        self.both = SoundEncoder(MEL_BANDS + MOUTH_VALUES)
        self.facts = FactEncoder(facts)
        self.head = head(EMBEDDING + self.facts.size, classes)

    def forward(self, heard: Heard) -> Said:
        """Tell the classes apart; what is not there is 0, the mean."""
        mouth = _where(heard.has_mouth, heard.mouth).repeat_interleave(FRAMES_PER_ROW, dim=1)
        both = torch.cat([_where(heard.has_sound, heard.sound), mouth], dim=2)
        embedding = torch.cat([pooled(self.both(both)), self.facts(heard.facts)], dim=1)
        return Said(self.head(embedding))


class _TwoEncoders(nn.Module):
    """An encoder for voice and mouth each, with a head of its own each.

    Where only one of the two is there, its own head answers: it was trained on that alone.
    """

    def __init__(self, classes: int, facts: int) -> None:
        super().__init__()
        self.sound, self.mouth = SoundEncoder(), MouthEncoder()
        self.facts = FactEncoder(facts)
        self.sound_head = head(EMBEDDING, classes)
        self.mouth_head = head(EMBEDDING, classes)

    def forward(self, heard: Heard) -> Said:
        """Tell the classes apart."""
        sound, mouth = self.sound(heard.sound), self.mouth(heard.mouth)
        by_sound = self.sound_head(pooled(sound))
        by_mouth = self.mouth_head(pooled(mouth))
        # In training, what is dropped is 0 for the joint head, which so learns to do without it.
        sound, mouth = _where(heard.has_sound, sound), _where(heard.has_mouth, mouth)
        joined = self.joined(sound, mouth, self.facts(heard.facts), (by_sound, by_mouth))
        if self.training:
            return Said(joined, by_sound, by_mouth)
        logits = torch.where(heard.has_mouth[:, None], joined, by_sound)
        logits = torch.where(heard.has_sound[:, None], logits, by_mouth)
        return Said(logits, by_sound, by_mouth)

    def joined(
        self,
        sound: torch.Tensor,
        mouth: torch.Tensor,
        facts: torch.Tensor,
        alone: tuple[torch.Tensor, torch.Tensor],
    ) -> torch.Tensor:
        """Return the logits of both together."""
        raise NotImplementedError


class MidFusion(_TwoEncoders):
    """The embeddings of both, side by side, into one head."""

    def __init__(self, classes: int, facts: int = 0) -> None:
        super().__init__(classes, facts)
        self.head = _deep_head(2 * EMBEDDING + self.facts.size, classes)

    def joined(
        self,
        sound: torch.Tensor,
        mouth: torch.Tensor,
        facts: torch.Tensor,
        alone: tuple[torch.Tensor, torch.Tensor],
    ) -> torch.Tensor:
        """Return the logits of both together."""
        joined: torch.Tensor = self.head(torch.cat([pooled(sound), pooled(mouth), facts], dim=1))
        return joined


class LateFusion(_TwoEncoders):
    """The answers of both, weighted by a gate that hears how good the sound is."""

    def __init__(self, classes: int, facts: int = 0) -> None:
        super().__init__(classes, facts)
        self.gate = nn.Linear(EMBEDDING + self.facts.size, 2)

    def joined(
        self,
        sound: torch.Tensor,
        mouth: torch.Tensor,
        facts: torch.Tensor,
        alone: tuple[torch.Tensor, torch.Tensor],
    ) -> torch.Tensor:
        """Return the weighted product of both posteriors."""
        weights = 2 * torch.softmax(self.gate(torch.cat([pooled(sound), facts], dim=1)), dim=1)
        by_sound, by_mouth = (nn.functional.log_softmax(one, dim=1) for one in alone)
        return weights[:, :1] * by_sound + weights[:, 1:] * by_mouth


class AttentionFusion(_TwoEncoders):
    """Each row of either looks at all rows of the other, then both go into one head."""

    def __init__(self, classes: int, facts: int = 0) -> None:
        super().__init__(classes, facts)
        self.to_mouth = nn.MultiheadAttention(CHANNELS, 4, dropout=0.1, batch_first=True)
        self.to_sound = nn.MultiheadAttention(CHANNELS, 4, dropout=0.1, batch_first=True)
        self.head = _deep_head(2 * EMBEDDING + self.facts.size, classes)

    def joined(
        self,
        sound: torch.Tensor,
        mouth: torch.Tensor,
        facts: torch.Tensor,
        alone: tuple[torch.Tensor, torch.Tensor],
    ) -> torch.Tensor:
        """Return the logits of both together."""
        heard, shown = sound.transpose(1, 2), mouth.transpose(1, 2)
        heard = heard + self.to_mouth(heard, shown, shown, need_weights=False)[0]
        shown = shown + self.to_sound(shown, heard, heard, need_weights=False)[0]
        both = [pooled(heard.transpose(1, 2)), pooled(shown.transpose(1, 2)), facts]
        joined: torch.Tensor = self.head(torch.cat(both, dim=1))
        return joined


def _where(is_there: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    return torch.where(is_there[:, None, None], values, torch.zeros_like(values))


#: Systems by name. What they are built with: the number of classes, and of further facts.
NETWORKS: dict[str, Callable[[int, int], nn.Module]] = {
    "audio": SoundNetwork,
    "video": MouthNetwork,
    "early": EarlyFusion,
    "mid": MidFusion,
    "late": LateFusion,
    "attention": AttentionFusion,
}


def built(system: str, classes: int, facts: int = 0, seed: int = 0) -> nn.Module:
    """Build a network with weights drawn by a seed.

    Raises
    ------
    ParameterError
        There is no such system.
    """
    if system not in NETWORKS:
        raise ParameterError(f"there is no system {system!r}; known are {', '.join(NETWORKS)}")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return NETWORKS[system](classes, facts)


def for_a_table(network: nn.Module, values: torch.Tensor) -> torch.Tensor:
    """Return what the encoder of a network of one modality knows, in three parts of the window.

    Parameters
    ----------
    network : SoundNetwork or MouthNetwork
        Frozen.
    values : Tensor
        What it is given: ``heard.sound`` or ``heard.mouth``.

    Returns
    -------
    Tensor [shape=(B, TABLE_VALUES)]
    """
    encoder = network.sound if isinstance(network, SoundNetwork) else network.mouth
    encoded = encoder(values)  # type: ignore[operator]
    return nn.functional.adaptive_avg_pool1d(encoded, _TABLE_PARTS).flatten(1)
