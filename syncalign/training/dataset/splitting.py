"""What is learned from and what is held out, so that nobody is on both sides."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.errors import FormatError, ParameterError
from syncalign.training.dataset.windows import Windows

SPLITS = ("auto", "speaker", "recording", "given")
_HELD_OUT = 0.2  # of the examples, about
_FOLDS = 5
Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Two parts of a data set.

    Attributes
    ----------
    by : {"speaker", "recording", "given"}
        What is on one side alone; ``given`` is what the data say themselves.
    train, held_out : ndarray of intp
        Numbers of the examples, in order.
    """

    by: str
    train: Numbers
    held_out: Numbers


def split_windows(windows: Windows, by: str = "auto", *, seed: int = 0) -> Split:
    """Hold out about a fifth of a data set.

    Parameters
    ----------
    windows : Windows
        The examples.
    by : {"auto", "speaker", "recording", "given"}
        ``speaker`` holds out all that some people say, ``recording`` all of some recordings,
        ``given`` what the data call ``test``, or else ``val``. ``auto`` is by speaker where there
        are several, else as given, else by recording.
    seed : int
        Of the choice.

    Raises
    ------
    FormatError
        There is too little to split: one speaker, one recording, no part that is given; or too few
        classes to learn would be left.
    ParameterError
        There is no such way.
    """
    examples = windows.collection.examples
    parts = {example.part for example in examples}
    if by not in SPLITS:
        raise ParameterError(f"a split is one of {', '.join(SPLITS)}, not {by!r}")
    if by == "auto":
        is_given = bool(parts & {"val", "test"}) and bool(parts & {"train", ""})
        several = len(windows.collection.speakers) > 1
        by = "speaker" if several else "given" if is_given else "recording"
    if by == "given":
        wanted = "test" if "test" in parts else "val"
        is_out = np.array([example.part == wanted for example in examples])
        is_in = np.array([example.part in ("train", "") for example in examples])
    elif by == "speaker":
        is_out = _few_speakers([example.speaker for example in examples], seed)
        is_in = ~is_out
    else:
        is_out = recording_folds(windows, _FOLDS, seed=seed) == 0
        is_in = ~is_out
    split = Split(by, np.flatnonzero(is_in), np.flatnonzero(is_out))
    _ensure_usable(windows, split)
    return split


def recording_folds(windows: Windows, count: int, *, seed: int = 0) -> npt.NDArray[np.intp]:
    """Say of each example in which of so many folds its recording is [shape=(N,)].

    Recordings are told apart by content: a copy under another name is in the same fold.
    """
    return _folds(windows.recordings.tolist(), count, seed)


def _folds(keys: Sequence[Hashable], count: int, seed: int) -> npt.NDArray[np.intp]:
    known = list(dict.fromkeys(keys))
    order = np.random.default_rng(seed).permutation(len(known))
    place = {known[number]: fold % count for fold, number in enumerate(order)}
    return np.array([place[key] for key in keys], np.intp)


def _few_speakers(speakers: list[str], seed: int) -> npt.NDArray[np.bool_]:
    """Choose people by lot who say about a fifth of all, or the one who says least."""
    counts = {name: speakers.count(name) for name in sorted(set(speakers))}
    names = np.random.default_rng(seed).permutation(list(counts))
    chosen: set[str] = set()
    taken = 0
    for name in names.tolist():
        if taken + counts[name] <= _HELD_OUT * len(speakers):
            chosen.add(name)
            taken += counts[name]
    if not chosen:
        chosen.add(min(counts, key=lambda name: counts[name]))
    return np.array([name in chosen for name in speakers])


def _ensure_usable(windows: Windows, split: Split) -> None:
    name = windows.collection.name
    for what, side in (("learn from", split.train), ("be held out", split.held_out)):
        if len(side) == 0:
            raise FormatError(name, f"split by {split.by}, nothing is left to {what}")
    examples = windows.collection.examples
    if len({examples[n].label for n in split.train}) < 2:
        raise FormatError(name, f"split by {split.by}, there is but one class to learn from")


def told(windows: Windows, split: Split) -> tuple[str, ...]:
    """Say how much of each class there is, and whether anything is on both sides.

    Returns
    -------
    tuple of str
        Sentences for people.
    """
    examples = windows.collection.examples
    counts = {label: 0 for label in windows.collection.classes}
    for n in split.train:
        counts[examples[n].label] += 1
    fewest, most = min(counts, key=lambda k: counts[k]), max(counts, key=lambda k: counts[k])
    lines = [
        f"{len(examples)} examples of {len(counts)} classes in "
        f"{len(set(windows.recordings.tolist()))} recordings by "
        f"{len(windows.collection.speakers) or 'unknown'} speakers; "
        f"{len(split.train)} to learn from, {len(split.held_out)} held out, split by {split.by}",
        f"to learn from: {counts[fewest]} of {fewest!r} (fewest) to {counts[most]} of {most!r}",
    ]
    strange = {examples[n].label for n in split.held_out} - {examples[n].label for n in split.train}
    if strange:
        lines.append(f"held out but never learned: {', '.join(sorted(strange))}")
    shared = set(windows.recordings[split.train].tolist()) & set(
        windows.recordings[split.held_out].tolist()
    )
    lines.append(f"recordings on both sides: {len(shared) or 'none'}")
    sides = [{examples[n].speaker for n in side} - {""} for side in (split.train, split.held_out)]
    both = len(sides[0] & sides[1])
    lines.append(f"speakers on both sides: {both or 'none'}")
    return tuple(lines)
