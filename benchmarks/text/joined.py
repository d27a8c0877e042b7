"""Prompts read by one professional speaker, joined to a long reading with exact line times."""

import dataclasses
import re
import zlib
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from benchmarks.subtitles.material import background, fades, music
from benchmarks.subtitles.prompts import load_prompts
from benchmarks.text.reading import RATE, Piece

# Bump when the same parameters would give other samples.
VERSION = 2
LANGUAGES = {"it": "it", "es": "es", "grid": "en"}
# Pauses between lines: (share, shortest, longest) in seconds.
PAUSES = ((0.62, 0.25, 0.9), (0.30, 0.9, 3.0), (0.06, 3.0, 10.0), (0.02, 10.0, 25.0))
# Lines of a speaker that no recording has: the unread ones are drawn from these.
KEPT_BACK = 60
# A text with these is a direction to the speaker, or was damaged on its way into the package.
_NOT_VERBATIM = re.compile(r"[\[\](){}<>]|\?\s*[^\W\d_A-Z]|\s\?\s|\w-$")
# The Spanish script gives this prompt two texts, and the second is another's.
_WRONG_TEXTS = {("es", "digits/0")}
# How much slower or faster than the speaker's usual rate a prompt may be spoken for its text to be
# believed: some scripts hold another text than was read.
_RATE_SPREAD = 1.6


def generator(*names: str) -> np.random.Generator:
    """Return the generator that belongs to a name."""
    return np.random.default_rng([VERSION, *(zlib.crc32(name.encode()) for name in names)])


@lru_cache(maxsize=4)
def spoken_lines(speaker: str) -> tuple[Piece, ...]:
    """Return a speaker's prompts that are read as their script has them, no text twice.

    A prompt is left out when its text holds brackets or damaged letters, or when its rate in
    letters per second is too far from what a speaker can do with a text of that length.
    """
    prompts = load_prompts(speaker)
    letters = np.array([sum(c.isalpha() for c in text) for text in prompts.texts])
    # Short prompts are drawn out: a line through the origin would call half of them wrong.
    fit = np.polyfit(letters, prompts.durations, 1)
    ratio = prompts.durations / np.maximum(np.polyval(fit, letters), 0.3)
    pieces, seen = [], set()
    for index, text in enumerate(prompts.texts):
        key = "".join(c for c in text.lower() if c.isalnum())
        if _NOT_VERBATIM.search(text) or not key or key in seen or letters[index] < 2:
            continue
        if (speaker, prompts.names[index]) in _WRONG_TEXTS:
            continue
        if not 1 / _RATE_SPREAD <= ratio[index] <= _RATE_SPREAD:
            continue
        seen.add(key)
        onset = float(prompts.onsets[index])
        pieces.append(
            Piece(text, prompts.clips[index], onset, onset + float(prompts.durations[index]))
        )
    return tuple(pieces)


@lru_cache(maxsize=4)
def divide(speaker: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return the lines that recordings are made of, and 60 that no recording has."""
    lines = spoken_lines(speaker)
    order = sorted(range(len(lines)), key=lambda i: zlib.crc32((lines[i].text or "").encode()))
    kept_back = set(order[:KEPT_BACK])
    return (
        tuple(line for i, line in enumerate(lines) if i not in kept_back),
        tuple(line for i, line in enumerate(lines) if i in kept_back),
    )


def script(
    speaker: str, *, minutes: float, seed: int = 0, lines: tuple[Piece, ...] | None = None
) -> list[Piece]:
    """Return prompts in an order of chance with pauses between them, about `minutes` long.

    Every line is read once before one is read again; those that `divide` keeps back are not read.
    """
    rng = generator("script", speaker, f"{minutes:g}", str(seed))
    pool = divide(speaker)[0] if lines is None else lines
    pieces: list[Piece] = []
    order: list[int] = []
    at = 3.0
    while True:
        if not order:
            order = rng.permutation(len(pool)).tolist()
        piece = pool[order.pop()]
        pause = draw_pause(rng)
        at += pause + len(piece.clip) / RATE
        if at > minutes * 60 - 3.0:
            return pieces
        pieces.append(dataclasses.replace(piece, pause=pause, clip=louder(rng, piece.clip)))


def draw_pause(rng: np.random.Generator) -> float:
    """Draw a pause between two lines, in seconds."""
    kind = int(rng.choice(len(PAUSES), p=[share for share, _, _ in PAUSES]))
    return float(rng.uniform(*PAUSES[kind][1:]))


def louder(rng: np.random.Generator, clip: np.ndarray) -> np.ndarray:
    """Return a clip up to 3 dB louder or softer."""
    return clip * np.float32(10 ** (rng.uniform(-3.0, 3.0) / 20))


def with_music(pieces: list[Piece], rng: np.random.Generator, shortest: float = 4.0) -> list[Piece]:
    """Put music, fading in and out, into 70 % of the pauses of `shortest` seconds and more."""
    done = []
    for piece in pieces:
        if piece.pause < shortest or rng.random() > 0.7:
            done.append(piece)
            continue
        before, behind = rng.uniform(0.2, 0.25 * piece.pause, 2)
        size = round((piece.pause - before - behind) * RATE)
        done.append(dataclasses.replace(music_piece(rng, size / RATE), pause=float(before)))
        done.append(dataclasses.replace(piece, pause=float(behind)))
    return done


def music_piece(rng: np.random.Generator, seconds: float) -> Piece:
    """Return a piece of music 3 to 15 dB below the speech."""
    size = round(seconds * RATE)
    gain = np.float32(10 ** (rng.uniform(-15.0, -3.0) / 20))
    shape = fades(size, min(1.0, seconds / 3), min(1.0, seconds / 3))
    return Piece(None, gain * music(rng, size) * shape, 0.0, size / RATE, kind="music")


def bed(name: str, snr_db: float) -> Callable[[int], np.ndarray]:
    """Return what runs under the speech: pink noise, a third of the time with music."""
    rng = generator("bed", name)
    return lambda size: background(rng, size, snr_db)
