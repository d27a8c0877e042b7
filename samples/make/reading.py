"""A poem read aloud, and the exact time of every line that is read.

The poem is "Windy Nights" by Robert Louis Stevenson (A Child's Garden of Verses, 1885), which is in
the public domain. As in life, the text and the reading are not the same: the reader says who
reads, leaves out the caption of a picture, and there is music between the stanzas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import sound
from film import MUSIC_PEAK, SPEECH_LEVEL
from numpy.typing import NDArray
from voice import RATE, speech_bounds, trim

Audio = NDArray[np.float64]

_READER = "Reader"
_HISS_LEVEL = SPEECH_LEVEL / 30  # 30 dB below the speech


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text: as it is read, or None where it is not, and the silence before it."""

    text: str
    read: str | None
    pause: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Sound without a text: a sentence, or music where there is none, after a silence."""

    kind: str
    read: str | None
    pause: float


def _verse(text: str, pause: float = 0.45) -> Line:
    return Line(text, text, pause)


_MUSIC_SECONDS = 6.0
READING: tuple[Line | Gap, ...] = (
    Gap("intro", "This poem is read by a machine, for everyone who likes the wind.", 0.4),
    Line("IX. Windy Nights", "Nine. Windy nights.", 1.1),
    Line("Robert Louis Stevenson, 1885", "Robert Louis Stevenson, eighteen eighty five.", 0.6),
    Line("[Illustration: a rider under bare trees]", None, 0.0),
    _verse("Whenever the moon and stars are set,", 1.2),
    _verse("Whenever the wind is high,"),
    _verse("All night long in the dark and wet,"),
    _verse("A man goes riding by.", 0.3),
    _verse("Late in the night when the fires are out,", 0.7),
    _verse("Why does he gallop and gallop about?", 0.25),
    Gap("music", None, 0.5),
    _verse("Whenever the trees are crying aloud,", 0.4),
    _verse("And ships are tossed at sea,"),
    _verse("By, on the highway, low and loud,"),
    _verse("By at the gallop goes he.", 0.3),
    _verse("By at the gallop he goes, and then", 0.8),
    _verse("By he comes back at the gallop again.", 0.25),
)
_TITLE_LINES = 2  # they and the caption stand apart, and so do the stanzas


def text() -> str:
    """Return the text as a file holds it: lines, and an empty one where a stanza begins."""
    shown: list[str] = []
    for beat in READING:
        if isinstance(beat, Gap):
            shown += [""] * bool(shown)
        else:
            shown += [beat.text, *([""] if beat.read is None else [])]
    shown.insert(_TITLE_LINES, "")
    return "\n".join([*shown, ""])


def make_reading(
    say: Callable[[str, str], Audio], *, seed: int
) -> tuple[Audio, dict[str, list[dict[str, Any]]]]:
    """Return the sound at 48 kHz and its truth: ``lines`` in their order, and ``audio_gaps``.

    A line begins where the clean voice first comes within 25 dB of its loudest 10 ms, and ends
    where it last does; times are seconds, null where a line is not read.
    """
    rng = np.random.default_rng(seed)
    speech = np.zeros(90 * RATE)
    noise = np.zeros(90 * RATE)
    truth: dict[str, list[dict[str, Any]]] = {"lines": [], "audio_gaps": []}
    now = 0.0
    for beat in READING:
        start, end = None, None
        if beat.read is not None:
            clip = trim(say(_READER, beat.read))
            first, last = speech_bounds(clip)
            clip *= SPEECH_LEVEL / np.sqrt(np.mean(clip[first:last] ** 2))
            at = round((now + beat.pause) * RATE) - first
            speech[at : at + len(clip)] += clip
            start, end = now + beat.pause, (at + last) / RATE
        elif isinstance(beat, Gap):
            start, end = now + beat.pause, now + beat.pause + _MUSIC_SECONDS
            clip = MUSIC_PEAK * sound.strings(_MUSIC_SECONDS, rng)
            at = round(start * RATE)
            noise[at : at + len(clip)] += clip
        now = now if end is None else end
        times = {"start": _milliseconds(start), "end": _milliseconds(end)}
        if isinstance(beat, Gap):
            truth["audio_gaps"].append({"kind": beat.kind, **times})
        else:
            truth["lines"].append({"text": beat.text, "read": beat.read, **times})
    size = round((now + 0.8) * RATE)
    mix = sound.in_room(speech[:size], rng) + sound.in_room(noise[:size], rng)
    return mix + _HISS_LEVEL * sound.sea(size, rng), truth


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
