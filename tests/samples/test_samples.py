"""The committed samples are whole, and their truth is true."""

import json
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pysrt
import pysubs2
import pytest

SAMPLES = Path(__file__).parents[2] / "samples"
TEXTS = SAMPLES / "texts"
FILM = SAMPLES / "media" / "harbour.mkv"
MILLISECOND = 0.00101  # a stamp is rounded, and so is the right time


@pytest.fixture(scope="module")
def truth():
    return json.loads((TEXTS / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def right(truth):
    """The right starts and ends, shape (cues, 2)."""
    return np.array([[cue["start"], cue["end"]] for cue in truth["cues"]])


@pytest.fixture(scope="module")
def sound():
    """The decoded sound with silence in front of its first sample, so that index 0 is t = 0."""
    import av

    blocks = []
    with av.open(str(FILM)) as container:
        for frame in container.decode(audio=0):
            if not blocks:
                late = round(float(frame.pts * frame.time_base) * frame.sample_rate)
            blocks.append(frame.to_ndarray()[0])
    samples = np.concatenate(blocks)
    return np.pad(samples, (late, 0)) if late >= 0 else samples[-late:]


def read_times(name):
    cues = pysrt.open(str(TEXTS / name), encoding="utf-8")
    return np.array([[cue.start.ordinal, cue.end.ordinal] for cue in cues]) / 1000


def test_samples_stay_small():
    size = sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file())
    assert size < 6_000_000


def test_film_has_picture_and_sound_of_three_minutes(truth):
    import av

    with av.open(str(FILM)) as container:
        (picture,) = container.streams.video
        (voice,) = container.streams.audio
        assert picture.average_rate == Fraction(24000, 1001)
        assert (picture.width, picture.height) == (320, 180)
        assert voice.codec_context.sample_rate == 48_000
        assert container.duration / 1e6 == pytest.approx(truth["duration"], abs=0.1)
        assert 165 < truth["duration"] < 195


def test_right_subtitles_are_the_truth(truth, right):
    cues = pysrt.open(str(TEXTS / "harbour.srt"), encoding="utf-8")
    assert [cue.text for cue in cues] == [cue["text"] for cue in truth["cues"]]
    assert [cue["index"] for cue in truth["cues"]] == list(range(len(right)))
    np.testing.assert_allclose(read_times("harbour.srt"), right, rtol=0, atol=MILLISECOND)


def test_cues_follow_each_other_like_in_a_film(truth, right):
    assert (right[:, 1] - right[:, 0] >= 0.4).all()
    assert (np.diff(right[:, 0]) > 0).all()
    assert (right[1:, 0] >= right[:-1, 1]).all(), "two cues overlap"
    assert right[-1, 1] < truth["duration"]
    speech = [cue for cue in truth["cues"] if cue["kind"] == "speech"]
    pauses = [b["start"] - a["sound_end"] for a, b in pairwise(speech)]
    assert min(pauses) >= 0.199
    assert sum(3 <= pause <= 6 for pause in pauses) >= 5
    assert sum(10 <= pause <= 14 for pause in pauses) == 2
    assert {cue["kind"] for cue in truth["cues"]} == {"credits", "music", "sound", "speech"}


@pytest.mark.parametrize("name", ["harbour.srt", "harbour.shifted.srt", "harbour.25fps.srt"])
def test_line_of_the_truth_leads_back_to_the_right_times(name, truth, right):
    line = truth["files"][name]
    back = line["rate"] * read_times(name) + line["offset"]
    np.testing.assert_allclose(back, right, rtol=0, atol=MILLISECOND)


def test_slow_copy_differs_by_the_ratio_of_the_frame_rates(truth):
    expected = 25 / Fraction(24000, 1001)
    assert truth["files"]["harbour.25fps.srt"]["rate"] == pytest.approx(float(expected), abs=1e-12)


def test_cut_displaces_only_the_cues_behind_it(truth, right):
    cut = truth["files"]["harbour.cut.srt"]
    first = cut["first_cue_after_cut"]
    offsets = np.where(np.arange(len(right)) < first, *cut["offsets"])
    assert len(right) / 3 < first < 2 * len(right) / 3
    assert cut["offsets"] == [0.0, -24.0]
    back = read_times("harbour.cut.srt") + offsets[:, None]
    np.testing.assert_allclose(back, right, rtol=0, atol=MILLISECOND)


@pytest.mark.parametrize(("suffix", "tolerance"), [("ass", 0.0051), ("vtt", MILLISECOND)])
def test_styled_versions_are_the_shifted_one(suffix, tolerance, truth):
    name = f"harbour.shifted.{suffix}"
    text = (TEXTS / name).read_text(encoding="utf-8")
    file = pysubs2.SSAFile.from_string(text)
    times = np.array([[event.start, event.end] for event in file]) / 1000
    np.testing.assert_allclose(times, read_times("harbour.shifted.srt"), rtol=0, atol=tolerance)
    assert truth["files"][name] == truth["files"]["harbour.shifted.srt"]


def test_other_film_has_its_own_lines_and_times(right):
    other = read_times("other-film.srt")
    assert 35 <= len(other) <= 45
    assert (other[1:, 0] >= other[:-1, 1]).all()
    nearest = np.abs(other[:, :1] - right[None, :, 0]).min(axis=1)
    assert np.median(nearest) > 0.25


def test_sound_does_not_clip(sound):
    assert 0.3 < np.abs(sound).max() < 0.95


def test_voices_are_heard_where_the_truth_says(truth, sound):
    """The level of 10 ms first rises 8 dB above what was before within 20 ms of the start."""
    rate = 48_000
    energy = np.concatenate([[0.0], np.cumsum(sound.astype(float) ** 2)])
    windows = np.arange(0, len(sound) - rate // 100, rate // 1000)  # one each millisecond
    level = 10 * np.log10(energy[windows + rate // 100] - energy[windows] + 1e-9)
    errors = []
    for cue in truth["cues"]:
        if cue["kind"] == "speech":
            start = round(cue["start"] * 1000) - 5  # a window's centre is 5 ms after its start
            before = np.median(level[start - 180 : start - 30])
            rise = np.flatnonzero(level[start - 50 : start + 200] > before + 8)
            errors.append(rise[0] - 50 if len(rise) else 999)
    assert np.mean(np.abs(errors) <= 20) >= 0.9, errors
    assert abs(np.median(errors)) <= 10
