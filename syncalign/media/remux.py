"""Move a file's sound against its picture without decoding anything: ffmpeg copies the packets."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from syncalign.errors import DependencyError, MediaError, OutputError
from syncalign.media.container import clock_zero, describe, open_container
from syncalign.media.info import MediaInfo
from syncalign.media.tracks import choose_audio

#: Endings of containers that hold a film in one file.
CONTAINERS = (
    ".3gp", ".avi", ".flv", ".m2ts", ".m4v", ".mkv", ".mov", ".mp4", ".mpg", ".ts", ".webm",
)  # fmt: skip
_COPIED = ("video", "audio", "subtitle", "attachment")
_LAST_WORDS = 300


def ensure_container(path: str | os.PathLike[str]) -> None:
    """Refuse a name whose ending tells no container for a film.

    Raises
    ------
    OutputError
        It does not.
    """
    if Path(path).suffix.lower() not in CONTAINERS:
        raise OutputError(path, f"names no container of a film; end it in {', '.join(CONTAINERS)}")


def remux_with_sound_moved(
    video: str | os.PathLike[str],
    target: str | os.PathLike[str],
    seconds: float,
    *,
    audio: str | os.PathLike[str] | None = None,
) -> None:
    """Write a medium anew with its sound later, or earlier, against everything else.

    Every packet is copied, and clocks are kept as they are; where something would begin before 0,
    everything begins later. What is moved is the sound that :func:`choose_audio` chooses; further
    ones stay.

    Parameters
    ----------
    video : path-like
        A medium with a picture.
    target : path-like
        The file to write; its ending tells the container. An existing one is replaced.
    seconds : float
        By how much the sound comes later; negative: earlier.
    audio : path-like, optional
        A medium whose sound replaces all of the video's.

    Raises
    ------
    MediaError
        The container does not hold what is put into it, or a file is damaged.
    DependencyError
        There is no ffmpeg.
    """
    import ffmpeg

    film, zero = _opened(video)
    heard, its_zero = (film, zero) if audio is None else _opened(audio)
    chosen = choose_audio(heard)
    source = _local(video if audio is None else audio)
    picture = ffmpeg.input(_local(video))
    sound = ffmpeg.input(source, itsoffset=f"{seconds + zero - its_zero:.6f}")[str(chosen.index)]
    replaced = {chosen.index} if audio is None else {stream.index for stream in film.audio}
    kept: list[Any] = [
        picture[str(stream.index)]
        for stream in film.streams
        if stream.kind in _COPIED and stream.index not in replaced
    ]
    first = sum(stream.kind == "video" for stream in film.streams)
    command = ffmpeg.output(
        *kept[:first], sound, *kept[first:], _local(target), c="copy", strict="-2",
        map_metadata=0, map_chapters=0, avoid_negative_ts="make_zero",
    )  # fmt: skip
    try:
        ffmpeg.run(
            command.global_args("-nostdin", "-copyts", "-hide_banner", "-v", "error"),
            cmd=_program(),
            quiet=True,
            overwrite_output=True,
        )
    except ffmpeg.Error as exc:
        ending = Path(target).suffix
        raise MediaError(video, f"cannot be copied into a {ending} file: {_last(exc)}") from exc


def _opened(path: str | os.PathLike[str]) -> tuple[MediaInfo, float]:
    """Return what a medium holds, and the container's own time of its clock's zero."""
    with open_container(path) as container:
        return describe(path, container), float(clock_zero(container))


def _local(path: str | os.PathLike[str]) -> str:
    """Return a name that ffmpeg takes for a plain file, whatever is in it."""
    return "file:" + os.path.realpath(path)


def _program() -> str:
    """Return the ffmpeg on the path, or the one in imageio-ffmpeg's wheel."""
    found = shutil.which("ffmpeg")
    if found:
        return found
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as exc:
        raise DependencyError(
            "copying streams needs ffmpeg, which is not installed", "pip install imageio-ffmpeg"
        ) from exc


def _last(exc: Exception) -> str:
    """Return the last thing that ffmpeg said."""
    said = getattr(exc, "stderr", b"").decode("utf-8", "replace").strip().splitlines()
    return said[-1].strip()[:_LAST_WORDS] if said else "ffmpeg said nothing"
