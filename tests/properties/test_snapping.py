"""Times on whole steps: in order, never empty, never overlapping, never adding up."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from syncalign.formats.notation import whole_steps
from syncalign.formats.snapping import snapped
from syncalign.formats.transcript import pieces_of
from syncalign.timebase import Cue, Segment, Timeline

RATES = st.sampled_from([100, 1000, 10_000])
TIMES = st.one_of(
    st.floats(0, 36_000, allow_subnormal=False), st.integers(0, 3000).map(lambda n: n / 1000)
)
SEGMENTS = st.tuples(TIMES, TIMES).map(lambda pair: Segment(min(pair), max(pair)))


@st.composite
def cues(draw) -> Cue:
    segment = draw(SEGMENTS)
    count = draw(st.integers(0, 5))
    bounds = sorted(
        segment.start + share * segment.duration
        for share in draw(st.lists(st.floats(0, 1), min_size=2 * count, max_size=2 * count))
    )
    # Sums of floats may lie a hair outside of the segment, as words of a unit may.
    parts = [
        Cue(Segment(*pair), f"w{n}")
        for n, pair in enumerate(zip(bounds[::2], bounds[1::2], strict=True))
    ]
    return Cue(segment, " ".join(part.text for part in parts), parts=tuple(parts))


LINES = st.lists(cues(), max_size=12).map(lambda found: Timeline(tuple(found)))


def steps(cue: Cue, rate: int) -> tuple[int, int]:
    found = round(cue.start * rate), round(cue.end * rate)
    assert abs(cue.start * rate - found[0]) < 1e-5
    assert abs(cue.end * rate - found[1]) < 1e-5
    return found


def assert_apart(line: list[Cue] | tuple[Cue, ...], rate: int) -> None:
    assert all(start < end for start, end in (steps(cue, rate) for cue in line))
    for one, other in itertools.pairwise(line):
        assert steps(one, rate)[1] <= steps(other, rate)[0]


@given(LINES, RATES)
def test_no_overlap_and_nothing_empty(line, rate):
    found = snapped(line, rate)
    assert sorted(cue.text for cue in found) == sorted(cue.text for cue in line)
    assert_apart(found.cues, rate)
    for cue in found:
        assert_apart(cue.parts, rate)
        if cue.parts:
            assert cue.start <= cue.parts[0].start
            assert cue.parts[-1].end <= cue.end


@given(LINES, RATES)
def test_a_start_is_rounded_by_itself_unless_another_one_is_there(line, rate):
    wanted = [whole_steps(cue.start, rate) for cue in line.sorted()]
    pushed = -1
    for cue, step in zip(snapped(line, rate), wanted, strict=True):
        pushed = max(step, pushed + 1)
        assert steps(cue, rate)[0] == pushed
    if len(set(wanted)) == len(wanted):
        assert [steps(cue, rate)[0] for cue in snapped(line, rate)] == wanted


@given(LINES, RATES)
def test_twice_is_once(line, rate):
    once = snapped(line, rate)
    assert snapped(once, rate) == once


@given(LINES)
def test_pieces_are_the_whole_text_and_the_whole_time(line):
    for cue in snapped(line, 100):
        pieces = list(pieces_of(cue))
        assert "".join(piece.text for piece in pieces) == cue.text
        assert (pieces[0].start, pieces[-1].end) == (cue.start, cue.end)
        assert all(one.end == other.start for one, other in itertools.pairwise(pieces))


def test_nothing_adds_up_over_ten_hours():
    words = [Cue(Segment(n * 0.36037, (n + 1) * 0.36037), str(n)) for n in range(100_000)]
    last = snapped(Timeline(tuple(words)), 100)[-1]
    assert abs(last.start - words[-1].start) <= 0.005
