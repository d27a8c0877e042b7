"""Models that never met a speaker: one for each speaker of the corpus, trained on all others."""

from __future__ import annotations

import numpy as np

from benchmarks.cache import cache_folder
from benchmarks.lipsync.grid_clips import speakers_of
from syncalign.models.lipsync.builtin import LandmarkModel, landmark_model
from syncalign.training.sync_clips import SyncClip
from syncalign.training.sync_training import train_networks

#: As many as the model that ships has.
NETWORKS = 2


def held_out_models(clips: list[SyncClip]) -> dict[str, LandmarkModel]:
    """Return for each speaker the model that was trained without; kept in the benchmark cache."""
    models = {}
    for speaker in speakers_of(clips):
        kept = cache_folder("lipsync", "held-out") / f"{speaker}.npz"
        if not kept.is_file():
            print(f"training without {speaker} ...", flush=True)
            others = [clip for clip in clips if clip.speaker != speaker]
            np.savez(kept, **train_networks(others, NETWORKS))
        models[speaker] = landmark_model(dict(np.load(kept)), NETWORKS)
    return models
