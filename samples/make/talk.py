"""The talking face: what it says, by a synthetic voice, and how late its sound is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import face
import numpy as np
from numpy.typing import NDArray

from syncalign.streams.synthesis import speak

RATE = 16_000
LATE = 0.16
"""Seconds by which the sound comes after the lips."""

_SENTENCES = (
    "Good evening, and welcome to the harbour.",
    "My name is Mary, and I am only a drawing.",
    "Papa, may I borrow a blue boat?",
    "We found five big apples by the wall.",
)
_PAUSE = 0.45
_END = 0.5

Audio = NDArray[np.float64]


def make_talk(*, seed: int) -> tuple[Audio, Iterator[bytes], dict[str, Any]]:
    """Return the sound, the frames and the truth."""
    pieces, phones, now = [np.zeros(round(_PAUSE * RATE))], [], _PAUSE
    sentences = []
    words = [sentence.split() for sentence in _SENTENCES]
    for text, (samples, said) in zip(_SENTENCES, speak(words, "en-us"), strict=True):
        bounds = zip(said.names, said.starts / RATE, said.ends / RATE, strict=True)
        phones += [face.Phone(name, now + start, now + end) for name, start, end in bounds]
        sentences.append({"text": text, "start": round(now, 3)})
        pieces += [0.8 * samples.astype(np.float64), np.zeros(round(_PAUSE * RATE))]
        now += len(samples) / RATE + _PAUSE
    seconds = now + _END
    sound = np.concatenate([np.zeros(round(LATE * RATE)), *pieces])
    sound = np.append(sound, np.zeros(round(seconds * RATE)))[: round(seconds * RATE)]
    noise = np.random.default_rng(seed).normal(0, 0.0005, len(sound))
    truth = {
        "media": "media/talking-face.mp4",
        "synthetic": True,
        "offset": -LATE,
        "frame_rate": str(face.FRAME_RATE),
        "duration": seconds,
        "sentences": sentences,  # when the lips begin; the sound is LATE later
    }
    return sound + noise, face.frames(phones, seconds, seed=seed), truth
