"""A book of real voices: chapters, and all that keeps its text and its reading apart.

Prompts read by one speaker are joined to chapters. The text has front matter, footnotes and a
chapter that nobody reads; two chapters are read in each other's place; lines are read twice; music,
and another voice in front and behind, have no text. The voices are real, the book is synthetic.
"""

import dataclasses
import itertools
import json
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.cache import cache_folder
from benchmarks.text import english, joined, perturb
from benchmarks.text.cases import Case
from benchmarks.text.reading import Piece, Truth, place, read_truth, render, write

VERSION = 1
LABEL = "real voice, synthetic book"
CHAPTERS, SWAPPED, MISSING = 9, (2, 3), 5  # counted from 0; the missing one is put in front of it
MISSING_LINES, FRONT_LINES, FOOTNOTES = 40, 20, 40
RETAKES_AN_HOUR, MUSIC_S = 10, (5.0, 20.0, 60.0, 120.0)
_UNDER_DB = 15.0
# The voice in front and behind; an English one would have to be another reader's.
_OTHER_VOICE = {"it": "es", "es": "menardi", "grid": "it"}
_FRONT, _GONE = -1, -2  # what stands for a chapter: front matter, the chapter that nobody reads


@dataclass(frozen=True, slots=True)
class Book:
    """A case, and the chapters in it.

    Attributes
    ----------
    case : Case
        Sound, text and truth.
    chapters : tuple of int
        Of each line of the text: its chapter, -1 for front matter, -2 for the unread chapter.
    heard : tuple of int
        The chapters in the order in which they are read.
    """

    case: Case
    chapters: tuple[int, ...]
    heard: tuple[int, ...]


def book(speaker: str, minutes: float, seed: int) -> Book:
    """Return a book, made when it is first asked for."""
    name = f"{speaker}-book-{minutes:g}m-s{seed}"
    folder = cache_folder("books", "media")
    sound = folder / f"{name}-v{VERSION}-{joined.VERSION}.flac"
    facts = sound.with_suffix(".chapters.json")
    if not (sound.exists() and facts.exists()):
        _make(name, speaker, minutes, seed, sound, facts)
    known = json.loads(facts.read_text("utf-8"))
    truth = read_truth(sound)
    row = f"{speaker}, {minutes:g} min"
    case = Case(name, row, sound, sound.with_suffix(".txt"), truth.language, truth)
    return Book(case, tuple(known["chapters"]), tuple(known["heard"]))


def _make(name: str, speaker: str, minutes: float, seed: int, sound: Path, facts: Path) -> None:
    rng = joined.generator("book", name)
    read, unread = _lines(speaker)
    gone, unread = unread[:MISSING_LINES], unread[MISSING_LINES:]
    pieces = joined.script(speaker, minutes=minutes, seed=seed, lines=read)
    cut = [part.tolist() for part in np.array_split(np.arange(len(pieces)), CHAPTERS)]
    order = list(range(CHAPTERS))
    order[SWAPPED[0]], order[SWAPPED[1]] = order[SWAPPED[1]], order[SWAPPED[0]]

    # The text, by chapter; places in it are counted up.
    front = unread[:FRONT_LINES]
    notes = itertools.cycle(unread[FRONT_LINES:])
    every = max(2, len(pieces) // FOOTNOTES)
    texts: list[tuple[int, Piece | None, str]] = [(_FRONT, None, text) for text in front]
    at: dict[int, float] = {}
    for chapter in range(CHAPTERS):
        if chapter == MISSING:
            texts += [(_GONE, None, text) for text in gone]
        for index in cut[chapter]:
            at[index] = float(len(texts))
            texts.append((chapter, pieces[index], str(pieces[index].text)))
            if index % every == every - 1:
                texts.append((chapter, None, next(notes)))

    # The sound, as it is heard.
    heard: list[Piece] = []
    for chapter in order:
        placed = [dataclasses.replace(pieces[i], place=at[i]) for i in cut[chapter]]
        placed[0] = dataclasses.replace(placed[0], pause=float(rng.uniform(3, 6)))
        takes = max(1, round(RETAKES_AN_HOUR * minutes / 60 / CHAPTERS))
        heard += perturb.retaken(placed, rng, takes=takes)
    heard = perturb.between(heard, [joined.music_piece(rng, s) for s in MUSIC_S], rng)
    heard = joined.with_music(heard, rng)
    other = _OTHER_VOICE[speaker]
    lines = joined.script(other, minutes=2, seed=1, lines=joined.spoken_lines(other))
    heard = perturb.around(heard, lines[:5], lines[5:10])
    never = [
        Piece(text, None, place=float(k)) for k, (_, piece, text) in enumerate(texts) if not piece
    ]
    written, unwritten = place([*heard, *never], 3.0)
    assert [line.text for line in written] == [text for _, _, text in texts]
    language = joined.LANGUAGES[speaker]
    grade = "machine" if speaker == "grid" else "exact"
    truth = Truth(name, language, LABEL, grade, 0.0, written, unwritten)
    write(sound, truth, render(heard, 3.0, 3.0), joined.bed(name, _UNDER_DB))
    body = {"chapters": [chapter for chapter, _, _ in texts], "heard": order}
    facts.write_text(json.dumps(body), encoding="utf-8")


def _lines(speaker: str) -> tuple[tuple[Piece, ...], list[str]]:
    """Return what a speaker reads, and lines of the same kind that are never read."""
    if speaker == "grid":
        lines = english.grid("s1")
        order = sorted(range(len(lines)), key=lambda i: zlib.crc32((lines[i].text or "").encode()))
        count = MISSING_LINES + joined.KEPT_BACK
        return (
            tuple(lines[i] for i in sorted(order[count:])),
            [str(lines[i].text) for i in order[:count]],
        )
    read, unread = joined.divide(speaker)
    order = sorted(range(len(read)), key=lambda i: zlib.crc32((read[i].text or "").encode()))
    gone = set(order[-MISSING_LINES:])
    return (
        tuple(line for i, line in enumerate(read) if i not in gone),
        [*(str(read[i].text) for i in sorted(gone)), *(str(line.text) for line in unread)],
    )
