"""Peer tools, each in its own environment in the benchmark cache, run as whole processes.

Their requirements are the benchmark's, never the product's. ``assy`` 6.5 carries the alass-cli
2.0.0 program; both peers read media through an ffmpeg program on PATH.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.cache import MaterialMissingError, cache_folder
from benchmarks.subtitles.script import read_srt_starts

PEERS = ("alass", "ffsubsync", "ffsubsync-split")
_PACKAGES = ("ffsubsync==0.5.1",)
_ALASS_WHEEL = "assy==6.5"


@dataclass(frozen=True, slots=True)
class PeerRun:
    """What a peer did with one subtitle.

    Attributes
    ----------
    starts : ndarray of float64, or None
        New start of each cue in seconds (nan for one it lost); None where nothing was written.
    seconds : float
        Wall time of the process.
    status : str
        "written", "failed" or "timeout".
    """

    starts: np.ndarray | None
    seconds: float
    status: str


def prepare() -> Path:
    """Make the peers' environment if it is not there; return its ``bin`` folder."""
    folder = cache_folder("peers")
    programs = folder / "venv" / "bin"
    done = folder / "ready-2"
    if not done.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
        pip = [str(programs / "python"), "-m", "pip", "install", "-q"]
        for arguments in (list(_PACKAGES), ["--no-deps", _ALASS_WHEEL]):
            installed = subprocess.run([*pip, *arguments], capture_output=True, text=True)
            if installed.returncode:
                raise MaterialMissingError(
                    f"pip could not install {arguments[-1]}: {installed.stderr.strip()[-300:]}"
                )
        found = sorted((folder / "venv").rglob("alass-linux64"))
        if not found:
            raise MaterialMissingError(f"{_ALASS_WHEEL} carries no alass program for this platform")
        shutil.copy(found[0], programs / "alass-cli")
        (programs / "alass-cli").chmod(0o755)
        done.touch()
    if not shutil.which("ffmpeg") or not shutil.which("ffprobe"):
        raise MaterialMissingError(
            "alass and ffsubsync need ffmpeg and ffprobe on PATH: apt-get install ffmpeg"
        )
    return programs


def command_of(peer: str, medium: Path, subtitles: Path, output: Path) -> list[str]:
    """Return the command line of a peer, as measured."""
    programs = prepare()
    if peer == "alass":
        return [str(programs / "alass-cli"), str(medium), str(subtitles), str(output)]
    command = [str(programs / "ffsubsync"), str(medium), "-i", str(subtitles), "-o", str(output)]
    if peer == "ffsubsync-split":
        command += ["--split-penalty", "--max-offset-seconds", "600"]
    return command


def environment() -> dict[str, str]:
    """Return the environment peers run in: the user's, with the peers' programs on PATH last."""
    return {**os.environ, "PATH": os.pathsep.join([os.environ["PATH"], str(prepare())])}


def run_peer(
    peer: str, medium: Path, subtitles: Path, folder: Path, *, timeout: float = 300.0
) -> PeerRun:
    """Let a peer sync one subtitle to one medium.

    Parameters
    ----------
    peer : str
        One of `PEERS`.
    medium, subtitles : Path
        The inputs.
    folder : Path
        Where the output goes.
    timeout : float
        Seconds after which the run counts as failed.
    """
    output = folder / f"{subtitles.stem}.{peer}.srt"
    output.unlink(missing_ok=True)
    begin = time.perf_counter()
    try:
        done = subprocess.run(
            command_of(peer, medium, subtitles, output),
            capture_output=True,
            timeout=timeout,
            env=environment(),
        )
    except subprocess.TimeoutExpired:
        return PeerRun(None, time.perf_counter() - begin, "timeout")
    seconds = time.perf_counter() - begin
    if done.returncode or not output.exists():
        return PeerRun(None, seconds, "failed")
    return PeerRun(_starts_by_identity(subtitles, output), seconds, "written")


def _starts_by_identity(subtitles: Path, output: Path) -> np.ndarray:
    """Match the cues by order, or, where the peer lost some, by the serial in their text."""
    size = len(read_srt_starts(subtitles)[0])
    starts, serials = read_srt_starts(output)
    if all(serial is not None for serial in serials):
        placed = np.full(size, np.nan)
        placed[np.array(serials, dtype=int)] = starts
        return placed
    if len(starts) == size:
        return starts
    return np.full(size, np.nan)


def versions(peers: Iterable[str]) -> dict[str, str]:
    """Return what each peer says of its own version."""
    programs = prepare()
    told = {}
    for peer in peers:
        program = programs / ("alass-cli" if peer == "alass" else "ffsubsync")
        done = subprocess.run([str(program), "--version"], capture_output=True, text=True)
        told[peer] = (done.stdout or done.stderr).strip().splitlines()[-1]
    return told
