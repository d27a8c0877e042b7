"""What holds for every time map, grid and timecode, not only for the examples."""

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from syncalign.timebase import (
    Cue,
    Features,
    Grid,
    Piece,
    Segment,
    Timeline,
    TimeMap,
    exact_rate,
    format_timecode,
    parse_timecode,
)

relaxed = settings(deadline=None, derandomize=True, max_examples=80)

DAY = 24 * 3600
MICROSECOND = 1e-6
RATES = [Fraction(rate) for rate in (1, 24, 25, 30, 50, 60, 100, 8000, 16000, 44100, 48000)]
RATES += [Fraction(nominal * 1000, 1001) for nominal in (24, 30, 48, 60, 120)]

times = st.floats(-DAY, DAY, allow_nan=False)
shares = st.floats(0.001, 0.999)
steps = st.floats(0.05, 600)
#: Target seconds for one source second.
stretches = st.sampled_from([1.0, 1.001, 25 * 1001 / 24000]) | st.floats(0.25, 4)
gaps = st.sampled_from([0.0, 0.0, 0.04, 1.0, 30.0]) | st.floats(0, 100)


@st.composite
def time_maps(draw: st.DrawFn) -> TimeMap:
    # Times as files have them find rounding errors that arbitrary ones do not.
    decimals = draw(st.sampled_from([2, 3, 12]))
    source, target = draw(st.floats(-100, 3600)), draw(st.floats(-100, 3600))
    pieces = []
    for _ in range(draw(st.integers(1, 6))):
        source, target = round(source, decimals), round(target, decimals)
        step = draw(steps)
        source_end = round(source + step, decimals)
        target_end = round(target + step * draw(stretches), decimals)
        pieces.append(Piece(Segment(source, source_end), Segment(target, target_end)))
        source, target = source_end + draw(gaps), target_end + draw(gaps)
    return TimeMap(tuple(pieces))


def instants(time_map: TimeMap, share: float) -> np.ndarray:
    """One instant inside each piece, away from its edges."""
    return np.array(
        [piece.source.start + share * piece.source.duration for piece in time_map.pieces]
    )


def edges(time_map: TimeMap) -> list[float]:
    return [edge for p in time_map.pieces for edge in (p.source.start, p.source.end)]


@relaxed
@given(time_maps())
def test_inverse_of_the_inverse_is_the_map_exactly(time_map):
    assert time_map.inverse().inverse() == time_map


@relaxed
@given(time_maps(), st.lists(st.floats(-200, 9000), max_size=20))
def test_order_is_kept(time_map, queries):
    mapped = time_map.map_array(sorted([*queries, *edges(time_map)]))
    assert (np.diff(mapped[~np.isnan(mapped)]) >= 0).all()


@relaxed
@given(time_maps(), shares)
def test_inverse_leads_back_to_the_time(time_map, share):
    queries = instants(time_map, share)
    back = time_map.inverse().map_array(time_map.map_array(queries))
    np.testing.assert_allclose(back, queries, rtol=0, atol=MICROSECOND)


@relaxed
@given(time_maps())
def test_edges_stay_on_the_ground_of_the_inverse(time_map):
    mapped = time_map.map_array(edges(time_map))
    assert not np.isnan(mapped).any()
    assert not np.isnan(time_map.inverse().map_array(mapped)).any()


@relaxed
@given(time_maps(), st.lists(st.floats(-200, 9000), max_size=20))
def test_extrapolation_is_the_map_where_the_map_is_defined(time_map, queries):
    queries = np.array([*queries, *edges(time_map)])
    mapped = time_map.map_array(queries)
    defined = ~np.isnan(mapped)
    np.testing.assert_array_equal(time_map.extrapolate(queries)[defined], mapped[defined])


@relaxed
@given(time_maps(), times)
def test_extrapolation_follows_the_nearest_piece(time_map, query):
    def distance(piece):
        return max(piece.source.start - query, query - piece.source.end, 0)

    nearest = min(map(distance, time_map.pieces))
    candidates = [piece(query) for piece in time_map.pieces if distance(piece) <= nearest + 1e-9]
    mapped = time_map.extrapolate([query])[0]
    assert min(abs(mapped - candidate) for candidate in candidates) < MICROSECOND


def near_an_edge(time_map: TimeMap, query: float) -> bool:
    return any(abs(query - edge) < MICROSECOND for edge in edges(time_map))


