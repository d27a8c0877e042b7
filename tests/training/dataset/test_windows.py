"""Windows are cut where words are; bad recordings are skipped; splits keep people apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from syncalign.errors import FormatError, MediaError, ParameterError
from syncalign.models.fusion.clip import Clip, _packed, _unpacked, read_clip
from syncalign.models.fusion.window import WindowShape, cut_mouth, cut_sound
from syncalign.timebase import Segment
from syncalign.training.dataset.collection import Collection, Example
from syncalign.training.dataset.splitting import recording_folds, split_windows, told
from syncalign.training.dataset.windows import read_windows, window_rows
from tests.training.dataset.toy_clips import toy_clip

SHAPE = WindowShape(18, 2)
WORD = Segment(0.4, 0.8)


@pytest.fixture
def clips(tmp_path, monkeypatch):
    """Recordings by path, each a file with content of its own; what is no clip is an error."""
    known = {}

    def read(path, *, cache=None):
        if isinstance(known[path], Exception):
            raise known[path]
        return known[path]

    def add(name, clip, content=None):
        path = tmp_path / name
        path.write_text(content or name)
        known[str(path)] = clip
        return str(path)

    monkeypatch.setattr("syncalign.training.dataset.windows.read_clip", read)
    return add


def collected(*examples):
    return Collection("toys", "table", tuple(examples))


def test_a_window_lies_about_the_middle_of_its_word():
    samples = np.zeros(48_000, np.float32)
    samples[24_000] = 1  # at 1.5 s
    sound = cut_sound(Clip(samples, ()), Segment(1.4, 1.6), SHAPE)
    assert len(sound) == SHAPE.samples
    # Windows begin where a picture begins: half a picture to either side is as near as it gets.
    assert abs(int(np.flatnonzero(sound)[0]) - SHAPE.samples / 2) <= 320
    outside = cut_sound(Clip(samples, ()), Segment(2.9, 3.0), SHAPE)
    assert len(outside) == SHAPE.samples


def test_the_mouth_that_is_seen_most_is_taken_and_gaps_are_bridged():
    clip = toy_clip("one")
    seen = clip.mouths[0].seen.copy()
    seen[10:14] = False
    pictures = clip.mouths[0].pictures.copy()
    pictures[10:14] = 0
    holed = replace(clip.mouths[0], seen=seen, pictures=pictures)
    absent = replace(clip.mouths[0], seen=np.zeros(30, bool), height=900.0)
    _, cut = cut_mouth(replace(clip, mouths=(absent, holed)), WORD, SHAPE)
    assert cut.shape == (22, 32, 48)
    assert cut.min() >= 60
    assert cut_mouth(replace(clip, mouths=(absent,)), WORD, SHAPE) is None
    assert cut_mouth(replace(clip, mouths=()), WORD, SHAPE) is None


def test_bad_recordings_are_skipped_each_with_its_reason(clips):
    good = [clips(f"{n}.mp4", toy_clip("one", seed=n)) for n in range(2)]
    examples = [
        Example(path, WORD, label) for path, label in zip(good, ("one", "two"), strict=True)
    ]
    examples.append(Example(good[0], Segment(0.9, 1.9), "two"))
    examples.append(Example(clips("bad.mp4", MediaError("bad.mp4", "no file")), WORD, "one"))
    examples.append(Example(clips("faceless.mp4", toy_clip("one", face=False)), WORD, "one"))
    examples.append(Example(clips("mute.mp4", replace(toy_clip("one"), samples=None)), WORD, "one"))
    windows = read_windows(collected(*examples), SHAPE)
    assert len(windows) == 2
    assert windows.sounds.shape == (2, SHAPE.samples)
    assert [skipped.reason for skipped in windows.collection.skipped] == [
        "'two' is said from 0.9 to 1.9 s, outside of the 1.20 s of the recording",
        "no file",
        "no face is seen while 'one' is said",
        "it has no sound",
    ]


def test_one_class_that_is_left_is_refused(clips):
    examples = [Example(clips("a.mp4", toy_clip("one")), WORD, "one")]
    examples.append(Example(clips("b.mp4", toy_clip("two", face=False)), WORD, "two"))
    with pytest.raises(FormatError, match=r"1 examples of 1 classes .* no face"):
        read_windows(collected(*examples), SHAPE)


def test_the_window_holds_nearly_every_word():
    words = [Example("a", Segment(0, length), "x") for length in (0.2, 0.3, 1.0, 1.0)]
    assert window_rows(collected(*words)) == 25
    assert window_rows(collected(Example("a", None, "x"))) == 18


@pytest.fixture
def people(clips):
    """Four people of three recordings each, of which the last two are copies of one another."""
    examples = []
    for person in range(4):
        for number in range(3):
            content = f"copy {person}" if number else None
            path = clips(f"{person}{number}.mp4", toy_clip("one", seed=number), content)
            part = "test" if number == 2 else "train"
            examples += [Example(path, WORD, label, f"p{person}", part) for label in ("one", "two")]
    return read_windows(collected(*examples), SHAPE)


def test_splits_keep_speakers_and_recordings_apart(people):
    examples = people.collection.examples
    split = split_windows(people)
    assert split.by == "speaker"
    sides = [{examples[n].speaker for n in side} for side in (split.train, split.held_out)]
    assert not sides[0] & sides[1]
    assert "speakers on both sides: none" in told(people, split)
    split = split_windows(people, "recording")
    assert not set(people.recordings[split.train]) & set(people.recordings[split.held_out])
    folds = recording_folds(people, 4)
    copies = folds.reshape(4, 3, 2)[:, 1:]
    assert (copies == copies[:, :1, :1]).all()
    assert sorted(set(folds)) == [0, 1, 2, 3]


def test_a_leak_of_the_data_themselves_is_told(people):
    split = split_windows(people, "given")
    assert len(split.held_out) == 8
    assert "recordings on both sides: 4" in told(people, split)
    with pytest.raises(ParameterError, match="a split is one of"):
        split_windows(people, "person")


def test_a_clip_comes_back_out_of_the_cache():
    clip = toy_clip("two")
    again = _unpacked(_packed(clip))
    assert np.abs(again.samples - clip.samples).max() < 1e-4
    assert np.array_equal(again.mouths[0].pictures, clip.mouths[0].pictures)
    assert np.array_equal(again.mouths[0].shapes, clip.mouths[0].shapes)
    assert again.mouths[0].first == 0


def test_the_drawn_face_is_heard_and_seen():
    clip = read_clip("samples/media/talking-face.mp4")
    assert clip.duration > 2
    assert len(clip.mouths) == 1
    assert clip.mouths[0].seen.mean() > 0.9
