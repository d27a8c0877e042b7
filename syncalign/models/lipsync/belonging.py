"""Whether the sound of a recording is that of the face that is seen in it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from syncalign.media import AudioBlock
from syncalign.models.fusion.clip import PICTURE_RATE, Clip, Mouth
from syncalign.models.lipsync.band import REACH
from syncalign.models.lipsync.builtin import built_in_model
from syncalign.models.lipsync.judge import built_in_judge
from syncalign.models.lipsync.sound import SpokenSound, listen
from syncalign.timebase import Features, Grid

#: Below this confidence a sound that was long enough to judge is likelier somebody else's than not.
FOREIGN = 0.3
#: Seconds of a face with sound that are enough to judge whose it is.
ENOUGH_SECONDS = 2.0


def is_foreign(clip: Clip) -> bool:
    """Tell whether a sound fits no face of its recording, at no offset of up to 0.6 s.

    What cannot be judged is given the benefit of the doubt: less than two seconds of a face with
    sound, a face whose lips are unknown, a recording without sound.

    Parameters
    ----------
    clip : Clip
        The recording.
    """
    if clip.samples is None:
        return False
    sound = listen([AudioBlock(clip.samples, 0.0)])
    found = [_confidence(mouth, sound) for mouth in clip.mouths]
    judged = [confidence for confidence in found if confidence is not None]
    return bool(judged) and max(judged) < FOREIGN


def _confidence(mouth: Mouth, sound: SpokenSound) -> float | None:
    """Return how sure it is that a mouth and a sound fit; None if too little is seen."""
    start = (mouth.first + 0.5) / PICTURE_RATE
    shapes = Features(mouth.shapes, Grid(Fraction(PICTURE_RATE), start, len(mouth.shapes)))
    if np.isfinite(mouth.shapes).all(axis=1).sum() < ENOUGH_SECONDS * PICTURE_RATE:
        return None
    band = built_in_model().band_of_shapes(shapes, sound, REACH)
    frames = int(band.seen.sum())
    if frames < ENOUGH_SECONDS * PICTURE_RATE:
        return None
    return built_in_judge("builtin").estimate(band.curve(), frames).confidence
