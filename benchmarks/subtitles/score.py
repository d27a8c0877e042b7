"""Scores: how far cues are from the truth, what was refused, which pieces were right."""

from dataclasses import dataclass, field

import numpy as np

from benchmarks.subtitles.perturb import Case
from benchmarks.subtitles.script import ABSENT, SPOKEN

WITHIN_S = (0.05, 0.1, 0.25, 0.5)
SUCCESS_WITHIN_S, SUCCESS_SHARE = 0.25, 0.95
HARM_S = 0.1
_ACCEPTED = ("synced", "in_sync")


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a tool said about one case.

    Attributes
    ----------
    status : str
        "synced", "in_sync", "unsure" or "refused" ("failed", "timeout" for a tool that broke).
        A tool without a verdict says "synced" whenever it writes.
    starts : ndarray of float64, or None
        New start of every cue in file order (nan for a lost one); None when nothing was written.
    guess : ndarray of float64, or None
        Where its time map puts the start of every cue, written or not; None without a map.
    confidence : float or None
        Its probability that the map puts 95 % of the cues heard within 250 ms.
    piece : ndarray of int, or None
        The piece of the map that each cue lies in, -1 for none.
    piece_confidence : tuple of float
        The same probability for the cues of each piece.
    rate : float or None
        Rate it named.
    breaks : tuple of int, or None
        Index of the first cue after each break it found.
    unmatched : frozenset of int
        Cues it says have no place.
    seconds : float
        Wall time.
    """

    status: str
    starts: np.ndarray | None = None
    guess: np.ndarray | None = None
    confidence: float | None = None
    piece: np.ndarray | None = None
    piece_confidence: tuple[float, ...] = ()
    rate: float | None = None
    breaks: tuple[int, ...] | None = None
    unmatched: frozenset[int] = field(default_factory=frozenset)
    seconds: float = 0.0

    @property
    def accepted(self) -> bool:
        """Whether it stands by its answer."""
        return self.status in _ACCEPTED


@dataclass(frozen=True, slots=True)
class PieceScore:
    """One piece of a reported time map, judged by the cues in it that are heard in the medium.

    `right`: 95 % of them within 250 ms, what its confidence is the probability of. `off`: half of
    them are farther off than 250 ms. A piece that holds nothing but cues without a place, and does
    not say so of them, is neither right nor near.
    """

    confidence: float
    cues: int
    right: bool
    off: bool


@dataclass(frozen=True, slots=True)
class FileScore:
    """Scores of one file; errors are of cues heard in the medium, in seconds.

    A lost cue counts as an infinite error. Where nothing was written the error figures are None.
    `map_right`: the file is right but for the scatter of its own cues, which no map takes away.
    `guess_success`: the time map, written or not, puts 95 % of the cues heard within 250 ms.
    """

    case: str
    row: str
    group: str
    snr_db: float | None
    status: str
    must_refuse: bool
    accepted: bool
    success: bool
    map_right: bool
    cues: int
    within: tuple[float, ...] | None
    median: float | None
    mean: float | None
    p95: float | None
    largest: float | None
    bias: float | None
    lost: int
    true_breaks: int
    found_breaks: int | None
    right_breaks: int | None
    invented_breaks: int
    invented_rate: bool
    absent: int
    absent_named: int
    present_named: int
    harm: bool
    confidence: float | None
    guess_success: bool
    pieces: tuple[PieceScore, ...]
    seconds: float


def score_file(case: Case, answer: Answer) -> FileScore:
    """Compare one answer with the truth of its case."""
    script = case.script
    heard = np.flatnonzero(script.roles == SPOKEN)
    missing = np.flatnonzero(script.roles == ABSENT)
    error = None
    if answer.starts is not None and len(heard) and not case.must_refuse:
        error = _errors(answer.starts[heard], script.truth[heard])
    true_breaks = () if case.must_refuse else tuple(script.breaks.tolist())
    right, invented = _match_breaks(true_breaks, answer.breaks)
    # What confidence speaks of is the map; what was written stands in where a tool shows none.
    guess = answer.guess if answer.guess is not None else answer.starts
    guess_success = (
        not case.must_refuse
        and guess is not None
        and is_success(_errors(guess[heard], script.truth[heard]))
    )
    finite = None if error is None else error[np.isfinite(error)]
    has_errors = finite is not None and len(finite) > 0
    return FileScore(
        case=case.id,
        row=case.row,
        group=case.group,
        snr_db=case.snr_db,
        status=answer.status,
        must_refuse=case.must_refuse,
        accepted=answer.accepted,
        success=answer.accepted and error is not None and is_success(error),
        map_right=answer.accepted
        and error is not None
        and is_success(error - script.scatter[heard]),
        cues=len(heard),
        within=None if error is None else tuple(float(np.mean(abs(error) <= w)) for w in WITHIN_S),
        median=float(np.median(abs(error))) if has_errors else None,
        mean=float(np.mean(abs(finite))) if has_errors else None,
        p95=float(np.quantile(abs(error), 0.95, method="higher")) if has_errors else None,
        largest=float(np.max(abs(error))) if has_errors else None,
        bias=float(np.median(finite)) if has_errors else None,
        lost=0 if error is None else int(np.sum(~np.isfinite(error))),
        true_breaks=len(true_breaks),
        found_breaks=None if answer.breaks is None else len(answer.breaks),
        right_breaks=right,
        invented_breaks=invented,
        invented_rate=_is_invented(case, answer),
        absent=len(missing),
        absent_named=len(answer.unmatched & set(missing.tolist())),
        present_named=len(answer.unmatched & set(heard.tolist())),
        harm=_harms(case, answer, error),
        confidence=answer.confidence,
        guess_success=guess_success,
        pieces=_score_pieces(case, answer),
        seconds=answer.seconds,
    )


def is_success(errors: np.ndarray) -> bool:
    """Tell whether at least 95 % of the cues are within 250 ms."""
    return bool(len(errors) and np.mean(abs(errors) <= SUCCESS_WITHIN_S) >= SUCCESS_SHARE)


def _score_pieces(case: Case, answer: Answer) -> tuple[PieceScore, ...]:
    """Judge each piece of the map by the cues in it."""
    if answer.piece is None or answer.guess is None:
        return ()
    roles = np.where(case.must_refuse, ABSENT, case.script.roles)
    silent = np.isin(np.arange(len(roles)), list(answer.unmatched))
    scores = []
    for index, confidence in enumerate(answer.piece_confidence):
        inside = answer.piece == index
        heard = np.flatnonzero(inside & (roles == SPOKEN))
        misplaced = np.flatnonzero(inside & (roles == ABSENT) & ~silent)
        if len(heard):
            error = _errors(answer.guess[heard], case.script.truth[heard])
            off = bool(np.median(abs(error)) > SUCCESS_WITHIN_S)
            scores.append(PieceScore(confidence, len(heard), is_success(error), off))
        elif len(misplaced):
            scores.append(PieceScore(confidence, len(misplaced), False, True))
    return tuple(scores)


def _errors(starts: np.ndarray, truth: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(starts), starts - truth, np.inf)


def _match_breaks(true: tuple[int, ...], found: tuple[int, ...] | None) -> tuple[int | None, int]:
    """Count true breaks found within one cue, and those found where there is none."""
    if found is None:
        return None, 0
    open_true = list(true)
    invented = 0
    for place in found:
        near = [t for t in open_true if abs(t - place) <= 1]
        if near:
            open_true.remove(min(near, key=lambda t: abs(t - place)))
        else:
            invented += 1
    return len(true) - len(open_true), invented


def _is_invented(case: Case, answer: Answer) -> bool:
    """Tell whether the answer stretches by another rate than the true one (by more than 0.02 %)."""
    if case.rate is None or answer.starts is None or case.must_refuse:
        return False
    rate = answer.rate
    if rate is None:
        known = np.isfinite(answer.starts)
        if known.sum() < 3:
            return False
        # The slope of most cues: robust against the few that a break or a clamp moved.
        t, u = case.script.starts[known], answer.starts[known]
        third = max(len(t) // 3, 1)
        slopes = (u[-third:] - u[:third]) / np.maximum(t[-third:] - t[:third], 1e-3)
        rate = float(np.median(slopes))
    return abs(rate / case.rate - 1) > 2e-4


def _harms(case: Case, answer: Answer, error: np.ndarray | None) -> bool:
    """Tell whether an in-sync subtitle was made worse: a cue over 100 ms off, or lost."""
    if case.group != "P0" or answer.status == "in_sync" or error is None:
        return False
    return bool(np.any(abs(error) > HARM_S))


def summarise(scores: list[FileScore]) -> dict:
    """Return the figures of a set of files (one row of the table), None where they mean nothing."""
    written = [s for s in scores if s.within is not None and s.accepted]
    within = [np.mean([s.within[i] for s in written]) if written else None for i in range(4)]
    true = sum(s.true_breaks for s in written)
    found = [s for s in written if s.found_breaks is not None]
    absent = sum(s.absent for s in found)
    return {
        "files": len(scores),
        "accepted": sum(s.accepted for s in scores),
        "right": sum(s.success for s in scores),
        "map_right": sum(s.map_right for s in scores),
        "within": within,
        "worst_within": [min(s.within[i] for s in written) if written else None for i in range(4)],
        "median": float(np.median([s.median for s in written if s.median is not None]))
        if any(s.median is not None for s in written)
        else None,
        "p95": float(np.median([s.p95 for s in written if s.p95 is not None]))
        if any(s.p95 is not None for s in written)
        else None,
        "worst_bias": max((abs(s.bias) for s in written if s.bias is not None), default=None),
        "lost": sum(s.lost for s in written),
        "true_breaks": true,
        "right_breaks": sum(s.right_breaks for s in found) if found else None,
        "invented_breaks": sum(s.invented_breaks for s in found),
        "invented_rates": sum(s.invented_rate for s in written),
        "absent_named": sum(s.absent_named for s in found) / absent if absent else None,
        "present_named": sum(s.present_named for s in found) / max(sum(s.cues for s in found), 1)
        if found
        else None,
        "harmed": sum(s.harm for s in scores),
        "seconds": float(np.median([s.seconds for s in scores])) if scores else None,
    }


def summarise_trust(scores: list[FileScore]) -> dict:
    """Return false accepts, false refusals and harm over a whole set."""
    wrong = [s for s in scores if s.must_refuse]
    right = [s for s in scores if not s.must_refuse]
    in_sync = [s for s in scores if s.group == "P0"]
    accepted = [s for s in scores if s.accepted]
    return {
        "wrong": len(wrong),
        "wrong_accepted": sum(s.accepted for s in wrong),
        "right": len(right),
        "right_refused": sum(not s.accepted for s in right),
        "in_sync": len(in_sync),
        "harmed": sum(s.harm for s in in_sync),
        "accepted": len(accepted),
        "accepted_right": sum(s.success for s in accepted),
        "accepted_map_right": sum(s.map_right for s in accepted),
    }
