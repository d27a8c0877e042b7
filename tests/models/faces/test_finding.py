"""Faces are found in a file: the drawn one of the samples, by either way."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from syncalign.cache import Cache
from syncalign.errors import DependencyError, MediaError, ParameterError
from syncalign.features.mouth import lip_distances, lip_shapes, mouth_motion
from syncalign.media import read_audio
from syncalign.models.faces import find_faces
from syncalign.models.faces.finding import DETECTORS
from syncalign.models.weights import MODELS, is_at_hand

pytest.importorskip("cv2", reason="needs the extra 'vision'")

SAMPLES = Path(__file__).parents[3] / "samples"
CLIP = SAMPLES / "media" / "talking-face.mp4"
HAS_MODEL = is_at_hand(MODELS["face"]) and importlib.util.find_spec("ai_edge_litert") is not None
needs_model = pytest.mark.skipif(
    not HAS_MODEL, reason="needs the extra 'vision' and `syncalign models fetch face`"
)
WAYS = [pytest.param("landmarks", marks=needs_model), "haar"]


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    return Cache(tmp_path_factory.mktemp("faces"))


def level_of(blocks) -> np.ndarray:
    """The level of a sound a hundred times a second, smoothed over 0.2 s."""
    sound = np.concatenate([block.samples for block in blocks])
    level = np.sqrt((sound[: len(sound) // 160 * 160].reshape(-1, 160) ** 2).mean(axis=1))
    return np.convolve(level, np.hanning(21) / 10, "same")


def converted(out: Path, *options: object, source: Path = CLIP) -> Path:
    program = imageio_ffmpeg.get_ffmpeg_exe()
    command = [program, "-v", "error", "-y", "-i", source, *options, out]
    subprocess.run([*map(str, command)], check=True, stdin=subprocess.DEVNULL)
    return out


@pytest.mark.parametrize("way", WAYS)
def test_a_talking_face_is_one_track_all_along(way, cache):
    found = find_faces(CLIP, detector=way, cache=cache)
    (track,) = found.tracks

    assert (found.detector, found.displayed, found.frames) == (way, (256, 256), 290)
    assert (found.start, found.end) == pytest.approx((0, 11.6))
    assert (found.cuts, found.reasons) == ((), ())
    assert len(track) == 290
    middles = track.boxes[:, :2] + track.boxes[:, 2:] / 2
    assert np.abs(middles - (128, 125)).max() < 20
    assert (track.points is not None) == (way == "landmarks")


@pytest.mark.parametrize("way", WAYS)
def test_the_mouth_moves_as_the_sound_does_and_as_much_earlier_as_the_truth_says(way, cache):
    """A plain correlation, good enough for a drawn face: no score of lip sync."""
    truth = json.loads((SAMPLES / "texts" / "talking-face.truth.json").read_text())
    (track,) = find_faces(CLIP, detector=way, cache=cache).tracks
    if way == "landmarks":
        mouth = lip_distances(lip_shapes(track, 100)).values[:, 0]
        loudness = level_of(read_audio(CLIP))
    else:  # a mouth moves where the sound changes
        mouth = mouth_motion(track, 100).values
        loudness = np.abs(np.gradient(level_of(read_audio(CLIP))))
    mouth = np.nan_to_num(mouth - np.nanmean(mouth))
    size = min(len(mouth), len(loudness))
    lags = np.arange(-50, 51)
    match = [
        np.corrcoef(mouth[50 : size - 50], np.roll(loudness[:size], -lag)[50 : size - 50])[0, 1]
        for lag in lags
    ]

    assert max(match) > 0.3
    assert lags[np.argmax(match)] / 100 == pytest.approx(-truth["offset"], abs=0.06)


@needs_model
@pytest.mark.slow
@pytest.mark.parametrize(
    "options",
    [
        # FFmpeg's option -r to fewer frames shows each up to 40 ms late; its filter does not.
        ("-vf", "fps=50"),
        ("-vf", "fps=24000/1001"),
        ("-vf", "fps=30000/1001"),
        ("-vf", "mpdecimate=hi=2000:lo=1000:frac=0.5", "-fps_mode", "vfr"),
        ("-vf", "scale=480:480", "-c:v", "mpeg4", "-q:v", "3"),
    ],
    ids=["50", "23.976", "29.97", "vfr", "size and codec"],
)
def test_another_frame_rate_moves_the_lips_by_less_than_10_ms(tmp_path, cache, options):
    other = converted(tmp_path / "other.mkv", *options, "-an")
    courses = []
    for path in (CLIP, other):
        (track,) = find_faces(path, detector="landmarks", cache=cache).tracks
        courses.append(lip_distances(lip_shapes(track)).values[5:280, 0])
    one, two = courses
    rise = np.gradient(one)

    assert np.corrcoef(one, two)[0, 1] > 0.95
    assert abs((two - one) @ rise / (rise @ rise)) * 0.04 < 0.01


@needs_model
def test_four_small_faces_and_a_turned_one_are_found(tmp_path):
    graph = "[0]scale=90:90,pad=640:360:60:40[a];[0]scale=80:80[b];[a][b]overlay=500:30[c];"
    graph += "[0]rotate=0.4,scale=90:90[d];[c][d]overlay=80:240[e];"
    graph += "[0]scale=85:85[f];[e][f]overlay=480:250"
    out = converted(tmp_path / "four.mp4", "-filter_complex", graph, "-t", 1, "-an")
    tracks = find_faces(out, detector="landmarks").tracks

    assert len(tracks) == 4
    assert all(track.end - track.start > 0.9 for track in tracks)


@pytest.mark.parametrize("way", WAYS)
def test_places_are_those_of_the_picture_as_it_is_displayed(tmp_path, way):
    large = converted(tmp_path / "large.mp4", "-vf", "scale=1600:1600", "-t", 0.6, "-an")
    (track,) = find_faces(large, detector=way).tracks

    assert np.abs(track.boxes[:, :2] + track.boxes[:, 2:] / 2 - (800, 781)).max() < 125
    if track.points is not None:
        assert track.eyes[:, 1, 0] - track.eyes[:, 0, 0] == pytest.approx(54 * 6.25, rel=0.1)


@pytest.mark.parametrize("way", WAYS)
def test_no_face_is_an_answer(tmp_path, way):
    program = imageio_ffmpeg.get_ffmpeg_exe()
    bars = tmp_path / "bars.mp4"
    subprocess.run(
        [program, "-v", "error", "-f", "lavfi", "-i", "testsrc2=duration=1", bars], check=True
    )
    found = find_faces(bars, detector=way)

    assert found.tracks == ()
    assert found.frames == 25


def test_a_single_still_says_that_it_is_one(tmp_path):
    found = find_faces(converted(tmp_path / "still.mp4", "-frames:v", 1, "-an"), detector="haar")

    assert found.reasons == ("the picture is a single still",)
    assert found.tracks == ()


def test_what_was_found_is_not_looked_for_again(tmp_path, monkeypatch):
    short = converted(tmp_path / "short.mp4", "-t", 0.5, "-an")
    cache = Cache(tmp_path / "cache")
    first = find_faces(short, detector="haar", cache=cache)
    monkeypatch.setattr("syncalign.models.faces.finding.read_frames", None)
    second = find_faces(short, detector="haar", cache=cache)

    assert np.array_equal(first.tracks[0].mouths, second.tracks[0].mouths)
    assert cache.entries() == 1


def test_without_the_model_auto_says_what_it_does_without(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("SYNCALIGN_MODELS", str(tmp_path))
    short = converted(tmp_path / "short.mp4", "-t", 0.5, "-an")
    found = find_faces(short)

    assert found.detector == "haar"
    assert "syncalign models fetch face" in found.reasons[0] or "LiteRT" in found.reasons[0]
    assert found.reasons[0] in caplog.text
    with pytest.raises(DependencyError):
        find_faces(short, detector="landmarks")


def test_what_cannot_be_looked_at_is_told(tmp_path):
    with pytest.raises(ParameterError, match=", ".join(DETECTORS)):
        find_faces(CLIP, detector="eyes")
    with pytest.raises(MediaError, match="no such file"):
        find_faces(tmp_path / "none.mp4", detector="haar")
    with pytest.raises(MediaError, match="has no moving picture"):
        find_faces(SAMPLES / "media" / "windy-nights.opus", detector="haar")


def test_without_opencv_the_remedy_is_told(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(DependencyError, match=r"pip install 'syncalign\[vision\]'"):
        find_faces(CLIP)
