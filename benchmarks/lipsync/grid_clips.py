"""Clips of the GRID corpus as lip-sync sees them; made once, and kept in the benchmark cache."""

from __future__ import annotations

import csv
import os
import pickle
from pathlib import Path

import numpy as np

from benchmarks.cache import MaterialMissingError, cache_folder
from syncalign.training.sync_clips import SyncClip
from syncalign.training.sync_reading import Recording, read_clips


def corpus() -> Path:
    """Return the folder of clips that ``SYNCALIGN_GRID`` names."""
    folder = os.environ.get("SYNCALIGN_GRID")
    if not folder or not Path(folder, "manifest.csv").is_file():
        raise MaterialMissingError("name the folder of GRID clips with SYNCALIGN_GRID")
    return Path(folder)


def grid_clips() -> list[SyncClip]:
    """Return all clips, by speaker and name."""
    kept = cache_folder("lipsync") / "clips.pickle"  # our own, of no one else's making
    if kept.is_file():
        clips: list[SyncClip] = pickle.loads(kept.read_bytes())
        return clips
    with (corpus() / "manifest.csv").open(newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["speaker"], row["clip"]))
    recordings = [Recording(corpus() / row["file"], row["speaker"]) for row in rows]
    clips = list(read_clips(recordings)[0])
    kept.write_bytes(pickle.dumps(clips))
    return clips


def speakers_of(clips: list[SyncClip]) -> list[str]:
    """Return the names of the speakers."""
    return [str(name) for name in np.unique([clip.speaker for clip in clips])]
