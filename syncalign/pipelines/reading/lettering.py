"""Lettering: the times of words by what a network trained with CTC hears, letter by letter."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from syncalign.alignment.ctc import STAR, OptionalTokens, TokenPath, align_tokens
from syncalign.alignment.viterbi import Corridor
from syncalign.cache import Cache, content_key
from syncalign.errors import ParameterError
from syncalign.models.alphabet import Alphabet
from syncalign.pipelines.reading.emissions import FRAME_SECONDS, Network, emissions_of
from syncalign.pipelines.reading.following import Following
from syncalign.progress import Progress
from syncalign.streams.sound import Sound
from syncalign.streams.text import Token

#: Seconds between words from which on anything may be heard there.
_PAUSE = 0.6
#: Nats for each letter of a word that is not heard, and for a frame of what is foreign.
_SKIP_LETTER, _STAR_PRICE = 4.0, 1.0
#: Frames by which a word may be elsewhere, and tokens that are looked at beside.
_REACH, _MARGIN = 100, 60
#: Further apart than this the network went astray: the place by the sound stays.
_APART = 0.3
#: Share of words with a letter that the network has, below which it is one of another script.
_LEAST_SPELLED = 0.5


@dataclass(frozen=True, slots=True)
class LetterEar:
    """A network that says letters, and what it is called.

    Parameters
    ----------
    network : Network
        The network.
    model : str
        What it was asked for by.
    weights_key : str or None
        Tells its weights from others.
    cache : Cache or None
        Where what it heard is kept.
    """

    network: Network
    model: str
    weights_key: str | None = None
    cache: Cache | None = None

    @classmethod
    def load(
        cls,
        model: str | os.PathLike[str] | None,
        language: str,
        *,
        device: str = "auto",
        cache: Cache | None = None,
    ) -> LetterEar:
        """Load a network; None takes the one for English, or that for all languages.

        Raises
        ------
        ParameterError, FormatError, DependencyError
            As :func:`syncalign.models.ctc_torch.load_ctc`.
        """
        from syncalign.models.ctc_torch import ctc_path, load_ctc

        is_english = language.lower().replace("_", "-").split("-")[0] == "en"
        name = os.fspath(model or ("wav2vec2-en" if is_english else "mms-fa"))
        key = content_key(ctc_path(name))
        return cls(load_ctc(name, device), Path(name).name, key, cache)

    @property
    def reason(self) -> str:
        """Say what placed the words."""
        return f"Words were placed by the letters that {self.model} heard ({self.network.device})."

    def ensure_spells(self, tokens: Sequence[Token]) -> None:
        """Refuse a text in other letters.

        Raises
        ------
        ParameterError
            Most of its words have none of the network's letters.
        """
        said = [token.spoken[0] for token in tokens if token.spoken]
        spelled = sum(bool(self.network.alphabet.spell(phrase)) for phrase in said)
        if spelled < _LEAST_SPELLED * len(said):
            raise ParameterError(f"the model {self.model} has not the letters of this text")

    def placed(
        self,
        following: Following,
        tokens: Sequence[Token],
        sound: Sound,
        progress: Progress | None = None,
    ) -> Following:
        """Replace the times of words that were found by the network's, where the two agree.

        Parameters
        ----------
        following : Following
            Where the words were found.
        tokens : sequence of Token
            The words.
        sound : Sound
            What they were found in.
        progress : Progress or None
            Told about seconds of sound.
        """
        spelling = spell_words(following, tokens, self.network.alphabet)
        if len(spelling.words) == 0:
            return following
        heard = emissions_of(sound, self.network, self.weights_key, self.cache, progress)
        with heard as emissions:
            device = None if self.network.device == "cpu" else self.network.device
            corridor = spelling.corridor(following.starts, len(emissions))
            try:
                path = align_tokens(
                    emissions,
                    spelling.tokens,
                    optional=spelling.optional,
                    star_price=_STAR_PRICE,
                    corridor=corridor,
                    device=device,
                )
            except ParameterError:  # more letters than frames somewhere: the places are wrong
                return following
        return spelling.agreed(path, following)


@dataclass(frozen=True, slots=True, eq=False)
class Spelling:
    """Words in the order in which they are heard, as tokens.

    Parameters
    ----------
    words : np.ndarray of int64 [shape=(W,)]
        Which words, in turn.
    firsts, stops : np.ndarray of int64 [shape=(W,)]
        Half-open range of the tokens of each.
    tokens : np.ndarray of int64 [shape=(N,)]
        Letters, stars in pauses, and what parts words.
    """

    words: npt.NDArray[np.int64]
    firsts: npt.NDArray[np.int64]
    stops: npt.NDArray[np.int64]
    tokens: npt.NDArray[np.int64]

    @property
    def optional(self) -> list[OptionalTokens]:
        """Every word may be left out, and with it what parts it from the one before."""
        begins = self.firsts - (self.tokens[self.firsts - 1] != STAR)
        return [
            OptionalTokens(begin, stop, _SKIP_LETTER * (stop - begin))
            for begin, stop in zip(begins.tolist(), self.stops.tolist(), strict=True)
        ]

    def corridor(self, starts: npt.NDArray[np.float64], frames: int) -> Corridor:
        """Allow the words to be near to where they were found."""
        at = np.floor(starts[self.words] / FRAME_SECONDS).astype(np.int64)
        known = np.column_stack([at, 2 * self.firsts + 1])
        _, which = np.unique(at, return_index=True)
        size = 2 * len(self.tokens) + 1
        return Corridor.between(known[which], frames, size, reach=_REACH, margin=2 * _MARGIN)

    def agreed(self, path: TokenPath, following: Following) -> Following:
        """Take over the times of a path where they are near to those that were found."""
        starts, ends = following.starts.copy(), following.ends.copy()
        begins, stops = path.starts[self.firsts], path.stops[self.stops - 1]
        found = begins * FRAME_SECONDS
        near = (begins >= 0) & (np.abs(found - starts[self.words]) <= _APART)
        starts[self.words[near]] = found[near]
        ends[self.words[near]] = stops[near] * FRAME_SECONDS
        return replace(following, starts=starts, ends=ends)


def spell_words(following: Following, tokens: Sequence[Token], alphabet: Alphabet) -> Spelling:
    """Spell the words that were found, in the order of time.

    A star stands in front of the first word, behind the last one and in each pause; elsewhere what
    parts words, if the alphabet has it.
    """
    found = np.flatnonzero(following.is_found)
    found = found[np.argsort(following.starts[found], kind="stable")]
    said: list[int] = [STAR]
    words: list[int] = []
    firsts: list[int] = []
    stops: list[int] = []
    end = -np.inf
    for word in found.tolist():
        letters = alphabet.spell(tokens[word].spoken[0]) if tokens[word].spoken else []
        if not letters:
            continue
        if words and following.starts[word] - end > _PAUSE:
            said.append(STAR)
        elif words and alphabet.gap is not None:
            said.append(alphabet.gap)
        words.append(word)
        firsts.append(len(said))
        said += letters
        stops.append(len(said))
        end = following.ends[word]
    said.append(STAR)
    return Spelling(*(np.array(part, np.int64) for part in (words, firsts, stops, said)))
