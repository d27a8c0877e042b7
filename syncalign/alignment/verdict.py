"""How far a time map can be trusted: a calibrated probability, per file and per piece.

The search always finds a best map, on noise too, and the freer it was the better its own score
looks. So the map is judged by cues that had no say in it: the search is run again on every other
cue, and the cues left out are scored where that map puts them, against the same cues a few seconds
away (the null). On a wrong file the left-out cues do no better there than anywhere else, however
many breaks the search took.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from syncalign.alignment.evidence import Floats, SpeechEvidence
from syncalign.alignment.search import CueAlignment, align_cues

#: Two placements of a cue agree within this, in seconds.
_AGREEMENT_SECONDS = 0.25
_SHIFTS = np.concatenate([np.arange(2.0, 42.0, 1.7), -np.arange(2.0, 42.0, 1.7)])
_FEWEST_CUES = 8
#: Every run of a file must stand out by this, in deviations over the null; right ones reach 7.
_RUN_CONTRAST = 4.0
_DOUBTFUL = 0.4

# Logistic regressions, printed by benchmarks/subtitles/calibrate.py on Italian and GRID recordings.
_PIECE_WEIGHTS = np.array([-12.04, 0.62, 3.83, 0.45, 2.76])
_FILE_WEIGHTS = np.array([-3.19, 0.21, 0.55, 1.70])
#: 95 % of a normal scatter of this many seconds lie within 250 ms.
_TIGHT_SIGMA, _TIGHT_SOFTNESS = 0.128, 0.008


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far to trust an alignment.

    Parameters
    ----------
    trust : float
        Calibrated probability that the map is right: at least 95 % of the cues that are present
        go where they belong, give or take the subtitle's own scatter about its lines.
    confidence : float
        The same with that scatter counted: that at least 95 % of them come within 250 ms of their
        speech.
    piece_confidence : tuple of float
        ``confidence`` for the cues of each piece.
    agreement : str
        How far the reference bears the map out, as a clause; empty where it was not asked.
    notes : tuple of str
        What else there is to say, as sentences.
    signs : dict
        The numbers behind it, by name.
    """

    trust: float
    confidence: float
    piece_confidence: tuple[float, ...]
    agreement: str = ""
    notes: tuple[str, ...] = ()
    signs: dict[str, float] = field(default_factory=dict)

    @property
    def reasons(self) -> tuple[str, ...]:
        """What speaks for or against, in sentences that go with the trust."""
        if not self.agreement:
            return self.notes
        return (f"{_stance(self.trust)}: {self.agreement}.", *self.notes)


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a set of cues being where they belong.

    Parameters
    ----------
    cues : int
        How many there are.
    held_out : float
        Contrast of those that had no say, in standard deviations over the null.
    contrast : float
        Contrast of all, in the same unit; never independent of the search.
    score : float
        Mean evidence a cue, in nats.
    agreement : float
        Share of the cues that both searches put at the same place.
    """

    cues: int
    held_out: float
    contrast: float
    score: float
    agreement: float

    def piece_vector(self) -> Floats:
        """Return the numbers that a piece's probability is made of [shape=(5,)]."""
        return np.array(
            [
                1.0,
                np.log1p(max(self.held_out, 0.0)),
                np.log1p(max(self.contrast, 0.0)),
                _rarity_of_failure(self.agreement),
                min(self.score, 10.0) / 10.0,
            ]
        )

    def file_vector(self, share_right: float) -> Floats:
        """Return the numbers that a file's probability is made of [shape=(4,)].

        Parameters
        ----------
        share_right : float
            Share of the cues that the pieces' probabilities expect to be right.
        """
        held_out = np.log1p(max(self.held_out, 0.0))
        return np.array(
            [1.0, held_out, _rarity_of_failure(self.agreement), _rarity_of_failure(share_right)]
        )


def _rarity_of_failure(share: float) -> float:
    return float(-np.log(0.02 + 1 - share))


def collect_signs(
    evidence: SpeechEvidence, alignment: CueAlignment, query_starts: Floats, query_ends: Floats
) -> tuple[Signs, tuple[Signs, ...]]:
    """Return the signs of a whole alignment and of each of its pieces.

    Parameters
    ----------
    evidence : SpeechEvidence
        The sound.
    alignment : CueAlignment
        What :func:`syncalign.alignment.search.align_cues` found.
    query_starts, query_ends : np.ndarray [shape=(N,)]
        The cues it was given.
    """
    half = align_cues(evidence, query_starts[::2], query_ends[::2], anchors=alignment.anchors)
    if half.fit is None:
        again = np.full(len(query_starts), np.inf)
    else:
        again = half.time_map.extrapolate(query_starts)
    lengths = alignment.ends - alignment.starts
    held_out = np.arange(len(query_starts)) % 2 == 1
    agrees = np.abs(again - alignment.starts) < _AGREEMENT_SECONDS

    def of(cues: npt.NDArray[np.bool_]) -> Signs:
        own, left = cues, cues & held_out & np.isfinite(again)
        contrast, score = _contrast(evidence, alignment.starts[own], lengths[own])
        return Signs(
            cues=int(own.sum()),
            held_out=_contrast(evidence, again[left], lengths[left])[0],
            contrast=contrast,
            score=score,
            agreement=float(agrees[own].mean()) if own.any() else 0.0,
        )

    count = len(alignment.time_map.pieces)
    return of(alignment.piece >= 0), tuple(of(alignment.piece == k) for k in range(count))


