"""The sample reading is whole, and its truth is true."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

SAMPLES = Path(__file__).parents[2] / "samples"
RATE = 48_000


@pytest.fixture(scope="module")
def truth():
    path = SAMPLES / "texts" / "windy-nights.truth.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sound(truth):
    from syncalign.media import read_audio

    blocks = list(read_audio(SAMPLES / truth["media"], rate=RATE))
    assert blocks[0].start == 0
    return np.concatenate([block.samples for block in blocks]).astype(float)


def test_the_text_is_the_lines_of_the_truth(truth):
    text = (SAMPLES / "texts" / "windy-nights.txt").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line] == [line["text"] for line in truth["lines"]]


def test_one_line_is_not_read_and_one_is_read_otherwise_than_written(truth):
    unread = [line["text"] for line in truth["lines"] if line["start"] is None]
    assert unread == ["[Illustration: a rider under bare trees]"]
    others = [line["text"] for line in truth["lines"] if line["read"] not in (None, line["text"])]
    assert others == ["IX. Windy Nights", "Robert Louis Stevenson, 1885"]


def test_lines_and_gaps_fill_the_sound_in_order(truth, sound):
    lines = [line for line in truth["lines"] if line["start"] is not None]
    everything = sorted([*lines, *truth["audio_gaps"]], key=lambda part: part["start"])
    assert all(one["end"] < other["start"] for one, other in pairwise(everything))
    assert [gap["kind"] for gap in truth["audio_gaps"]] == ["intro", "music"]
    assert all(gap["end"] - gap["start"] > 3 for gap in truth["audio_gaps"])
    assert everything[-1]["end"] < truth["duration"]
    assert len(sound) / RATE == pytest.approx(truth["duration"], abs=0.021)
    assert 40 < truth["duration"] < 60


def test_the_voice_is_heard_where_the_truth_says(truth, sound):
    """The level of 10 ms rises 15 dB above the pause before within 20 ms of the start."""
    energy = np.concatenate([[0.0], np.cumsum(sound**2)])
    windows = np.arange(0, len(sound) - RATE // 100, RATE // 1000)  # one each millisecond
    level = 10 * np.log10(energy[windows + RATE // 100] - energy[windows] + 1e-9)
    errors = []
    for line in truth["lines"]:
        if line["start"] is not None:
            start = round(line["start"] * 1000) - 5  # a window's centre is 5 ms after its start
            before = np.median(level[start - 150 : start - 30])
            rise = np.flatnonzero(level[start - 50 : start + 200] > before + 15)
            errors.append(rise[0] - 50 if len(rise) else 999)
    assert np.mean(np.abs(errors) <= 20) >= 0.9, errors
    assert abs(np.median(errors)) <= 10


def test_it_does_not_clip(sound):
    assert 0.2 < np.abs(sound).max() < 0.95
