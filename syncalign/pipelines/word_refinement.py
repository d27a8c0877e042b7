"""English words that a Whisper heard, placed by the recogniser of phones where it is installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from syncalign.cache import Cache
from syncalign.pipelines.reading.spelling import spelled_times
from syncalign.progress import Progress
from syncalign.streams.sound import Sound
from syncalign.streams.spoken_forms import spoken_forms
from syncalign.timebase import Cue, Segment


def can_refine(language: str) -> bool:
    """Whether there is a recogniser of phones for a language."""
    return language == "en" and importlib.util.find_spec("pocketsphinx") is not None


def refined(
    words: Sequence[Cue],
    sound: Sound,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> list[Cue]:
    """Place English words where their phones are heard.

    Parameters
    ----------
    words : sequence of Cue
        In order. A text begins with a blank where a word begins.
    sound : Sound
        What they were heard in.
    progress : Progress or None
        Told about words.
    cache : Cache or None
        Where what was placed is kept.

    Returns
    -------
    list of Cue
        What stands between two blanks is one word now. Words that the recogniser does not find
        near where they were stay, and none begins before the one in front of it.
    """
    whole = joined_pieces(words)
    phrases = spoken_forms([word.text.strip() for word in whole], "en")
    starts, ends = (np.array([getattr(word, name) for word in whole]) for name in ("start", "end"))
    starts, ends = spelled_times(starts, ends, phrases, sound, progress, cache)
    starts = np.maximum.accumulate(starts) if len(starts) else starts
    ends = np.maximum(np.minimum(ends, np.append(starts[1:], np.inf)), starts)
    return [
        replace(word, segment=Segment(float(start), float(end)))
        for word, start, end in zip(whole, starts, ends, strict=True)
    ]


def joined_pieces(words: Sequence[Cue]) -> list[Cue]:
    """Join the pieces of what stands between two blanks: a recogniser's words are parts of it."""
    found: list[Cue] = []
    for word in words:
        if found and not word.text.startswith(" "):
            before = found.pop()
            scores = [cue.score for cue in (before, word) if cue.score is not None]
            segment = Segment(before.start, max(before.end, word.end))
            word = Cue(segment, before.text + word.text, min(scores, default=None))
        if word.text.strip():
            found.append(word)
    return found
