"""SpeechEvidence: where a sound has speech and where that begins, ready for a search."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from syncalign.errors import ParameterError
from syncalign.timebase import Features

FRAMES_PER_BIN = 10
#: Weight of one frame's activity log odds beside an onset's: frames of one cue are not independent
#: (measured on development recordings: 0.01 to 0.04 do equally well).
ACTIVITY_WEIGHT = 0.02
#: No cue counts for less than this, in nats: a cue that was never spoken must not outvote others.
LOWEST_CUE_SCORE = -3.0
_ONSET_SLACK_FRAMES = 5

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SpeechEvidence:
    """Log odds of speech and of its onsets, with the sums that scoring cues needs.

    Parameters
    ----------
    log_odds : Features [shape=(T, 2)]
        Natural-log odds against the base rate at 100 Hz: column 0 *speech is active*, column 1
        *a stretch of speech begins here*. The grid starts at 0.
    """

    log_odds: Features

    def __post_init__(self) -> None:
        """Check the shape and the grid."""
        values, grid = self.log_odds.values, self.log_odds.grid
        if values.ndim != 2 or values.shape[1] != 2 or grid.rate != 100 or grid.start != 0:
            raise ParameterError("speech evidence needs two columns at 100 Hz from 0 s")

    @property
    def duration(self) -> float:
        """Length of the sound in seconds."""
        return self.log_odds.grid.duration

    @cached_property
    def onset_odds(self) -> Singles:
        """Odds that speech begins [shape=(T,)]."""
        return np.exp(self._column(1, -4, 7))

    @cached_property
    def _active(self) -> _RunningSum:
        return _RunningSum.of(self._column(0, -4, 4), highest=4, scale=2**10)

    @cached_property
    def _begins(self) -> _RunningSum:
        return _RunningSum.of(self.onset_odds, highest=1100, scale=2**14)

    def activity(self, first: Integers, stop: Integers) -> Floats:
        """Sum the log odds that speech is active, clipped, over frames from first to stop.

        Of stretches of over 80 minutes only the first 80 minutes count.
        """
        return self._active.over(first, stop)

    def _column(self, index: int, low: float, high: float) -> Singles:
        column = self.log_odds.values[:, index].astype(np.float32)
        return np.clip(column, np.float32(low), np.float32(high))

    @cached_property
    def onset_bins(self) -> Singles:
        """Log odds that speech begins within 100 ms of each instant k / 10 s [shape=(T // 10,)]."""
        size = len(self.log_odds)
        at = np.arange(size // FRAMES_PER_BIN) * FRAMES_PER_BIN
        return self._mean_onset(at, FRAMES_PER_BIN).astype(np.float32)

    def _mean_onset(self, frames: Integers, reach: int) -> Floats:
        size = len(self.log_odds)
        low, high = np.clip(frames - reach, 0, size), np.clip(frames + reach + 1, 0, size)
        mean = self._begins.over(low, high) / (2 * reach + 1)
        return np.asarray(np.log(np.maximum(mean, 1e-3)))

    def cue_scores(self, starts: Floats, ends: Floats) -> Floats:
        """Score cues at exact places.

        Parameters
        ----------
        starts, ends : np.ndarray [shape=(N,)]
            Seconds of the sound.

        Returns
        -------
        np.ndarray [shape=(N,)]
            Nats in favour of each place, against nowhere in particular.
        """
        begin, size = np.rint(starts * 100), len(self.log_odds)
        first, stop = self._frames(starts, ends)
        active = self.activity(first, stop)
        score = self._mean_onset(first, _ONSET_SLACK_FRAMES) + ACTIVITY_WEIGHT * active
        inside = (begin >= 0) & (begin < size)
        return np.where(inside, np.maximum(score, LOWEST_CUE_SCORE), LOWEST_CUE_SCORE)

    def mean_activity(self, starts: Floats, ends: Floats) -> Floats:
        """Mean log odds, clipped, that speech is active from start to end [shape=(N,)]."""
        first, stop = self._frames(starts, ends)
        return np.asarray(self.activity(first, stop) / np.maximum(stop - first, 1))

    def _frames(self, starts: Floats, ends: Floats) -> tuple[Integers, Integers]:
        """First and stop frame of stretches, inside the sound, one frame long at least."""
        size = len(self.log_odds)
        first = np.clip(np.rint(starts * 100).astype(np.int64), 0, max(size - 1, 0))
        stop = np.clip(np.rint(ends * 100).astype(np.int64), first + 1, max(size, 1))
        return first, np.minimum(stop, size)


@dataclass(frozen=True, slots=True, eq=False)
class _RunningSum:
    """Sums over stretches, from a running sum of whole units of 1 / ``scale``, modulo 2**32.

    The running sum may pass 2**32 as often as it likes: the difference over a stretch of up to
    ``longest`` values is right. Half the memory of a running sum in floats that would do.
    """

    total: npt.NDArray[np.int32]
    scale: int
    longest: int

    @classmethod
    def of(cls, values: Singles, *, highest: int, scale: int) -> _RunningSum:
        longest = (2**31 - 1) // (highest * scale + 1)
        total = np.zeros(len(values) + 1, np.int32)
        units = np.rint(values * np.float32(scale)).astype(np.int32)
        np.cumsum(units, dtype=np.int32, out=total[1:])
        return cls(total, scale, longest)

    def over(self, first: Integers, stop: Integers) -> Floats:
        stop = np.minimum(stop, first + self.longest)
        return np.asarray((self.total[stop] - self.total[first]) / self.scale)
