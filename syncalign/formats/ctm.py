"""CTM, times of words for scoring tools: file, channel, start, duration, word, confidence.

Source: NIST's sctk, https://github.com/usnistgov/SCTK/blob/master/doc/infmts.htm
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePath

from syncalign.formats.snapping import snapped
from syncalign.formats.transcript import Transcript
from syncalign.timebase import Cue, Timeline


def write(transcript: Transcript) -> str:
    """Return a line for each word that has a time, on the clock of the file it is heard in."""
    lines = []
    for file in transcript.sound:
        name = re.sub(r"\s", "_", PurePath(file.text).stem)
        for word in snapped(_words_in(file, transcript.words), 1000):
            text = re.sub(r"\s", "_", word.text)
            score = "" if word.score is None else f" {word.score:.2f}"
            lines.append(f"{name} 1 {word.start:.3f} {word.end - word.start:.3f} {text}{score}")
    return "\n".join([*lines, ""])


def _words_in(file: Cue, words: Timeline) -> Timeline:
    inside = (
        replace(word, segment=word.segment.intersection(file.segment) or word.segment)
        for word in words
        if word.start in file.segment
    )
    return Timeline(tuple(inside)).shift(-file.start)
