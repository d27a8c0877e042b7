"""Pictures and sound into one file, and sound alone into an Opus file."""

from __future__ import annotations

import tempfile
import wave
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import face
import ffmpeg
import imageio_ffmpeg
import numpy as np
import talk
from picture import FRAME_RATE, HEIGHT, WIDTH
from sound import Audio
from voice import RATE


def write_film(path: Path, frames: Iterable[bytes], audio: Audio) -> None:
    """Encode H.264 and AAC, bit-exact: no date, no version, no random number in the file.

    The encoder is the one of the pinned imageio-ffmpeg wheel, whatever is installed beside it,
    so that every machine makes the same film.
    """
    settings = {
        "c:v": "libx264", "preset": "slow", "tune": "animation", "crf": 27, "threads": 1,
        "pix_fmt": "yuv420p", "g": 240,
        "c:a": "aac", "b:a": "56k",
        "metadata:s:a:0": "language=eng", "metadata": "title=Harbour Light",
    }  # fmt: skip
    _encode(path, frames, audio, (WIDTH, HEIGHT, FRAME_RATE), RATE, settings)


def write_talk(path: Path, frames: Iterable[bytes], audio: Audio) -> None:
    """Encode the talking face by the same encoder, as bit-exact."""
    settings = {
        "c:v": "libx264", "preset": "slow", "crf": 27, "threads": 1, "pix_fmt": "yuv420p",
        "c:a": "aac", "b:a": "40k", "metadata": "title=A drawn face with a synthetic voice",
    }  # fmt: skip
    _encode(path, frames, audio, (face.WIDTH, face.HEIGHT, face.FRAME_RATE), talk.RATE, settings)


def write_reading(path: Path, audio: Audio) -> None:
    """Encode Opus by the same encoder, as bit-exact."""
    with tempfile.TemporaryDirectory() as folder:
        sound_file = Path(folder) / "sound.wav"
        _write_wave(sound_file, audio, RATE)
        settings = {
            "c:a": "libopus", "b:a": "32k",
            "map_metadata": -1, "fflags": "+bitexact", "flags": "+bitexact",
            "metadata": "title=Windy Nights, read by a synthetic voice",
        }  # fmt: skip
        command = ffmpeg.output(ffmpeg.input(str(sound_file)), str(path), **settings)
        command.global_args("-loglevel", "error").run(
            cmd=imageio_ffmpeg.get_ffmpeg_exe(), overwrite_output=True
        )


def _encode(
    path: Path,
    frames: Iterable[bytes],
    audio: Audio,
    shape: tuple[int, int, Fraction],
    sound_rate: int,
    settings: dict[str, Any],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sound_file = Path(folder) / "sound.wav"
        _write_wave(sound_file, audio, sound_rate)
        width, height, rate = shape
        size, frame_rate = f"{width}x{height}", f"{rate.numerator}/{rate.denominator}"
        picture = ffmpeg.input("pipe:", format="rawvideo", pix_fmt="rgb24", s=size, r=frame_rate)
        exact = {"map_metadata": -1, "fflags": "+bitexact", "flags": "+bitexact", **settings}
        command = ffmpeg.output(picture, ffmpeg.input(str(sound_file)), str(path), **exact)
        process = command.global_args("-loglevel", "error").run_async(
            cmd=imageio_ffmpeg.get_ffmpeg_exe(), pipe_stdin=True, overwrite_output=True
        )
        for frame in frames:
            process.stdin.write(frame)
        process.stdin.close()
        if process.wait() != 0:
            raise SystemExit("make-samples: ffmpeg failed; its message is above")


def _write_wave(path: Path, audio: Audio, rate: int) -> None:
    if np.abs(audio).max() > 0.95:
        raise SystemExit(f"make-samples: the sound clips, peak {np.abs(audio).max():.2f}")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((audio * 32767).astype("<i2").tobytes())
