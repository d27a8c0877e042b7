"""Subtitles from one format to another: the flow from a file to an answer."""

from __future__ import annotations

import os
from fractions import Fraction

from syncalign.formats import convert, read_subtitles
from syncalign.formats.registry import format_of_name
from syncalign.results.conversion import SubtitleConversion


def convert_subtitles(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,
    output: str | os.PathLike[str] | None = None,
    encoding: str | None = None,
    frame_rate: float | Fraction | None = None,
) -> SubtitleConversion:
    """Turn a subtitle file into another format. Nothing is written.

    Parameters
    ----------
    path : path-like
        The file; its format is found by its content.
    format : str, optional
        The format wanted, such as "vtt"; by default the one that the name ``output`` asks for.
        The file's own copies its bytes.
    output : path-like, optional
        Name of the new file.
    encoding : str, optional
        Encoding of the file; found if not given. A new file is UTF-8.
    frame_rate : float or Fraction, optional
        Frames a second, for times that are frames: in the file if it does not say, and in a new
        MicroDVD file.

    Returns
    -------
    SubtitleConversion
        Its ``save`` writes the new file; its ``reasons`` say what was lost.

    Raises
    ------
    FormatError
        The file is missing, is no timed text, or counts frames at an unknown rate.
    ParameterError
        There is no such format, it cannot hold the times, or it needs a frame rate.
    """
    wanted = format
    if wanted is None and output is not None:
        wanted = format_of_name(output)
    file = read_subtitles(path, encoding=encoding, frame_rate=frame_rate)
    if format is None and output is not None:
        wanted = format_of_name(output, like=file.format)
    done = convert(file, format=wanted or file.format, frame_rate=frame_rate)
    reasons = (*file.notes, *done.reasons)
    return SubtitleConversion(done.data, file.format, wanted or file.format, done.cues, reasons)
