"""CTM, times of words for scoring tools: file, channel, start, duration, word, confidence.

Source: NIST's sctk, https://github.com/usnistgov/SCTK/blob/master/doc/infmts.htm
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath

from syncalign.formats.snapping import snapped
from syncalign.formats.transcript import Transcript
from syncalign.timebase import Cue, Timeline


def write(transcript: Transcript) -> str:
    """Return a line for each word that has a time, on the clock of the file it is heard in."""
    lines = []
    for file, words in _by_file(transcript):
        name = re.sub(r"\s", "_", PurePath(file.text).stem)
        for word in snapped(Timeline(tuple(words)), 1000):
            text = re.sub(r"\s", "_", word.text)
            score = "" if word.score is None else f" {word.score:.2f}"
            lines.append(f"{name} 1 {word.start:.3f} {word.end - word.start:.3f} {text}{score}")
    return "\n".join([*lines, ""])


def _by_file(transcript: Transcript) -> Iterable[tuple[Cue, list[Cue]]]:
    """Go through the files with their words; a word belongs where its middle is heard."""
    files = transcript.sound.cues
    words: list[list[Cue]] = [[] for _ in files]
    bounds = [file.start for file in files[1:]]
    for word in transcript.words:
        number = bisect.bisect(bounds, (word.start + word.end) / 2)
        file = files[number]
        heard = word.segment.intersection(file.segment) or word.segment
        words[number].append(replace(word, segment=heard.shift(-file.start)))
    return zip(files, words, strict=True)
