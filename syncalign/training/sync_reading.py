"""Clips to learn lip-sync from, read from videos in which one face speaks."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from syncalign.cache import Cache
from syncalign.errors import FormatError, InputError
from syncalign.features.mouth import lip_shapes
from syncalign.media import choose_audio, probe, read_audio
from syncalign.models.faces import find_faces
from syncalign.models.lipsync.inputs import LIP_RATE
from syncalign.models.lipsync.sound import listen
from syncalign.progress import NoProgress, Progress
from syncalign.training.dataset.collection import Skipped
from syncalign.training.dataset.video_files import video_files
from syncalign.training.sync_clips import SyncClip
from syncalign.training.sync_examples import FRAMES

_LEAST_SEEN = 0.8  # of the frames of the longest face


@dataclass(frozen=True, slots=True)
class Recording:
    """A video, and who is seen in it."""

    path: Path
    speaker: str


def recordings_in(data: str | os.PathLike[str]) -> tuple[Recording, ...]:
    """List the videos of a data set for lip-sync.

    Parameters
    ----------
    data : path-like
        A folder of videos (a speaker is the folder that a video lies in), or a CSV table with the
        columns ``path``, from the table's folder on, and perhaps ``speaker``.

    Raises
    ------
    FormatError
        There is no such folder or table, or no video in it.
    """
    path = Path(data)
    try:
        if path.is_dir():
            found = [Recording(one, one.parent.name) for one in video_files(path)]
        else:
            found = _listed(path)
    except (OSError, UnicodeDecodeError, csv.Error) as exc:
        raise FormatError(path, f"cannot be read: {exc}") from exc
    if not found:
        raise FormatError(
            path,
            "holds no video; lip-sync is learned from a folder of videos, a folder a speaker, or "
            "from a CSV table with the columns path and speaker",
        )
    return tuple(found)


def _listed(path: Path) -> list[Recording]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    if rows and "path" not in rows[0]:
        raise FormatError(path, "lacks the column path", line=1)
    for line, row in enumerate(rows, start=2):
        if not row["path"]:
            raise FormatError(path, "has no path in this row", line=line)
    return [Recording(path.parent / row["path"], row.get("speaker") or "") for row in rows]


def read_clips(
    recordings: Sequence[Recording], *, cache: Cache | None = None, progress: Progress | None = None
) -> tuple[tuple[SyncClip, ...], tuple[Skipped, ...]]:
    """Look at and listen to recordings; what cannot be used is skipped.

    Parameters
    ----------
    recordings : sequence of Recording
        Of one face each, or of one that is seen much longer than others.
    cache : Cache, optional
        Keeps the faces that were found.
    progress : Progress, optional
        Told about recordings.
    """
    clips, skipped = [], []
    listener = progress or NoProgress()
    listener.start("faces and sound", len(recordings))
    try:
        for one in recordings:
            try:
                clips.append(read_clip(one, cache=cache))
            except InputError as exc:
                skipped.append(Skipped(str(one.path), exc.message))
            listener.advance(1)
    finally:
        listener.finish()
    return tuple(clips), tuple(skipped)


def read_clip(recording: Recording, *, cache: Cache | None = None) -> SyncClip:
    """Look at and listen to a video; its longest face is the one that speaks.

    Raises
    ------
    InputError
        The video cannot be used, or holds too little of a face.
    """
    path = recording.path
    choose_audio(probe(path))
    tracks = [track for track in find_faces(path, cache=cache).tracks if track.points is not None]
    if not tracks:
        raise FormatError(path, "shows no face")
    track = max(tracks, key=len)
    shapes = lip_shapes(track, LIP_RATE)
    seen = np.isfinite(shapes.values).all(axis=1)
    if len(shapes) < FRAMES or seen.mean() < _LEAST_SEEN:
        raise FormatError(path, f"shows a face for less than {FRAMES / LIP_RATE:g} s on end")
    return SyncClip(path.stem, recording.speaker, shapes, listen(read_audio(path)))
