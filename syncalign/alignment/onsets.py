"""Onsets: where the speech of each single cue begins, and how far each may follow it.

A time map moves cues together; what is left is each cue's own scatter. Here the speech onset of
every cue is sought near the place the map gave it: a hidden Markov chain over the cues, whose
states are the instants about that place. Near is more likely than far; an instant is more likely
where the sound has an onset, speech for the cue's length and none just before; and a cue seldom
begins before the one before it has ended. Forward-backward sums over all chains, so the answer is
a probability, and only a cue whose onset is all but certain moves (Rabiner 1989, "A tutorial on
hidden Markov models").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.alignment.evidence import ACTIVITY_WEIGHT, Floats, SpeechEvidence

#: No cue moves farther than this, in seconds.
FARTHEST_MOVE = 1.0
#: No cue moves by less than this, in seconds: a film's frame is not seen.
LEAST_MOVE = 0.04
#: A cue moves only if its onset lies within ``_NEAR_FRAMES`` of the place found with at least this
#: probability; useful 0.98 to 0.998. This and the weights below were chosen on voices that the
#: detector used had not been trained on (Italian for GRID's, GRID's for Italian).
CERTAIN = 0.995
#: Moves leave this between two cues that had as much, in seconds: two frames of a film.
SMALLEST_GAP = 0.08

_NEAR_FRAMES = 10
_PEAK_FRAMES = 3  # an onset is as wide as this on either side
_FOUND = 0.9  # share of cues whose onset the detector finds at all
_MOST_ODDS = 90.0  # one frame is never more of an onset than this: other voices fool the detector
_SPOKEN_SHARE = 0.8  # of a cue's length; the rest may be a tail
_QUIET_FRAMES = 20  # before an onset
_MOST_ACTIVITY = 6.0  # nats between the best and the worst place of a cue by its activity
_REACH_SIGMAS = 4.0
_SMALLEST_SIGMA, _LARGEST_SIGMA = 0.012, 0.5
_ITERATIONS = 6
_SHORTEST_CUE = 0.2  # seconds between two onsets at least
#: What an overlap costs: a nat each so many seconds, at most so much; an overlap larger than the
#: scatter explains was meant.
_OVERLAP_SECONDS, _OVERLAP_FLOOR = 0.05, 1e-5
_MEANT_SIGMAS = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Onsets:
    """Speech onsets of single cues.

    Parameters
    ----------
    moves : np.ndarray [shape=(N,)]
        From each cue's place to the onset found for it, in seconds.
    chances : np.ndarray [shape=(N,)]
        Probability that its onset lies within 0.1 s of there.
    sigma : float
        Deviation of the onsets about the places, in seconds.
    """

    moves: Floats
    chances: Floats
    sigma: float

    @property
    def certain_moves(self) -> Floats:
        """Moves of the cues that should move, 0 for the others [shape=(N,)]."""
        moves = (self.chances >= CERTAIN) & (np.abs(self.moves) >= LEAST_MOVE)
        return np.where(moves, self.moves, 0.0)


def find_onsets(evidence: SpeechEvidence, starts: Floats, ends: Floats, sigma: float) -> Onsets:
    """Find the speech onset of each cue near its place.

    Parameters
    ----------
    evidence : SpeechEvidence
        The sound.
    starts, ends : np.ndarray [shape=(N,)]
        Spoken cues where a time map put them, in seconds of the sound; starts ascending.
    sigma : float
        First guess of their scatter, in seconds; it is estimated from all of them.

    Returns
    -------
    Onsets
        A scatter below half of ``LEAST_MOVE`` leaves nothing to be found: no moves then.
    """
    if not len(starts) or sigma < LEAST_MOVE / 2:
        return Onsets(np.zeros(len(starts)), np.zeros(len(starts)), sigma)
    chain = _Chain(evidence, starts, ends, sigma)
    for _ in range(_ITERATIONS):
        posterior, before = chain.posterior(sigma), sigma
        sigma = float(np.sqrt((posterior * chain.distance**2).sum() / len(starts)))
        sigma = min(max(sigma, _SMALLEST_SIGMA), _LARGEST_SIGMA)
        if abs(sigma - before) < 0.02 * before:
            break
    within = _masses(posterior, _PEAK_FRAMES)
    best, cues = within.argmax(axis=1), np.arange(len(starts))
    moments = _masses(posterior * chain.distance, _PEAK_FRAMES)
    moves = moments[cues, best] / within[cues, best]
    chances = _masses(posterior, _NEAR_FRAMES)[cues, best]
    return Onsets(moves, chances * _order_chances(starts, moves, sigma), sigma)


class _Chain:
    """The chain over the cues; its states are the frames about each cue's place.

    Attributes
    ----------
    distance : np.ndarray [shape=(N, D)]
        From each cue's place to each of its states, in seconds.
    """

    def __init__(
        self, evidence: SpeechEvidence, starts: Floats, ends: Floats, sigma: float
    ) -> None:
        # One frame short of the farthest: a place lies up to half a frame beside the middle one.
        self.reach = int(min(np.ceil(_REACH_SIGMAS * sigma * 100), FARTHEST_MOVE * 100 - 1))
        middle = np.rint(starts * 100).astype(np.int64)
        frames = middle[:, None] + np.arange(-self.reach, self.reach + 1)
        self.distance = frames / 100 - starts[:, None]
        size = len(evidence.onset_odds)
        odds = evidence.onset_odds[np.clip(frames, 0, max(size - 1, 0))].astype(np.float64)
        likelihood = _FOUND * np.minimum(odds, _MOST_ODDS) + 1 - _FOUND
        likelihood *= _activity(evidence, frames, ends - starts)
        self.likelihood = np.where((frames >= 0) & (frames < size), likelihood, 1e-9)
        self.gaps, self.lengths = np.diff(starts), np.maximum(ends - starts, _SHORTEST_CUE)[:-1]

    def posterior(self, sigma: float) -> Floats:
        """Probability of each state of each cue, given the whole sound [shape=(N, D)]."""
        weight = np.exp(-0.5 * (self.distance / sigma) ** 2) * self.likelihood
        room = np.rint(
            (self.gaps - np.minimum(self.lengths, self.gaps + _MEANT_SIGMAS * sigma)) * 100
        )
        count = len(weight)
        forward, backward = np.empty_like(weight), np.ones_like(weight)
        forward[0] = weight[0] / weight[0].sum()
        for cue in range(1, count):
            arrived = np.convolve(forward[cue - 1], self._passage(room[cue - 1]), "valid")
            forward[cue] = arrived * weight[cue]
            forward[cue] /= forward[cue].sum()
        for cue in range(count - 2, -1, -1):
            ahead = weight[cue + 1] * backward[cue + 1]
            backward[cue] = np.correlate(self._passage(room[cue]), ahead, "valid")[::-1]
            backward[cue] /= backward[cue].max()
        both = forward * backward
        return np.asarray(both / both.sum(axis=1, keepdims=True))

    def _passage(self, room: float) -> Floats:
        """Weight of a cue's state less the one's before it, -2 * reach to 2 * reach frames."""
        overlap = np.minimum(room + np.arange(-2 * self.reach, 2 * self.reach + 1), 0) / 100
        return np.asarray(np.maximum(np.exp(overlap / _OVERLAP_SECONDS), _OVERLAP_FLOOR))


def _activity(evidence: SpeechEvidence, frames: npt.NDArray[np.int64], lengths: Floats) -> Floats:
    """Likelihood of each place by the speech from there on and just before, 1 for a cue's best."""
    size = len(evidence.log_odds)
    spoken = np.rint(lengths * _SPOKEN_SHARE * 100).astype(np.int64)[:, None]
    before, here, after = (
        np.clip(places, 0, size) for places in (frames - _QUIET_FRAMES, frames, frames + spoken)
    )
    nats = ACTIVITY_WEIGHT * (evidence.activity(here, after) - evidence.activity(before, here))
    worse = nats - nats.max(axis=1, keepdims=True)
    return np.asarray(np.exp(np.maximum(worse, -_MOST_ACTIVITY)))


