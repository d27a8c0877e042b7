"""Models by the names that users give them."""

from __future__ import annotations

import os
from typing import Protocol

from syncalign.models.lipsync.band import SimilarityBand
from syncalign.models.lipsync.builtin import built_in_model, load_model
from syncalign.models.lipsync.envelope import EnvelopeModel
from syncalign.models.lipsync.judge import UNCALIBRATED, Judge, built_in_judge
from syncalign.models.lipsync.sound import SpokenSound
from syncalign.models.lipsync.syncnet import SyncNetModel
from syncalign.streams.faces import FaceTrack


class LipSyncModel(Protocol):
    """Compares a face with a sound."""

    def band(self, face: FaceTrack, sound: SpokenSound, reach: int) -> SimilarityBand:
        """Compare a face with a sound at offsets of up to `reach` steps of 20 ms either way."""


_SYNCNET = "syncnet:"


def open_model(
    name: str, video: str | os.PathLike[str], audio: str | os.PathLike[str]
) -> tuple[LipSyncModel, Judge]:
    """Open a model.

    Parameters
    ----------
    name : str
        ``builtin``, ``envelope``, ``syncnet:FILE`` with the weights of the published SyncNet, or
        the path of a file that ``syncalign train lipsync`` wrote; it is judged as the built-in
        model is. What SyncNet says is not calibrated.
    video, audio : path-like
        What will be compared.

    Raises
    ------
    FormatError
        The file is missing, damaged, or something else.
    DependencyError
        SyncNet needs PyTorch, which is not installed.
    """
    if name.startswith(_SYNCNET):
        return SyncNetModel(name.removeprefix(_SYNCNET), video, audio), UNCALIBRATED
    if name == "envelope":
        return EnvelopeModel(), built_in_judge("envelope")
    model = built_in_model() if name == "builtin" else load_model(name)
    return model, built_in_judge("builtin")
