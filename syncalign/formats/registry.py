"""Every format of timed text in one table, and the door through which files come in."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from syncalign.errors import FormatError, ParameterError
from syncalign.formats import ass, jsonl, lrc, microdvd, mpl2, sami, sbv, srt, subviewer, ttml, vtt
from syncalign.formats.encoding import Decoded, decode
from syncalign.formats.foreign import binary_kind, picture_subtitles, text_kind
from syncalign.formats.source import Source, read_bytes
from syncalign.formats.subtitle_file import Findings, SubtitleFile, assemble
from syncalign.timebase import exact_rate

LARGEST_FILE = 64 * 2**20  # bytes; fonts inside an ASS file take some 20 MiB at most


@dataclass(frozen=True, slots=True)
class Format:
    """A format of timed text.

    Parameters
    ----------
    name : str
        Its name in options and results.
    title : str
        Its name in sentences.
    extensions : tuple of str
        Usual endings of file names; they only break a tie.
    digits : int
        Digits of a fraction of a second.
    sniff : callable
        How much a source looks like it, 0 to 1.
    locate : callable
        Finds the cues.
    counts_frames : bool
        Whether its times may be counts of frames: ``locate`` then takes ``frame_rate``.
    """

    name: str
    title: str
    extensions: tuple[str, ...]
    digits: int
    sniff: Callable[[Source], float]
    locate: Callable[..., Findings]
    counts_frames: bool = False


FORMATS = (
    Format("srt", "SubRip", (".srt",), 3, srt.sniff, srt.locate),
    Format("vtt", "WebVTT", (".vtt", ".webvtt"), 3, vtt.sniff, vtt.locate),
    Format("ass", "ASS/SSA", (".ass", ".ssa"), 2, ass.sniff, ass.locate),
    Format("microdvd", "MicroDVD", (".sub",), 0, microdvd.sniff, microdvd.locate, True),
    Format("ttml", "TTML", (".ttml", ".dfxp", ".xml", ".itt"), 3, ttml.sniff, ttml.locate, True),
    Format("sbv", "SBV", (".sbv",), 3, sbv.sniff, sbv.locate),
    Format("lrc", "LRC", (".lrc",), 2, lrc.sniff, lrc.locate),
    Format("subviewer", "SubViewer 2", (".sub",), 2, subviewer.sniff, subviewer.locate),
    Format(
        "subviewer1", "SubViewer 1", (".sub",), 0, subviewer.sniff_first, subviewer.locate_first
    ),
    Format("mpl2", "MPL2", (".mpl", ".mpl2"), 0, mpl2.sniff, mpl2.locate),
    Format("sami", "SAMI", (".smi", ".sami"), 0, sami.sniff, sami.locate),
    Format("jsonl", "JSON lines", (".jsonl", ".ndjson"), 3, jsonl.sniff, jsonl.locate),
)
_ENDINGS = tuple(dict.fromkeys(ending for format_ in FORMATS for ending in format_.extensions))
_HEAD_BYTES = 2**16  # as much as tells a format


def read_subtitles(
    path: str | os.PathLike[str],
    *,
    encoding: str | None = None,
    format: str | None = None,
    frame_rate: float | Fraction | None = None,
) -> SubtitleFile:
    """Read a subtitle file.

    Parameters
    ----------
    path : path-like
        The file.
    encoding : str, optional
        Its encoding; found if not given.
    format : str, optional
        A name from :data:`FORMATS`; found by the content if not given.
    frame_rate : float or Fraction, optional
        Frames a second of a file whose times are frames; 23.976 stands for 24000/1001. It wins
        over what a MicroDVD file says, not over what a TTML file declares.

    Returns
    -------
    SubtitleFile
        The bytes, the cues and the places of their times.

    Raises
    ------
    FormatError
        The file cannot be read, is too large, is no timed text, has no cues, or has times that
        cannot be read in most cues; with the line where known.
    ParameterError
        There is no such encoding or format, or the frame rate is not positive.
    """
    data = read_bytes(path, what="subtitle file", most=LARGEST_FILE + 1)
    try:
        return parse_subtitles(
            data,
            name_hint=os.fspath(path),
            encoding=encoding,
            format=format,
            frame_rate=frame_rate,
        )
    except FormatError as exc:
        raise FormatError(path, exc.message, exc.line) from exc


def parse_subtitles(
    data: bytes,
    *,
    name_hint: str | None = None,
    encoding: str | None = None,
    format: str | None = None,
    frame_rate: float | Fraction | None = None,
) -> SubtitleFile:
    """Find the cues in the bytes of a subtitle file.

    Parameters
    ----------
    data : bytes
        The file.
    name_hint : str, optional
        Its name; the ending breaks a tie between formats.
    encoding, format, frame_rate : optional
        As for :func:`read_subtitles`, with the same errors.
    """
    chosen = None if format is None else _by_name(format)
    source, text = _opened(data, encoding)
    if chosen is None:
        chosen = _detected(source, text, name_hint)
    damaged = text.count("\ufffd")
    del text  # four times the file's size, at worst
    if chosen.counts_frames:
        rate = None if frame_rate is None else exact_rate(frame_rate)
        findings = chosen.locate(source, frame_rate=rate)
    else:
        findings = chosen.locate(source)
    file = assemble(source, chosen.name, findings, digits=chosen.digits)
    return file if not damaged else _with_note_on_damage(file, damaged)


def detect(data: bytes, name_hint: str | None = None, *, encoding: str | None = None) -> str:
    r"""Return the name of the format that some bytes are in, by their content.

    Parameters
    ----------
    data : bytes
        The file.
    name_hint : str, optional
        Its name; the ending breaks a tie.
    encoding : str, optional
        Its encoding; found if not given.

    Raises
    ------
    FormatError
        The bytes are no timed text; the sentence says what they look like.

    Examples
    --------
    >>> detect(b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n")
    'vtt'
    """
    source, text = _opened(data, encoding)
    return _detected(source, text, name_hint).name


def is_timed_text(path: str | os.PathLike[str]) -> bool:
    """Whether a file is one of timed text, sound or broken: by its content, else by its name.

    Parameters
    ----------
    path : path-like
        The file; what does not exist, or is no file, is none.
    """
    try:
        head = read_bytes(path, what="file", most=_HEAD_BYTES)
        if binary_kind(head) is not None:
            return False
        if Path(path).suffix.lower() not in _ENDINGS:
            detect(head)
    except FormatError:
        return False
    return True


def format_of_name(path: str | os.PathLike[str], *, like: str | None = None) -> str:
    """Return the format that a file's name asks for.

    Parameters
    ----------
    path : path-like
        The name; the file need not exist.
    like : str, optional
        The format to prefer where an ending stands for several, as ``.sub`` does.

    Raises
    ------
    ParameterError
        The ending stands for no format.
    """
    ending = Path(path).suffix.lower()
    named = [format_.name for format_ in FORMATS if ending and ending in format_.extensions]
    if not named:
        known = " ".join(_ENDINGS)
        raise ParameterError(f"{ending or 'no ending'!r} names no format; known are {known}")
    return like if like in named else named[0]


def _by_name(name: str) -> Format:
    for format_ in FORMATS:
        if name == format_.name or f".{name}" in format_.extensions:
            return format_
    known = ", ".join(format_.name for format_ in FORMATS)
    raise ParameterError(f"there is no format named {name!r}; known are {known}")


def _opened(data: bytes, encoding: str | None) -> tuple[Source, str]:
    if not data:
        raise FormatError(None, "is empty")
    pictures = picture_subtitles(data)
    if pictures is not None:
        raise FormatError(None, pictures)
    kind = binary_kind(data)
    if kind is not None:
        raise FormatError(None, f"is not a subtitle file: binary data (looks like {kind})")
    if len(data) > LARGEST_FILE:
        raise FormatError(None, f"is not a subtitle file: larger than {LARGEST_FILE // 2**20} MiB")
    decoded = decode(data, encoding)
    if _is_binary(decoded):
        raise FormatError(None, "is not a subtitle file: binary data")
    return Source.of(data, decoded), decoded.text


def _is_binary(decoded: Decoded) -> bool:
    head = decoded.text[:4096]
    odd = len(re.findall(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head))
    return odd * 20 > len(head)


def _detected(source: Source, text: str, name_hint: str | None) -> Format:
    ending = Path(name_hint).suffix.lower() if name_hint else ""
    scores = [(format_.sniff(source), ending in format_.extensions) for format_ in FORMATS]
    best = max(scores)
    if best[0] > 0:
        return FORMATS[scores.index(best)]
    if not text.strip("\ufeff\0 \t\r\n"):
        raise FormatError(None, "is empty: only blank space")
    kind = text_kind(text)
    if kind is not None:
        raise FormatError(None, f"is {kind}; give a subtitle file (SubRip, WebVTT, ASS, TTML, ...)")
    named = [format_ for format_ in FORMATS if ending in format_.extensions]
    if named or "-->" in text:
        # So that the message is about the line that cannot be read.
        return (named or list(FORMATS))[0]
    raise FormatError(None, "is not a subtitle file: text without times")


def _with_note_on_damage(file: SubtitleFile, damaged: int) -> SubtitleFile:
    letters = "1 character" if damaged == 1 else f"{damaged} characters"
    note = f"{letters} cannot be read as {file.encoding}; the bytes are kept."
    return replace(file, notes=(*file.notes, note))
