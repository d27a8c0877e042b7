"""The windows of a data set's examples, in memory, with what had to be skipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from syncalign.cache import Cache
from syncalign.errors import FormatError, MediaError
from syncalign.memory import memory_to_fill
from syncalign.models.fusion.clip import PICTURE_RATE, PIXELS, Clip, read_clip
from syncalign.models.fusion.window import WindowShape, cut_mouth, cut_sound
from syncalign.progress import NoProgress, Progress
from syncalign.timebase import Segment
from syncalign.training.dataset.collection import Collection, Example, Skipped

_SHORTEST, _LONGEST = 0.72, 3.0
_SLACK = 0.1  # seconds that a word may reach beyond its recording: marks are rounded
_BYTES_A_ROW = 2 * 640 + 4 * 80 + PIXELS[0] * PIXELS[1]


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Examples with their sound and mouth.

    Attributes
    ----------
    collection : Collection
        The N examples, in the order of the arrays, and all that was skipped.
    shape : WindowShape
        Rows and margin.
    sounds : ndarray of int16 [shape=(N, S)]
    lips : ndarray of float32 [shape=(N, T, 80)]
        NaN where faces were found without points.
    pictures : ndarray of uint8 [shape=(N, T, 32, 48)]
    recordings : ndarray of uint64 [shape=(N,)]
        A number that stands for the content of each example's file.
    """

    collection: Collection
    shape: WindowShape
    sounds: npt.NDArray[np.int16]
    lips: npt.NDArray[np.float32]
    pictures: npt.NDArray[np.uint8]
    recordings: npt.NDArray[np.uint64]

    def __len__(self) -> int:
        """Count the examples."""
        return len(self.collection.examples)

    def chosen(self, which: npt.NDArray[np.intp]) -> Windows:
        """Return some of the examples, in the order given."""
        examples = self.collection.examples
        return replace(
            self,
            collection=replace(self.collection, examples=tuple(examples[n] for n in which)),
            sounds=self.sounds[which],
            lips=self.lips[which],
            pictures=self.pictures[which],
            recordings=self.recordings[which],
        )


def window_rows(collection: Collection) -> int:
    """Return how many rows a window needs to hold nearly every word of a data set.

    The longest of nine words in ten fits, and no window is shorter than 0.72 s or longer than
    3 s: a word is seen with some of what is around it.
    """
    lengths = [one.segment.duration for one in collection.examples if one.segment is not None]
    wanted = float(np.quantile(lengths, 0.9)) if lengths else _SHORTEST
    return int(np.ceil(min(max(wanted, _SHORTEST), _LONGEST) * PICTURE_RATE))


def read_windows(
    collection: Collection,
    shape: WindowShape,
    *,
    cache: Cache | None = None,
    progress: Progress | None = None,
) -> Windows:
    """Read every recording of a data set and cut its windows.

    A recording that cannot be read, that has no sound or no face, or a word outside of its
    recording, is skipped, with the reason; the rest goes on.

    Parameters
    ----------
    collection : Collection
        The examples.
    shape : WindowShape
        How much to cut.
    cache : Cache or None
        Where sound and mouths of a recording are kept, by its content.
    progress : Progress or None
        Told about recordings.

    Returns
    -------
    Windows

    Raises
    ------
    FormatError
        Not one example can be used, all that can are of one class, or they do not fit into memory.
    DependencyError
        OpenCV is not installed.
    """
    needed = len(collection.examples) * shape.total * _BYTES_A_ROW
    if needed > memory_to_fill():
        raise FormatError(
            collection.name,
            f"its windows take {needed / 2**30:.1f} GiB, more than the "
            f"{memory_to_fill() / 2**30:.1f} GiB that may be filled here; take fewer examples",
        )
    kept: list[tuple[Example, tuple[npt.NDArray[np.generic], ...], int]] = []
    skipped = list(collection.skipped)
    by_recording: dict[str, list[Example]] = {}
    for example in collection.examples:
        by_recording.setdefault(example.path, []).append(example)
    progress = progress or NoProgress()
    progress.start("read recordings", len(by_recording))
    try:
        for path, examples in by_recording.items():
            windows = list(_of_recording(path, examples, shape, cache))
            skipped += [Skipped(path, found) for _, found in windows if isinstance(found, str)]
            cut = [(one, found) for one, found in windows if not isinstance(found, str)]
            if cut:
                number = _number(path)
                kept += [(example, found, number) for example, found in cut]
            progress.advance(1)
    finally:
        progress.finish()
    return _gathered(collection, shape, kept, skipped)


def _of_recording(
    path: str, examples: list[Example], shape: WindowShape, cache: Cache | None
) -> Iterator[tuple[Example, tuple[npt.NDArray[np.generic], ...] | str]]:
    """Yield each example with its window, or with the reason why it has none."""
    try:
        clip = read_clip(path, cache=cache)
    except MediaError as exc:
        yield examples[0], exc.message
        return
    except OSError as exc:  # a name that no file can have
        yield examples[0], exc.strerror or str(exc)
        return
    for example in examples:
        yield example, _cut(clip, example, shape)


def _cut(
    clip: Clip, example: Example, shape: WindowShape
) -> tuple[npt.NDArray[np.generic], ...] | str:
    segment = example.segment or Segment(0.0, clip.duration)
    if segment.start < -_SLACK or segment.end > clip.duration + _SLACK:
        return (
            f"{example.label!r} is said from {segment.start:g} to {segment.end:g} s, outside of "
            f"the {clip.duration:.2f} s of the recording"
        )
    sound = cut_sound(clip, segment, shape)
    if sound is None:
        return "it has no sound"
    mouth = cut_mouth(clip, segment, shape)
    if mouth is None:
        return f"no face is seen while {example.label!r} is said"
    return np.rint(sound * 32767).astype(np.int16), *mouth


def _gathered(
    collection: Collection,
    shape: WindowShape,
    kept: list[tuple[Example, tuple[npt.NDArray[np.generic], ...], int]],
    skipped: list[Skipped],
) -> Windows:
    examples = tuple(example for example, _, _ in kept)
    held = replace(collection, examples=examples, skipped=tuple(skipped))
    if len(held.classes) < 2:
        first = f"; the first: {skipped[0].path}: {skipped[0].reason}" if skipped else ""
        raise FormatError(
            collection.name,
            f"has {len(examples)} examples of {len(held.classes)} classes that can be used, and "
            f"{len(skipped)} that cannot{first}",
        )
    sounds, lips, pictures = zip(*(arrays for _, arrays, _ in kept), strict=True)
    return Windows(
        held,
        shape,
        np.stack(sounds),
        np.stack(lips),
        np.stack(pictures),
        np.array([number for _, _, number in kept], np.uint64),
    )


def _number(path: str) -> int:
    """Return a number that stands for a file's content, whatever its name and time."""
    import hashlib

    digest = hashlib.sha256()
    with Path(path).open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return int.from_bytes(digest.digest()[:8], "little")
