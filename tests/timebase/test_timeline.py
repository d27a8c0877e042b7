import numpy as np

from syncalign.timebase import Cue, Segment, Timeline

LATE, EARLY = Cue(Segment(3, 4), "late"), Cue(Segment(1, 2), "early")


def test_the_order_given_is_kept():
    assert [cue.text for cue in Timeline((LATE, EARLY))] == ["late", "early"]
    assert Timeline((LATE, EARLY))[0] is LATE
    assert len(Timeline((LATE, EARLY))) == 2


def test_starts_and_ends_follow_the_order_given():
    line = Timeline((LATE, EARLY))
    np.testing.assert_array_equal(line.starts, [3.0, 1.0])
    np.testing.assert_array_equal(line.ends, [4.0, 2.0])


def test_an_empty_timeline_has_float_arrays_of_no_length():
    assert Timeline().starts.shape == (0,)
    assert Timeline().ends.dtype == np.float64


def test_sorted_goes_by_start_then_end_and_leaves_equal_ones_in_their_order():
    short, first, second = (
        Cue(Segment(1, end), text) for end, text in [(1.5, "s"), (2, "a"), (2, "b")]
    )
    line = Timeline((LATE, first, second, short), name="dialogue").sorted()
    assert [cue.text for cue in line] == ["s", "a", "b", "late"]
    assert line.name == "dialogue"


def test_select_keeps_order_and_name():
    line = Timeline((LATE, EARLY), name="dialogue").select(lambda cue: cue.start > 2)
    assert line == Timeline((LATE,), name="dialogue")


def test_shift_moves_cues_and_their_parts_later_and_leaves_the_original():
    word = Cue(Segment(1, 1.5), "ear", score=0.25)
    line = Timeline((Cue(Segment(1, 2), "early", parts=(word,)),), name="dialogue")
    moved = line.shift(0.5)
    assert moved.name == "dialogue"
    assert moved[0].segment == Segment(1.5, 2.5)
    assert moved[0].parts == (Cue(Segment(1.5, 2.0), "ear", score=0.25),)
    assert line[0].parts == (word,)
