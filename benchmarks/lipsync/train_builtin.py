"""Train the lip-sync model that ships, on all clips of the corpus.

    SYNCALIGN_GRID=FOLDER python -m benchmarks.lipsync.train_builtin

Writes ``syncalign/models/lipsync/builtin.safetensors``; its card, ``builtin.md``, is written by
hand and stays. Four minutes on one thread.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.lipsync.grid_clips import grid_clips
from benchmarks.lipsync.held_out import NETWORKS
from syncalign.models.lipsync.builtin import FORMAT, KIND
from syncalign.models.model_file import ModelFile
from syncalign.training.sync_training import train_networks

_FOLDER = Path(__file__).parents[2] / "syncalign/models/lipsync"


def main() -> None:
    """Train and write."""
    card = (_FOLDER / "builtin.md").read_text(encoding="utf-8")
    model = ModelFile(
        kind=KIND,
        format=FORMAT,
        settings={"networks": NETWORKS},
        weights=train_networks(grid_clips(), NETWORKS),
        card=card,
    )
    model.save(_FOLDER / "builtin.safetensors", overwrite=True)


if __name__ == "__main__":
    main()
