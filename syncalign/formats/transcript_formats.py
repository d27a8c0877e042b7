"""Every format that an aligned text is written in, in one table."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from syncalign.errors import ParameterError
from syncalign.formats import aeneas, audacity, ctm, textgrid, word_times
from syncalign.formats.snapping import snapped
from syncalign.formats.transcript import Transcript
from syncalign.formats.writing import write_timeline


class TranscriptFormat(NamedTuple):
    """A format for the units of a text and their times.

    ``ending`` is that of its files' names; where several have the same one, it means the first.
    """

    name: str
    ending: str
    write: Callable[[Transcript], str]


def _subtitles(transcript: Transcript, *, format: str, rate: int) -> str:
    return write_timeline(snapped(transcript.units, rate), format=format).decode()


TRANSCRIPT_FORMATS = (
    TranscriptFormat("aeneas", ".json", aeneas.write_json),
    TranscriptFormat("csv", ".csv", aeneas.write_csv),
    TranscriptFormat("tsv", ".tsv", aeneas.write_tsv),
    TranscriptFormat("srt", ".srt", partial(_subtitles, format="srt", rate=1000)),
    TranscriptFormat("vtt", ".vtt", partial(_subtitles, format="vtt", rate=1000)),
    TranscriptFormat("vtt-words", ".vtt", word_times.write_vtt),
    TranscriptFormat("lrc", ".lrc", partial(_subtitles, format="lrc", rate=100)),
    TranscriptFormat("lrc-words", ".lrc", word_times.write_lrc),
    TranscriptFormat("ass", ".ass", partial(_subtitles, format="ass", rate=100)),
    TranscriptFormat("karaoke", ".ass", word_times.write_karaoke),
    TranscriptFormat("textgrid", ".TextGrid", textgrid.write),
    TranscriptFormat("ctm", ".ctm", ctm.write),
    TranscriptFormat("audacity", ".txt", audacity.write),
)


#: The format of our own, which holds all that is known of an alignment; it is no transcript.
JSON, _JSON_ENDING = "json", ".json"
#: A book with its reading in it: made of the book and the sound (pipelines/read_aloud.py).
EPUB, _EPUB_ENDING = "epub", ".epub"


def write_transcript(transcript: Transcript, *, format: str) -> bytes:
    """Return a new file in UTF-8, without a byte order mark.

    Parameters
    ----------
    transcript : Transcript
        The units and their times.
    format : str
        A name from :data:`TRANSCRIPT_FORMATS`.

    Raises
    ------
    ParameterError
        There is no such format, or it does not hold times as late as these (ASS: 10 hours).
    """
    return _by_name(format).write(transcript).encode("utf-8", "replace")


def format_of_name(path: str | os.PathLike[str]) -> str:
    """Return the format that the ending of a file's name stands for: ``json`` for .json.

    Raises
    ------
    ParameterError
        It stands for none.

    Examples
    --------
    >>> format_of_name("chapter1.TextGrid")
    'textgrid'
    """
    ending = Path(path).suffix.lower()
    names = {_JSON_ENDING: JSON, _EPUB_ENDING: EPUB}
    for known in TRANSCRIPT_FORMATS:
        names.setdefault(known.ending.lower(), known.name)
    if ending not in names:
        raise ParameterError(
            f"{ending or 'no ending'!r} names no format; known are {' '.join(names)}; "
            "--format chooses one for any name"
        )
    return names[ending]


def ending_of_format(format: str) -> str:
    """Return the ending of the names of a format's files; ``json`` and ``epub`` are known too.

    Raises
    ------
    ParameterError
        There is no such format.
    """
    own = {JSON: _JSON_ENDING, EPUB: _EPUB_ENDING}
    return own[format] if format in own else _by_name(format).ending


def _by_name(format: str) -> TranscriptFormat:
    for known in TRANSCRIPT_FORMATS:
        if known.name == format:
            return known
    names = ", ".join(known.name for known in TRANSCRIPT_FORMATS)
    raise ParameterError(f"there is no format named {format!r}; known are {JSON}, {EPUB}, {names}")
