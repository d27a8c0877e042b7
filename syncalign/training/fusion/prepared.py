"""Windows as networks see them, worked out once for all the systems that are trained on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch

from syncalign.models.fusion.babble import with_babble
from syncalign.models.fusion.facts import FactCoder
from syncalign.models.fusion.front_end import FrontEnd, as_samples, mirrored_lips
from syncalign.models.fusion.networks import Heard
from syncalign.models.fusion.window import FRAMES_PER_ROW
from syncalign.training.dataset.windows import Windows

Singles = npt.NDArray[np.float32]
#: Level of the voice over babble, in decibels; inf is clean.
TRAINED_SNRS = (np.inf, 10.0, 5.0, 0.0, -5.0)
_VARIANTS = 10  # of the sound of each window, each with other babble
_MOVES = ((0, 0), (1, 2), (-1, -2), (2, -1))  # rows and columns that the picture is moved by


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Windows with their sound in several states of noise, and their mouth moved and mirrored.

    Attributes
    ----------
    sounds : ndarray of float16 [shape=(N, A, frames, 40)]
        Normalised mel levels with the margins: A states of noise.
    mouths : ndarray of float16 [shape=(N, B, rows, 84)]
        Components of the mouth with the margins: B ways to look at it, the first as it is.
    facts : ndarray of float32 [shape=(N, F)]
        Further facts.
    labels : ndarray of int64 [shape=(N,)]
        Numbers of the classes; -1 for one that the model does not know.
    recordings : ndarray of uint64 [shape=(N,)]
        Numbers of the files that they are of.
    margin : int
        Rows before and behind that the window may be moved by.
    frames_per_row : int
        Of the sound.
    """

    sounds: npt.NDArray[np.float16]
    mouths: npt.NDArray[np.float16]
    facts: Singles
    labels: npt.NDArray[np.int64]
    recordings: npt.NDArray[np.uint64]
    margin: int
    frames_per_row: int = FRAMES_PER_ROW

    def __len__(self) -> int:
        """Count the windows."""
        return len(self.labels)

    def chosen(self, which: npt.NDArray[np.intp]) -> Prepared:
        """Return some of the windows, in the order given, perhaps several times."""
        return replace(
            self,
            sounds=self.sounds[which],
            mouths=self.mouths[which],
            facts=self.facts[which],
            labels=self.labels[which],
            recordings=self.recordings[which],
        )

    def drawn(
        self, chosen: npt.NDArray[np.int64], draw: np.random.Generator, device: torch.device
    ) -> Heard:
        """Return windows in states and places drawn by lot, both modalities there."""
        count = len(chosen)
        move = draw.integers(-1, 2, count) if self.margin else np.zeros(count, np.int64)
        jitter = draw.integers(-1, 2, count) if self.margin else np.zeros(count, np.int64)
        per_row = self.frames_per_row
        sounds = self.sounds[chosen, draw.integers(0, self.sounds.shape[1], count)]
        mouths = self.mouths[chosen, draw.integers(0, self.mouths.shape[1], count)]
        return self._heard(
            _moved(sounds, self.margin * per_row, move * per_row + jitter * (per_row > 1)),
            _moved(mouths, self.margin, move),
            chosen,
            device,
        )

    def plain(
        self, chosen: npt.NDArray[np.intp], state: int = 0, device: torch.device | None = None
    ) -> Heard:
        """Return windows where they belong, in one state of noise."""
        still = np.zeros(len(chosen), np.int64)
        sounds, mouths = self.sounds[chosen, state], self.mouths[chosen, 0]
        margin = self.margin * self.frames_per_row
        where = device or torch.device("cpu")
        return self._heard(
            _moved(sounds, margin, still), _moved(mouths, self.margin, still), chosen, where
        )

    def _heard(
        self,
        sounds: Singles,
        mouths: Singles,
        chosen: npt.NDArray[np.intp],
        device: torch.device,
    ) -> Heard:
        present = torch.ones(len(chosen), dtype=torch.bool, device=device)
        sound, mouth, facts = (
            torch.from_numpy(values).to(device) for values in (sounds, mouths, self.facts[chosen])
        )
        return Heard(sound, mouth, facts, present, present.clone())


def prepared_to_learn(
    windows: Windows,
    classes: Sequence[str],
    front_end: FrontEnd,
    facts: FactCoder,
    snrs: Sequence[float] = TRAINED_SNRS,
) -> Prepared:
    """Prepare windows to learn from: every window in ten states of noise, eight views of it."""
    samples = as_samples(windows.sounds)
    draw = np.random.default_rng(0)
    states = []
    for variant in range(_VARIANTS):
        places = draw.permutation(len(windows)) + variant
        snr = np.array(snrs)[places % len(snrs)]
        noisy = with_babble(samples, windows.recordings, snr, draw)
        states.append(front_end.levels(noisy).astype(np.float16))
    views = []
    for move in _MOVES:
        pictures = np.roll(windows.pictures, move, axis=(2, 3))
        views.append(front_end.mouths(windows.lips, pictures).astype(np.float16))
        mirrored = front_end.mouths(mirrored_lips(windows.lips), pictures[..., ::-1])
        views.append(mirrored.astype(np.float16))
    return _prepared(windows, classes, facts, states, views)


def prepared_to_judge(
    windows: Windows,
    classes: Sequence[str],
    front_end: FrontEnd,
    facts: FactCoder,
    snrs: Sequence[float],
) -> Prepared:
    """Prepare windows to judge by: state n has the n-th of the ratios, with babble of their own."""
    samples = as_samples(windows.sounds)
    states = []
    for number, snr in enumerate(snrs):
        draw = np.random.default_rng((1, number))
        noisy = with_babble(samples, windows.recordings, np.full(len(windows), snr), draw)
        states.append(front_end.levels(noisy).astype(np.float16))
    view = front_end.mouths(windows.lips, windows.pictures).astype(np.float16)
    return _prepared(windows, classes, facts, states, [view])


def _prepared(
    windows: Windows,
    classes: Sequence[str],
    facts: FactCoder,
    states: list[npt.NDArray[np.float16]],
    views: list[npt.NDArray[np.float16]],
) -> Prepared:
    number = {label: n for n, label in enumerate(classes)}
    examples = windows.collection.examples
    return Prepared(
        np.stack(states, axis=1),
        np.stack(views, axis=1),
        facts.coded([example.columns for example in examples]),
        np.array([number.get(example.label, -1) for example in examples], np.int64),
        windows.recordings,
        windows.shape.margin,
    )


def _moved(values: npt.NDArray[np.float16], margin: int, moves: npt.NDArray[np.int64]) -> Singles:
    """Cut both margins away, each window moved by so many rows."""
    length = values.shape[1] - 2 * margin
    rows = margin + moves[:, None] + np.arange(length)
    return values[np.arange(len(values))[:, None], rows].astype(np.float32)
