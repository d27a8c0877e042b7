"""Synthetic speech of a text, with the place of every phone in it, to a sample."""

from __future__ import annotations

import contextlib
import ctypes
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from syncalign.media.ahead import work_ahead
from syncalign.streams.espeak import phonemes, unload_library, using_voice

#: Words a minute of the synthesizer: what people read at, near enough.
WORDS_A_MINUTE = 160

_UP, _DOWN = 320, 441  # from 22.05 to 16 kHz
_RATE_PARAMETER = 1  # espeakRATE
_UTF8 = 1
_END, _PHONEME = 0, 7
#: Stress, length, syllable, linking and tie marks: the same phone, said otherwise.
_MARKS = re.compile(r"[ˈˌː.ʲ͡|_\-ˑ̆ʼ]")


@dataclass(frozen=True, slots=True, eq=False)
class Phones:
    """The phones of a spoken text, in order.

    Parameters
    ----------
    names : tuple of str
        In IPA, without stress and length.
    starts, ends : np.ndarray of int64 [shape=(P,)]
        Samples of the speech at 16 kHz, half-open.
    words : np.ndarray of int64 [shape=(P,)]
        Which word each is of.
    """

    names: tuple[str, ...]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    words: npt.NDArray[np.int64]


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("text", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


def speak(
    phrases: Sequence[Sequence[str]], voice: str
) -> Iterator[tuple[npt.NDArray[np.float32], Phones]]:
    """Speak phrases, one after the other; the same phrases sound the same each time.

    Parameters
    ----------
    phrases : sequence of sequence of str
        The words of each phrase, as they are to be said.
    voice : str
        As espeak-ng calls it: ``en-us``, ``it``.

    Yields
    ------
    samples : np.ndarray of float32 [shape=(N,)]
        The phrase at 16 kHz, between -1 and 1.
    phones : Phones
        Its phones; words are counted within the phrase. Words that espeak-ng says in one breath
        (*of the*) share its phones as they would have them alone.

    Raises
    ------
    DependencyError
        espeak-ng is not there.
    ParameterError
        There is no such voice.
    """
    from scipy.signal import resample_poly

    unload_library()
    spoken = (_synthesize(" ".join(words), voice) for words in phrases)
    with contextlib.closing(work_ahead(spoken, items=2)) as ahead:
        for words, (recording, events) in zip(phrases, ahead, strict=True):
            single = recording.astype(np.float32) / 32768
            samples = resample_poly(single, _UP, _DOWN, window=_taps())
            yield samples.astype(np.float32), _phones(events, len(recording), words, voice)


def _synthesize(text: str, voice: str) -> tuple[npt.NDArray[np.int16], list[tuple[int, int, str]]]:
    """Return samples at 22.05 kHz and of each phone its sample, position in the text and name."""
    pieces: list[bytes] = []
    events: list[tuple[int, int, str]] = []
    listener = _listen(pieces, events)  # kept: the library holds no reference
    with using_voice(voice) as library:
        library.espeak_SetSynthCallback(listener)
        library.espeak_SetParameter(_RATE_PARAMETER, WORDS_A_MINUTE, 0)
        encoded = text.replace("\0", " ").encode() + b"\0"
        library.espeak_Synth(encoded, len(encoded), 0, 0, 0, _UTF8, None, None)
        library.espeak_SetSynthCallback(None)
    return np.frombuffer(b"".join(pieces), np.int16), events


@cache
def _taps() -> npt.NDArray[np.float32]:
    """Low pass of the resampling; designing it takes longer than using it."""
    from scipy.signal import firwin

    taps: npt.NDArray[np.float32] = firwin(20 * _DOWN + 1, 1 / _DOWN, window=("kaiser", 5.0))
    return taps.astype(np.float32)


def _listen(pieces: list[bytes], events: list[tuple[int, int, str]]) -> Callable[..., int]:
    def listen(samples: Any, count: int, event: Any) -> int:
        if count > 0:
            pieces.append(ctypes.string_at(samples, 2 * count))
        index = 0
        while event[index].type != _END:
            if event[index].type == _PHONEME:
                name = event[index].id.text.decode("utf-8", "replace")
                events.append((event[index].sample, event[index].text_position, name))
            index += 1
        return 0

    return _Callback(listen)


def _phones(
    events: list[tuple[int, int, str]], size: int, words: Sequence[str], voice: str
) -> Phones:
    """Keep what sounds, give it an end and a word."""
    begins = np.cumsum([0, *(len(word) + 1 for word in words)])[:-1] + 1
    samples = np.array([*(sample for sample, _, _ in events), size], np.int64)
    names = [_MARKS.sub("", name) for _, _, name in events]
    sounding = [k for k, name in enumerate(names) if name and samples[k] < samples[k + 1]]
    positions = np.array([events[k][1] for k in sounding], np.int64)
    owners = np.maximum(np.searchsorted(begins, positions, side="right") - 1, 0)
    return Phones(
        names=tuple(names[k] for k in sounding),
        starts=samples[sounding] * _UP // _DOWN,
        ends=samples[[k + 1 for k in sounding]] * _UP // _DOWN,
        words=_shared(owners, words, voice),
    )


def _shared(
    owners: npt.NDArray[np.int64], words: Sequence[str], voice: str
) -> npt.NDArray[np.int64]:
    """Give words without a phone of their own theirs of the word before them."""
    has = np.zeros(len(words), bool)
    has[owners] = True
    if has.all() or not has.any():
        return owners
    result = owners.copy()
    heads = np.flatnonzero(has)
    for head, after in zip(heads.tolist(), [*heads[1:].tolist(), len(words)], strict=True):
        first = 0 if head == heads[0] else head  # what precedes the first sounding word is its own
        if after - first < 2:
            continue
        alone = [max(1, phonemes(word, voice).count("_") + 1) for word in words[first:after]]
        mine = np.flatnonzero(owners == head)
        edges = np.cumsum(alone) / sum(alone) * len(mine)
        result[mine] = first + np.searchsorted(edges, np.arange(len(mine)) + 0.5)
    return result
