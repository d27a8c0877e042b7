"""A reference that is no use: refused with a reason, or an error that says what it is."""

from __future__ import annotations

import subprocess
import wave
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from cli.conftest import FILM

RATE = 16000


def wav(name: str, samples: np.ndarray) -> str:
    with wave.open(name, "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return name


def noise(seconds: float) -> np.ndarray:
    return np.random.default_rng(5).normal(0, 0.2, round(seconds * RATE))


def silent_film(name: str) -> str:
    """The sample's picture without its sound."""
    program = imageio_ffmpeg.get_ffmpeg_exe()
    source = ["-t", "5", "-i", str(FILM), "-map", "0:v", "-c", "copy"]
    subprocess.run([program, "-v", "error", *source, name], check=True, stdin=subprocess.DEVNULL)
    return name


@pytest.mark.parametrize(
    "samples",
    [np.zeros(RATE * 30), noise(30), noise(0.5), np.zeros(1), np.ones(RATE * 5),
     np.eye(1, RATE * 20, RATE)[0]],
    ids=["silence", "noise", "half a second", "one sample", "constant", "one click"],
)  # fmt: skip
@pytest.mark.parametrize("command", ["sync", "check"])
def test_a_sound_without_speech_is_refused(samples, command, work, call):
    wav("sound.wav", samples)
    done = call(command, "sound.wav", "right.srt", "--json", "--explain")
    assert done.code == 4
    assert done.json["status"] == "refused"
    assert done.json["confidence"] < 0.1
    assert done.json["reasons"]
    assert done.stderr == ""


def test_a_wav_without_samples_is_damaged(work, call):
    wav("sound.wav", np.zeros(0))
    done = call("sync", "sound.wav", "right.srt", "--json")
    assert done.code == 3
    assert done.json["error"]["type"] == "MediaError"


@pytest.mark.parametrize("name", ["sync", "check", "probe"])
@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("missing", "no such file"),
        ("empty", "is empty"),
        ("folder", "is a folder"),
        ("cut short", "starts like a Matroska file, but is truncated or damaged"),
        ("bytes", "is not a sound or video file that can be read"),
        ("text", "is not a sound or video file that can be read"),
        ("device", "is not a regular file"),
    ],
)
def test_what_is_no_medium_is_an_error_that_says_so(name, kind, sentence, work, call):
    path = Path("reference.mkv")
    if kind == "folder":
        path.mkdir()
    elif kind == "device":
        path = Path("/dev/null")
    elif kind != "missing":
        data = {
            "empty": b"",
            "cut short": FILM.read_bytes()[:700],
            "bytes": np.random.default_rng(3).bytes(5000),
            "text": b"Once upon a time there was a film.\n",
        }
        path.write_bytes(data[kind])
    arguments = [name, path, *([] if name == "probe" else ["right.srt"])]
    done = call(*arguments, "--json")
    assert done.code == 3
    assert done.json["error"] == {"type": "MediaError", "path": str(path), "line": None}
    assert done.json["reasons"] == [f"{path}: {sentence}" + done.json["reasons"][0].partition(
        sentence)[2]]  # fmt: skip
    assert done.stderr == f"syncalign: {done.json['reasons'][0]}\n"
    plain = call(*arguments)
    assert (plain.code, plain.stdout, plain.stderr) == (3, b"", done.stderr)


def test_a_film_cut_in_the_middle_is_used_as_far_as_it_goes(work, call):
    (work / "cut.mkv").write_bytes(FILM.read_bytes()[: 2**20])
    done = call("check", "cut.mkv", "right.srt", "--json")
    assert done.json["status"] in ("in_sync", "refused")


def test_a_film_without_sound_is_an_error(work, call):
    silent_film("silent.mkv")
    done = call("sync", "silent.mkv", "right.srt", "--json")
    assert done.code == 3
    assert done.json["error"]["type"] == "MediaError"
    assert "has no sound; it holds: video" in done.json["reasons"][0]
    assert call("probe", "silent.mkv").code == 0


def test_a_track_that_is_not_there_is_an_error_that_lists_those_that_are(call):
    done = call("sync", FILM, "right.srt", "--track", "9", "--json")
    assert done.code == 3
    assert "has no sound track 9; it has 0: " in done.json["reasons"][0]


@pytest.mark.parametrize("arguments", [("probe", "-"), ("sync", "-", "late.srt"),
                                       ("check", "film.mkv", "-")])  # fmt: skip
@pytest.mark.usefixtures("deaf")
def test_standard_input_is_not_read(arguments, call):
    done = call(*arguments, "--json")
    assert done.code == 3
    assert "standard input cannot be read" in done.json["reasons"][0]
    assert done.json["error"]["path"] == "-"
