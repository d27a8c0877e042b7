"""Start-up is part of the speed: nothing is loaded before it is needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILM = ROOT / "samples" / "media" / "harbour.mkv"
SUBTITLES = ROOT / "samples" / "texts" / "harbour.shifted.srt"

#: Packages that cost tenths of seconds, or are not needed by everybody.
HEAVY = {"torch", "torchaudio", "av", "numba", "scipy", "librosa", "cv2"}
UNNEEDED = {"click", "rich", "pysrt", "pysubs2", "chardet", "num2words", "pysbd", "markdown_it"}


def packages_loaded_by(*arguments: str, cwd: Path) -> set[str]:
    """Run Python with these arguments and return the packages that it imported."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.fspath(ROOT),
        "SYNCALIGN_CACHE": str(cwd / "cache"),
    }
    command = [sys.executable, "-X", "importtime", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=cwd, env=environment, check=False
    )
    log = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    said = [line for line in done.stderr.splitlines() if not line.startswith("import time:")]
    assert done.returncode == 0, "\n".join(said)
    return {line.rsplit("|", 1)[1].strip().split(".")[0] for line in log}


def test_the_log_of_imports_is_read_right(tmp_path):
    loaded = packages_loaded_by("-c", "import json.decoder, numpy.fft", cwd=tmp_path)
    assert {"json", "numpy"} <= loaded
    assert loaded & HEAVY == set()


def test_importing_syncalign_loads_next_to_nothing(tmp_path):
    loaded = packages_loaded_by("-c", "import syncalign", cwd=tmp_path)
    assert "syncalign" in loaded
    assert loaded & (HEAVY | UNNEEDED) == set()


def test_help_loads_no_numbers_and_no_media(tmp_path):
    loaded = packages_loaded_by("-m", "syncalign", "--help", cwd=tmp_path)
    assert "click" in loaded
    assert loaded & (HEAVY | {"numpy"}) == set()


@pytest.mark.skipif(not FILM.exists(), reason="samples/media is not there: run bin/make-samples")
def test_a_whole_sync_loads_neither_compilers_nor_toolboxes(tmp_path):
    output = tmp_path / "synced.srt"
    loaded = packages_loaded_by(
        *("-m", "syncalign", "sync", str(FILM), str(SUBTITLES), "-o", str(output)), cwd=tmp_path
    )
    assert output.exists()
    assert "av" in loaded
    assert loaded & {"librosa", "scipy", "numba", "torch", "torchaudio", "cv2"} == set()
