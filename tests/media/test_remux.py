"""Sound moved by copying packets: clocks are kept, other streams stay, names are plain names."""

from __future__ import annotations

import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from syncalign.errors import MediaError, OutputError
from syncalign.media import ensure_container, probe, remux_with_sound_moved, stream_starts

FILM = Path(__file__).parents[2] / "samples" / "media" / "talking-face.mp4"


def made(out: Path, *options: object) -> Path:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *options, out]
    subprocess.run([*map(str, command)], check=True, stdin=subprocess.DEVNULL)
    return out


def apart(path: Path, audio: int | None = None) -> float:
    return stream_starts(path, audio=audio).difference


@pytest.mark.parametrize(("ending", "codec"), [("mkv", "flac"), ("mp4", "copy"), ("ts", "copy")])
@pytest.mark.parametrize("seconds", [0.0, 0.25, -0.25])
def test_the_sound_alone_is_moved(tmp_path, ending, codec, seconds):
    late = made(
        tmp_path / f"late.{ending}", "-t", 3, "-i", FILM, "-itsoffset", 0.3, "-t", 3, "-i", FILM,
        "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", codec,
    )  # fmt: skip
    out = tmp_path / "out.mkv"
    remux_with_sound_moved(late, out, seconds)
    assert apart(out) == pytest.approx(apart(late) + seconds, abs=0.003)


def test_another_sound_keeps_its_own_clock(tmp_path):
    film = made(tmp_path / "film.ts", "-t", 3, "-i", FILM, "-c", "copy")  # begins at 1.4 s or so
    sound = made(tmp_path / "sound.wav", "-t", 3, "-i", FILM, "-vn")
    out = tmp_path / "out.mkv"
    remux_with_sound_moved(film, out, 0.1, audio=sound)
    starts = stream_starts(film)
    assert apart(out) == pytest.approx(0.1 - starts.picture, abs=0.003)
    assert [stream.codec for stream in probe(out).audio] == ["pcm_s16le"]


def test_other_streams_stay(tmp_path):
    (tmp_path / "text.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n")
    film = made(
        tmp_path / "film.mkv", "-t", 3, "-i", FILM, "-i", tmp_path / "text.srt",
        "-map", "0:v", "-map", "0:a", "-map", "0:a", "-map", "1", "-c", "copy",
    )  # fmt: skip
    out = tmp_path / "film: two.mkv"  # a colon is no protocol
    remux_with_sound_moved(film, out, 0.2)
    info = probe(out)
    assert [stream.kind for stream in info.streams] == ["video", "audio", "audio", "subtitle"]
    assert apart(out, 0) - apart(out, 1) == pytest.approx(0.2, abs=0.003)


def test_what_cannot_be_held_is_told(tmp_path):
    with pytest.raises(MediaError, match=r"\.webm"):
        remux_with_sound_moved(FILM, tmp_path / "out.webm", 0.1)
    for name in ("film.txt", "film", "film.m3u8", "film.wav"):
        with pytest.raises(OutputError, match="container"):
            ensure_container(tmp_path / name)
    ensure_container("film.MKV")
