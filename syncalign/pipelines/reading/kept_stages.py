"""Hearing, saying and following of hours, kept so that a run that was broken off goes on there."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import fields
from importlib.metadata import version
from typing import Any

import numpy as np
import numpy.typing as npt

from syncalign.cache import Cache, code_digest, content_key
from syncalign.features.spectral import FRAME_RATE
from syncalign.models.phone_shapes import PhoneShapes
from syncalign.models.phone_space import space_digest
from syncalign.models.speech_detector import detector_digest
from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.hearing import Hearing, hear
from syncalign.pipelines.reading.saying import Saying, say
from syncalign.pipelines.reading.script import Script
from syncalign.progress import Progress
from syncalign.streams.sound import Sound
from syncalign.timebase import Features, Grid

#: Frames below which all is done again in a second or two, and keeping it is not worth the room.
_WORTH_KEEPING = 20 * 60 * 100
_SAID = ("phones", "starts", "ends", "words", "features", "active")
_FOUND = ("starts", "ends", "nats", "phones")


def kept_hearing(sound: Sound, cache: Cache | None, progress: Progress | None) -> Hearing:
    """Listen to a recording, or remember what was heard in it.

    What is heard in damaged sound is not kept, so that the damage is told each time.
    """
    key = None if cache is None else _sound_key(sound)
    stored = _get(cache, key)
    if stored is not None:
        sound.recall(stored["sizes"].tolist())
        values, odds = stored["values"], stored["odds"]
        return Hearing(Features(values, Grid(FRAME_RATE, 0.0, len(values))), odds)
    heard = hear(sound.blocks(progress))
    if len(heard) >= _WORTH_KEEPING and not sound.damaged_packets:
        sizes = np.array([part.end - part.start for part in sound.parts])
        values = np.asarray(heard.features.values)
        _put(cache, key, {"values": values, "odds": heard.odds, "sizes": sizes})
    return heard


def kept_saying(
    script: Script, voice: str, cache: Cache | None, progress: Progress | None
) -> Saying:
    """Have a text spoken, or remember how it was."""
    key = None if cache is None else _text_key(script, voice)
    stored = _get(cache, key)
    if stored is not None:
        names = tuple(stored.pop("names").tolist())
        return Saying(names, **stored)
    saying = say(script.tokens, voice, progress)
    if len(saying.active) >= _WORTH_KEEPING:
        arrays = {name: getattr(saying, name) for name in _SAID}
        _put(cache, key, {"names": np.array(saying.names), **arrays})
    return saying


def kept_following(
    hearing: Hearing,
    saying: Saying,
    *given: npt.NDArray[Any],
    cache: Cache | None,
    make: Callable[[], Following],
) -> Following:
    """Find each word of a text, or remember where each was found.

    Parameters
    ----------
    hearing, saying : Hearing, Saying
        The recording and the text.
    given : np.ndarray
        Whatever else the answer depends on.
    cache : Cache or None
        The memory.
    make : callable
        Finds the words.
    """
    if cache is None or len(hearing) < _WORTH_KEEPING:
        return make()
    heard = (np.asarray(hearing.features.values), hearing.odds)
    said = (np.array(saying.names), *(getattr(saying, name) for name in _SAID))
    key = _arrays_key(*heard, *said, *given)
    stored = _get(cache, key)
    if stored is not None:
        shapes = {f.name: stored.pop(f.name) for f in fields(PhoneShapes) if f.name in stored}
        return Following(shapes=PhoneShapes(**shapes) if shapes else None, **stored)
    found = make()
    arrays = {name: getattr(found, name) for name in _FOUND}
    if found.shapes is not None:
        arrays |= {f.name: getattr(found.shapes, f.name) for f in fields(PhoneShapes)}
    _put(cache, key, arrays)
    return found


def _arrays_key(*arrays: npt.NDArray[Any]) -> str:
    digest = hashlib.sha256(repr(("following", code_digest())).encode())
    for array in arrays:
        digest.update(repr((array.dtype.str, array.shape)).encode())
        digest.update(np.ascontiguousarray(array).view(np.uint8).data)
    return digest.hexdigest()


def _sound_key(sound: Sound) -> str | None:
    settings = ("hearing", code_digest(), sound.track, space_digest(), detector_digest())
    keys = [content_key(path, *settings) for path in sound.paths]
    if not all(keys):
        return None
    return hashlib.sha256(repr(keys).encode()).hexdigest()


def _text_key(script: Script, voice: str) -> str:
    said = [(token.spoken[:1], token.line, token.sentence) for token in script.tokens]
    by = (code_digest(), version("espeakng-loader"), space_digest())
    return hashlib.sha256(repr(("saying", by, voice, said)).encode()).hexdigest()


def _get(cache: Cache | None, key: str | None) -> dict[str, Any] | None:
    stored = cache.get(key) if cache is not None and key is not None else None
    if stored is None:
        return None
    with np.load(io.BytesIO(stored), allow_pickle=False) as arrays:
        return dict(arrays)


def _put(cache: Cache | None, key: str | None, arrays: Mapping[str, Any]) -> None:
    if cache is None or key is None:
        return
    packed = io.BytesIO()
    np.savez(packed, **arrays)
    cache.put(key, packed.getvalue())
