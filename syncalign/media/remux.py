"""Move a file's sound against its picture without decoding anything: ffmpeg copies the packets."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from syncalign.errors import DependencyError, MediaError

_LAST_WORDS = 300


def remux_with_sound_moved(
    video: str | os.PathLike[str],
    target: str | os.PathLike[str],
    seconds: float,
    *,
    audio: str | os.PathLike[str] | None = None,
) -> None:
    """Write a medium anew with its sound later, or earlier, against everything else.

    Every packet is copied. Where sound would begin before 0, everything else begins later.

    Parameters
    ----------
    video : path-like
        A medium with a picture.
    target : path-like
        The file to write; its ending tells the container. An existing one is replaced.
    seconds : float
        By how much all sound comes later; negative: earlier.
    audio : path-like, optional
        A medium whose sound replaces the video's own.

    Raises
    ------
    MediaError
        The container does not hold what is put into it, or a file is damaged.
    DependencyError
        There is no ffmpeg.
    """
    import ffmpeg

    picture = ffmpeg.input(os.fspath(video))
    sound = ffmpeg.input(os.fspath(video if audio is None else audio), itsoffset=f"{seconds:.6f}")
    # The picture, the moved sound, then all else; what a container cannot hold is an error.
    streams = [picture["v"], sound["a"], picture["s?"], picture["t?"]]
    command = ffmpeg.output(*streams, os.fspath(target), c="copy", map_metadata=0, map_chapters=0)
    try:
        ffmpeg.run(
            command.global_args("-nostdin"),
            cmd=_program(),
            quiet=True,
            overwrite_output=True,
        )
    except ffmpeg.Error as exc:
        Path(target).unlink(missing_ok=True)
        raise MediaError(
            video,
            f"cannot be copied into a {Path(target).suffix or 'nameless'} file: {_last(exc)}",
        ) from exc


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
            "copying streams needs ffmpeg, which is not installed",
            "pip install imageio-ffmpeg",
        ) from exc


def _last(exc: Exception) -> str:
    """Return the last thing that ffmpeg said, without its usual tail."""
    said = getattr(exc, "stderr", b"").decode("utf-8", "replace").strip().splitlines()
    telling = [line for line in said if not line.startswith(("Conversion failed", "  "))]
    return telling[-1][:_LAST_WORDS] if telling else "ffmpeg said nothing"
