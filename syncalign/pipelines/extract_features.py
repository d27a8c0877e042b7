"""Sound, mel levels and mouths of a recording, as models of this package see them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from syncalign.cache import Cache
from syncalign.features.mel import MEL_BANDS, MEL_BANK
from syncalign.features.spectral import HOP_SAMPLES, levels_of_sounds
from syncalign.models.fusion.clip import NO_POINTS, PICTURE_RATE, Mouth, read_clip
from syncalign.results.feature_extraction import FeatureExtraction, MouthTable


def extract_features(
    path: str | os.PathLike[str], *, cache: Cache | None = None
) -> FeatureExtraction:
    """Take sound and mouths out of a recording, for other tools. Nothing is written.

    Parameters
    ----------
    path : path-like
        A video, or a sound.
    cache : Cache or None
        Where sound and mouths of recordings are kept.

    Returns
    -------
    FeatureExtraction
        Its ``save`` writes the files.

    Raises
    ------
    MediaError
        It cannot be read, or has neither sound nor picture.
    DependencyError
        OpenCV is not installed.
    """
    clip = read_clip(path, cache=cache)
    samples = np.zeros(0, np.float32) if clip.samples is None else clip.samples
    whole = samples[: len(samples) // HOP_SAMPLES * HOP_SAMPLES]
    levels = np.zeros((0, MEL_BANDS), np.float32)
    if len(whole) >= 2 * HOP_SAMPLES:
        levels = levels_of_sounds(whole[None], MEL_BANK)[0]
    reasons = []
    if not len(levels):
        reasons.append("there is no sound")
    if not clip.mouths:
        reasons.append("no face is seen")
    elif any(np.isnan(mouth.shapes).all() for mouth in clip.mouths):
        reasons.append(NO_POINTS)
    return FeatureExtraction(
        stem=Path(path).stem,
        samples=np.rint(samples * 32767).astype(np.int16),
        levels=levels,
        mouths=tuple(_table(mouth) for mouth in clip.mouths),
        reasons=tuple(reasons),
    )


def _table(mouth: Mouth) -> MouthTable:
    rows = mouth.first + np.arange(len(mouth.seen))
    return MouthTable((rows + 0.5) / PICTURE_RATE, mouth.seen, mouth.shapes, mouth.pictures)
