"""What a Whisper hears in a stretch of sound, word by word with times, whatever runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from syncalign.errors import DependencyError, FormatError, ParameterError
from syncalign.timebase import Cue

Samples = npt.NDArray[np.float32]

RATE = 16000
#: What Whisper hears at a time, in seconds.
LONGEST_REGION = 30.0
#: OpenAI's own limits, unchanged: words that compress this well are a loop; a region is silent
#: where the network says so and is unsure of its words as well.
_LOOP_COMPRESSION, _SILENCE, _UNSURE_WORDS = 2.4, 0.6, -1.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard in a region.

    Parameters
    ----------
    words : tuple of Cue
        In order; seconds in the region; scores are the network's own probabilities. A text begins
        with a blank where a word begins, so that all joined are the text.
    log_probability : float
        Natural logarithm of a token's probability, on average.
    silence : float
        The network's own probability that nobody speaks.
    compression : float
        How many times smaller the text can be written.
    """

    words: tuple[Cue, ...]
    log_probability: float
    silence: float
    compression: float

    @property
    def is_loop(self) -> bool:
        """Whether the network lost its way and says the same again and again."""
        return self.compression > _LOOP_COMPRESSION

    @property
    def is_silent(self) -> bool:
        """Whether nobody seems to speak."""
        is_unsure = self.silence > _SILENCE and self.log_probability < _UNSURE_WORDS
        return is_unsure or not self.words


class Whisper(Protocol):
    """A network that is loaded. Not for several threads at once.

    Attributes
    ----------
    backend : str
        ``whisper`` or ``faster-whisper``.
    device : str
        ``cpu`` or ``cuda``.
    codes : frozenset of str
        The languages that it knows: "en" and perhaps others.
    """

    backend: str
    device: str
    codes: frozenset[str]

    def languages(self, samples: Samples) -> Mapping[str, float]:
        """Return the probability of each language by its code, of a region's 30 s at most."""

    def hear(self, samples: Samples, language: str) -> Heard:
        """Write down a region: the likeliest word after each word, and nothing drawn by lot.

        Parameters
        ----------
        samples : np.ndarray of float32 [shape=(N,)]
            Mono at 16 kHz, 30 s at most.
        language : str
            What is spoken, such as "en".

        Raises
        ------
        ParameterError
            The region is too long, or the network does not know the language.
        """


def check_language(language: str, codes: frozenset[str]) -> None:
    """Refuse a language that a network does not know.

    Raises
    ------
    ParameterError
        It is none of the codes.
    """
    if language not in codes:
        known = "English alone" if codes == {"en"} else f"{len(codes)} languages"
        raise ParameterError(f"the model knows {known}, not {language!r}")


def check_region(samples: Samples) -> None:
    """Refuse what is longer than a network hears at a time.

    Raises
    ------
    ParameterError
        The region is too long.
    """
    if len(samples) > LONGEST_REGION * RATE:
        raise ParameterError(f"a region of {len(samples) / RATE:.1f} s; 30 s are the most")


def missing(package: str) -> DependencyError:
    """Return the error of a package that is not installed."""
    return DependencyError(
        f"{package}, which runs Whisper, is not installed", "pip install 'syncalign[speech]'"
    )


def chosen_device(wish: str, has_cuda: bool) -> str:
    """Return the device to run on, ``cpu`` or ``cuda``.

    Raises
    ------
    DependencyError
        A CUDA device is wished for and not there.
    """
    if wish == "cuda" and not has_cuda:
        raise DependencyError(
            "there is no CUDA device that can be used", "syncalign ... --device cpu"
        )
    return "cuda" if has_cuda and wish != "cpu" else "cpu"


def no_folder(path: Path) -> FormatError:
    """Return the error of a file given to what takes folders."""
    return FormatError(path, "is no folder of CTranslate2 with model.bin and tokenizer.json")
