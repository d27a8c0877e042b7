"""Lip-sync of whole files: the drawn face, moved sounds, and files that have no answer."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from syncalign import score_lipsync
from syncalign.cache import Cache
from syncalign.errors import FormatError, MediaError, ParameterError
from syncalign.models.weights import MODELS, is_at_hand
from syncalign.pipelines.lipsync import is_in_sync, told_in_words

pytest.importorskip("cv2", reason="needs the extra 'vision'")

CLIP = Path(__file__).parents[2] / "samples" / "media" / "talking-face.mp4"
TRUTH = -0.16  # samples/texts/talking-face.truth.json
HAS_MODEL = is_at_hand(MODELS["face"]) and importlib.util.find_spec("ai_edge_litert") is not None
needs_model = pytest.mark.skipif(
    not HAS_MODEL, reason="needs the extra 'vision' and `syncalign models fetch face`"
)


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return Cache(tmp_path_factory.mktemp("faces"))


def made(out: Path, *options: object) -> Path:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *options, out]
    subprocess.run([*map(str, command)], check=True, stdin=subprocess.DEVNULL)
    return out


@needs_model
@pytest.mark.parametrize("model", ["builtin", "envelope"])
def test_the_drawn_face_is_found_to_be_late(model, cache):
    score = score_lipsync(CLIP, model=model, cache=cache)
    assert (score.status, score.model) == ("out_of_sync", model)
    assert score.offset == pytest.approx(TRUTH, abs=0.02)
    assert score.interval[0] <= TRUTH <= score.interval[1]
    assert score.confidence > 0.9
    (track,) = score.tracks
    assert sum(one.duration for one in track.speaking) > 7
    assert "late" in score.reasons[0]
    assert score.starts_apart == pytest.approx(0, abs=0.001)


@needs_model
def test_a_sound_of_its_own_file_is_judged_by_both_clocks(tmp_path, cache):
    early = made(tmp_path / "early.wav", "-ss", 0.16, "-i", CLIP, "-vn")
    score = score_lipsync(CLIP, audio=early, cache=cache)
    assert score.status == "in_sync"
    assert score.offset == pytest.approx(0, abs=0.02)


@needs_model
def test_a_sound_that_is_moved_in_the_file_is_told_apart_from_one_that_is_off(tmp_path):
    # The container starts the sound 0.3 s later: what is heard comes later by as much.
    later = made(
        tmp_path / "later.mkv", "-i", CLIP, "-itsoffset", 0.3, "-i", CLIP,
        "-map", "0:v", "-map", "1:a", "-c", "copy",
    )  # fmt: skip
    score = score_lipsync(later)
    assert score.starts_apart == pytest.approx(0.3, abs=0.03)
    assert score.offset == pytest.approx(TRUTH - 0.3, abs=0.03)


@needs_model
def test_the_sound_of_another_is_not_believed(cache):
    other = CLIP.with_name("windy-nights.opus")
    score = score_lipsync(CLIP, audio=other, cache=cache)
    assert score.status == "unsure"
    assert score.confidence < 0.8


@needs_model
def test_a_still_picture_has_no_answer(tmp_path):
    still = made(
        tmp_path / "still.mp4", "-ss", 1, "-i", CLIP, "-i", CLIP, "-map", "0:v", "-map", "1:a",
        "-vf", "trim=end_frame=1,loop=-1:1,setpts=N/25/TB", "-t", 5,
    )  # fmt: skip
    score = score_lipsync(still)
    assert score.status == "unsure"
    assert score.reasons[0] == "The lips that are seen do not move."
    assert {one.status for one in score.tracks[0].windows} <= {"not_speaking", "silent"}


@needs_model
def test_nobody_speaks_in_silence(tmp_path, cache):
    silent = made(tmp_path / "silent.wav", "-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono", "-t", 9)
    score = score_lipsync(CLIP, audio=silent, cache=cache)
    assert (score.status, score.offset, score.confidence) == ("no_speech", None, None)
    assert {one.status for one in score.tracks[0].windows} == {"silent"}


def test_without_points_the_mouth_is_compared_by_what_moves(monkeypatch):
    from syncalign.models.faces import finding

    monkeypatch.setattr(finding, "is_at_hand", lambda model: False)
    score = score_lipsync(CLIP)
    assert score.model == "envelope"
    assert "without their points" in " ".join(score.reasons)
    assert score.offset is not None


def test_a_picture_without_a_face(tmp_path):
    bare = made(
        tmp_path / "bare.mkv", "-f", "lavfi", "-i", "testsrc=d=2:s=320x240", "-i", CLIP,
        "-map", "0:v", "-map", "1:a", "-shortest",
    )  # fmt: skip
    score = score_lipsync(bare)
    assert (score.status, score.tracks, score.offset) == ("no_face", (), None)


def test_files_and_settings_that_cannot_be_used(tmp_path):
    with pytest.raises(MediaError):
        score_lipsync(CLIP.with_name("windy-nights.opus"))
    mute = made(tmp_path / "mute.mp4", "-i", CLIP, "-an", "-c", "copy")
    with pytest.raises(MediaError):
        score_lipsync(mute)
    with pytest.raises(FormatError):
        score_lipsync(CLIP, model="no-such-model")
    for wrong in ({"window": 0.0}, {"window": float("nan")}, {"max_lag": 9.0}, {"max_lag": 0.0}):
        with pytest.raises(ParameterError):
            score_lipsync(CLIP, **wrong)


def test_what_is_in_sync_and_how_it_is_said():
    assert is_in_sync(0.04)
    assert is_in_sync(-0.06)
    assert not is_in_sync(0.041)
    assert not is_in_sync(-0.061)
    assert told_in_words(0.12) == ("The sound is 120 ms early: it would have to come 120 ms later.")
    assert told_in_words(0.0001) == "Sound and picture are together."
