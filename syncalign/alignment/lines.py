"""Lines through cues: one offset for each piece and one slope for all, to a few milliseconds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.alignment.evidence import Floats, SpeechEvidence

#: A slope must earn this many nats, else there is none.
SLOPE_PRICE = 8.0
_FEWEST_FOR_SLOPE = 20
#: Onsets farther from a line than this tell nothing: by e^-32 a cue lies there.
_REACH_FRAMES, _REACH_SIGMAS = 50, 8.0
_HIT = 0.9  # share of cues whose speech onset follows the line
_ITERATIONS = 14
_SMALLEST_SIGMA, LARGEST_SIGMA = 0.012, 0.4


@dataclass(frozen=True, slots=True, eq=False)
class LineFit:
    """``t_reference = t + offsets[piece] + slope * (t - pivot)``, t by the clock of the piece.

    Parameters
    ----------
    offsets : np.ndarray [shape=(P,)]
        Offset of each piece at the pivot, in seconds.
    slope : float
        Common drift, in seconds a second; 0 where none was earned.
    pivot : float
        Time about which the slope turns, in seconds.
    sigma : float
        Spread of the cues' speech onsets about their lines, in seconds.
    hits : np.ndarray [shape=(N,)]
        Probability that each cue's onset follows its line rather than being an outlier.
    gain : float
        Log likelihood over "no onset follows any line", prices paid, in nats.
    """

    offsets: Floats
    slope: float
    pivot: float
    sigma: float
    hits: Floats
    gain: float

    def place(self, times: Floats, piece: npt.NDArray[np.int64]) -> Floats:
        """Map times, each by the line of its piece, whose clock they are given by."""
        return np.asarray(times + self.offsets[piece] + self.slope * (times - self.pivot))


def fit_lines(
    evidence: SpeechEvidence,
    starts: Floats,
    piece: npt.NDArray[np.int64],
    offsets: Floats,
    *,
    slope: float | None = None,
    widest: float = LARGEST_SIGMA,
) -> LineFit:
    """Fit offsets and slope by expectation maximisation.

    Each cue's speech onset lies normally about its piece's line, except for one in ten that lies
    anywhere; where it lies is told by the onset evidence. No grid: precise to a few milliseconds.

    Parameters
    ----------
    evidence : SpeechEvidence
        The sound.
    starts : np.ndarray [shape=(N,)]
        Starts of the cues, in seconds; each by the clock of its piece (query time x its rate).
    piece : np.ndarray of int [shape=(N,)]
        Piece of each cue, 0..P-1, ascending.
    offsets : np.ndarray [shape=(P,)]
        First guess, to 0.2 s.
    slope : float, optional
        First guess of a slope to consider; None considers none.
    widest : float
        Most that the cues may spread about their lines, in seconds.

    Returns
    -------
    LineFit
        The better of the fits without and with a slope, which costs ``SLOPE_PRICE``.
    """
    flat = _maximise(evidence, starts, piece, offsets, None, widest)
    if slope is None or len(starts) < _FEWEST_FOR_SLOPE:
        return flat
    tilted = _maximise(evidence, starts, piece, offsets, slope, widest)
    return tilted if tilted.gain > flat.gain else flat


def _maximise(
    evidence: SpeechEvidence,
    starts: Floats,
    piece: npt.NDArray[np.int64],
    offsets: Floats,
    slope: float | None,
    widest: float,
) -> LineFit:
    pivot = float(starts.mean())
    far = starts - pivot
    offsets, tilt, sigma = np.asarray(offsets, dtype=np.float64), slope or 0.0, 0.15
    for _ in range(_ITERATIONS):
        share = _Responsibility.of(evidence, starts + offsets[piece] + tilt * far, sigma)
        hits, residual = share.hits, share.residual
        count = np.bincount(piece, hits) + 1e-6
        mean = np.bincount(piece, hits * residual) / count
        turn = 0.0
        if slope is not None:  # by what the pieces' own offsets do not take up
            middle = np.bincount(piece, hits * far) / count
            apart = hits * (far - middle[piece])
            turn = float(apart @ residual / (apart @ far + 1.0))
            mean -= turn * middle
        offsets, tilt = offsets + mean, tilt + turn
        variance = float((hits * share.spread).sum() / (hits.sum() + 1e-9))
        sigma = min(max(variance**0.5, _SMALLEST_SIGMA), widest)
    gain = share.log_likelihood - (0.0 if slope is None else SLOPE_PRICE)
    return LineFit(offsets, tilt, pivot, sigma, share.hits, gain)


@dataclass(frozen=True, slots=True, eq=False)
class _Responsibility:
    """Where the onsets near the lines lie, given the lines (the expectation step)."""

    hits: Floats
    residual: Floats
    spread: Floats
    log_likelihood: float

    @classmethod
    def of(cls, evidence: SpeechEvidence, expected: Floats, sigma: float) -> _Responsibility:
        reach = min(math.ceil(100 * _REACH_SIGMAS * sigma), _REACH_FRAMES)
        near = np.arange(-reach, reach + 1)
        frames = np.rint(expected * 100).astype(np.int64)[:, None] + near
        distance = frames / 100 - expected[:, None]
        prior = np.exp(-0.5 * (distance / sigma) ** 2)
        prior /= prior.sum(axis=1, keepdims=True)
        weight = prior * evidence.onset_odds[np.clip(frames, 0, len(evidence.onset_odds) - 1)]
        total = weight.sum(axis=1)
        weight /= total[:, None]
        likelihood = _HIT * total + 1 - _HIT
        return cls(
            hits=_HIT * total / likelihood,
            residual=(weight * distance).sum(axis=1),
            spread=(weight * distance**2).sum(axis=1),
            log_likelihood=float(np.log(likelihood).sum()),
        )
