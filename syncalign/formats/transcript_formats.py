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

    ``ending`` is that of a file's name which stands for it; None where another format has it.
    """

    name: str
    ending: str | None
    write: Callable[[Transcript], str]


def _subtitles(transcript: Transcript, *, format: str, rate: int) -> str:
    return write_timeline(snapped(transcript.units, rate), format=format).decode()


TRANSCRIPT_FORMATS = (
    TranscriptFormat("aeneas", None, aeneas.write_json),
    TranscriptFormat("csv", ".csv", aeneas.write_csv),
    TranscriptFormat("tsv", ".tsv", aeneas.write_tsv),
    TranscriptFormat("srt", ".srt", partial(_subtitles, format="srt", rate=1000)),
    TranscriptFormat("vtt", ".vtt", partial(_subtitles, format="vtt", rate=1000)),
    TranscriptFormat("vtt-words", None, word_times.write_vtt),
    TranscriptFormat("lrc", ".lrc", partial(_subtitles, format="lrc", rate=100)),
    TranscriptFormat("lrc-words", None, word_times.write_lrc),
    TranscriptFormat("ass", ".ass", partial(_subtitles, format="ass", rate=100)),
    TranscriptFormat("karaoke", None, word_times.write_karaoke),
    TranscriptFormat("textgrid", ".textgrid", textgrid.write),
    TranscriptFormat("ctm", ".ctm", ctm.write),
    TranscriptFormat("audacity", ".txt", audacity.write),
)


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
    for known in TRANSCRIPT_FORMATS:
        if known.name == format:
            return known.write(transcript).encode("utf-8", "replace")
    names = ", ".join(known.name for known in TRANSCRIPT_FORMATS)
    raise ParameterError(f"there is no format named {format!r}; known are json, {names}")


def transcript_format_of_name(path: str | os.PathLike[str]) -> str:
    """Return the format that the ending of a file's name stands for: ``json`` for .json.

    Raises
    ------
    ParameterError
        It stands for none.

    Examples
    --------
    >>> transcript_format_of_name("chapter1.TextGrid")
    'textgrid'
    """
    ending = Path(path).suffix.lower()
    endings = {".json": "json"}
    endings |= {known.ending: known.name for known in TRANSCRIPT_FORMATS if known.ending}
    if ending not in endings:
        known = " ".join(endings)
        raise ParameterError(
            f"{ending or 'no ending'!r} names no format; known are {known}; "
            "--format chooses one for any name"
        )
    return endings[ending]
