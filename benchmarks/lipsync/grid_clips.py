"""Clips of the GRID corpus as lip-sync sees them; made once, and kept in the benchmark cache."""

from __future__ import annotations

import csv
import os
import pickle
from pathlib import Path

import numpy as np

from benchmarks.cache import MaterialMissingError, cache_folder
from syncalign.features.mouth import lip_shapes
from syncalign.media import read_audio
from syncalign.models.faces import find_faces
from syncalign.models.lipsync.inputs import LIP_RATE
from syncalign.models.lipsync.sound import listen
from syncalign.training.sync_clips import SyncClip


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
    clips = [clip_of(corpus() / row["file"], row["clip"], row["speaker"]) for row in rows]
    kept.write_bytes(pickle.dumps(clips))
    return clips


def clip_of(path: Path, name: str, speaker: str) -> SyncClip:
    """Look at and listen to a clip; its longest face is the one that speaks."""
    track = max(find_faces(path).tracks, key=len)
    shapes = lip_shapes(track, LIP_RATE)
    return SyncClip(name, speaker, shapes, listen(read_audio(path)))


def speakers_of(clips: list[SyncClip]) -> list[str]:
    """Return the names of the speakers."""
    return [str(name) for name in np.unique([clip.speaker for clip in clips])]
