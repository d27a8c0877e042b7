"""Signs: what tells a place that was found from one that only seems so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.hearing import SpeechTime

Doubles = npt.NDArray[np.float64]

#: The beginning of a unit: its first words, until they have so many phones.
_BEGINNING_PHONES = 6
#: Nats a phone beyond which more says no more.
_MOST_NATS = 8.0
#: Seconds of speech without a text beyond which more says no more.
_MOST_FREE = 2.0
UNIT_SIGNS = 10


def text_signs(following: Following) -> Doubles:
    """Return the signs that a recording is a reading of a text at all [shape=(1, 4)].

    How much of the text was found; what speaks for that, in nats a tenth of a second and a phone;
    and how long the text is: of a few lines the reader's voice is not learned well.
    """
    found = following.is_found
    phones, all_phones = following.phones[found].sum(), following.phones.sum()
    frames = 100 * (following.ends - following.starts)[found].sum()
    nats = following.nats[found].sum()
    share, length = phones / max(1, all_phones), np.log10(all_phones + 10)
    return np.array([[share, 10 * nats / max(1.0, frames), nats / max(1, phones), length]])


def unit_signs(
    following: Following, units: Sequence[tuple[int, int]], odds: npt.NDArray[np.floating]
) -> Doubles:
    """Return the signs that each unit begins where it was found [shape=(U, 10)].

    What speaks for its first word, its beginning and all of it, in nats a phone; how much of it was
    found, and whether its first word was; how far its pace and its first word's are from the
    recording's; seconds of speech without a text before and behind it: what was left out there may
    be what it should be; what speaks for the recording's words as a rule.

    Parameters
    ----------
    following : Following
        Where the words were found.
    units : sequence of (int, int)
        Half-open ranges of words.
    odds : np.ndarray [shape=(T,)]
        Log odds of speech at each frame.
    """
    usual = _usual(_pace(following))
    rule = float(_limited(following.rule))
    free = _FreeSpeech(following, odds)
    rows = np.zeros((len(units), UNIT_SIGNS))
    for row, (first, last) in zip(rows, units, strict=True):
        spoken = first + np.flatnonzero(following.phones[first:last])
        found = spoken[following.is_found[spoken]]
        if len(found):
            phones = following.phones[found]
            upto = np.searchsorted(np.cumsum(phones), _BEGINNING_PHONES) + 1
            duration = following.ends[found] - following.starts[found]
            row[:] = (
                _limited(following.nats[found[0]] / phones[0]),
                _limited(following.nats[found[:upto]].sum() / phones[:upto].sum()),
                _limited(following.nats[found].sum() / phones.sum()),
                phones.sum() / following.phones[spoken].sum(),
                float(found[0] == spoken[0]),
                _oddness(duration.sum() / phones.sum() / usual),
                _oddness(duration[0] / phones[0] / usual),
                free.before(following.starts[found[0]]),
                free.behind(following.ends[found[-1]]),
                rule,
            )
    return rows


class _FreeSpeech:
    """Speech at which no word was found."""

    def __init__(self, following: Following, odds: npt.NDArray[np.floating]) -> None:
        found = following.is_found
        order = np.argsort(following.starts[found], kind="stable")
        self._starts = following.starts[found][order]
        self._ends = np.maximum.accumulate(following.ends[found][order])
        self._speech, self._whole = SpeechTime(odds), len(odds) / 100

    def before(self, start: float) -> float:
        """Return the seconds of it between a word that begins here and the one before."""
        index = np.searchsorted(self._starts, start - 1e-6)
        return self._seconds(self._ends[index - 1] if index else 0.0, start)

    def behind(self, end: float) -> float:
        """Return the seconds of it between a word that ends here and the next one."""
        index = np.searchsorted(self._starts, end - 1e-6)
        stop = self._starts[index] if index < len(self._starts) else self._whole
        return self._seconds(end, stop)

    def _seconds(self, begin: float, end: float) -> float:
        return min(max(0.0, self._speech.frames(begin, end) / 100), _MOST_FREE)


def _oddness(ratio: float) -> float:
    return float(abs(np.log(min(max(ratio, 0.05), 20.0))))


def word_signs(following: Following) -> Doubles:
    """Return the signs that each word begins where it was found [shape=(W, 7)].

    What speaks for it, for the word before and the word behind, in nats a phone; how far its pace
    is from the recording's; how many phones it has; what speaks for the words as a rule; whether it
    was not heard itself.
    """
    pace, heard = _pace(following), following.heard
    each = _limited(heard.nats / np.maximum(heard.phones, 1))
    each[~heard.is_found] = 0
    around = np.pad(each, 1)
    ratio = np.where(np.isnan(pace), 1.0, pace / _usual(_pace(heard)))
    odd = np.abs(np.log(np.clip(ratio, 0.05, 20.0)))
    few = np.log(np.maximum(heard.phones, 1))
    rule = np.full(len(each), float(_limited(heard.rule)))
    is_filled = following.is_found & ~heard.is_found
    return np.column_stack([each, around[:-2], around[2:], odd, few, rule, is_filled])


def _pace(following: Following) -> Doubles:
    """Seconds a phone of each word [shape=(W,)]."""
    pace: Doubles = (following.ends - following.starts) / np.maximum(following.phones, 1)
    return pace


def _usual(pace: Doubles) -> float:
    return float(np.nanmedian(pace)) if np.isfinite(pace).any() else 0.08


def _limited(nats: npt.ArrayLike) -> Doubles:
    result: Doubles = np.clip(nats, -_MOST_NATS, _MOST_NATS)
    return result
