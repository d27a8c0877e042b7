"""Following: where each word of a text is in a recording, or that it is not there.

First the synthetic speech is warped onto the recording, coarsely and with skips on either side. In
a corridor around that path the phones are then found one by one, and what was found teaches what
the reader's phones sound like, until the last of a few rounds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from syncalign.alignment import dtw_multiscale
from syncalign.alignment.viterbi import Corridor, best_states
from syncalign.models.phone_shapes import Heard, PhoneShapes
from syncalign.pipelines.reading.chain import in_turn, text_chain
from syncalign.pipelines.reading.coarse_frames import at_one_scale, averages
from syncalign.pipelines.reading.hearing import Hearing
from syncalign.pipelines.reading.saying import Saying
from syncalign.progress import NoProgress, Progress

Doubles = npt.NDArray[np.float64]

#: Frames that the coarse path takes together; more where there would be more groups than this.
_COARSE_FRAMES, _MOST_GROUPS = 5, 300_000
#: A larger table is searched at a quarter of the rate first, where it always fits, and then so many
#: groups of that rate around that path: what is missing on either side leads it minutes astray.
_COARSE_CELLS, _COARSE_MARGIN = 6 * 10**9, 600
#: What skipping a frame of text costs, as a share of the distance of frames picked at random, and a
#: frame of sound beside it.
_SKIP_SHARE, _SKIP_SOUND = 0.6, 0.6
#: Frames that the corridor reaches before and behind the path of the round before, in each round.
_REACHES = (1500, 1500, 500)
#: The same where a transcript tells where words are, and frames by which it may be wrong.
_KNOWN_REACHES, _KNOWN_WITHIN = (500, 500), 300
_MARGIN_STATES = 80
#: A table of states at frames up to this size is searched as a whole.
_WHOLE_CELLS = 4 * 10**9
_LEARN_FRAMES, _LEARN_PHONES = 50_000, 10_000
#: Lines are weighed by what the others taught: so many parts are left out in turn. A longer line
#: is more than one part.
_FOLDS, _PART_WORDS = 4, 20
#: Nats for skipping, once: beside what each phone and each phrase costs.
_SKIP_ENTRY = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Following:
    """Where the words of a text were found.

    Parameters
    ----------
    starts, ends : np.ndarray of float64 [shape=(W,)]
        Seconds; NaN for words that were not found.
    nats : np.ndarray of float64 [shape=(W,)]
        Evidence for each word against anything else that may be heard; 0 if it was not found.
    phones : np.ndarray of int64 [shape=(W,)]
        How many phones each word has; none where nothing is to be heard.
    shapes : PhoneShapes or None
        What the reader's phones sound like; None where nothing was heard.
    filled : np.ndarray of bool [shape=(W,)] or None
        Which words were not heard, but have their time between words that were; None: no word.
    """

    starts: Doubles
    ends: Doubles
    nats: Doubles
    phones: npt.NDArray[np.int64]
    shapes: PhoneShapes | None
    filled: npt.NDArray[np.bool_] | None = None

    @property
    def is_found(self) -> npt.NDArray[np.bool_]:
        """Which words have a place [shape=(W,)]."""
        return np.isfinite(self.starts)

    @property
    def heard(self) -> Following:
        """What was heard alone: the places that speak for the text being read."""
        return self if self.filled is None else self.without(self.filled)

    @property
    def rule(self) -> float:
        """Nats a phone that words have as a rule."""
        found = self.is_found
        return float(self.nats[found].sum() / max(1, self.phones[found].sum()))

    def without(self, words: npt.NDArray[np.bool_]) -> Following:
        """Forget the places of some words (a mask)."""
        return replace(
            self,
            starts=np.where(words, np.nan, self.starts),
            ends=np.where(words, np.nan, self.ends),
            nats=np.where(words, 0.0, self.nats),
        )

    def joined(self, other: Following) -> Following:
        """Take over the words that were found elsewhere."""
        found = other.is_found
        return replace(
            self,
            starts=np.where(found, other.starts, self.starts),
            ends=np.where(found, other.ends, self.ends),
            nats=np.where(found, other.nats, self.nats),
        )


def follow(
    hearing: Hearing,
    saying: Saying,
    phrases: npt.NDArray[np.int64],
    progress: Progress | None = None,
    known: npt.NDArray[np.int64] | None = None,
) -> Following:
    """Find each word of a text in a recording.

    Parameters
    ----------
    hearing : Hearing
        The recording.
    saying : Saying
        The text, with at least one phone.
    phrases : np.ndarray of int64 [shape=(W,)]
        Which phrase each token of the text is in.
    progress : Progress or None
        Told about rounds.
    known : np.ndarray of int64 [shape=(K, 2)] or None
        Frames, and the words that begin near them; both rise. None: the synthetic speech is warped
        onto the recording.
    """
    progress = progress or NoProgress()
    search = _Search(hearing, saying, phrases)
    if known is None:
        reaches, corridor = _REACHES, search.around(search.coarse(progress), _REACHES[0])
    else:
        reaches, corridor = (_KNOWN_WITHIN, *_KNOWN_REACHES), search.between(known)
    progress.start("follow", 2 * len(reaches) * len(hearing))
    states = search.fine(corridor, progress.advance)
    for reach in reaches[1:]:
        search.learn(states)
        states = search.fine(search.around(states.astype(np.float64), reach), progress.advance)
    progress.finish()
    return search.found(states, search.taught_by_others(states))


def follow_again(
    hearing: Hearing,
    saying: Saying,
    phrases: npt.NDArray[np.int64],
    following: Following,
) -> Following:
    """Find each word once more, near to where it or its neighbours were found.

    Parameters
    ----------
    hearing : Hearing
        The recording.
    saying : Saying
        The text, its phrases in the order in which they are read.
    phrases : np.ndarray of int64 [shape=(W,)]
        Which phrase each token of the text is in.
    following : Following
        Where words were found.
    """
    search = _Search(hearing, saying, phrases, following.shapes)
    states = search.fine(search.around(search.known(following), _REACHES[-1]))
    search.learn(states)
    states = search.fine(search.around(states.astype(np.float64), _REACHES[-1]))
    return search.found(states, search.taught_by_others(states))


def follow_part(
    hearing: Hearing,
    saying: Saying,
    following: Following,
    words: npt.NDArray[np.bool_],
    frames: npt.NDArray[np.int64],
) -> Following:
    """Find some words of a text in a part of a recording that has been followed as a whole.

    Parameters
    ----------
    hearing, saying, following : Hearing, Saying, Following
        The recording, the text, and where words of it were found.
    words : np.ndarray of bool [shape=(W,)]
        Which words to find.
    frames : np.ndarray of int64
        Where, rising.
    """
    saying = saying.of_words(words)
    search = _Search(
        hearing.of_frames(frames),
        saying,
        np.zeros(len(following.starts), np.int64),
        following.shapes,
    )
    corridor = search.whole() if search.is_small else search.around(search.coarse(), _REACHES[-1])
    states = search.fine(corridor)
    found = search.found(states, search.nats(states))
    which = found.is_found
    first = frames[np.rint(found.starts[which] * 100).astype(np.int64)]
    last = frames[np.rint(found.ends[which] * 100).astype(np.int64) - 1]
    starts, ends = np.full((2, len(which)), np.nan)
    starts[which], ends[which] = first / 100, (last + 1) / 100
    return replace(found, starts=starts, ends=ends)


class _Search:
    def __init__(
        self,
        hearing: Hearing,
        saying: Saying,
        phrases: npt.NDArray[np.int64],
        shapes: PhoneShapes | None = None,
    ) -> None:
        self.hearing, self.saying = hearing, saying
        self.phrases, self.word_count = phrases, len(phrases)
        self.values = np.asarray(hearing.features.values)
        self.halves = np.repeat(2 * saying.phones, 2) + np.tile([0, 1], len(saying.phones))
        self.chain, self.owners, self.times = text_chain(saying, phrases, self.halves)
        self.beginning = self.shapes = shapes or self._first_shapes()

    def _first_shapes(self) -> PhoneShapes:
        saying = self.saying
        middles = (saying.starts + saying.ends) / 2
        edges = np.rint(np.column_stack([saying.starts, middles, saying.ends])).astype(np.int64)
        said = Heard.nothing(2 * len(saying.names), self.values.shape[1])
        for begin, half in product(range(0, len(edges), _LEARN_PHONES), (0, 1)):
            part = edges[begin : begin + _LEARN_PHONES]
            first, stop = part[:, half], np.maximum(part[:, half + 1], part[:, half] + 1)
            counts = stop - first
            frames = np.repeat(first, counts) + _count_up(counts)
            frames = np.minimum(frames, len(saying.features) - 1)
            phones = saying.phones[begin : begin + _LEARN_PHONES]
            said.add(
                saying.features[frames].astype(np.float32), np.repeat(2 * phones + half, counts)
            )
        centres = (said.sums / np.maximum(said.counts, 1)[:, None]).astype(np.float32)
        counts = np.bincount(self.halves, minlength=len(centres))
        step = max(1, len(self.values) // 100_000)
        return PhoneShapes.begin(
            centres,
            counts,
            self.values[::step].astype(np.float32),
            self.hearing.odds[::step].astype(np.float32),
        )

    def coarse(self, progress: Progress | None = None) -> Doubles:
        """Warp the synthetic speech onto the recording: a state for every frame [shape=(T,)]."""
        heard, said = np.flatnonzero(self.hearing.active), np.flatnonzero(self.saying.active)
        together = max(_COARSE_FRAMES, -(-max(len(heard), len(said)) // _MOST_GROUPS))
        reference, heard_at = averages(self.values, heard, together)
        query, said_at = averages(self.saying.features, said, together)
        path = dtw_multiscale(
            reference,
            query,
            skip=(_SKIP_SHARE * _SKIP_SOUND, _SKIP_SHARE),
            exact_pairs=_COARSE_CELLS,
            margin=_COARSE_MARGIN,
            describe=at_one_scale,
            progress=progress,
        )
        frames, first = np.unique(heard_at[path.indices[:, 0]], return_index=True)
        said_frames = said_at[path.indices[first, 1]]
        states = np.interp(said_frames, self.times, np.arange(len(self.chain)))
        if len(frames) == 0:
            frames, states = np.array([0]), np.array([0.0])
        at: Doubles = np.interp(np.arange(len(self.values)), frames, states)
        return at

    def known(self, following: Following) -> Doubles:
        """Return the path through words whose place is known: a state for each frame [shape=(T,)].

        Words that are out of order there are left out.
        """
        words, _ = in_turn(self.saying.words)
        gaps = np.flatnonzero(self.chain.is_gap)[: len(words)]
        starts = following.starts[words]
        found = np.isfinite(starts)
        return np.interp(
            np.arange(len(self.values)),
            np.maximum.accumulate(starts[found] * 100),
            gaps[found].astype(np.float64),
        )

    @property
    def is_small(self) -> bool:
        """Whether all states may be looked for at all frames."""
        return len(self.values) * len(self.chain) <= _WHOLE_CELLS

    def whole(self) -> Corridor:
        """Allow all states at all frames."""
        size = len(self.values)
        return self.around(np.zeros(size), size)

    def around(self, at: Doubles, reach: int) -> Corridor:
        """Allow what an earlier path visits within so many frames."""
        return Corridor.around(at, len(at), len(self.chain), reach=reach, margin=_MARGIN_STATES)

    def between(self, known: npt.NDArray[np.int64]) -> Corridor:
        """Allow what lies between words whose frames are known."""
        firsts = np.searchsorted(self.saying.words, known[:, 1])
        # Two halves a phone, and a gap before each word.
        states = 2 * firsts + np.searchsorted(np.unique(self.saying.words), known[:, 1])
        return Corridor.between(
            np.column_stack([known[:, 0], states]),
            len(self.values),
            len(self.chain),
            reach=_KNOWN_WITHIN,
            margin=_MARGIN_STATES,
        )

    def fine(
        self, corridor: Corridor, told: Callable[[int], None] | None = None
    ) -> npt.NDArray[np.int32]:
        """Find the phones in a corridor [shape=(T,)]."""
        return best_states(
            lambda first, stop: self._evidence(self.shapes, slice(first, stop)),
            self.chain,
            corridor,
            skip_entry=_SKIP_ENTRY,
            told=told,
        )

    def learn(self, states: npt.NDArray[np.int32]) -> None:
        """Learn what the reader's phones sound like where they were found."""
        self.shapes = self.beginning.adapted(self._heard(states, self.owners >= 0))

    def _heard(self, states: npt.NDArray[np.int32], which: npt.NDArray[np.bool_]) -> Heard:
        """Sum up the frames at which some of the states were heard (a mask of all states)."""
        heard = Heard.nothing(2 * len(self.saying.names), self.values.shape[1])
        for first in range(0, len(states), _LEARN_FRAMES):
            part = states[first : first + _LEARN_FRAMES]
            spoken = np.flatnonzero(which[part])
            if len(spoken):
                values = self.values[first + spoken].astype(np.float32)
                heard.add(values, self.chain.columns[part[spoken]].astype(np.int64))
        return heard

    def _evidence(self, shapes: PhoneShapes, frames: Any) -> npt.NDArray[np.float32]:
        return shapes.evidence(self.values[frames], self.hearing.odds[frames])

    def found(self, states: npt.NDArray[np.int32], nats: Doubles) -> Following:
        """Tell where each word is."""
        starts, ends = np.full((2, self.word_count), np.nan)
        owners = self.owners[states]
        edges = np.flatnonzero(np.diff(owners, prepend=-2, append=-2))
        spoken = owners[edges[:-1]] >= 0
        firsts, lasts = edges[:-1][spoken], edges[1:][spoken]
        starts[owners[firsts]], ends[owners[firsts]] = firsts / 100, lasts / 100
        phones = np.bincount(self.saying.words, minlength=self.word_count)
        return Following(starts, ends, nats, phones, self.shapes)

    def taught_by_others(self, states: npt.NDArray[np.int32]) -> Doubles:
        """Return nats for each word, by shapes that other lines taught.

        Shapes that were taught by a wrong text fit that text: only what they say about lines that
        did not teach them is evidence.
        """
        within = np.arange(self.word_count) - np.searchsorted(self.phrases, self.phrases)
        parts = self.phrases + within // _PART_WORDS
        fold = np.where(self.owners >= 0, parts[self.owners] % _FOLDS, -1)
        heard = [self._heard(states, fold == mine) for mine in range(_FOLDS)]
        nats = np.zeros(self.word_count)
        for mine in range(_FOLDS):
            others = Heard.together([*heard[:mine], *heard[mine + 1 :]])
            nats += self._weighed(states, fold == mine, self.beginning.adapted(others))
        return nats

    def nats(self, states: npt.NDArray[np.int32]) -> Doubles:
        """Return nats for each word, by the shapes as they are."""
        return self._weighed(states, self.owners >= 0, self.shapes)

    def _weighed(
        self, states: npt.NDArray[np.int32], which: npt.NDArray[np.bool_], shapes: PhoneShapes
    ) -> Doubles:
        """Add up what shapes say for the words at some of the states (a mask of all states)."""
        nats = np.zeros(self.word_count)
        for first in range(0, len(states), _LEARN_FRAMES):
            part = states[first : first + _LEARN_FRAMES]
            at = np.flatnonzero(which[part])
            if len(at):
                evidence = self._evidence(shapes, first + at)
                heard = evidence[np.arange(len(at)), self.chain.columns[part[at]]]
                np.add.at(nats, self.owners[part[at]], heard)
        return nats


def _count_up(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return 0, 1, ... for each count in turn."""
    return np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
