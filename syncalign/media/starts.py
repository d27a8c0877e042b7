"""When the picture and the sound of a file begin."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

from syncalign.media.decode import read_audio
from syncalign.media.frames import read_frames
from syncalign.media.info import StreamInfo


@dataclass(frozen=True, slots=True)
class StreamStarts:
    """When picture and sound begin, as decoded: edit lists and declared priming are counted in.

    Attributes
    ----------
    picture, sound : float
        Seconds on the container's clock of the first frame and of the first sample.
    """

    picture: float
    sound: float

    @property
    def difference(self) -> float:
        """Seconds by which the sound begins after the picture; negative where it begins before.

        It says nothing about whether the two are in sync: a sound that begins late is silent
        until then.
        """
        return self.sound - self.picture


def stream_starts(
    path: str | os.PathLike[str],
    *,
    video: int | StreamInfo | None = None,
    audio: int | StreamInfo | None = None,
) -> StreamStarts:
    """Decode the beginnings of the picture and the sound of a file.

    Parameters
    ----------
    path : path-like
        A local video file.
    video, audio : int or StreamInfo or None
        Which streams, as for :func:`syncalign.media.read_frames` and
        :func:`syncalign.media.read_audio`.

    Raises
    ------
    MediaError
        The file cannot be used, or lacks one of the two.
    """
    with (
        contextlib.closing(read_frames(path, track=video)) as frames,
        contextlib.closing(read_audio(path, track=audio)) as blocks,
    ):
        return StreamStarts(picture=next(frames).time, sound=next(blocks).start)
