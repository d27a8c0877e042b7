"""Models by the names that users give them."""

from __future__ import annotations

from typing import Protocol

from syncalign.models.lipsync.band import SimilarityBand
from syncalign.models.lipsync.builtin import built_in_model, load_model
from syncalign.models.lipsync.envelope import EnvelopeModel
from syncalign.models.lipsync.judge import Judge, built_in_judge
from syncalign.models.lipsync.sound import SpokenSound
from syncalign.streams.faces import FaceTrack


class LipSyncModel(Protocol):
    """Compares a face with a sound."""

    def band(self, face: FaceTrack, sound: SpokenSound, reach: int) -> SimilarityBand:
        """Compare a face with a sound at offsets of up to `reach` steps of 20 ms either way."""


def open_model(name: str) -> tuple[LipSyncModel, Judge]:
    """Open a model.

    Parameters
    ----------
    name : str
        ``builtin``, ``envelope``, or the path of a file that ``syncalign train lipsync`` wrote; it
        is judged as the built-in model is.

    Returns
    -------
    tuple of LipSyncModel and Judge

    Raises
    ------
    FormatError
        The file is missing, damaged, or something else.
    """
    if name == "envelope":
        return EnvelopeModel(), built_in_judge("envelope")
    model = built_in_model() if name == "builtin" else load_model(name)
    return model, built_in_judge("builtin")
