"""The whole path from a file to its answer: other frame rates, containers, compression, noise.

Clips are joined in fours, so that each file has 12 s of one speaker; the model that ships knows
all speakers, so what counts here is by how much its answer changes, not whether it is right.
"""

from __future__ import annotations

import subprocess
import time
import wave
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from benchmarks.cache import cache_folder
from benchmarks.lipsync.grid_clips import corpus
from syncalign.media import read_audio
from syncalign.pipelines.lipsync import score_lipsync
from syncalign.results.lipsync import LipSync

_CLIPS_A_FILE = 4
_FILES_A_SPEAKER = 2
_H264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", 18)
_COPY = ("-c:v", "copy")
#: The last of the variable ones leaves out whatever changes little: mouths then move in jerks.
#: Name: (ending, filter of the picture or None, codec of the picture, filter of the sound or None,
#: codec of the sound).
_CHANGES = {
    "23.976 a second": ("mkv", "fps=24000/1001", _H264, None, "flac"),
    "24": ("mkv", "fps=24", _H264, None, "flac"),
    "29.97": ("mkv", "fps=30000/1001", _H264, None, "flac"),
    "30": ("mkv", "fps=30", _H264, None, "flac"),
    "50": ("mkv", "fps=50", _H264, None, "flac"),
    "variable: one in five dropped": (
        "mkv",
        "select='lt(mod(n*0.618,1),0.8)'",
        _H264,
        None,
        "flac",
    ),
    "variable: one in eight shown": (
        "mkv",
        "mpdecimate=hi=2000:lo=1000:frac=0.5",
        _H264,
        None,
        "flac",
    ),
    "MP4, AAC": ("mp4", None, _COPY, None, "aac"),
    "MOV, PCM": ("mov", None, _COPY, None, "pcm_s16le"),
    "WebM, VP9, Opus": ("webm", None, ("-c:v", "libvpx-vp9", "-b:v", "300k"), None, "libopus"),
    "MPEG-TS, AAC": ("ts", None, _COPY, None, "aac"),
    "H.264 at CRF 36": ("mp4", None, ("-c:v", "libx264", "-crf", 36), None, "aac"),
    "half size": ("mp4", "scale=iw/2:-2", _H264, None, "aac"),
}
_NOISES = (10, 0)  # dB


def files() -> None:
    """Print by how much answers change with the file, and what noise and silence do."""
    originals = _originals()
    answers = {path: score_lipsync(path) for path in originals}
    print(f"{len(originals)} files of 12 s; as they are: {_told(list(answers.values()))}\n")
    print("| change | answered alike | median change | largest |\n|---|--:|--:|--:|")
    for name, change in _CHANGES.items():
        pairs = [(answers[path], score_lipsync(_changed(path, *change))) for path in originals]
        both = [(a, b) for a, b in pairs if a.offset is not None and b.offset is not None]
        moves = [abs(a.offset - b.offset) * 1000 for a, b in both if a.is_trusted and b.is_trusted]
        alike = sum(a.is_trusted == b.is_trusted for a, b in pairs)
        print(
            f"| {name} | {alike} of {len(pairs)} | {np.median(moves):.1f} ms | "
            f"{max(moves):.1f} ms |",
            flush=True,
        )
    print("\n| sound | answers | within 40 ms of the clean one |\n|---|---|--:|")
    for level in _NOISES:
        _print_sound(f"noise at {level} dB", answers, lambda path, level=level: _noisy(path, level))
    _print_sound("silence", answers, _silent)
    _print_sound("another speaker's", answers, lambda path: _next_of(path, originals))


def speed() -> None:
    """Print how fast a file is scored, faces and all, on the cores there are."""
    print("| film | seconds | answer | times real time, median of 3 |\n|---|--:|---|--:|")
    for size in ("640x360", "1280x720"):
        film = _film(size)
        paces = []
        for _ in range(3):
            begin = time.perf_counter()
            answer = score_lipsync(film)
            paces.append(60 / (time.perf_counter() - begin))
        print(f"| one face, {size} | 60 | {answer.status} | {np.median(paces):.1f} |", flush=True)


