"""A recording and the text that goes with it, built from pieces whose times are known.

A script is a list of pieces in the order they are heard. Whatever is done to a reading (lines that
nobody read, lines that nobody wrote, another order, a retake, music) is done to its script, and
`render` carries the truth through: a placed piece's times are sums of whole samples.
"""

import dataclasses
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

RATE = 16000


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A whitespace-separated word of a line, in seconds."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """What is heard in one go, or a line of the text that is not heard at all.

    Attributes
    ----------
    text : str or None
        The line of the text; None for sound that has none.
    clip : ndarray of float32, or None
        16 kHz samples; None for a line that nobody read.
    onset, end : float
        Speech within the clip, seconds from its first sample.
    words : tuple of SpokenWord
        Times from the clip's first sample; empty where word times are not known.
    pause : float
        Seconds of silence in front.
    kind : str
        What sound without a text is: "speech", "retake", "intro", "outro" or "music".
    place : float or None
        Where the line stands in the text, where that is not where it is heard: lines are sorted by
        it. None: right behind the piece in front.
    """

    text: str | None
    clip: np.ndarray | None
    onset: float = 0.0
    end: float = 0.0
    words: tuple[SpokenWord, ...] = ()
    pause: float = 0.0
    kind: str = "speech"
    place: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text and its truth.

    Attributes
    ----------
    text : str
        As it stands in the text file.
    start, end : float or None
        Seconds of speech onset and end; None where nobody reads it.
    words : tuple of SpokenWord
        One per whitespace-separated word, or empty where word times are not known.
    takes : tuple of (float, float)
        Start and end of every other take of the same line.
    moved : bool
        Whether the line is heard elsewhere than the text has it.
    """

    text: str
    start: float | None
    end: float | None
    words: tuple[SpokenWord, ...] = ()
    takes: tuple[tuple[float, float], ...] = ()
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Unwritten:
    """A stretch of sound without a text, in seconds; kinds as in `Piece`."""

    start: float
    end: float
    kind: str


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of a recording.

    Attributes
    ----------
    name, language : str
        The language is a code such as "it", "es" or "en".
    label : str
        What kind of material it is, in words.
    grade : str
        "exact", or "silver" for a reference made by another aligner (about 50 ms).
    seconds : float
        Length of the sound.
    lines : tuple of Line
        In text order: the lines of the text file.
    unwritten : tuple of Unwritten
        In the order heard.
    """

    name: str
    language: str
    label: str
    grade: str
    seconds: float
    lines: tuple[Line, ...]
    unwritten: tuple[Unwritten, ...] = ()

    @property
    def text(self) -> str:
        """The text file: a line each."""
        return "".join(f"{line.text}\n" for line in self.lines)


def place(pieces: list[Piece], lead: float = 0.0) -> tuple[tuple[Line, ...], tuple[Unwritten, ...]]:
    """Return the lines and the unwritten stretches that a script comes to.

    Parameters
    ----------
    pieces : list of Piece
        In the order heard.
    lead : float
        Seconds in front of the first piece.
    """
    at = round(lead * RATE)
    lines: list[tuple[float, Line]] = []
    unwritten: list[Unwritten] = []
    earlier: list[tuple[float, float]] = []  # takes whose line comes next
    last = -1.0
    heard_behind = -1.0
    for piece in pieces:
        first = at + round(piece.pause * RATE)
        begin = first / RATE
        at = first + (0 if piece.clip is None else len(piece.clip))
        if piece.text is None:
            stretch = Unwritten(begin + piece.onset, begin + piece.end, piece.kind)
            unwritten.append(stretch)
            if piece.kind == "retake":
                earlier.append((stretch.start, stretch.end))
            continue
        last = last + 1e-6 if piece.place is None else piece.place
        moved = piece.clip is not None and last < heard_behind
        heard_behind = max(heard_behind, last)
        line = _line(piece, begin, moved)
        if earlier and piece.clip is not None:
            line = dataclasses.replace(line, takes=(earlier.pop(0),))
        lines.append((last, line))
    return tuple(line for _, line in sorted(lines, key=lambda pair: pair[0])), tuple(unwritten)


def _line(piece: Piece, begin: float, moved: bool) -> Line:
    if piece.clip is None:
        return Line(piece.text or "", None, None)
    words = tuple(SpokenWord(w.text, begin + w.start, begin + w.end) for w in piece.words)
    return Line(piece.text or "", begin + piece.onset, begin + piece.end, words, moved=moved)


def render(pieces: list[Piece], lead: float = 0.0, tail: float = 0.0) -> Iterator[np.ndarray]:
    """Yield the sound of a script, block by block, as float32."""
    yield np.zeros(round(lead * RATE), np.float32)
    for piece in pieces:
        yield np.zeros(round(piece.pause * RATE), np.float32)
        if piece.clip is not None:
            yield piece.clip
    yield np.zeros(round(tail * RATE), np.float32)


def write(
    path: Path,
    truth: Truth,
    blocks: Iterator[np.ndarray],
    under: Callable[[int], np.ndarray] | None = None,
) -> Truth:
    """Write sound, text and truth beside each other: PATH, .txt and .truth.json.

    Parameters
    ----------
    path : Path
        The sound; FLAC.
    truth : Truth
        Its `seconds` are set from the sound.
    blocks : iterator of ndarray
        As `render` yields them.
    under : callable, optional
        Returns that many samples of what runs under the speech.

    Returns
    -------
    Truth
        With the length measured.
    """
    import soundfile

    partial = path.with_name(f".partial-{os.getpid()}-{path.name}")
    written = 0
    with soundfile.SoundFile(partial, "w", RATE, 1, "PCM_16", format="FLAC") as sound:
        for block in _chunks(blocks, 600 * RATE):
            if under is not None:
                block += under(len(block))
            sound.write(np.clip(block, -1.0, 1.0))
            written += len(block)
    truth = dataclasses.replace(truth, seconds=written / RATE)
    path.with_suffix(".txt").write_text(truth.text, encoding="utf-8")
    path.with_suffix(".truth.json").write_text(_as_json(truth), encoding="utf-8")
    partial.replace(path)
    return truth


def _chunks(blocks: Iterator[np.ndarray], size: int) -> Iterator[np.ndarray]:
    """Join small blocks to ones of at least `size` samples; the last may be shorter."""
    held: list[np.ndarray] = []
    count = 0
    for block in blocks:
        held.append(block)
        count += len(block)
        if count >= size:
            yield np.concatenate(held)
            held, count = [], 0
    if count:
        yield np.concatenate(held)


def _as_json(truth: Truth) -> str:
    body = dataclasses.asdict(truth)
    return json.dumps(body, ensure_ascii=False, indent=1)


def read_truth(path: Path) -> Truth:
    """Read the truth that `write` put beside the sound at `path`."""
    body = json.loads(path.with_suffix(".truth.json").read_text(encoding="utf-8"))
    lines = tuple(
        Line(
            text=line["text"],
            start=line["start"],
            end=line["end"],
            words=tuple(SpokenWord(**word) for word in line["words"]),
            takes=tuple((start, end) for start, end in line["takes"]),
            moved=line["moved"],
        )
        for line in body["lines"]
    )
    unwritten = tuple(Unwritten(**each) for each in body["unwritten"])
    return Truth(**{**body, "lines": lines, "unwritten": unwritten})
