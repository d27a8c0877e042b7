"""Encode sound for players of every kind: AAC in MP4, on the clock of the file that it is from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from syncalign.errors import MediaError
from syncalign.media.decode import read_audio
from syncalign.media.info import MediaInfo
from syncalign.progress import Progress

_RATE = 44_100
_BITS = 64_000  # a second of one channel: speech without audible loss
_SILENCE = 10 * _RATE


def encode_m4a(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    *,
    track: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Encode a file's sound as AAC in MP4: 44.1 kHz, one channel.

    0 is the zero of the source's clock: a late stream is preceded by silence.

    Parameters
    ----------
    source : path-like
        A medium.
    target : path-like
        The file to write.
    track : int or None
        Which sound of the source, from 0; None chooses.
    progress : Progress or None
        Told about seconds of sound.

    Raises
    ------
    MediaError
        The source has no such sound, or nothing of it can be decoded.
    """
    from av import AudioFrame, FFmpegError
    from av import open as open_medium

    reader = read_audio(source, rate=_RATE, track=track, progress=progress)
    try:
        with open_medium(
            os.fspath(target), "w", format="ipod", container_options={"fflags": "+bitexact"}
        ) as container:
            stream = container.add_stream("aac", rate=_RATE, layout="mono")
            stream.bit_rate = _BITS
            done = 0
            for samples in _from_zero((block.start, block.samples) for block in reader):
                frame = AudioFrame.from_ndarray(samples[None], format="fltp", layout="mono")
                frame.sample_rate = _RATE
                frame.pts, frame.time_base = done, Fraction(1, _RATE)
                done += len(samples)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
    except FFmpegError as exc:
        raise MediaError(source, f"cannot be encoded: {exc}") from exc
    finally:
        reader.close()


def portable_type(info: MediaInfo) -> str | None:
    """Return the media type of a sound file that readers of books play as it is, or None.

    Those are MP3, and AAC alone in MP4. Opus is left out: EPUB has it since 3.3 only, and few
    programs that read books aloud play it.
    """
    codecs = [stream.codec for stream in info.audio]
    if info.container == "mp3" and codecs in (["mp3"], ["mp3float"]) and not info.video:
        return "audio/mpeg"
    if "mp4" in info.container.split(",") and codecs == ["aac"] and not info.video:
        return "audio/mp4"
    return None


def _from_zero(
    blocks: Iterator[tuple[float, npt.NDArray[np.float32]]],
) -> Iterator[npt.NDArray[np.float32]]:
    size = 0
    for start, samples in blocks:
        late = round(start * _RATE) - size
        while late > 0:
            step = min(late, _SILENCE)
            yield np.zeros(step, np.float32)
            size, late = size + step, late - step
        yield np.ascontiguousarray(samples)
        size += len(samples)
