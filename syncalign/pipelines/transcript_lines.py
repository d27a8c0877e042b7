"""Lines of a transcript: words joined as subtitles are, by sentence, pause and length."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from syncalign.timebase import Cue, Segment, Timeline

#: Two lines of a subtitle, and how long it stays: what guides for subtitlers ask for.
_MOST_LETTERS, _MOST_SECONDS = 84, 7.0
#: A pause that ends a line whatever is said.
_LONG_PAUSE = 1.5
_SENTENCE_ENDS = (".", "?", "!", "\u3002", "\uff1f", "\uff01", "\u2026")
_CLAUSE_ENDS = (",", ";", ":", "\u2014", "\uff0c", "\u3001")
_CLOSING = "\"'\u201d\u2019)]\u00bb"
#: How much a clause's end, and a split in the very middle rather than at an end, are worth, in
#: seconds of a pause.
_CLAUSE, _MIDDLE = 0.5, 1.0


def transcript_lines(words: Sequence[Cue]) -> Timeline:
    """Join words to lines.

    Parameters
    ----------
    words : sequence of Cue
        In order. A text begins with a blank where a word begins, so that all joined are the text.

    Returns
    -------
    Timeline
        Lines with their words as parts, whose texts have lost the blanks; a line's score is the
        mean of its words'.
    """
    lines: list[list[Cue]] = []
    for word in words:
        if not lines or _ends(lines[-1][-1], word):
            lines.append([])
        lines[-1].append(word)
    return Timeline(tuple(_line(part) for line in lines for part in _broken(line)), "line")


def _ends(word: Cue, following: Cue) -> bool:
    is_sentence_end = word.text.rstrip(_CLOSING).endswith(_SENTENCE_ENDS)
    return is_sentence_end or following.start - word.end > _LONG_PAUSE


def _broken(words: list[Cue]) -> list[list[Cue]]:
    """Break a sentence that is too long for one line, again and again."""
    letters = sum(len(word.text) for word in words)
    seconds = words[-1].end - words[0].start
    if len(words) == 1 or (letters <= _MOST_LETTERS and seconds <= _MOST_SECONDS):
        return [words]
    worth = []
    for index, (word, following) in enumerate(pairwise(words), 1):
        clause = _CLAUSE * word.text.rstrip(_CLOSING).endswith(_CLAUSE_ENDS)
        distance = abs(2 * index / len(words) - 1)
        worth.append(following.start - word.end + clause - _MIDDLE * distance)
    cut = worth.index(max(worth)) + 1
    return [*_broken(words[:cut]), *_broken(words[cut:])]


def _line(words: list[Cue]) -> Cue:
    parts = tuple(Cue(word.segment, word.text.strip(), word.score) for word in words)
    scores = [word.score for word in words if word.score is not None]
    return Cue(
        Segment(words[0].start, max(word.end for word in words)),
        "".join(word.text for word in words).strip(),
        sum(scores) / len(scores) if scores else None,
        tuple(part for part in parts if part.text),
    )
