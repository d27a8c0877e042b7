"""Open a medium safely, and tell what it contains."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from syncalign.errors import MediaError
from syncalign.media.info import Chapter, MediaInfo, StreamInfo, StreamKind

if TYPE_CHECKING:
    from av.container import InputContainer

# What may be opened: formats that hold their own sound or picture. Playlists (hls, dash, concat),
# session descriptions (sdp), picture sequences (image2, *_pipe), text art (tty) and capture devices
# are left out on purpose: they would open other files, or claim what is not a medium.
FORMATS = (
    "3gp aa aac aax ac3 ac4 aea aiff alaw amr amrnb amrwb ape apac asf asf_o au av1 avi bonk caf "
    "dsf dts dtshd dv eac3 evc flac flv g722 gsm gxf h263 h264 hevc iamf ircam ivf kux live_flv "
    "loas lxf m4v matroska mlp mov mp3 mp4 mpc mpc8 mpeg mpegts mpegvideo mxf nistsphere nsv nut "
    "nuv obu ogg oma osq pmp pva qcp qoa rm rso shn smjpeg smk sol sox tak truehd tta ty vc1 voc "
    "vqf vvc w64 wav wavarc wsd wtv wv xa xwma yuv4mpegpipe"
)

# Broadcast formats start anywhere, and FFmpeg starts an MP3 after its encoder delay: players show
# the first moment as 0:00. Other
# containers declare their own zero, and a late stream is then late on purpose.
_REBASED = frozenset({"mpegts", "mpeg", "flv", "live_flv", "mp3"})

_COMMENTARY = re.compile(
    r"comment(ary|aire|ato)|kommentar|comentario|comentário|audio.?descri|descripti(ve|on)\b"
    r"|described|visually.impaired|\b(AD|DVS)\b"
)
_MAGIC = (
    (4, b"ftyp", "an MP4"),
    (4, b"moov", "a QuickTime"),
    (4, b"mdat", "a QuickTime"),
    (0, b"\x1a\x45\xdf\xa3", "a Matroska"),
    (0, b"RIFF", "a RIFF (WAV or AVI)"),
    (0, b"OggS", "an Ogg"),
    (0, b"fLaC", "a FLAC"),
    (0, b"ID3", "an MP3"),
    (0, b"FLV", "an FLV"),
)


def probe(path: str | os.PathLike[str]) -> MediaInfo:
    """Tell what a medium contains, without decoding it.

    Parameters
    ----------
    path : path-like
        A local file. Nothing else is ever opened: no address, no list of files.

    Returns
    -------
    MediaInfo
        Times are on the container's clock: 0 is what a player shows at 0:00.

    Raises
    ------
    MediaError
        The file is missing, unreadable, empty, damaged or not a medium.
    """
    with open_container(path) as container:
        return describe(path, container)


@contextlib.contextmanager
def open_container(path: str | os.PathLike[str]) -> Iterator[InputContainer]:
    """Open a local file for reading and close it at the end.

    Raises
    ------
    MediaError
        The file is missing, unreadable, empty, damaged or not a medium.
    """
    import av

    _check_is_file(path)
    options = {"protocol_whitelist": "file", "format_whitelist": FORMATS.replace(" ", ",")}
    # The prefix makes any name a plain file name: "http:x", "-", "%03d.png", "a\nb".
    name = "file:" + os.path.realpath(path)
    try:
        container = av.open(name, container_options=options, metadata_errors="replace")
    except (av.FFmpegError, UnicodeError) as exc:
        raise _refuse(path, exc) from exc
    try:
        if not any(stream.type != "unknown" for stream in container.streams):
            raise MediaError(path, "holds no sound, picture or text")
        yield container
    finally:
        container.close()


def describe(path: str | os.PathLike[str], container: InputContainer) -> MediaInfo:
    """Tell what an open container contains."""
    zero = clock_zero(container)
    duration = None if container.duration is None else container.duration / 1_000_000
    if duration is not None:  # FFmpeg counts it from the first stream's start
        duration += float(_start(container) - zero)
    chapters = sorted(
        (
            _describe_chapter(cast("dict[str, Any]", chapter), zero)
            for chapter in container.chapters()
        ),
        key=lambda chapter: (chapter.start, chapter.end),
    )
    return MediaInfo(
        path=os.fspath(path),
        container=container.format.name,
        duration=duration,
        streams=tuple(_describe_stream(stream, zero) for stream in container.streams),
        chapters=tuple(chapters),
    )


def clock_zero(container: InputContainer) -> Fraction:
    """Find the container's own time, in seconds, of the moment that a player shows as 0:00."""
    return _start(container) if container.format.name in _REBASED else Fraction(0)


