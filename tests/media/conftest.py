"""Media made at test time."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import pytest
from clicktrack import clicks, write_wav


@pytest.fixture(scope="session")
def ffmpeg() -> Callable[..., None]:
    program = imageio_ffmpeg.get_ffmpeg_exe()

    def run(*arguments: object) -> None:
        command = [program, "-v", "error", "-y", *map(str, arguments)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)

    return run


@pytest.fixture(scope="session")
def click_wav(tmp_path_factory) -> Path:
    sound = clicks()
    return write_wav(tmp_path_factory.mktemp("clicks") / "clicks.wav", sound, sound)
