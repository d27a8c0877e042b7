"""Hearing: a recording in the phone space, with the odds that somebody speaks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.features.cepstra import PHONE_BANK
from syncalign.features.spectral import FRAME_RATE, SPEECH_BANK, levels_by_bank
from syncalign.media import AudioBlock
from syncalign.models.phone_space import built_in_space
from syncalign.models.speech_detector import built_in_detector
from syncalign.timebase import Features, Grid

#: Frames that are taken as speech before and behind those that are.
_AROUND_FRAMES = 5


@dataclass(frozen=True, slots=True, eq=False)
class Hearing:
    """What is heard at each hundredth of a second; frame k is centred on ``k / 100`` s.

    Parameters
    ----------
    features : Features of float16 [shape=(T, 24)]
        The phone space.
    odds : np.ndarray of float16 [shape=(T,)]
        Natural-log odds of speech against the base rate.
    """

    features: Features
    odds: npt.NDArray[np.float16]

    @property
    def active(self) -> npt.NDArray[np.bool_]:
        """Where somebody speaks, a little around it included."""
        return active_frames(self.odds)

    @property
    def speech(self) -> Features:
        """The odds that somebody speaks [shape=(T, 1)]."""
        return Features(self.odds.astype(np.float32)[:, None], Grid(FRAME_RATE, 0.0, len(self)))

    def __len__(self) -> int:
        """Count the frames."""
        return len(self.odds)

    def between(self, first: int, stop: int) -> Hearing:
        """Keep the frames ``first <= k < stop``."""
        return self.of_frames(np.arange(first, stop))

    def of_frames(self, frames: npt.NDArray[np.int64]) -> Hearing:
        """Join some frames to a recording of their own."""
        values = np.asarray(self.features.values)[frames]
        return Hearing(Features(values, Grid(FRAME_RATE, 0.0, len(values))), self.odds[frames])


class SpeechTime:
    """How long somebody speaks between two moments.

    Parameters
    ----------
    odds : np.ndarray [shape=(T,)]
        Log odds of speech at each frame.
    """

    def __init__(self, odds: npt.NDArray[np.floating]) -> None:
        self._spoken = np.concatenate([[0], np.cumsum(odds > 0)])

    def frames(self, begin: float, end: float) -> int:
        """Count those between two moments in seconds; less than none if they are swapped."""
        last = len(self._spoken) - 1
        first, stop = (min(max(round(t * 100), 0), last) for t in (begin, end))
        return int(self._spoken[stop] - self._spoken[first])


def hear(blocks: Iterable[AudioBlock]) -> Hearing:
    """Listen to a recording."""
    speech, phone = levels_by_bank(blocks, (SPEECH_BANK, PHONE_BANK))
    size = min(len(speech), len(phone))  # one bank's window is longer
    odds = built_in_detector().log_odds(speech).values[:size, 0].astype(np.float16)
    levels = Features(np.asarray(phone.values)[:size], Grid(FRAME_RATE, 0.0, size))
    features = built_in_space().features(levels, active_frames(odds))
    return Hearing(features, odds)


def active_frames(odds: npt.NDArray[np.floating]) -> npt.NDArray[np.bool_]:
    """Tell which frames are speech or next to it [shape=(T,)]."""
    count = np.convolve(odds > 0, np.ones(2 * _AROUND_FRAMES + 1), "same") if len(odds) else odds
    active: npt.NDArray[np.bool_] = np.asarray(count > 0.5)[: len(odds)]
    return active
