"""Readings whose truth is known: pieces of synthetic speech, by a voice that is not the aligner's.

Synthetic: espeak-ng's British voice, varied; the aligner says English with the American one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from syncalign.streams.synthesis import speak

VOICE = "en+f3"
RATE = 16000
LINES = (
    "The old lighthouse keeper climbed the narrow stairs.",
    "Every evening he lit the great lamp again.",
    "Ships passed slowly through the silver fog.",
    "Nobody had visited the island for many years.",
    "Then a small boat landed on the western beach.",
    "A young woman carried a heavy wooden box.",
    "She asked him to open it before midnight.",
    "Inside they found a letter and a broken compass.",
    "His hands trembled while he read the first page.",
    "My grandfather had buried the treasure near the chapel.",
    "They dug until the morning sun coloured the water.",
    "At dawn the shovel struck something hard and hollow.",
)
OTHERS = (
    "Please remember to bring seven copies of the agreement.",
    "Judges rarely go fishing during a thunderstorm.",
    "Good cheese makes even a cheap soup delicious.",
    "My brother works at the largest factory in town.",
    "Prices increased quickly after the second quarter.",
    "Our train departs from platform nine at eleven.",
    "Children under twelve must be with an adult.",
    "Doctors recommend fresh vegetables and regular exercise.",
    "The committee postponed its decision until next week.",
    "Wash the dark clothes separately in cold water.",
    "A printer without paper is of little use.",
    "Football fans celebrated in front of the stadium.",
)


@dataclass(frozen=True)
class Reading:
    """A sound file and where each of its lines begins and ends, in seconds.

    `pieces` has such a pair for every piece of speech, in order.
    """

    path: Path
    samples: np.ndarray
    pieces: tuple[tuple[float, float], ...]


@cache
def said(line: str, voice: str) -> np.ndarray:
    """One line, without the quiet around it."""
    ((samples, phones),) = speak([line.split()], voice)
    return samples[phones.starts[0] : phones.ends[-1]]


def spoken(*pieces: str | float, voice: str) -> tuple[np.ndarray, tuple[tuple[float, float], ...]]:
    """Join lines and pauses (in seconds), with faint noise under all of it."""
    parts, times, size = [], [], 0
    for piece in pieces:
        if isinstance(piece, str):
            part = said(piece, voice)
            times.append((size / RATE, (size + len(part)) / RATE))
        else:
            part = np.zeros(round(piece * RATE), np.float32)
        parts.append(part)
        size += len(part)
    noise = np.random.default_rng(0).normal(0, 3e-4, size)
    return (np.concatenate(parts) * 0.5 + noise).astype(np.float32), tuple(times)
