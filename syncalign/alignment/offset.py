"""One offset for all cues, by cross-correlation over every possible shift."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from syncalign.alignment.evidence import Floats, Singles, SpeechEvidence

_RATE_HZ = 20
_FRAMES = 100 // _RATE_HZ
#: A runner-up must lie this far from the winner, in seconds, to count as another answer.
RUNNER_UP_DISTANCE = 1.0


@dataclass(frozen=True, slots=True)
class OffsetPeak:
    """The best single offset and how far it stands out.

    Parameters
    ----------
    offset : float
        Seconds to add to the cues' times: ``t_reference = t_query + offset``; to 50 ms.
    sigma : float
        Height of the peak above all shifts, in standard deviations over the shifts.
    runner_up : float
        Height of the best shift at least a second away, in the same unit.
    """

    offset: float
    sigma: float
    runner_up: float


@dataclass(frozen=True)
class Correlator:
    """Correlates many cue lists with one sound.

    Activity with activity and onsets with onsets, each in units of its own deviation over the
    shifts, so that neither outvotes the other whatever its scale.

    Parameters
    ----------
    evidence : SpeechEvidence
        The sound.
    span : float
        Longest time from the first cue's start to the last one's end that will be asked for, in
        seconds; decides the transform's size.
    """

    evidence: SpeechEvidence
    span: float

    @cached_property
    def size(self) -> int:
        """Length of the transform: no shift wraps onto another."""
        needed = int((self.evidence.duration + self.span) * _RATE_HZ) + 2 * _RATE_HZ
        return _smooth_size(needed)

    @cached_property
    def _spectra(self) -> tuple[npt.NDArray[np.complex64], npt.NDArray[np.complex64]]:
        frames = np.arange(0, len(self.evidence.log_odds) + 1, _FRAMES)
        active = self.evidence.activity(frames[:-1], frames[1:]) / _FRAMES
        odds = self.evidence.onset_odds[: len(active) * _FRAMES]
        # The root is milder than the odds: one click must not decide.
        begins = np.sqrt(odds).reshape(-1, _FRAMES).mean(axis=1)
        return self._spectrum(active), self._spectrum(begins)

    def _spectrum(self, track: npt.NDArray[np.floating]) -> npt.NDArray[np.complex64]:
        if len(track) == 0:
            return np.zeros(self.size // 2 + 1, np.complex64)
        centred = (track - track.mean(dtype=np.float64)).astype(np.float32)
        return np.fft.rfft(centred, self.size).astype(np.complex64, copy=False)

    def correlate(self, starts: Floats, ends: Floats) -> Singles:
        """Return the agreement for each shift, in standard deviations over the shifts.

        The cues begin at 0 s. Index k is a shift of ``k / 20`` seconds; negative shifts count
        from the end, as in a discrete Fourier transform.
        """
        first = np.clip(np.rint(starts * _RATE_HZ).astype(int), 0, self.size - 1)
        stop = np.clip(np.rint(ends * _RATE_HZ).astype(int), 0, self.size - 1)
        onset = np.bincount(first, minlength=self.size).astype(np.float32)
        balance = onset - np.bincount(stop, minlength=self.size).astype(np.float32)
        shown = (np.cumsum(balance) > 0.5).astype(np.float32)
        covered = int(stop.max(initial=0)) + 1
        shown[:covered] -= shown[:covered].mean()
        active, begins = self._spectra
        total = _normalised(active * np.conj(np.fft.rfft(shown)), self.size)
        total += _normalised(begins * np.conj(np.fft.rfft(onset)), self.size)
        values = np.fft.irfft(total, self.size).astype(np.float32)
        deviation = float(values.std())
        return values / np.float32(deviation) if deviation > 0 else values

    def peak(self, starts: Floats, ends: Floats) -> OffsetPeak:
        """Find the best shift of cues that are given in seconds, and its rival."""
        first = float(starts.min()) if len(starts) else 0.0
        values = self.correlate(starts - first, ends - first)
        best = int(values.argmax())
        sigma = float(values[best])
        away = np.arange(best - _REACH, best + _REACH + 1) % self.size
        values[away] = -np.inf
        # A shift beyond the end of the sound is one to before its start.
        shift = best if best < self.evidence.duration * _RATE_HZ else best - self.size
        return OffsetPeak(shift / _RATE_HZ - first, sigma, float(values.max()))


_REACH = int(RUNNER_UP_DISTANCE * _RATE_HZ)


def _normalised(product: npt.NDArray[np.complex64], size: int) -> npt.NDArray[np.complex64]:
    """Scale a half spectrum so that its inverse transform has deviation 1 (Parseval)."""
    product[0] = 0
    deviation = float(np.sqrt(2 * np.sum(np.abs(product) ** 2, dtype=np.float64))) / size
    return product / np.float32(deviation) if deviation > 0 else product


def _smooth_size(least: int) -> int:
    """Smallest even size not below ``least`` with no prime factor above 5: quick to transform."""
    best = 1 << max(1, least - 1).bit_length()
    five = 1
    while five < best:
        three = five
        while three < best:
            size = three << max(1, (-(-least // three) - 1).bit_length())
            if least <= size < best:
                best = size
            three *= 3
        five *= 5
    return best
