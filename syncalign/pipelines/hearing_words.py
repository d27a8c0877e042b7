"""Hearing the words of a region: what to do where a network loses its way, and what is kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace

import numpy as np

from syncalign.cache import Cache
from syncalign.models.whisper import RATE, Samples, Whisper
from syncalign.timebase import Cue, Segment

#: A region of fewer seconds is not cut in two where the network loses its way.
_SHORTEST_CUT = 6.0
_WINDOW_SAMPLES = RATE // 20


@dataclass(frozen=True, slots=True)
class HeardRegion:
    """The words of a region.

    Parameters
    ----------
    words : tuple of Cue
        In order. A text begins with a blank where a word begins.
    lost : float
        Seconds in which somebody seems to speak, and the network loses its way.
    """

    words: tuple[Cue, ...] = ()
    lost: float = 0.0

    def moved(self, region: Segment) -> HeardRegion:
        """Put seconds of a region on the clock that the region is on, inside of it."""
        words = []
        for word in self.words:
            start, end = (min(region.start + t, region.end) for t in (word.start, word.end))
            words.append(replace(word, segment=Segment(start, end)))
        return replace(self, words=tuple(words))


@dataclass(frozen=True, slots=True)
class Ear:
    """A network that listens for one language.

    Parameters
    ----------
    whisper : Whisper
        The network.
    language : str
        What is spoken.
    weights_key : str or None
        Tells its weights from others; None keeps nothing.
    cache : Cache or None
        Where what was heard is kept.
    """

    whisper: Whisper
    language: str
    weights_key: str | None = None
    cache: Cache | None = None

    def hear(self, samples: Samples) -> HeardRegion:
        """Write down a region of 30 s at most; seconds are the region's."""
        if self.cache is None or self.weights_key is None:
            return self._listen(samples)
        listener = (self.weights_key, self.whisper.backend, self.whisper.device, self.language)
        digest = hashlib.sha256(repr(("words", *listener)).encode())
        digest.update(np.ascontiguousarray(samples, np.float32).tobytes())
        stored = self.cache.get(digest.hexdigest())
        if stored is not None:
            return _unpacked(stored)
        heard = self._listen(samples)
        self.cache.put(digest.hexdigest(), _packed(heard))
        return heard

    def _listen(self, samples: Samples) -> HeardRegion:
        heard = self.whisper.hear(samples, self.language)
        if heard.is_silent:
            return HeardRegion()
        if not heard.is_loop:
            return HeardRegion(heard.words)
        seconds = len(samples) / RATE
        if seconds < _SHORTEST_CUT:
            return HeardRegion(lost=seconds)
        # To draw words by lot, as OpenAI does, leads out of a loop as well: each time elsewhere.
        at = _quietest(samples)
        first, second = self._listen(samples[:at]), self._listen(samples[at:])
        second = second.moved(Segment(at / RATE, seconds))
        return HeardRegion(first.words + second.words, first.lost + second.lost)


def _quietest(samples: Samples) -> int:
    """Return where the middle half of a region is quietest, as a sample."""
    windows = len(samples) // _WINDOW_SAMPLES
    power = (samples[: windows * _WINDOW_SAMPLES].reshape(windows, -1) ** 2).mean(axis=1)
    low, high = windows // 4, windows - windows // 4
    return (low + int(np.argmin(power[low:high]))) * _WINDOW_SAMPLES + _WINDOW_SAMPLES // 2


def _packed(heard: HeardRegion) -> bytes:
    words = [(word.start, word.end, word.text, word.score) for word in heard.words]
    return json.dumps({"words": words, "lost": heard.lost}).encode()


def _unpacked(stored: bytes) -> HeardRegion:
    fields = json.loads(stored)
    words = (Cue(Segment(start, end), text, score) for start, end, text, score in fields["words"])
    return HeardRegion(tuple(words), fields["lost"])
