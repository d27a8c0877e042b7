"""The two sides of a data set: what is learned from, and what is held out to be judged."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from syncalign.errors import ParameterError
from syncalign.pipelines.fusion import skipped_told
from syncalign.training.dataset.splitting import split_windows, told
from syncalign.training.dataset.windows import Windows


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Windows to learn from, those to judge by, and what there is to say of both."""

    learned: Windows
    held_out: Windows
    reasons: tuple[str, ...]


def parted(windows: Windows, split: str, seed: int) -> Sides:
    """Split windows; of what is held out, the classes stay that are learned.

    Raises
    ------
    FormatError
        One side holds too little.
    ParameterError
        There is no such split, or nothing that is held out is of a class that is learned.
    """
    parts = split_windows(windows, split, seed=seed)
    learned = windows.chosen(parts.train)
    examples = windows.collection.examples
    classes = learned.collection.classes
    known = [n for n in parts.held_out.tolist() if examples[n].label in classes]
    if not known:
        raise ParameterError("nothing that is held out is of a class that is learned")
    reasons = (*told(windows, parts), *skipped_told(windows))
    return Sides(learned, windows.chosen(np.array(known, np.intp)), reasons)
