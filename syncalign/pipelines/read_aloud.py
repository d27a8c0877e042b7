"""Put a reading into the book that is read: EPUB 3 with Media Overlays."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from syncalign.errors import FormatError, ParameterError
from syncalign.formats.archive import Archive
from syncalign.formats.epub.marking import Stretch
from syncalign.formats.epub.overlay import Clip
from syncalign.formats.epub.read_aloud import BookSound, Reading, write_read_aloud
from syncalign.media import probe
from syncalign.media.encode import encode_m4a, portable_type
from syncalign.progress import Progress
from syncalign.results import SoundFile, TextAlignment
from syncalign.storage import ensure_distinct, open_atomically

_LEAST_SECONDS = 0.001


def make_read_aloud(
    alignment: TextAlignment,
    book: str | os.PathLike[str],
    output: str | os.PathLike[str],
    *,
    track: int | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> None:
    """Write a book of EPUB 3 whose text lights up as it is read aloud.

    Each unit that has a time gets an id in its chapter, and its time in the chapter's overlay. The
    sound is put into the book: MP3 and AAC in MP4 as they are, all else encoded as AAC. All other
    members of the book stay as they are, byte by byte; a book of EPUB 2 becomes one of EPUB 3.

    Parameters
    ----------
    alignment : TextAlignment
        Of this book, from :func:`~syncalign.pipelines.text.align_text`.
    book : path-like
        The book, EPUB 2 or 3.
    output : path-like
        The file to write, wholly or not at all.
    track : int or None
        Which sound of each file, as for the alignment.
    overwrite : bool
        Whether an existing file may be replaced.
    progress : Progress or None
        Told about sound that is encoded.

    Raises
    ------
    ParameterError
        The alignment was refused, none of its units is in the book, or the output is the book.
    FormatError
        The book cannot be used, or has a reading in it already.
    MediaError
        A sound file cannot be used.
    OutputError
        The file exists or cannot be written.
    """
    if alignment.status == "refused":
        raise ParameterError("a refused alignment is not written: " + alignment.reasons[0])
    ensure_distinct(output, book, *(file.path for file in alignment.sound))
    with Archive(book) as archive, tempfile.TemporaryDirectory(prefix="syncalign-") as folder:
        readings = _readings(alignment, archive)
        used = sorted({reading.clip.sound for reading in readings})
        readings = [
            r._replace(clip=r.clip._replace(sound=used.index(r.clip.sound))) for r in readings
        ]
        sounds = [
            _portable(alignment.sound[number].path, Path(folder, f"{number}.m4a"), track, progress)
            for number in used
        ]
        with open_atomically(output, overwrite=overwrite) as file:
            write_read_aloud(archive, readings, sounds, file)


def _readings(alignment: TextAlignment, archive: Archive) -> list[Reading]:
    readings = []
    for unit in alignment.units:
        if unit.start is None or unit.end is None or unit.place is None:
            continue
        if unit.place.file not in archive:
            raise ParameterError(f"the alignment is not of {archive.path}: it is of another text")
        stretch = Stretch(unit.place.start, unit.place.end, unit.id)
        clip = _clip(unit.start, unit.end, alignment.sound)
        readings.append(Reading(unit.place.file, stretch, clip))
    if not readings:
        raise FormatError(archive.path, "has no unit that is heard")
    return readings


def _clip(start: float, end: float, files: Sequence[SoundFile]) -> Clip:
    """Return a stretch of the joined clock in the one file that has most of it."""
    shared = [min(end, file.end) - max(start, file.start) for file in files]
    number = shared.index(max(shared))
    file = files[number]
    begin = max(start, file.start) - file.start
    finish = min(end, file.end) - file.start
    return Clip(number, begin, max(finish, begin + _LEAST_SECONDS))


def _portable(path: str, made: Path, track: int | None, progress: Progress | None) -> BookSound:
    media_type = portable_type(probe(path))
    if media_type is not None:
        return BookSound(path, media_type)
    encode_m4a(path, made, track=track, progress=progress)
    return BookSound(str(made), "audio/mp4")