def _start(container: InputContainer) -> Fraction:
    # PyAV's own type does not say that it may be None.
    return Fraction(cast("int | None", container.start_time) or 0, 1_000_000)


def _describe_chapter(chapter: dict[str, Any], zero: Fraction) -> Chapter:
    base = chapter["time_base"] or Fraction(1, 1000)
    return Chapter(
        start=float(chapter["start"] * base - zero),
        end=float(chapter["end"] * base - zero),
        title=chapter["metadata"].get("title", ""),
    )


def _describe_stream(stream: Any, zero: Fraction) -> StreamInfo:  # PyAV's streams share no type
    from av.stream import Disposition

    base = stream.time_base
    flags = stream.disposition
    title = stream.metadata.get("title") or None
    told = flags & (Disposition.comment | Disposition.visual_impaired | Disposition.descriptions)
    language = stream.metadata.get("language")
    kind = _kind(stream)
    start = (
        0.0 if stream.start_time is None or base is None else float(stream.start_time * base - zero)
    )
    known = stream.duration is not None and base is not None
    sound = stream.codec_context if kind == "audio" else None
    return StreamInfo(
        index=stream.index,
        kind=kind,
        codec=_codec_name(stream),
        language=None if language in (None, "", "und", "unk") else language,
        # Priming before zero is decoded and thrown away: it is not part of what is presented.
        start=max(start, 0.0) if kind == "audio" else start,
        duration=float(stream.duration * base) if known else None,
        rate=_rate(stream, kind),
        channels=sound.channels if sound else None,
        layout=sound.layout.name if sound else None,
        default=bool(flags & Disposition.default),
        forced=bool(flags & Disposition.forced),
        commentary=bool(told) or bool(title and mentions_commentary(title)),
        title=title,
    )


def mentions_commentary(title: str) -> bool:
    """Whether a track's title says that it is a commentary or an audio description."""
    # "AD" and "DVS" count in capitals only, the words in any case.
    return bool(_COMMENTARY.search(title) or _COMMENTARY.search(title.lower()))


def _kind(stream: Any) -> StreamKind:
    from av.stream import Disposition

    if stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails):
        return "attachment"
    return stream.type if stream.type in ("audio", "video", "subtitle", "attachment") else "data"


def _codec_name(stream: Any) -> str:
    if stream.codec_context is not None:
        return str(stream.codec_context.name)
    return str(getattr(stream, "name", None) or "unknown")


def _rate(stream: Any, kind: StreamKind) -> Fraction | None:
    if kind == "audio" and stream.codec_context is not None:
        rate = stream.codec_context.sample_rate
        return Fraction(rate) if rate else None
    if kind == "video":
        rate = stream.guessed_rate or stream.average_rate
        return Fraction(rate) if rate else None
    return None


def _check_is_file(path: str | os.PathLike[str]) -> None:
    try:
        status = Path(path).stat()
    except ValueError as exc:  # a NUL character in the name
        raise MediaError(path, "no such file") from exc
    except OSError as exc:
        raise _refuse(path, exc) from exc
    if stat.S_ISDIR(status.st_mode):
        raise MediaError(path, "is a folder; name a sound or video file")
    if not stat.S_ISREG(status.st_mode):
        raise MediaError(path, "is not a regular file; save it to a file first")
    if status.st_size == 0:
        raise MediaError(path, "is empty")


def _refuse(path: str | os.PathLike[str], exc: Exception) -> MediaError:
    code = getattr(exc, "errno", None)
    if code in (errno.ENOENT, errno.ENOTDIR):
        return MediaError(path, "no such file")
    if code in (errno.EACCES, errno.EPERM):
        return MediaError(path, "may not be read: permission denied")
    known = _known_by_its_head(path)
    if known:
        return MediaError(path, f"starts like {known} file, but is truncated or damaged")
    return MediaError(path, "is not a sound or video file that can be read")


def _known_by_its_head(path: str | os.PathLike[str]) -> str | None:
    try:
        with Path(path).open("rb") as file:
            head = file.read(16)
    except OSError:
        return None
    for place, magic, name in _MAGIC:
        if head[place : place + len(magic)] == magic:
            return name
    return None
