"""The recordings of the benchmark: recipes with a name, built once and kept in the cache."""

import dataclasses
import itertools
from collections.abc import Callable
from pathlib import Path

from benchmarks.cache import cache_folder
from benchmarks.text import english, joined, perturb, synthetic
from benchmarks.text.reading import Piece, Truth, place, read_truth, render, write

VERSION = joined.VERSION
JOINED = "real voice, synthetic mix"
SYNTHETIC = "synthetic voice"
SILVER = "real reading, silver word times"
GRID = "real voice, joined; words by the corpus's forced alignment"

# dB of speech over what runs under it; None: nothing does.
_UNDER = {"clean": None, "tempo": None, "noise": 10.0}
_MIXED_DB = 15.0
VARIANTS = (
    "clean", "mixed", "unread", "missing", "music", "reordered", "retake", "around", "tempo",
    "noise",
)  # fmt: skip
MUSIC_S = (5.0, 20.0, 60.0, 120.0)
# The voice of intro and outro.
_OTHER_VOICE = {"it": "es", "es": "menardi"}


def joined_recording(speaker: str, minutes: float, seed: int, variant: str) -> Path:
    """Return the sound of joined prompts of "it" or "es"; text and truth lie beside it.

    Parameters
    ----------
    variant : str
        "clean"; "mixed" (music in long pauses, music beds and noise at 15 dB); the same with
        "unread" lines put into the text (one in 15, 30 at most, in up to 10 places), with blocks
        of 4 lines "missing" from it (one per 7 minutes), with "music" of 5 to 120 s between lines,
        with two passages "reordered", with a "retake" every 6 minutes or so, with lines of another
        voice "around" it; another "tempo" (0.8 to 1.25) in each section; "noise" at 10 dB.
    """
    name = f"{speaker}-{minutes:g}m-s{seed}-{variant}"
    return _built(
        name,
        lambda: _variant(speaker, minutes, seed, variant, name),
        joined.LANGUAGES[speaker],
        JOINED,
        under=_UNDER.get(variant, _MIXED_DB),
    )


def _variant(speaker: str, minutes: float, seed: int, variant: str, name: str) -> list[Piece]:
    pieces = joined.script(speaker, minutes=minutes, seed=seed)
    rng = joined.generator("perturb", name)
    beds = joined.generator("music", speaker, f"{minutes:g}", str(seed))
    size = len(pieces)
    if variant == "unread":
        count = min(size // 15, 30)
        unread = [str(piece.text) for piece in joined.divide(speaker)[1]][:count]
        pieces = perturb.with_unread(pieces, unread, rng, blocks=min(10, count))
    elif variant == "missing":
        pieces = perturb.without_text(pieces, rng, blocks=max(round(minutes / 7), 1))
    elif variant == "music":
        sounds = [joined.music_piece(rng, seconds) for seconds in MUSIC_S]
        pieces = perturb.between(pieces, sounds, rng)
    elif variant == "reordered":
        pieces = perturb.reordered(pieces, rng)
    elif variant == "retake":
        pieces = perturb.retaken(pieces, rng, takes=max(size // 90, 2))
    elif variant == "around":
        other = _OTHER_VOICE[speaker]
        lines = joined.script(other, minutes=2, seed=1, lines=joined.spoken_lines(other))
        pieces = perturb.around(pieces, lines[:5], lines[5:10])
    elif variant == "tempo":
        pieces = perturb.retimed(pieces, rng)
    return pieces if variant in _UNDER else joined.with_music(pieces, beds)


def half_recording(speaker: str, minutes: float, seed: int) -> Path:
    """Return a recording of one half of a speaker's lines; `other_half` has the others."""
    name = f"{speaker}-half-{minutes:g}m-s{seed}"

    def script() -> list[Piece]:
        lines = joined.divide(speaker)[0][::2]
        pieces = joined.script(speaker, minutes=minutes, seed=seed, lines=lines)
        return joined.with_music(pieces, joined.generator("music", name))

    return _built(name, script, joined.LANGUAGES[speaker], JOINED, under=_MIXED_DB)


def other_half(speaker: str, count: int, seed: int) -> list[str]:
    """Return lines that no `half_recording` holds, in an order of chance."""
    lines = [str(piece.text) for piece in joined.divide(speaker)[0][1::2]]
    order = joined.generator("other half", speaker, str(seed)).permutation(len(lines))
    return [lines[i] for i in itertools.islice(itertools.cycle(order), count)]


def sonnet_recordings() -> list[Path]:
    """Return the three sonnets, one by one."""
    readings = english.sonnets()
    return [
        _built(f"sonnet{i}", lambda r=reading: list(r), "en", SILVER, grade="silver", ends=0.0)
        for i, reading in enumerate(readings, 1)
    ]


def grid_recording(speaker: str, minutes: float, *, mixed: bool = False) -> Path:
    """Return sentences of a GRID speaker joined, each once: at most so many minutes."""
    name = f"grid-{speaker}-{minutes:g}m-{'mixed' if mixed else 'clean'}"

    def script() -> list[Piece]:
        lines = english.grid(speaker)
        pieces = joined.script("grid", minutes=minutes, seed=11, lines=lines)[: len(lines)]
        return joined.with_music(pieces, joined.generator("music", name)) if mixed else pieces

    return _built(name, script, "en", GRID, under=_MIXED_DB if mixed else None)


def spoken_recording(voice: str, minutes: float, seed: int) -> Path:
    """Return verses spoken by a synthesizer, chapters in an order of chance, none twice."""
    name = f"{voice}-{minutes:g}m-s{seed}"

    def script() -> list[Piece]:
        rng = joined.generator("pauses", name)
        pieces, at = [], 6.0
        lines = synthetic.chapters_in_chance_order(seed)
        while at < minutes * 60:
            for piece in synthetic.speak(voice, list(itertools.islice(lines, 32))):
                pause = joined.draw_pause(rng)
                at += pause + len(piece.clip) / joined.RATE
                if at < minutes * 60:
                    pieces.append(dataclasses.replace(piece, pause=pause))
        return pieces

    return _built(name, script, "en", SYNTHETIC)


def numbers_recording(voice: str, count: int, seed: int) -> Path:
    """Return sentences with numbers, dates and abbreviations, spoken by a synthesizer."""
    name = f"{voice}-numbers-{count}-s{seed}"

    def script() -> list[Piece]:
        rng = joined.generator("pauses", name)
        lines = synthetic.written_short(seed, count)
        return [
            dataclasses.replace(piece, pause=joined.draw_pause(rng))
            for piece in synthetic.speak(voice, lines)
        ]

    return _built(name, script, "en", SYNTHETIC)


def _built(
    name: str,
    script: Callable[[], list[Piece]],
    language: str,
    label: str,
    *,
    under: float | None = None,
    grade: str = "exact",
    ends: float = 3.0,
) -> Path:
    path = cache_folder("text", "media") / f"{name}-v{VERSION}.flac"
    if path.exists():
        return path
    pieces = script()
    lines, unwritten = place(pieces, ends)
    truth = Truth(name, language, label, grade, 0.0, lines, unwritten)
    bed = None if under is None else joined.bed(name.rpartition("-")[0], under)
    write(path, truth, render(pieces, ends, ends), bed)
    return path


def truth_of(path: Path) -> Truth:
    """Return the truth that lies beside a recording."""
    return read_truth(path)
