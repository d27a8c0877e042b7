"""GRID: sentences of six words, of which the fourth is a letter and the fifth a digit."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from syncalign.errors import FormatError
from syncalign.timebase import Segment
from syncalign.training.dataset.collection import Collection, Example, Skipped
from syncalign.training.dataset.video_files import video_files

#: Units a second in ``.align`` files: a frame of the corpus is 1000 (found on its sound).
UNITS = 25_000
#: Marks that agree less with the sound than this, by the manifest's ``align_r``, are not trusted.
LEAST_AGREEMENT = 0.5
_SILENCES = frozenset({"sil", "sp"})
_LETTER, _DIGIT, _WORDS = 3, 4, 6
_SPEAKER = re.compile(r"s\d+(?![^._])")  # the start of a folder's name: s1, s1.mpg_vcd, s1_align


@dataclass(frozen=True, slots=True)
class _Facts:
    part: str = ""
    agreement: float = 1.0


def has_grid_layout(folder: Path) -> bool:
    """Return whether there are marks of GRID anywhere in a folder."""
    return next(folder.rglob("*.align"), None) is not None


def read_grid(folder: Path) -> Collection:
    """Read GRID as the corpus lays it out, or any folders that hold its videos and marks.

    A video belongs to the ``.align`` file of its own name and speaker. The speaker is the folder
    whose name begins like ``s12``, be it ``s12/video``, ``video/s12`` or ``align/s12``; else the
    file's own folder. A ``manifest.csv`` may say more of each clip: ``split``, and as ``align_r``
    how well the marks agree with the sound; those below 0.5 are skipped.

    Parameters
    ----------
    folder : Path
        The root.

    Returns
    -------
    Collection
        Two examples a sentence: its letter and its digit.

    Raises
    ------
    FormatError
        The manifest cannot be read.
    """
    videos = {(_speaker(path, folder), path.stem): path for path in video_files(folder)}
    facts = _manifest(folder / "manifest.csv")
    examples: list[Example] = []
    skipped: list[Skipped] = []
    for marks in sorted(folder.rglob("*.align")):
        key = (_speaker(marks, folder), marks.stem)
        video = videos.get(key)
        if video is None:
            skipped.append(Skipped(str(marks), "there is no video of this name and speaker"))
            continue
        fact = facts.get(key, _Facts())
        try:
            words = read_marks(marks)
        except FormatError as exc:
            skipped.append(Skipped(str(marks), exc.message))
            continue
        if fact.agreement < LEAST_AGREEMENT:
            reason = f"its marks don't agree with its sound (align_r {fact.agreement:g})"
            skipped.append(Skipped(str(marks), reason))
            continue
        examples += [
            Example(str(video), segment, word, speaker=key[0], part=fact.part)
            for segment, word in (words[_LETTER], words[_DIGIT])
        ]
    return Collection(str(folder), "grid", tuple(examples), tuple(skipped))


def read_marks(path: Path) -> list[tuple[Segment, str]]:
    """Read the six words of a sentence, in seconds.

    Raises
    ------
    FormatError
        A line is no ``start end word``, an end lies before its start, or there are not six words.
    """
    words = []
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise FormatError(path, f"cannot be read: {exc}") from exc
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            start, end, word = line.split()
            segment = Segment(int(start) / UNITS, int(end) / UNITS)
        except ValueError as exc:
            raise FormatError(path, f"line {number} is no mark `start end word`: {line!r}") from exc
        if word not in _SILENCES:
            words.append((segment, word))
    if len(words) != _WORDS:
        raise FormatError(path, f"marks {len(words)} words; a sentence of GRID has {_WORDS}")
    return words


def _speaker(path: Path, root: Path) -> str:
    folders = path.relative_to(root).parts[:-1] or (root.name,)
    found = [match.group() for name in reversed(folders) if (match := _SPEAKER.match(name))]
    return found[0] if found else folders[-1]


def _manifest(path: Path) -> Mapping[tuple[str, str], _Facts]:
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return dict(_manifest_rows(csv.DictReader(file)))
    except (OSError, UnicodeDecodeError, ValueError, csv.Error) as exc:
        raise FormatError(path, f"is no manifest of GRID: {exc}") from exc


def _manifest_rows(
    rows: Iterable[Mapping[str, str]],
) -> Iterator[tuple[tuple[str, str], _Facts]]:
    for row in rows:
        part = {"dev": "val"}.get(row.get("split") or "", row.get("split") or "")
        agreement = float(row["align_r"]) if row.get("align_r") else 1.0
        yield (row.get("speaker") or "", row.get("clip") or ""), _Facts(part, agreement)
