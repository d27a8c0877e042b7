"""Words that were placed in a region of sound, kept so that a run that was broken off goes on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from importlib.metadata import version

import numpy as np
import numpy.typing as npt

from syncalign.cache import Cache, code_digest
from syncalign.models.pocket_phones import PlacedWord, PocketPhones

_Places = tuple[PlacedWord | None, ...] | None


@dataclass(frozen=True, slots=True)
class KeptPlaces:
    """A recogniser of phones, and a memory of what it placed where.

    Parameters
    ----------
    recogniser : PocketPhones
        Asked for what is not remembered.
    cache : Cache or None
        The memory; None remembers nothing.
    """

    recogniser: PocketPhones
    cache: Cache | None = None

    def align_words(
        self, samples: npt.NDArray[np.float32], words: Sequence[Sequence[str]]
    ) -> _Places:
        """Place the words of a region, as :meth:`PocketPhones.align_words` does."""
        if self.cache is None:
            return self.recogniser.align_words(samples, words)
        key = _key(samples, words)
        stored = self.cache.get(key)
        if stored is not None:
            return _unpacked(stored)
        places = self.recogniser.align_words(samples, words)
        self.cache.put(key, _packed(places))
        return places


def _key(samples: npt.NDArray[np.float32], words: Sequence[Sequence[str]]) -> str:
    said = [list(variants) for variants in words]
    settings = ("placed words", code_digest(), version("pocketsphinx"), said)
    digest = hashlib.sha256(repr(settings).encode())
    digest.update(np.ascontiguousarray(samples, np.float32).tobytes())
    return digest.hexdigest()


def _packed(places: _Places) -> bytes:
    return json.dumps(places and [place and astuple(place) for place in places]).encode()


def _unpacked(stored: bytes) -> _Places:
    places = json.loads(stored)
    return places and tuple(place and PlacedWord(*place) for place in places)
