"""Faces and lips: speed, coverage, noise, and what another frame rate changes.

    SYNCALIGN_GRID=FOLDER python -m benchmarks.lipsync.front_end [speed] [coverage] [sizes] [noise]
                                                                 [rates] [haar]

Clips of the GRID corpus; nothing here was trained on them. Noise is judged with the marks of the
corpus, on clips whose marks agree with the sound (``align_r`` of 0.6 and more).
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from benchmarks.cache import MaterialMissingError, cache_folder
from syncalign.features.mouth import lip_distances, lip_shapes
from syncalign.media import read_frames
from syncalign.models.faces import find_faces
from syncalign.models.faces.detection import FaceDetector

_CLIPS_A_SPEAKER = 6
_QUICK = ("-c:v", "libx264", "-preset", "veryfast", "-crf", 20)
_UNITS_A_SECOND = 25_000  # of the corpus's marks
_RATES = {
    "23.976": "fps=24000/1001",
    "24": "fps=24",
    "29.97": "fps=30000/1001",
    "30": "fps=30",
    "50": "fps=50",
    "60": "fps=60",
    "variable": "mpdecimate=hi=2000:lo=1000:frac=0.5",
}


@dataclass(frozen=True)
class Clip:
    """A clip of the corpus, and where its words begin and end, in seconds."""

    speaker: str
    path: Path
    first: float
    last: float


def main() -> None:
    """Measure what is asked for, or everything."""
    measures = {
        "speed": speed,
        "coverage": coverage,
        "sizes": sizes,
        "noise": noise,
        "rates": rates,
        "haar": haar,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("measures", nargs="*", default=list(measures))
    for name in parser.parse_args().measures:
        print(f"\n## {name}", flush=True)
        measures[name]()


def speed() -> None:
    """Print how fast faces are found, decoding included, on all cores there are."""
    cases = [("one face", size, _film(size, 1)) for size in ("640x360", "1280x720", "1920x1080")]
    cases.append(("four faces", "640x360", _film("640x360", 2)))
    print("| picture | detector | frames a second | times real time |\n|---|---|--:|--:|")
    for what, size, film in cases:
        for detector in ("landmarks", "haar"):
            begin = time.perf_counter()
            found = find_faces(film, detector=detector)
            pace = found.frames / (time.perf_counter() - begin)
            print(f"| {what}, {size} | {detector} | {pace:.0f} | {pace / 25:.1f} |", flush=True)


def coverage() -> None:
    """Print in how many frames of a clip its one face was found, and how many tracks there were."""
    print("| speaker | detector | clips | frames with the face | tracks a clip |")
    print("|---|---|--:|--:|--:|")
    for speaker in _speakers():
        clips = sorted((_corpus() / speaker).glob("*.mkv"))[:10]
        for detector in ("landmarks", "haar"):
            found = [find_faces(clip, detector=detector) for clip in clips]
            seen = sum(len(track) for one in found for track in one.tracks)
            share = seen / sum(one.frames for one in found)
            tracks = sum(len(one.tracks) for one in found) / len(found)
            print(
                f"| {speaker} | {detector} | {len(clips)} | {share:.1%} | {tracks:.2f} |",
                flush=True,
            )


def sizes() -> None:
    """Print how small a face may be in a picture of many: mosaics of one frame of each speaker."""
    import cv2

    detector = FaceDetector()
    pictures = [next(read_frames(clip.path)).picture for clip in _clips(1)]
    print("| faces | face, of the picture's width | found | false |\n|--:|--:|--:|--:|")
    rng = np.random.default_rng(0)
    for side in range(1, 8):
        found = false = total = 0
        for _ in range(8):
            chosen = rng.integers(len(pictures), size=(side, side))
            mosaic = np.vstack([np.hstack([pictures[k] for k in row]) for row in chosen])
            mosaic = cv2.resize(mosaic, (1280, 1024), interpolation=cv2.INTER_AREA)
            cells = set()
            for face in detector.find(np.ascontiguousarray(mosaic)):
                x, y = face.box[:2] + face.box[2:] / 2
                column, row = x / 1280 * side, y / 1024 * side
                is_new = (int(column), int(row)) not in cells and 0.25 < column % 1 < 0.75
                false += not is_new
                cells.add((int(column), int(row)))
            found, total = found + len(cells), total + side * side
        print(f"| {side * side} | {0.36 / side:.1%} | {found / total:.1%} | {false} |")


def noise() -> None:
    """Print how far points of lips move from frame to frame at rest, and in speech."""
    print("| speaker | rest | speech | speech / rest |\n|---|--:|--:|--:|")
    table = []
    for speaker in _speakers():
        rests, speeches = [], []
        for clip in (clip for clip in _clips(_CLIPS_A_SPEAKER) if clip.speaker == speaker):
            track = max(find_faces(clip.path).tracks, key=len)
            shapes = lip_shapes(track)
            bend = (np.diff(shapes.values.astype(float), 2, axis=0) ** 2).mean(axis=1)
            moments = shapes.grid.times[1:-1]
            at_rest = (moments < clip.first - 0.15) | (moments > clip.last + 0.15)
            rests.append(np.nanmean(bend[at_rest]) if at_rest.any() else np.nan)
            speeches.append(np.nanmean(bend[(moments > clip.first) & (moments < clip.last)]))
        if not rests:
            continue
        table.append((np.nanmean(rests), np.nanmean(speeches)))
        rest, speech = np.sqrt(table[-1])
        print(f"| {speaker} | {rest:.4f} | {speech:.4f} | {speech / rest:.1f} |", flush=True)
    rest, speech = np.sqrt(np.mean(table, axis=0))
    print(f"| all | {rest:.4f} | {speech:.4f} | {speech / rest:.1f} |")
    print("\nRoot mean square of the second difference at 25 Hz, in distances between the eyes.")


def rates() -> None:
    """Print by how much the lips move in time when the frame rate is changed."""
    clips = list(_clips(2))
    originals = [_opening(clip.path) for clip in clips]
    print("| frame rate | median shift | largest | correlation |\n|---|--:|--:|--:|")
    for name, how in _RATES.items():
        shifts, likeness = [], []
        for clip, original in zip(clips, originals, strict=True):
            out = cache_folder("lipsync") / "rate.mkv"
            mode = ("-fps_mode", "passthrough")
            _ffmpeg("-i", clip.path, "-vf", how, *mode, "-crf", 16, "-an", out)
            other = _opening(out)
            size = min(len(original), len(other)) - 3
            one, two = original[3:size], other[3:size]
            kept = np.isfinite(one) & np.isfinite(two)
            rise = np.gradient(one)[kept]
            shifts.append(abs((two - one)[kept] @ rise / (rise @ rise)) * 40)
            likeness.append(np.corrcoef(one[kept], two[kept])[0, 1])
        print(
            f"| {name} | {np.median(shifts):.1f} ms | {max(shifts):.1f} ms | "
            f"{np.median(likeness):.3f} |",
            flush=True,
        )


def haar() -> None:
    """Print where eyes and mouth lie in a box of the cascade: what its mouths are cut out by."""
    rows = []
    for clip in _clips(_CLIPS_A_SPEAKER):
        mesh, boxes = (find_faces(clip.path, detector=way).tracks for way in ("landmarks", "haar"))
        if len(mesh) != 1 or len(boxes) != 1:
            continue
        _, ours, theirs = np.intersect1d(mesh[0].times, boxes[0].times, return_indices=True)
        eyes, lips = mesh[0].eyes[ours], mesh[0].lips[ours].mean(axis=1)
        x, y, width, height = boxes[0].boxes[theirs].T
        middle, unit = eyes.mean(axis=1), np.hypot(*(eyes[:, 1] - eyes[:, 0]).T)
        rows.append(
            np.median(
                [
                    (middle[:, 0] - x) / width,
                    (middle[:, 1] - y) / height,
                    unit / width,
                    (lips[:, 1] - middle[:, 1]) / unit,
                ],
                axis=1,
            )
        )
    print("| | median | 10 % | 90 % |\n|---|--:|--:|--:|")
    names = ("middle of the eyes, of the width", "of the height")
    for name, values in zip(
        (*names, "distance of the eyes, of the width", "mouth below the eyes, in distances"),
        np.transpose(rows),
        strict=True,
    ):
        low, middle, high = np.percentile(values, [10, 50, 90])
        print(f"| {name} | {middle:.3f} | {low:.3f} | {high:.3f} |")


def _opening(path: Path) -> np.ndarray:
    track = max(find_faces(path).tracks, key=len)
    shapes = lip_shapes(track)
    # Rows are counted from 0:00 whenever the face is first seen.
    before = np.full(round(shapes.grid.start * 25 - 0.5), np.nan)
    return np.concatenate([before, lip_distances(shapes).values[:, 1]])


def _corpus() -> Path:
    folder = os.environ.get("SYNCALIGN_GRID")
    if not folder or not Path(folder, "manifest.csv").is_file():
        raise MaterialMissingError("name the folder of GRID clips with SYNCALIGN_GRID")
    return Path(folder)


def _speakers() -> list[str]:
    return sorted({path.name for path in _corpus().iterdir() if path.is_dir()})


def _clips(most: int) -> Iterator[Clip]:
    """Yield some clips of each speaker whose marks can be trusted."""
    with (_corpus() / "manifest.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if float(row["align_r"]) >= 0.6]
    for speaker in _speakers():
        for row in [row for row in rows if row["speaker"] == speaker][:most]:
            path = _corpus() / speaker / f"{row['clip']}.mkv"
            marks = [line.split() for line in path.with_suffix(".align").read_text().splitlines()]
            words = [(int(a), int(b)) for a, b, word in marks if word != "sil"]
            first, last = words[0][0] / _UNITS_A_SECOND, words[-1][1] / _UNITS_A_SECOND
            yield Clip(speaker, path, first, last)


def _film(size: str, side: int) -> Path:
    """Join clips to a film of a minute, with as many faces side by side and below each other."""
    out = cache_folder("lipsync") / f"film.{size}.{side}.mp4"
    if out.is_file():
        return out
    width, height = (int(part) for part in size.split("x"))
    clips = [clip.path for clip in _clips(40) if clip.speaker == _speakers()[0]][:20]
    names = cache_folder("lipsync") / "clips.txt"
    names.write_text("".join(f"file '{path}'\n" for path in clips))
    tile = f"scale={height * 5 // 4 // side // 2 * 2}:{height // side}"
    copies = side * side
    graph = f"{tile},split={copies}" + "".join(f"[c{k}]" for k in range(copies)) + ";"
    corners = [
        "+".join(["0", *["w0"] * (k % side)]) + "_" + "+".join(["0", *["h0"] * (k // side)])
        for k in range(copies)
    ]
    joined = "".join(f"[c{k}]" for k in range(copies))
    stack = f"xstack=inputs={copies}:layout={'|'.join(corners)}," if copies > 1 else ""
    graph += f"{joined}{stack}pad={width}:{height}:(ow-iw)/2:(oh-ih)/2"
    source = ("-f", "concat", "-safe", 0, "-i", names)
    _ffmpeg(*source, "-filter_complex", graph, *_QUICK, "-an", out)
    return out


def _ffmpeg(*arguments: object) -> None:
    program = imageio_ffmpeg.get_ffmpeg_exe()
    command = [program, "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
