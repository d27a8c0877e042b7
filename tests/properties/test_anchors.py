"""Whatever the map and the anchors: it passes through them and never goes backwards."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from syncalign.alignment.anchors import Anchors, map_of_anchors, map_through
from syncalign.timebase import Piece, Segment, TimeMap

steps = st.integers(1, 60_000).map(lambda ms: ms / 1000)


def rising(draw, count: int, first: float) -> np.ndarray:
    return first + np.cumsum(draw(st.lists(steps, min_size=count, max_size=count)))


@st.composite
def maps(draw) -> TimeMap:
    count = draw(st.integers(1, 6))
    source = rising(draw, 2 * count, draw(st.integers(0, 100)))
    target = rising(draw, 2 * count, draw(st.integers(0, 100)))
    rows = np.column_stack([source, target]).reshape(-1, 2, 2)
    return TimeMap(tuple(Piece(Segment(a, b), Segment(c, d)) for (a, c), (b, d) in rows.tolist()))


@st.composite
def anchor_sets(draw, least: int = 1) -> Anchors:
    count = draw(st.integers(least, 7))
    query, reference = (rising(draw, count, draw(st.integers(-50, 200))) for _ in range(2))
    return Anchors(query, reference)


@settings(max_examples=300, deadline=None)
@given(maps(), anchor_sets())
def test_the_map_passes_through_every_anchor(time_map, anchors):
    new, origin = map_through(time_map, anchors)  # TimeMap refuses pieces that overlap
    np.testing.assert_allclose(new.extrapolate(anchors.query), anchors.reference, atol=1e-6)
    assert len(origin) == len(new.pieces)
    assert list(origin) == sorted(origin)


@settings(max_examples=300, deadline=None)
@given(maps(), anchor_sets())
def test_the_map_is_monotone(time_map, anchors):
    new, _ = map_through(time_map, anchors)
    edges = [
        (time, target)
        for piece in new.pieces
        for time, target in (
            (piece.source.start, piece.target.start),
            (piece.source.end, piece.target.end),
        )
    ]
    times, targets = np.array(edges).T
    assert (np.diff(times) >= 0).all()
    assert (np.diff(targets) >= 0).all()


@settings(max_examples=100, deadline=None)
@given(anchor_sets(least=2), st.integers(-100, 1000), st.integers(1, 1000))
def test_anchors_alone_make_a_map_of_their_own(anchors, start, length):
    new = map_of_anchors(anchors, start, start + length)
    np.testing.assert_allclose(new.map_array(anchors.query), anchors.reference, atol=1e-6)
    assert new.pieces[0].source.start <= start
    assert new.pieces[-1].source.end >= start + length