def _contrast(evidence: SpeechEvidence, starts: Floats, lengths: Floats) -> tuple[float, float]:
    """Contrast of cues with themselves a few seconds away, and their mean score."""
    if not len(starts):
        return 0.0, 0.0
    places = starts[None, :] + np.concatenate([[0.0], _SHIFTS])[:, None]
    totals = evidence.cue_scores(places, places + lengths).mean(axis=1)
    deviation = float(totals[1:].std())
    contrast = float(totals[0] - totals[1:].mean()) / deviation if deviation > 0 else 0.0
    return contrast, float(totals[0])


def judge(
    evidence: SpeechEvidence, alignment: CueAlignment, query_starts: Floats, query_ends: Floats
) -> Verdict:
    """Say how far an alignment can be trusted.

    Parameters
    ----------
    evidence : SpeechEvidence
        The sound.
    alignment : CueAlignment
        What :func:`syncalign.alignment.search.align_cues` found.
    query_starts, query_ends : np.ndarray [shape=(N,)]
        The cues it was given.

    Returns
    -------
    Verdict
    """
    if alignment.fit is None or len(query_starts) < _FEWEST_CUES:
        no_trust = (0.0,) * len(alignment.time_map.pieces)
        return Verdict(0.0, 0.0, no_trust, notes=(_too_little(query_starts),))
    whole, pieces = collect_signs(evidence, alignment, query_starts, query_ends)
    piece_trust = [_logistic(float(_PIECE_WEIGHTS @ signs.piece_vector())) for signs in pieces]
    sizes = np.array([signs.cues for signs in pieces])
    share_right = float(np.average(piece_trust, weights=sizes))
    trust = _logistic(float(_FILE_WEIGHTS @ whole.file_vector(share_right)))
    sigma = alignment.fit.sigma
    tight = _logistic((_TIGHT_SIGMA - sigma) / _TIGHT_SOFTNESS)
    signs = {
        "held_out": whole.held_out,
        "contrast": whole.contrast,
        "score": whole.score,
        "agreement": whole.agreement,
        "share_right": share_right,
        "trust": trust,
    }
    notes: list[str] = []
    doubtful = [index for index, value in enumerate(piece_trust) if value < 0.5]
    if doubtful and trust >= 0.3:
        verb = "piece is" if len(pieces) == 1 else "pieces are"
        notes.append(f"{len(doubtful)} of {len(pieces)} {verb} doubtful.")
    if tight < 0.5 and trust >= 0.3:
        notes.append(
            f"The lines scatter by about {sigma:.2f} s about their best places, too much for"
            " 95 % of them to come within 250 ms."
        )
    confidence = tuple(value * tight for value in piece_trust)
    return Verdict(trust, trust * tight, confidence, _agreement(whole), tuple(notes), signs)


def doubted(
    verdict: Verdict,
    evidence: SpeechEvidence,
    alignment: CueAlignment,
    run: npt.NDArray[np.int64],
) -> Verdict:
    """Lower a verdict where the file's times begin anew and the reference does not answer to all.

    Cues of a run that has no place of its own lie among those of the others, where a mean over the
    file does not miss them: so each run is asked alone.

    Parameters
    ----------
    verdict : Verdict
        Of the whole file.
    evidence : SpeechEvidence
        The sound.
    alignment : CueAlignment
        What was judged.
    run : np.ndarray of int [shape=(N,)]
        Run of each cue of the alignment, in the order of the file.

    Returns
    -------
    Verdict
        The same, or one whose trust is at most ``_DOUBTFUL``.
    """
    lengths = alignment.ends - alignment.starts
    runs = [run == number for number in np.unique(run)]
    large = [cues for cues in runs if cues.sum() >= _FEWEST_CUES]
    if len(large) < 2:
        return verdict
    contrasts = [_contrast(evidence, alignment.starts[c], lengths[c])[0] for c in large]
    if min(contrasts) >= _RUN_CONTRAST:
        return verdict
    times = "once" if len(large) == 2 else f"{len(large) - 1} times"
    reason = (
        f"The file's times begin anew {times}, and the reference does not answer to every"
        " part: it may be two files joined; sync them one by one."
    )
    share = min(verdict.trust, _DOUBTFUL) / max(verdict.trust, 1e-9)
    return replace(
        verdict,
        trust=verdict.trust * share,
        confidence=verdict.confidence * share * share,
        piece_confidence=tuple(value * share for value in verdict.piece_confidence),
        notes=(reason, *verdict.notes),
        signs={**verdict.signs, "weakest_run": min(contrasts)},
    )


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-min(max(value, -30.0), 30.0)))


def _too_little(distinct: Floats) -> str:
    if len(distinct) < _FEWEST_CUES:
        moments = "1 moment" if len(distinct) == 1 else f"{len(distinct)} moments"
        return f"Spoken cues at {moments} are too few to tell where they belong."
    return "Nothing in the reference answers to the cues: it may be silent, or the wrong file."


def _agreement(whole: Signs) -> str:
    return (
        f"cues that had no say stand {whole.held_out:.1f} deviations above chance, and"
        f" {whole.agreement:.0%} of the cues go to the same place without half of the others"
    )


def _stance(trust: float) -> str:
    if trust >= 0.8:
        return "The reference agrees"
    if trust >= 0.3:
        return "The reference agrees only in part"
    return "The reference does not agree, this looks like the wrong file"
