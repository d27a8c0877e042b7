"""The ``phones`` backend: words placed in English speech by pocketsphinx and its own model."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from syncalign.errors import DependencyError, ParameterError
from syncalign.streams.pronunciation import arpabet

if TYPE_CHECKING:
    from pocketsphinx import Decoder

RATE = 16000
#: Seconds of the longest region that is taken: the time that a search needs grows with the number
#: of words as well as with the length.
LONGEST_REGION = 120.0
_FRAME = 0.01
_WINDOW_SAMPLES = 410  # of a frame; less is none, and pocketsphinx fails on no sample at all
#: Natural logarithm of one unit of pocketsphinx's scores: base 1.0001, ten bits shifted off.
_UNIT = 1024 * math.log(1.0001)

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """Where a word is spoken.

    Attributes
    ----------
    start, end : float
        Seconds in the region, on a grid of 10 ms.
    score : float
        Natural log likelihood of a frame, on average, less that of the likeliest phones there:
        about 0 where the word is what is heard, the lower the less.
    """

    start: float
    end: float
    score: float


class PocketPhones:
    """Pocketsphinx with its English model and dictionary. Not for several threads at once.

    A word that the dictionary lacks is pronounced as espeak-ng does, and stays known.

    Parameters
    ----------
    voice : str
        The voice of espeak-ng that pronounces such words.

    Raises
    ------
    DependencyError
        Pocketsphinx is not installed.
    """

    def __init__(self, voice: str = "en-us") -> None:
        self._voice = voice
        self._decoder = _load(lm=None, **_SEARCH)
        self._loop = _load(lm=None, **_LOOP)
        self._loop.add_allphone_file("loop", None)
        self._loop.activate_search("loop")

    def align_words(
        self, samples: Samples, words: Sequence[Sequence[str]]
    ) -> tuple[PlacedWord | None, ...] | None:
        """Place every word of a region, in order.

        Pauses between words may be of any length. What else is heard between them is taken for
        noise or breath as far as it resembles that.

        Parameters
        ----------
        samples : np.ndarray of float32 [shape=(N,)]
            Mono at 16 kHz, finite, between -1 and 1, two minutes at most.
        words : sequence of sequences of str
            For each word the phrases that it may be spoken as, without digits or symbols; none for
            a word that is not spoken. The one that is heard is found.

        Returns
        -------
        tuple of PlacedWord or None, or None
            One for each word, None for those that are not spoken; or None alone where no way
            through the region was found: the text is not what is heard there.

        Raises
        ------
        ParameterError
            The region is too long.
        """
        if len(samples) > LONGEST_REGION * RATE:
            seconds = len(samples) / RATE
            raise ParameterError(f"a region of {seconds:.0f} s; two minutes are the most")
        phrases = [self._known_phrases(variants) for variants in words]
        if not any(phrases):
            return (None,) * len(words)
        data = (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
        heard = _decode(self._decoder, data, phrases)
        taken = None if heard is None else assign([piece.name for piece in heard], phrases)
        if heard is None or taken is None:
            return None
        best = _frame_scores(self._loop, data)
        return tuple(_place(heard[slice(*span)], best) for span in taken)

    def _known_phrases(self, variants: Sequence[str]) -> tuple[tuple[str, ...], ...]:
        """Split the ways to say a word into what stands in the dictionary, added where need be."""
        phrases = []
        for variant in variants:
            pieces = tuple(name for name in split_phrase(variant) if self._is_known(name))
            if pieces and pieces not in phrases:
                phrases.append(pieces)
        return tuple(phrases)

    def _is_known(self, name: str) -> bool:
        if self._decoder.lookup_word(name) is None:
            phones = arpabet(name, self._voice)
            if not phones:
                return False
            self._decoder.add_word(name, " ".join(phones), update=False)
        return True


@dataclass(frozen=True, slots=True)
class _Heard:
    """A dictionary word of the best path: frames ``first <= k < stop``, and its score in all."""

    name: str
    first: int
    stop: int
    score: float


def split_phrase(phrase: str) -> list[str]:
    """Split a phrase into dictionary words: hyphens part them, apostrophes don't.

    Examples
    --------
    >>> split_phrase("Self-substantial fuel, don't 'ere!")
    ['self', 'substantial', 'fuel', "don't", "'ere"]
    """
    plain = phrase.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return [word for word in re.findall(r"(?:'?[^\W_]+)+'?", plain)]


def assign(
    names: Sequence[str], phrases: Sequence[Sequence[tuple[str, ...]]]
) -> list[tuple[int, int]] | None:
    """Find which of the dictionary words that were heard belong to which word.

    Parameters
    ----------
    names : sequence of str
        What was heard.
    phrases : sequence of sequences of tuples of str
        For each word the ways to say it.

    Returns
    -------
    list of tuple of int, or None
        Half-open range of `names` for each word; None if they are not these words.

    Examples
    --------
    >>> assign(["one", "two", "three"], [[("one",), ("one", "two")], [], [("three",)]])
    [(0, 2), (2, 2), (2, 3)]
    """
    before: list[dict[int, int]] = []  # for each word: where it may end -> where it then begins
    ends = {0: 0}
    for ways in phrases:
        reached = {
            start + len(way): start
            for start in ends
            for way in ways
            if tuple(names[start : start + len(way)]) == way
        }
        ends = reached if ways else {start: start for start in ends}
        before.append(ends)
    spans, end = [], len(names)
    for starts in reversed(before):
        if end not in starts:
            return None
        spans.append((starts[end], end))
        end = starts[end]
    return spans[::-1]


#: Beams so wide that little but the exact search's answer can be pruned.
_SEARCH = {"beam": 1e-80, "pbeam": 1e-80, "wbeam": 1e-60, "bestpath": False}
_LOOP = {"beam": 1e-20, "pbeam": 1e-20}


def _load(**options: object) -> Decoder:
    try:
        from pocketsphinx import Decoder
    except ImportError as exc:
        raise DependencyError(
            "pocketsphinx, which the backend 'phones' needs, is missing",
            "pip install 'syncalign[phones]'",
        ) from exc
    return Decoder(loglevel="FATAL", **options)


def _decode(
    decoder: Decoder, data: bytes, phrases: Sequence[Sequence[tuple[str, ...]]]
) -> list[_Heard] | None:
    """Find the best way through the words; None if there is none."""
    states, steps = 1, []
    state = 0
    for ways in phrases:
        if not ways:
            continue
        after, states = states, states + 1
        for way in ways:
            inner = list(range(states, states + len(way) - 1))
            states += len(inner)
            places = [state, *inner, after]
            steps += [(places[k], places[k + 1], 1.0, name) for k, name in enumerate(way)]
        state = after
    if len(data) < 2 * _WINDOW_SAMPLES:
        return None
    decoder.add_fsg("words", decoder.create_fsg("words", 0, state, steps))
    decoder.activate_search("words")
    _listen(decoder, data)
    if decoder.hyp() is None:
        return None
    return [piece for piece in _pieces(decoder) if piece.name[0] not in "<[(+"]


def _listen(decoder: Decoder, data: bytes) -> None:
    # It would listen with the noise of the last region in mind: starts move by up to 50 ms.
    decoder.reinit_feat()
    decoder.start_utt()
    decoder.process_raw(data, full_utt=True)
    decoder.end_utt()


def _pieces(decoder: Decoder) -> list[_Heard]:
    log_unit = math.log(1.0001)
    return [
        _Heard(
            re.sub(r"\(\d+\)$", "", piece.word),  # which of its pronunciations it was
            piece.start_frame,
            piece.end_frame + 1,
            math.log(piece.ascore) / log_unit * _UNIT if piece.ascore > 0 else -math.inf,
        )
        for piece in decoder.seg() or ()
        if piece.end_frame >= piece.start_frame
    ]


def _frame_scores(loop: Decoder, data: bytes) -> npt.NDArray[np.float64]:
    """Sum up to each frame the score of the likeliest phones [shape=(T + 1,)]."""
    _listen(loop, data)
    pieces = _pieces(loop)
    scores = np.zeros(pieces[-1].stop if pieces else 0)
    for piece in pieces:
        scores[piece.first : piece.stop] = piece.score / (piece.stop - piece.first)
    return np.concatenate([[0.0], np.cumsum(scores)])


def _place(pieces: Sequence[_Heard], best: npt.NDArray[np.float64]) -> PlacedWord | None:
    if not pieces:
        return None
    first, stop = pieces[0].first, pieces[-1].stop
    own = sum(piece.score for piece in pieces)
    frames = sum(piece.stop - piece.first for piece in pieces)
    reach = len(best) - 1
    others = sum(best[min(piece.stop, reach)] - best[min(piece.first, reach)] for piece in pieces)
    return PlacedWord(first * _FRAME, stop * _FRAME, float(own - others) / frames)
