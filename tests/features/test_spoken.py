"""What counts as speech in a subtitle, and for how long."""

import numpy as np
import pytest

from syncalign.features import is_spoken, spoken_cues
from syncalign.timebase import Cue, Segment, Timeline


@pytest.mark.parametrize(
    "text",
    [
        "Come in.", "[JOHN] Come in.", "- No.\n- Yes.", "JOHN: Come in.", "42", "你好",
        "(softly) Run!",
        "I translated it by hand.", "He was corrected twice by the teacher.", "The # of cases",
    ],
)  # fmt: skip
def test_speech_is_speech(text):
    assert is_spoken(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "...", "[door slams]", "(LAUGHTER)", "【音楽】", "♪", "♪ la la la ♪", "# la la #",
        "Subtitles by John Doe", "Translated by Jane", "Synced and corrected by somebody",
        "www.example.com", "English subtitles: somebody", "JOHN: [sighs]", "字幕组 出品",
    ],
)  # fmt: skip
def test_what_nobody_says_is_not(text):
    assert not is_spoken(text)


def line(*cues):
    return Timeline(tuple(Cue(Segment(start, end), text) for start, end, text in cues))


def test_a_tail_is_cut_where_the_text_is_short():
    spoken = spoken_cues(line((10, 20, "No."), (30, 33, "No."), (40, 46, "word " * 12)))
    assert spoken.ends.tolist() == [12.5, 32.5, 45.76]


def test_cues_that_begin_together_are_one_witness():
    spoken = spoken_cues(line((5, 6, "b"), (1, 2, "a"), (1, 3, "longer"), (1, 1.5, "c")))
    assert spoken.starts.tolist() == [1, 5]
    assert spoken.indices.tolist() == [2, 0]


def test_comments_and_sounds_are_left_out_unless_there_is_nothing_else():
    cues = line((1, 2, "[door]"), (3, 4, "Hello"), (5, 6, "a comment"))
    seen = spoken_cues(cues, visible=np.array([True, True, False]))
    assert seen.indices.tolist() == [1]
    assert spoken_cues(line((1, 2, "[door]"), (3, 4, "♪"))).indices.tolist() == [0, 1]
