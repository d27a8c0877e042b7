"""PhoneShapes: what the phones of one recording sound like, learned from the recording itself.

Each phone has two halves, each half one bell curve in the phone space. They begin as a synthesizer
says them and move towards what the recording has where the text was found, the more the oftener a
phone was heard (maximum a posteriori adaptation, Gauvain and Lee 1994; the prior is the
synthesizer's phone under the affine map that carries its voice to the reader's, Leggetter and
Woodland 1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

Singles = npt.NDArray[np.float32]
Floats = npt.NDArray[np.floating]

#: Neighbouring frames say the same again: a frame's nats count for this much.
_FRAME_WEIGHT = 0.35
#: Weight of the speech detector's log odds, which count up to this limit.
_ODDS_WEIGHT, _ODDS_LIMIT = 0.5, 2.0
#: Nats a frame for speech that is no text, at most, and for a phone to last another frame.
_FOREIGN_PRICE, _LASTING_PRICE = 0.75, 0.1
#: How many times as dear such speech is where it parts the words of a phrase: a word alone sounds
#: like much. On development recordings 1.3 to 3 do equally well.
_PARTING = 1.5
#: Log share of quiet among what a frame may be.
_QUIET_SHARE = -0.7
#: A half heard less often than this is as the prior says.
_PRIOR_COUNT = 20.0
_MAP_RIDGE = 200.0
_LEAST_VARIANCE = 0.05
_CHUNK_FRAMES = 1024  # the evidence of one chunk stays in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class PhoneShapes:
    """Bell curves of the halves of phones, and of the quiet between words.

    Parameters
    ----------
    synthetic, means : np.ndarray [shape=(V, D)]
        Centre of each half, as the synthesizer says it and in the recording.
    variances : np.ndarray [shape=(D,)]
        Common to all halves.
    shares : np.ndarray [shape=(V,)]
        Natural logarithm of how often each half is to be expected.
    quiet_mean, quiet_variances : np.ndarray [shape=(D,)]
        Of frames in which nobody speaks.
    """

    synthetic: Singles
    means: Singles
    variances: Singles
    shares: Singles
    quiet_mean: Singles
    quiet_variances: Singles

    @classmethod
    def begin(
        cls, synthetic: Singles, counts: npt.NDArray[np.int64], values: Singles, odds: Singles
    ) -> PhoneShapes:
        """Take the synthesizer's phones for the reader's.

        Parameters
        ----------
        synthetic : np.ndarray [shape=(V, D)]
            Centres.
        counts : np.ndarray of int [shape=(V,)]
            How often the text has each half.
        values, odds : np.ndarray [shape=(T, D)], [shape=(T,)]
            The recording in the phone space, and the detector's log odds of speech.
        """
        shares = np.log((counts + 1) / (counts + 1).sum())
        quiet = values[odds < -1]
        if len(quiet) < 2:
            quiet = values
        return cls(
            synthetic,
            synthetic,
            np.ones(synthetic.shape[1], np.float32),
            shares.astype(np.float32),
            quiet.mean(axis=0, dtype=np.float64).astype(np.float32),
            (quiet.var(axis=0, dtype=np.float64) + _LEAST_VARIANCE).astype(np.float32),
        )

    def evidence(self, values: Floats, odds: Floats) -> Singles:
        """Weigh each half, and a gap between words, against anything that may be heard.

        Parameters
        ----------
        values, odds : np.ndarray of float16 or float32 [shape=(T, D)], [shape=(T,)]
            As for :meth:`begin`.

        Returns
        -------
        np.ndarray of float32 [shape=(T, V + 2)]
            Nats; the last two columns are those of a gap between phrases and of one within a
            phrase, for quiet and foreign sound alike.
        """
        result = np.empty((len(values), len(self.means) + 2), np.float32)
        for first in range(0, len(values), _CHUNK_FRAMES):
            part = slice(first, first + _CHUNK_FRAMES)
            self._weigh(
                values[part].astype(np.float32), odds[part].astype(np.float32), result[part]
            )
        return result

    def _weigh(self, values: Singles, odds: Singles, result: Singles) -> None:
        precise = np.float32(1) / self.variances
        halves: Singles = values @ (self.means * precise).T
        halves -= np.square(self.means) @ (0.5 * precise)
        halves -= (np.square(values) @ (0.5 * precise))[:, None]
        quiet: Singles = ((values - self.quiet_mean) ** 2) @ (-0.5 / self.quiet_variances)
        quiet -= 0.5 * np.log(self.quiet_variances * precise).sum()
        anything: Singles = np.logaddexp(_log_sum(halves + self.shares), quiet + _QUIET_SHARE)
        limited = np.clip(odds, -_ODDS_LIMIT, _ODDS_LIMIT)
        against = _ODDS_WEIGHT * np.maximum(limited, 0)
        halves *= _FRAME_WEIGHT
        against_speech = _ODDS_WEIGHT * np.minimum(limited, 0) - _LASTING_PRICE
        halves += (against_speech - _FRAME_WEIGHT * anything)[:, None]
        result[:, :-2] = halves
        foreign = -np.minimum(against, _FOREIGN_PRICE)
        nobody = _FRAME_WEIGHT * (quiet - anything) - against
        result[:, -2] = np.maximum(foreign, nobody)
        result[:, -1] = np.maximum(foreign * _PARTING, nobody)

    def adapted(self, heard: Heard) -> PhoneShapes:
        """Move towards what was heard."""
        count = heard.counts[:, None]
        often = heard.counts > 5
        if not often.any():
            return self
        with_one = np.column_stack([self.synthetic, np.ones(len(self.synthetic))])
        known, weight = with_one[often], count[often]
        target = heard.sums[often] / weight
        size = with_one.shape[1]
        still = _MAP_RIDGE * np.eye(size)  # without evidence the voice stays what it is
        carried = np.linalg.solve(
            known.T @ (weight * known) + still, known.T @ (weight * target) + still[:, :-1]
        )
        prior = with_one @ carried
        means = (heard.sums + _PRIOR_COUNT * prior) / (count + _PRIOR_COUNT)
        spread = (heard.squares - 2 * means * heard.sums + means**2 * count).sum(axis=0)
        variances = np.maximum(spread / heard.counts.sum(), _LEAST_VARIANCE)
        return replace(self, means=means.astype(np.float32), variances=variances.astype(np.float32))


@dataclass(slots=True, eq=False)
class Heard:
    """Sums over the frames at which each half was heard.

    Attributes
    ----------
    counts : np.ndarray [shape=(V,)]
    sums, squares : np.ndarray [shape=(V, D)]
    """

    counts: npt.NDArray[np.float64]
    sums: npt.NDArray[np.float64]
    squares: npt.NDArray[np.float64]

    @classmethod
    def nothing(cls, halves: int, dimensions: int) -> Heard:
        """Return sums of no frames."""
        return cls(np.zeros(halves), *np.zeros((2, halves, dimensions)))

    @classmethod
    def together(cls, parts: Sequence[Heard]) -> Heard:
        """Return the sums over the frames of all parts."""
        return cls(
            np.sum([part.counts for part in parts], axis=0),
            np.sum([part.sums for part in parts], axis=0),
            np.sum([part.squares for part in parts], axis=0),
        )

    def add(self, values: Singles, halves: npt.NDArray[np.int64]) -> None:
        """Add frames, each heard as one half."""
        order = np.argsort(halves, kind="stable")
        names, firsts, counts = np.unique(halves[order], return_index=True, return_counts=True)
        ordered = values[order].astype(np.float64)
        self.counts[names] += counts
        self.sums[names] += np.add.reduceat(ordered, firsts)
        self.squares[names] += np.add.reduceat(ordered**2, firsts)


def _log_sum(values: Singles) -> Singles:
    """Return the logarithm of each row's sum of exponentials; the values are overwritten."""
    highest = values.max(axis=1)
    values -= highest[:, None]
    result: Singles = highest + np.log(np.exp(values, out=values).sum(axis=1))
    return result