def _masses(posterior: Floats, reach: int) -> Floats:
    """Probability within ``reach`` frames of each state [shape=(N, D)]."""
    size = posterior.shape[1]
    total = np.pad(np.cumsum(posterior, axis=1), ((0, 0), (1, 0)))
    state = np.arange(size)
    low, high = np.maximum(state - reach, 0), np.minimum(state + reach + 1, size)
    return np.asarray(total[:, high] - total[:, low])


def _order_chances(starts: Floats, moves: Floats, sigma: float) -> Floats:
    """Probability that each cue has not changed places with a neighbour.

    Scatter may have brought two cues near each other out of their order. Whose onset is whose,
    their distances tell: the two ways of going there differ by this many nats.
    """
    nats = np.diff(starts) * np.diff(starts + moves) / sigma**2
    kept = 1 / (1 + np.exp(-np.clip(nats, -30, 30)))
    return np.asarray(np.append(kept, 1.0) * np.append(1.0, kept))


def settle_moves(
    moves: Floats, starts: Floats, ends: Floats, shown: npt.NDArray[np.bool_]
) -> Floats:
    """Shorten moves until cues keep their order and no overlap is made where there was none.

    Two cues that were ``SMALLEST_GAP`` apart stay so, two that were nearer come no nearer, two
    that overlap keep their order. Lengths are kept, and with them the reading speed.

    Parameters
    ----------
    moves : np.ndarray [shape=(N,)]
        What each cue would move by, in seconds.
    starts, ends : np.ndarray [shape=(N,)]
        All cues of a file before the move, in seconds, in any order.
    shown : np.ndarray of bool [shape=(N,)]
        False for cues that nobody reads: they stand in nobody's way.

    Returns
    -------
    np.ndarray [shape=(N,)]
        None larger than it was, nor of another sign; 0 or at least ``LEAST_MOVE``.
    """
    order = np.flatnonzero(shown)[np.argsort(starts[shown], kind="stable")]
    first, last = starts[order], np.maximum(ends, starts)[order]
    own = _seen(np.maximum(moves, -np.maximum(starts, 0.0))[order])
    # A shortened move makes room for nobody but may take it from the next cue in the direction it
    # came from, and so on to the file's end at most.
    while (excess := _too_near(own, first, last)).any():
        own = _seen(np.sign(own) * np.maximum(np.abs(own) - excess, 0.0))
    settled = np.zeros(len(moves))
    settled[order] = own
    return settled


def _seen(moves: Floats) -> Floats:
    return np.where(np.abs(moves) < LEAST_MOVE, 0.0, moves)


def _too_near(moves: Floats, first: Floats, last: Floats) -> Floats:
    """By how much each cue must give way to those about it, in seconds."""
    excess = np.zeros(len(moves))
    longest = 2 * float(np.abs(moves).max(initial=0.0)) + SMALLEST_GAP
    for step in range(1, len(moves)):
        early, late = slice(None, -step), slice(step, None)
        gap = first[late] - last[early]
        if gap.min() > longest or not moves.any():
            break
        closer = moves[early] - moves[late]
        room = np.where(gap < 0, first[late] - first[early], np.maximum(gap - SMALLEST_GAP, 0.0))
        over = np.where(closer > room + 1e-9, closer - room, 0.0)
        np.maximum(excess[early], np.where(moves[early] > 0, over, 0.0), out=excess[early])
        np.maximum(excess[late], np.where(moves[late] < 0, over, 0.0), out=excess[late])
    return excess
