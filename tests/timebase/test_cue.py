import pytest

from syncalign.timebase import Cue, Segment


def test_start_and_end_are_those_of_its_segment():
    cue = Cue(Segment(1.25, 2.5), "Hello")
    assert (cue.start, cue.end) == (1.25, 2.5)


def test_a_cue_cannot_be_changed():
    with pytest.raises(AttributeError):
        Cue(Segment(0, 1), "Hello").text = "Bye"  # type: ignore[misc]


def test_cues_of_equal_content_are_equal():
    words = (Cue(Segment(0, 1), "one", score=0.5),)
    assert Cue(Segment(0, 2), "one two", parts=words) == Cue(Segment(0, 2), "one two", None, words)
