"""What is done to a script: each change keeps the truth exact, and one can follow another."""

import dataclasses
import itertools

import numpy as np

from benchmarks.subtitles.prompts import find_speech
from benchmarks.text.reading import RATE, Piece

# Silence around a clip whose tempo is changed, for what the filter smears.
_MARGIN_S = 0.1


def with_unread(
    pieces: list[Piece], unread: list[str], rng: np.random.Generator, *, blocks: int = 10
) -> list[Piece]:
    """Put lines into the text that nobody reads, in `blocks` runs of about equal length."""
    places = np.sort(rng.choice(np.arange(1, len(pieces)), blocks, replace=False))
    runs = np.array_split(np.array(unread, dtype=object), blocks)
    done: list[Piece] = []
    for index, piece in enumerate(pieces):
        for run in np.flatnonzero(places == index):
            done += [Piece(str(text), None) for text in runs[run]]
        done.append(piece)
    return done


def without_text(
    pieces: list[Piece], rng: np.random.Generator, *, blocks: int = 5, lines: int = 4
) -> list[Piece]:
    """Take runs of lines out of the text; they are still heard."""
    done = list(pieces)
    room = len(pieces) // blocks
    for block in range(blocks):
        first = block * room + int(rng.integers(2, room - lines - 2))
        for index in range(first, first + lines):
            done[index] = dataclasses.replace(done[index], text=None, words=(), kind="speech")
    return done


def reordered(pieces: list[Piece], rng: np.random.Generator, *, share: float = 0.2) -> list[Piece]:
    """Let two neighbouring passages of the text be heard in each other's place."""
    size = max(int(share * len(pieces)), 2)
    first = int(rng.integers(1, max(len(pieces) - 2 * size - 1, 2)))
    placed = [dataclasses.replace(p, place=float(i)) for i, p in enumerate(pieces)]
    one, two = placed[first : first + size], placed[first + size : first + 2 * size]
    return [*placed[:first], *two, *one, *placed[first + 2 * size :]]


def retaken(
    pieces: list[Piece], rng: np.random.Generator, *, takes: int = 6, lines: int = 2
) -> list[Piece]:
    """Let the speaker say `lines` lines twice in a row, `takes` times; the text has them once.

    The last take is the line, the one before it sound without a text.
    """
    chosen = np.sort(rng.choice(np.arange(1, len(pieces) // lines - 1), takes, replace=False))
    starts = {int(c) * lines for c in chosen}
    done: list[Piece] = []
    for index, piece in enumerate(pieces):
        if index in starts:
            done += [
                dataclasses.replace(p, text=None, words=(), kind="retake")
                for p in pieces[index : index + lines]
            ]
        done.append(piece)
    return done


def between(pieces: list[Piece], sounds: list[Piece], rng: np.random.Generator) -> list[Piece]:
    """Put sounds without a text between lines, spread over the recording."""
    edges = np.linspace(1, len(pieces) - 1, len(sounds) + 1)
    places = [int(rng.uniform(a, b)) for a, b in itertools.pairwise(edges)]
    done: list[Piece] = []
    for index, piece in enumerate(pieces):
        done += [
            dataclasses.replace(sound, pause=0.6)
            for place, sound in zip(places, sounds, strict=True)
            if place == index
        ]
        done.append(piece)
    return done


def around(pieces: list[Piece], intro: list[Piece], outro: list[Piece]) -> list[Piece]:
    """Put lines of another voice, without a text, in front and behind."""
    return [
        *(dataclasses.replace(p, text=None, words=(), kind="intro") for p in intro),
        *pieces,
        *(dataclasses.replace(p, text=None, words=(), kind="outro") for p in outro),
    ]


def retimed(
    pieces: list[Piece],
    rng: np.random.Generator,
    *,
    slowest: float = 0.8,
    fastest: float = 1.25,
    sections: int = 8,
) -> list[Piece]:
    """Let the speaker go at another tempo in each section; the pitch stays.

    Word times are good to some 20 ms after it.
    """
    tempo = np.exp(rng.uniform(np.log(slowest), np.log(fastest), sections))
    done = []
    for index, piece in enumerate(pieces):
        factor = float(tempo[index * sections // len(pieces)])
        if piece.clip is None:
            done.append(piece)
            continue
        clip = at_tempo(np.pad(piece.clip, round(_MARGIN_S * RATE)), factor)
        # The filter smears an onset by its window: where speech begins now, the level rule says.
        found = find_speech(clip)
        if found is None:
            done.append(piece)
            continue
        words = tuple(
            dataclasses.replace(
                w, start=(w.start + _MARGIN_S) / factor, end=(w.end + _MARGIN_S) / factor
            )
            for w in piece.words
        )
        onset, end, _ = found
        pause = max(piece.pause - 2 * _MARGIN_S, 0.0) / factor
        done.append(
            dataclasses.replace(piece, clip=clip, onset=onset, end=end, words=words, pause=pause)
        )
    return done


def at_tempo(clip: np.ndarray, factor: float) -> np.ndarray:
    """Return a clip played `factor` times as fast at the same pitch (ffmpeg's atempo).

    What is heard at t is heard at t / factor, give or take some milliseconds.
    """
    import av

    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="flt", layout="mono", time_base="1/16000")
    tempo = graph.add("atempo", f"{factor:.6f}")
    sink = graph.add("abuffersink")
    source.link_to(tempo)
    tempo.link_to(sink)
    graph.configure()
    # The filter keeps the last window or two to itself: let that be silence.
    padded = np.concatenate([clip, np.zeros(RATE // 2, np.float32)]).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(padded[None], format="flt", layout="mono")
    frame.sample_rate = RATE
    frame.pts = 0
    source.push(frame)
    source.push(None)
    blocks = []
    while True:
        try:
            blocks.append(sink.pull().to_ndarray()[0].copy())
        except (av.error.EOFError, av.error.BlockingIOError):
            break
    return np.concatenate(blocks)[: round(len(clip) / factor)]
