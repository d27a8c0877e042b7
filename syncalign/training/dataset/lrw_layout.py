"""LRW: a folder a word, in it ``train``, ``val`` and ``test``, each clip with the word mid-way."""

from __future__ import annotations

import re
from pathlib import Path

from syncalign.timebase import Segment
from syncalign.training.dataset.collection import Collection, Example, Skipped
from syncalign.training.dataset.video_files import video_files

PARTS = ("train", "val", "test")
#: Every clip of LRW has 29 frames at 25 frames a second, the word in their middle.
CLIP_SECONDS = 29 / 25
_DURATION = re.compile(r"^Duration:\s*([0-9.]+)", re.MULTILINE)


def has_lrw_layout(folder: Path) -> bool:
    """Return whether folders of a folder hold ``train``, ``val`` or ``test``."""
    return any(
        (word / part).is_dir() for word in folder.iterdir() if word.is_dir() for part in PARTS
    )


def read_lrw(folder: Path) -> Collection:
    """Read LRW, or a data set that is laid out like it.

    ``WORD/train/WORD_00001.mp4`` with ``WORD_00001.txt`` beside it, whose line ``Duration:`` says
    how long the word is.
    """
    examples: list[Example] = []
    skipped: list[Skipped] = []
    for word in sorted(path for path in folder.iterdir() if path.is_dir()):
        for part in PARTS:
            for video in video_files(word / part) if (word / part).is_dir() else []:
                seconds = _duration(video.with_suffix(".txt"))
                if seconds is None or not 0 < seconds <= CLIP_SECONDS:
                    reason = f"{video.stem}.txt with the word's duration is missing or wrong"
                    skipped.append(Skipped(str(video), reason))
                    continue
                middle = CLIP_SECONDS / 2
                segment = Segment(middle - seconds / 2, middle + seconds / 2)
                examples.append(Example(str(video), segment, word.name, part=part))
    return Collection(str(folder), "lrw", tuple(examples), tuple(skipped))


def _duration(path: Path) -> float | None:
    try:
        found = _DURATION.search(path.read_text(encoding="utf-8"))
        return float(found.group(1)) if found else None
    except (OSError, ValueError):
        return None