@relaxed
@given(time_maps(), time_maps(), st.lists(st.floats(-200, 9000), max_size=20), shares)
def test_composing_is_applying_one_after_the_other(first, second, queries, share):
    both = first.compose(second)
    for query in [*queries, *instants(first, share), *instants(both, share)]:
        middle = first(query)
        expected = None if middle is None else second(middle)
        composed = both(query)
        if near_an_edge(first, query) or (middle is not None and near_an_edge(second, middle)):
            continue  # on which side of an edge it falls is rounding
        if expected is None:
            assert composed is None
        else:
            assert composed is not None
            assert abs(composed - expected) < MICROSECOND


@relaxed
@given(time_maps(), time_maps(), time_maps(), shares)
def test_composing_is_associative(first, second, third, share):
    left = first.compose(second).compose(third)
    right = first.compose(second.compose(third))
    # Where an edge falls is rounding: a sliver of a nanosecond may be on one side alone.
    for one, other in ((left, right), (right, left)):
        for piece in one.pieces:
            if piece.source.duration > MICROSECOND:
                query = piece.source.start + share * piece.source.duration
                assert abs(other.extrapolate([query])[0] - piece(query)) < MICROSECOND
                assert near_an_edge(other, query) or other(query) is not None


@relaxed
@given(time_maps(), shares)
def test_a_map_composed_with_its_inverse_is_identity_on_its_own_ground(time_map, share):
    round_trip = time_map.compose(time_map.inverse())
    assert [piece.source for piece in round_trip.pieces] == [p.source for p in time_map.pieces]
    assert [piece.target for piece in round_trip.pieces] == [p.source for p in time_map.pieces]
    queries = instants(time_map, share)
    np.testing.assert_allclose(round_trip.map_array(queries), queries, rtol=0, atol=MICROSECOND)


@relaxed
@given(st.sampled_from(RATES), st.data(), st.floats(-3600, 3600))
def test_every_instant_of_a_day_leads_back_to_its_index(rate, data, start):
    index = data.draw(st.integers(-1000, int(DAY * rate)))
    grid = Grid(rate, start, 1)
    assert grid.index_at(grid.time_at(index)) == index
    assert grid.indices_at([grid.time_at(index)])[0] == index


def test_every_frame_of_a_day_of_ntsc_film_leads_back_to_its_index():
    grid = Grid(Fraction(24000, 1001), 0.0, int(DAY * Fraction(24000, 1001)))
    np.testing.assert_array_equal(grid.indices_at(grid.times), np.arange(grid.size))


@relaxed
@given(st.sampled_from(RATES), st.integers(0, 2000), st.floats(-10, 100), st.floats(-10, 100))
def test_crop_keeps_each_rows_time(rate, size, one, other):
    grid = Grid(rate, 0.5, size)
    whole = Features(grid.times, grid)  # each row's value is its time
    wanted = Segment(min(one, other), max(one, other))
    part = whole.crop(wanted)
    np.testing.assert_allclose(part.grid.times, part.values, rtol=0, atol=1e-9)
    half = 0.5 / float(rate) + 1e-9
    assert all(wanted.start - half <= time <= wanted.end + half for time in part.values)


@relaxed
@given(st.floats(-4 * DAY, 4 * DAY), st.integers(0, 6), st.sampled_from(".,"))
def test_a_written_timecode_is_within_half_a_step(seconds, decimals, separator):
    text = format_timecode(seconds, decimals=decimals, separator=separator)
    assert abs(parse_timecode(text) - seconds) <= 0.5 * 10**-decimals + 1e-9


@relaxed
@given(st.integers(0, 100 * 3600 * 1000))
def test_milliseconds_survive_being_written_and_read(milliseconds):
    text = format_timecode(milliseconds / 1000)
    assert parse_timecode(text) == milliseconds / 1000


@relaxed
@given(st.sampled_from(RATES[:7] + RATES[11:]), st.integers(2, 6))
def test_a_rate_is_found_again_from_its_decimals(rate, decimals):
    rounded = round(float(rate), decimals)
    assert exact_rate(rounded) == rate
    assert exact_rate(rate) == rate


@relaxed
@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**4)), max_size=8), st.integers())
def test_shift_moves_every_cue_and_part_by_the_same_time(spans, seed):
    offset = (seed % 20001 - 10000) / 1000
    segments = [Segment(start / 1000, (start + length) / 1000) for start, length in spans]
    line = Timeline(tuple(Cue(s, "text", parts=(Cue(s, "part"),)) for s in segments))
    moved = line.shift(offset)
    np.testing.assert_allclose(moved.starts, line.starts + offset, rtol=0, atol=1e-9)
    np.testing.assert_allclose(moved.ends, line.ends + offset, rtol=0, atol=1e-9)
    assert [cue.parts[0].segment for cue in moved] == [cue.segment for cue in moved]
    assert [cue.text for cue in moved] == [cue.text for cue in line]
