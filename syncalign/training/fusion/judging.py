"""How often each system is right, at each level of noise, and with a modality missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.models.fusion.answers import Member, without
from syncalign.training.fusion.prepared import Prepared

#: The system of all members together: what a model answers.
TOGETHER = "model"


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What a system said of windows that it did not learn from.

    Attributes
    ----------
    system : str
        ``audio``, ``video``, a way of fusion, ``table``, or ``model``: all members together.
    missing : {None, "audio", "video"}
        What it had to do without.
    said : ndarray of int64 [shape=(M, S, N)]
        Numbers of the classes: of each member, at each level of noise, of each window.
    """

    system: str
    missing: str | None
    said: npt.NDArray[np.int64]

    def accuracies(self, labels: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the share of the windows that are told right [shape=(M, S)]."""
        right: npt.NDArray[np.float64] = (self.said == labels).mean(axis=2)
        return right


def judged(
    members: Sequence[Member], prepared: Prepared, classes: int, fusion: str
) -> tuple[Judged, ...]:
    """Ask every system about windows in every state of noise.

    Parameters
    ----------
    members : sequence of Member
        Trained with different seeds.
    prepared : Prepared
        What is held out, one state for each level of noise.
    classes : int
        How many there are.
    fusion : str
        The system whose members answer together.

    Returns
    -------
    tuple of Judged
        First the systems of one modality, then each fusion with all, without sound and without
        picture, then the model.
    """
    cases: list[tuple[str, str | None]] = []
    for name in members[0].systems:
        alone = name in ("audio", "video")
        cases += [(name, None)] if alone else [(name, None), (name, "audio"), (name, "video")]
    everything = np.arange(len(prepared))
    states = [prepared.plain(everything, n) for n in range(prepared.sounds.shape[1])]
    found = []
    together = []
    for system, missing in cases:
        likely = np.array(
            [
                [m.probabilities(system, without(s, missing), classes) for s in states]
                for m in members
            ]
        )
        found.append(Judged(system, missing, likely.argmax(axis=3)))
        if system == fusion:
            joint = likely.mean(axis=0, keepdims=True).argmax(axis=3)
            together.append(Judged(TOGETHER, missing, joint))
    return (*found, *together)
