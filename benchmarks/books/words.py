"""Times of English words that a Whisper heard: faster-whisper's own beside ours, same weights.

The words are faster-whisper's in one run of it; ours begin where that run put them and are moved
by the pauses of the speech and by a recogniser of phones, as ``syncalign transcribe`` does. A word
of the truth counts where the network heard the same word, within a second by faster-whisper's time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.cache import cache_folder
from benchmarks.text.reading import SpokenWord, Truth, read_truth
from benchmarks.text.recordings import grid_recording
from syncalign.timebase import Cue

# Not s1, on whom the recogniser's use was developed. Readings with times by pocketsphinx are none
# to judge what it placed.
GRID_SPEAKERS = ("s2", "s3", "s4")
# Seconds within which a word is the same one.
_SAME_S = 1.0


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Absolute start errors of the words of one row, in seconds, of both tools."""

    row: str
    theirs: np.ndarray
    ours: np.ndarray

    @property
    def share(self) -> float:
        """Return our median error as a share of theirs."""
        return float(np.median(self.ours) / np.median(self.theirs))


def rows() -> list[WordErrors]:
    """Return one row for each kind of reading."""
    grid = [grid_recording(speaker, 2) for speaker in GRID_SPEAKERS]
    return [
        _row("GRID s2, s3, s4 (the corpus's forced alignment)", grid),
        _row("GRID s1 (developed on)", [grid_recording("s1", 10)]),
    ]


def _row(name: str, sounds: Sequence[Path]) -> WordErrors:
    found: list[tuple[float, float]] = []
    for sound in sounds:
        found += _errors(sound, read_truth(sound))
    theirs, ours = np.array(found).T
    return WordErrors(name, theirs, ours)


def _errors(sound: Path, truth: Truth) -> list[tuple[float, float]]:
    """Return start errors of the words that the network heard right: theirs, ours."""
    from syncalign.cache import Cache
    from syncalign.features import band_levels
    from syncalign.models.speech_detector import built_in_detector
    from syncalign.pipelines.hearing_words import Ear
    from syncalign.pipelines.listening import Listener
    from syncalign.pipelines.word_refinement import joined_pieces, refined
    from syncalign.streams.sound import RATE, Sound

    opened = Sound(sound)
    speech = built_in_detector().log_odds(band_levels(opened.blocks()))
    listener = Listener.load(
        "tiny.en", backend="faster-whisper", language="en", cache=Cache(cache_folder("heard"))
    )
    heard = listener.hear(opened, speech)
    ear = Ear(listener.whisper, "en", listener.weights_key, listener.cache)
    plain = []
    for region in heard.regions:  # the same run, from the cache, before anything of ours
        samples = opened.read(round(region.start * RATE), round(region.end * RATE))
        plain += ear.hear(samples).moved(region).words
    theirs, ours = joined_pieces(plain), refined(heard.words, opened)
    words = [word for line in truth.lines for word in line.words if line.start is not None]
    return [
        (abs(theirs[k].start - word.start), abs(ours[k].start - word.start))
        for word in words
        if (k := _same(word, theirs)) is not None
    ]


def _same(word: SpokenWord, heard: Sequence[Cue]) -> int | None:
    """Return the nearest word that is heard and reads the same, or None."""
    alike = [
        k
        for k, cue in enumerate(heard)
        if abs(cue.start - word.start) <= _SAME_S and _plain(cue.text) == _plain(word.text)
    ]
    return min(alike, key=lambda k: abs(heard[k].start - word.start), default=None)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def word_table(found: Sequence[WordErrors]) -> str:
    """Return the table, as Markdown."""
    lines = [
        "| reading | words | faster-whisper: median ms | <= 50 ms % | <= 100 ms % "
        "| ours: median ms | <= 50 ms % | <= 100 ms % | ours / theirs | target <= 0.6 |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|---|",
    ]
    for row in found:
        cells = [row.row, str(len(row.ours))]
        for errors in (row.theirs, row.ours):
            shares = [100 * float(np.mean(errors <= limit)) for limit in (0.05, 0.1)]
            cells += [f"{1000 * np.median(errors):.0f}", *(f"{share:.1f}" for share in shares)]
        cells += [f"{row.share:.2f}", "PASS" if row.share <= 0.6 else "MISS"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
