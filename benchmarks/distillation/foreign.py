"""How many clips of GRID are taken for foreign, with their own sound and with another clip's.

    SYNCALIGN_GRID=FOLDER python -m benchmarks.distillation.foreign

The first clips of s1, s2, s3 and s4; the sound of each is put on the clip before it.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from benchmarks.cache import MaterialMissingError, cache_folder
from syncalign.cache import Cache
from syncalign.models.fusion.clip import read_clip
from syncalign.models.lipsync.belonging import is_foreign

COUNTS = {"s1": 30, "s2": 4, "s3": 4, "s4": 4}


def main() -> None:
    """Judge the clips, and print how many are taken for foreign."""
    folder = os.environ.get("SYNCALIGN_GRID")
    if not folder:
        raise MaterialMissingError("name a folder of GRID by $SYNCALIGN_GRID")
    cache = Cache(cache_folder("fusion", "clips"), 20 << 30)
    paths = [
        path
        for speaker, count in COUNTS.items()
        for path in sorted(Path(folder, speaker).glob("*.mkv"))[:count]
    ]
    clips = [read_clip(path, cache=cache) for path in paths]
    own = sum(is_foreign(clip) for clip in clips)
    exchanged = [
        replace(clip, samples=other.samples)
        for clip, other in zip(clips, [*clips[1:], clips[0]], strict=True)
    ]
    other = sum(is_foreign(clip) for clip in exchanged)
    print(
        f"of {len(clips)} clips taken for foreign: {own} with their own sound, {other} with another"
    )


if __name__ == "__main__":
    main()
