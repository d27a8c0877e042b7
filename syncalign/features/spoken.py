"""Which cues of a subtitle are speech, and for how long: the query side of the search."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from syncalign.timebase import Timeline

_BRACKETED = re.compile(r"\[[^\]]*\]|\([^)]*\)|【[^】]*】|（[^）]*）|［[^］]*］|\{[^}]*\}")
_MUSIC = re.compile(r"[♩♪♫♬]|^\s*#.*#\s*$", re.DOTALL)
_SPEAKER = re.compile(r"^\s*[-\u2010-\u2015]?\s*[^\W\d_][\w .'’]{0,24}:\s*")
_NOTICE = re.compile(
    "|".join(
        (
            r"https?://|www\.|\b[\w-]+\.(?:com|org|net|tv|info|io)\b",
            r"opensubtitles|addic7ed|subscene|podnapisi|\b(?:subtitles?|captions?)\s*:",
            r"^\W*(?:\w+ ){0,2}(?:subtitles?|subs|captions?|captioning|(?:re-?)?sync|corrections?"
            r"|timing|transcript|translation)\b[^.!?]{0,40}\bby\b",
            r"^\W*(?:captioned|(?:re-?)?synced|corrected|translated|encoded|ripped)\b[^.!?]{0,40}\bby\b",
            r"\bsous-titres?\b",
            r"\buntertitel\b.{0,20}\b(?:von|im auftrag)\b",
            r"\bsottotitoli\b.{0,20}\b(?:di|a cura)\b",
            r"\b(?:subtítulos|legendas?)\b.{0,20}\bpor\b",
            r"субтитры|перевод:|字幕(?:组|組|翻译|翻譯)",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)
#: Speech seldom runs slower than this, so a longer cue is a tail: seconds a letter, seconds a
#: syllable sign (Chinese, Japanese, Korean), and what every cue may last.
_LETTER_SECONDS, _SIGN_SECONDS, _LEAST_SECONDS = 0.12, 0.4, 2.5


@dataclass(frozen=True, slots=True, eq=False)
class SpokenCues:
    """The cues of a timeline that somebody speaks, by their starts; one for each moment.

    Parameters
    ----------
    indices : np.ndarray of int [shape=(N,)]
        Their places in the timeline.
    starts, ends : np.ndarray [shape=(N,)]
        When they are spoken by the timeline's clock, in seconds; tails cut off.
    """

    indices: npt.NDArray[np.int64]
    starts: npt.NDArray[np.float64]
    ends: npt.NDArray[np.float64]


def is_spoken(text: str) -> bool:
    """Whether a cue's text is speech: not a sound, not music, not a credit, not an advert.

    Examples
    --------
    >>> is_spoken("[door slams]"), is_spoken("♪ la la ♪"), is_spoken("Subtitles by nobody")
    (False, False, False)
    >>> is_spoken("[JOHN] Come in.")
    True
    """
    if _MUSIC.search(text) or _NOTICE.search(text):
        return False
    said = _SPEAKER.sub("", _BRACKETED.sub(" ", text))
    return any(character.isalnum() for character in said)


def spoken_cues(
    timeline: Timeline,
    *,
    visible: npt.NDArray[np.bool_] | None = None,
    shifts: npt.NDArray[np.float64] | None = None,
) -> SpokenCues:
    """Select the spoken cues of a timeline and cut their tails.

    A timeline in which nothing looks like speech is taken whole: texts that say nothing are no
    evidence against their times.

    Parameters
    ----------
    timeline : Timeline
        The cues.
    visible : np.ndarray of bool [shape=(N,)], optional
        False for cues that nobody reads, such as comments; they are never taken.
    shifts : np.ndarray [shape=(N,)], optional
        Seconds to add to the times of each cue: another clock than the timeline's.
    """
    shown = range(len(timeline)) if visible is None else np.flatnonzero(visible).tolist()
    spoken = [index for index in shown if is_spoken(timeline[index].text)] or list(shown)
    indices = np.array(spoken, dtype=np.int64)
    starts, ends = timeline.starts[indices], timeline.ends[indices]
    if shifts is not None:
        starts, ends = starts + shifts[indices], ends + shifts[indices]
    longest = np.array([_longest_speech(timeline[index].text) for index in spoken])
    ends = np.minimum(ends, starts + longest)
    ends = np.maximum(ends, starts)
    # Cues that begin together (two languages, two layers) are one witness: the longest speaks.
    order = np.lexsort((-ends, starts))
    first = np.concatenate([[True], np.diff(starts[order]) > 0]) if len(order) else order > 0
    order = order[first]
    return SpokenCues(indices[order], starts[order], ends[order])


def _longest_speech(text: str) -> float:
    letters = signs = 0
    for character in text:
        if character.isalnum():
            is_sign = character > "\u2e80" and unicodedata.category(character) == "Lo"
            signs, letters = signs + is_sign, letters + (not is_sign)
    return max(_LEAST_SECONDS, _LETTER_SECONDS * letters + _SIGN_SECONDS * signs)