def _print_sound(name: str, answers: dict[Path, LipSync], sound) -> None:
    found = {path: score_lipsync(path, audio=sound(path)) for path in answers}
    near = [
        abs(one.offset - answers[path].offset) <= 0.04
        for path, one in found.items()
        if one.is_trusted and answers[path].offset is not None
    ]
    share = f"{sum(near)} of {len(near)}" if near else "-"
    print(f"| {name} | {_told(list(found.values()))} | {share} |", flush=True)


def _told(answers: list[LipSync]) -> str:
    names, counts = np.unique([one.status for one in answers], return_counts=True)
    return ", ".join(f"{count} {name}" for name, count in zip(names, counts, strict=True))


def _originals() -> list[Path]:
    """Join clips of each speaker to files of 12 s."""
    found = []
    for folder in sorted(path for path in corpus().iterdir() if path.is_dir()):
        clips = sorted(folder.glob("*.mkv"))
        for number in range(_FILES_A_SPEAKER):
            chosen = clips[number * _CLIPS_A_FILE : (number + 1) * _CLIPS_A_FILE]
            if len(chosen) == _CLIPS_A_FILE:
                out = cache_folder("lipsync", "files") / f"{folder.name}.{number}.mkv"
                found.append(_joined(chosen, out, "scale=360:288"))
    return found


def _film(size: str) -> Path:
    """Join clips of a speaker to a film of a minute, the picture padded to a size."""
    width, height = size.split("x")
    speaker = min(path for path in corpus().iterdir() if path.is_dir())
    out = cache_folder("lipsync", "files") / f"film.{size}.mkv"
    fit = f"scale=-2:{height},pad={width}:{height}:(ow-iw)/2:0"
    return _joined(sorted(speaker.glob("*.mkv"))[:20], out, fit)


def _joined(clips: list[Path], out: Path, fit: str) -> Path:
    if out.is_file():
        return out
    inputs = [part for clip in clips for part in ("-i", clip)]
    parts = "".join(
        f"[{k}:v]{fit},fps=25,trim=duration=3,setpts=PTS-STARTPTS[v{k}];"
        f"[{k}:a]apad,atrim=duration=3,asetpts=PTS-STARTPTS[a{k}];"
        for k in range(len(clips))
    )
    pairs = "".join(f"[v{k}][a{k}]" for k in range(len(clips)))
    graph = f"{parts}{pairs}concat=n={len(clips)}:v=1:a=1[v][a]"
    outputs = ("-map", "[v]", "-map", "[a]", *_H264, "-c:a", "flac")
    _ffmpeg(*inputs, "-filter_complex", graph, *outputs, out)
    return out


def _changed(
    path: Path,
    ending: str,
    picture: str | None,
    codec: tuple[object, ...],
    sound: str | None,
    sound_codec: str,
) -> Path:
    out = cache_folder("lipsync", "files") / f"changed.{ending}"
    filters = [*(("-vf", picture) if picture else ()), *(("-af", sound) if sound else ())]
    _ffmpeg("-i", path, *filters, "-fps_mode", "passthrough", *codec, "-c:a", sound_codec, out)
    return out


def _noisy(path: Path, level: float) -> Path:
    """Add pink noise at a level below the sound's own, both measured over the whole."""
    out = cache_folder("lipsync", "files") / "noisy.wav"
    samples = np.concatenate([block.samples for block in read_audio(path)])
    spectrum = np.fft.rfft(np.random.default_rng(1).normal(size=len(samples)))
    noise = np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1)), len(samples))
    noise *= np.sqrt(np.square(samples).mean() / np.square(noise).mean()) * 10 ** (-level / 20)
    mixed = samples + noise
    whole = np.rint(mixed / np.abs(mixed).max() * 32_000).astype("<i2")
    with wave.open(str(out), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(whole.tobytes())
    return out


def _silent(path: Path) -> Path:
    out = cache_folder("lipsync", "files") / "silent.flac"
    _ffmpeg("-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono:d=12", out)
    return out


def _next_of(path: Path, originals: list[Path]) -> Path:
    return originals[(originals.index(path) + _FILES_A_SPEAKER) % len(originals)]


def _ffmpeg(*arguments: object) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
