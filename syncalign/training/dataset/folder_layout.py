"""A folder a class: every video in it, or in folders below it, is an example from end to end."""

from __future__ import annotations

from pathlib import Path

from syncalign.training.dataset.collection import Collection, Example
from syncalign.training.dataset.video_files import video_files


def read_folders(folder: Path) -> Collection:
    """Read ``CLASS/CLIP.mp4`` or ``CLASS/SPEAKER/CLIP.mp4``."""
    examples = []
    for label in sorted(path for path in folder.iterdir() if path.is_dir()):
        for video in video_files(label):
            below = video.relative_to(label).parts
            speaker = below[0] if len(below) > 1 else ""
            examples.append(Example(str(video), None, label.name, speaker=speaker))
    return Collection(str(folder), "folders", tuple(examples))
