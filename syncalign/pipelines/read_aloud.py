"""Put a reading into the book that is read: EPUB 3 with Media Overlays."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

from syncalign.errors import FormatError, MediaError, ParameterError
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
    audio_url: str | None = None,
    track: int | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> None:
    """Write a book of EPUB 3 whose text lights up as it is read aloud.

    Each unit that has a time gets an id in its chapter, and its time in the chapter's overlay. The
    sound is put into the book: MP3 and AAC in MP4 as they are, all else encoded as AAC; or the book
    refers to it. All other members of the book stay as they are, byte by byte; a book of EPUB 2
    becomes one of EPUB 3.

    Parameters
    ----------
    alignment : TextAlignment
        Of this book, from :func:`~syncalign.pipelines.text.align_text`.
    book : path-like
        The book, EPUB 2 or 3.
    output : path-like
        The file to write, wholly or not at all.
    audio_url : str or None
        Where players find the sound files, which are not put into the book then: a URL to which
        their names are added. A book cannot refer to a file beside it: EPUB forbids that.
    track : int or None
        Which sound of each file, as for the alignment.
    overwrite : bool
        Whether an existing file may be replaced.
    progress : Progress or None
        Told about sound that is encoded.

    Raises
    ------
    ParameterError
        The alignment was refused, none of its units is in the book, the output is the book, or the
        address is none of the web.
    FormatError
        The book cannot be used, or has a reading in it already.
    MediaError
        A sound file cannot be used; or it is neither MP3 nor AAC in MP4, and is to be referred to.
    OutputError
        The file exists or cannot be written.
    """
    if alignment.status == "refused":
        raise ParameterError("a refused alignment is not written: " + alignment.reasons[0])
    elsewhere = (
        None
        if audio_url is None
        else sounds_elsewhere(audio_url, [f.path for f in alignment.sound])
    )
    ensure_distinct(output, book, *(file.path for file in alignment.sound))
    with Archive(book) as archive, tempfile.TemporaryDirectory(prefix="syncalign-") as folder:
        readings = _readings(alignment, archive)
        used = sorted({reading.clip.sound for reading in readings})
        readings = [
            r._replace(clip=r.clip._replace(sound=used.index(r.clip.sound))) for r in readings
        ]
        sounds = [
            elsewhere[number]
            if elsewhere is not None
            else _portable(
                alignment.sound[number].path, Path(folder, f"{number}.m4a"), track, progress
            )
            for number in used
        ]
        with open_atomically(output, overwrite=overwrite) as file:
            write_read_aloud(archive, readings, sounds, file)


def ensure_web_address(audio_url: str) -> None:
    """Refuse what is no address of a folder in the web.

    Raises
    ------
    ParameterError
        It is none.
    """
    parts = urlsplit(audio_url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ParameterError(
            f"a book refers to sound by an address such as https://example.org/sound/, "
            f"not {audio_url!r}: EPUB allows no file beside it"
        )


def sounds_elsewhere(audio_url: str, paths: Sequence[str]) -> list[BookSound]:
    """Return sound files as what a book refers to.

    Parameters
    ----------
    audio_url : str
        Of the folder that they are found in, ``http`` or ``https``.
    paths : sequence of str
        The files, here.

    Raises
    ------
    ParameterError
        The address is none of the web, or two files have the same name.
    MediaError
        A file cannot be used, or is of a kind that readers of books don't play.
    """
    ensure_web_address(audio_url)
    names = [Path(path).name for path in paths]
    if len(set(names)) < len(names):
        raise ParameterError(
            "two sound files have the same name: their addresses would be the same"
        )
    sounds = []
    for path, name in zip(paths, names, strict=True):
        media_type = portable_type(probe(path))
        if media_type is None:
            raise MediaError(
                path, "is neither MP3 nor AAC in MP4: convert it, or put it in the book"
            )
        sounds.append(
            BookSound(
                path,
                media_type,
                "/".join([quote(audio_url.rstrip("/"), safe=":/%@[]"), quote(name)]),
            )
        )
    return sounds


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
