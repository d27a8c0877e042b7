"""A reader of made-up phones: what is heard, and what is known of how it sounds."""

from collections.abc import Sequence

import numpy as np

from syncalign.models.phone_shapes import PhoneShapes
from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.hearing import Hearing
from syncalign.timebase import Features, Grid

PHONES, SIZE = 12, 24
#: Frames of each phone as it is read.
LASTING = 8


def known_shapes() -> PhoneShapes:
    """Return well-known shapes of twelve phones and of quiet."""
    rng = np.random.default_rng(1)
    means = (3 * rng.standard_normal((2 * PHONES, SIZE))).astype(np.float32)
    return PhoneShapes(
        means,
        means,
        np.ones(SIZE, np.float32),
        np.full(2 * PHONES, -np.log(2 * PHONES), np.float32),
        np.zeros(SIZE, np.float32),
        np.full(SIZE, 0.3, np.float32),
    )


def heard(pieces: Sequence[Sequence[int] | int]) -> Hearing:
    """Hear words (their phones) and pauses (so many frames), one after the other."""
    rng = np.random.default_rng(2)
    means, values, odds = known_shapes().means, [], []
    for piece in pieces:
        if isinstance(piece, int):
            values.append(np.zeros((piece, SIZE)))
            odds.append(np.full(piece, -3.0))
            continue
        halves = np.repeat(2 * np.array(piece), 2) + np.tile([0, 1], len(piece))
        values.append(means[np.repeat(halves, LASTING // 2)])
        odds.append(np.full(len(piece) * LASTING, 3.0))
    frames = np.concatenate(values)
    frames = frames + 0.5 * rng.standard_normal(frames.shape)
    features = Features(frames.astype(np.float16), Grid(100, 0.0, len(frames)))
    return Hearing(features, np.concatenate(odds).astype(np.float16))


def found(places: Sequence[tuple[float, float] | None], words: Sequence[np.ndarray]) -> Following:
    """Return words as if they had been found there; None: they were not."""
    times = np.array([place or (np.nan, np.nan) for place in places])
    phones = np.array([len(word) for word in words])
    is_found = np.isfinite(times[:, 0])
    return Following(times[:, 0], times[:, 1], 5.0 * phones * is_found, phones, known_shapes())


def phones_of(words: Sequence[Sequence[int]]) -> list[np.ndarray]:
    return [np.array(word, np.int64) for word in words]
