"""pocketsphinx alone, for a recording of any length: the peer, not the product.

It aligns all the words it is given to all the sound it is given, and its time grows faster than
the length. So it gets 40 words and the sound that they should take at the rate so far, keeps the
first half of what it finds, and goes on from there::

    python -m benchmarks.text.chunked SOUND TEXT OUTPUT.json
"""

import json
import sys
from pathlib import Path

import numpy as np

from benchmarks.subtitles.prompts import decode
from benchmarks.text.reading import RATE
from benchmarks.text.silver import time_words

WORDS, KEPT = 40, 20
# Seconds a letter to begin with, pauses included, and how much more sound than expected a chunk
# gets: where that yields nothing, more.
_LETTER_S, _ROOMS = 0.12, (1.3, 2.0, 3.0)
_PAUSE_S = 3.0


def align(samples: np.ndarray, words: list[str]) -> list[tuple[float, float] | None]:
    """Return start and end of each word in seconds; None where a chunk failed."""
    times: list[tuple[float, float] | None] = []
    at, spent, letters = 0.0, 0.0, 0
    while len(times) < len(words):
        chunk = words[len(times) : len(times) + WORDS]
        is_last = len(times) + len(chunk) == len(words)
        keep = len(chunk) if is_last else KEPT
        rate = spent / letters if letters > 200 else _LETTER_S
        found = None
        for room in _ROOMS:
            seconds = room * rate * sum(map(len, chunk)) + _PAUSE_S
            sound = samples[round(at * RATE) : None if is_last else round((at + seconds) * RATE)]
            found = time_words(sound, chunk) if len(sound) > RATE else None
            if found is not None or is_last:
                break
        if found is None:
            times += [None] * keep
            taken = rate * sum(map(len, chunk[:keep]))
        else:
            times += [(at + word.start, at + word.end) for word in found[:keep]]
            taken = found[keep - 1].end
            spent += taken
            letters += sum(map(len, chunk[:keep]))
        at += taken
    return times


def main() -> None:
    """Align a recording and write the times as JSON."""
    sound, text, output = map(Path, sys.argv[1:])
    words = text.read_text(encoding="utf-8").split()
    times = align(decode(sound), words)
    output.write_text(json.dumps([each or (None, None) for each in times]))


if __name__ == "__main__":
    main()
