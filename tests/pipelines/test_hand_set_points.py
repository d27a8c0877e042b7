"""Points set by hand: kept exactly, weighed against the sound, never trusted in silence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from syncalign.errors import FormatError, ParameterError
from syncalign.formats import read_subtitles
from syncalign.pipelines.subtitles import sync_subtitles

TEXTS = Path(__file__).parents[2] / "samples" / "texts"
RIGHT, LATE, OTHER = TEXTS / "harbour.srt", TEXTS / "harbour.shifted.srt", TEXTS / "other-film.srt"


def reached(result, points) -> None:
    query, reference = np.array(points).T
    np.testing.assert_allclose(result.time_map.extrapolate(query), reference, atol=1e-6)


def test_one_point_fixes_the_offset_there():
    points = [(60.0, 47.35)]
    result = sync_subtitles(RIGHT, LATE, points=points)
    assert (result.status, result.kind) == ("synced", "offset")
    assert result.offset == pytest.approx(-12.65, abs=1e-6)
    assert "1 point was kept." in result.reasons
    reached(result, points)


def test_two_points_on_the_truth_change_nothing():
    points = [(40.0, 27.3), (100.0, 87.3)]
    result = sync_subtitles(RIGHT, LATE, points=points)
    assert (result.status, result.kind) == ("synced", "offset")
    assert "2 points were kept." in result.reasons
    reached(result, points)


def test_points_a_little_apart_bend_the_map():
    points = [(40.0, 27.35), (60.0, 47.25), (100.0, 87.35)]
    result = sync_subtitles(RIGHT, LATE, points=points)
    assert (result.status, result.kind) == ("synced", "pieces")
    assert "straight between the points" in result.reasons[0]
    assert len(result.piece_confidence) == len(result.time_map.pieces)
    reached(result, points)


def test_points_of_a_file_in_sync_are_kept_to_the_millisecond():
    assert sync_subtitles(RIGHT, RIGHT, points=[(60.0, 60.0)]).status == "in_sync"
    assert sync_subtitles(RIGHT, RIGHT, points=[(60.0, 60.02)]).offset == pytest.approx(0.02)


def test_a_rate_and_breaks_are_found_with_points_too():
    pal = sync_subtitles(RIGHT, TEXTS / "harbour.25fps.srt")
    points = [(float(t), float(pal.time_map.extrapolate([t])[0])) for t in (20.0, 90.0)]
    kept = sync_subtitles(RIGHT, TEXTS / "harbour.25fps.srt", points=points)
    assert (kept.status, kept.kind) == ("synced", "rate")
    assert kept.rate == pytest.approx(pal.rate, rel=1e-5)
    cut = sync_subtitles(RIGHT, TEXTS / "harbour.cut.srt")
    ends = [piece.source.start for piece in cut.time_map.pieces]
    points = [(t, float(cut.time_map.extrapolate([t])[0]) + 0.03) for t in ends]
    kept = sync_subtitles(RIGHT, TEXTS / "harbour.cut.srt", points=points)
    assert kept.status == "synced"
    assert len(kept.time_map.pieces) == len(cut.time_map.pieces)
    reached(kept, points)


@pytest.mark.parametrize("points", [[(60.0, 50.0)], [(40.0, 27.3), (80.0, 70.0)]])
def test_a_point_that_the_sound_has_elsewhere_is_kept_but_not_trusted(points):
    result = sync_subtitles(RIGHT, LATE, points=points)
    assert result.status == "unsure"
    assert result.confidence <= 0.5
    assert any("does not bear" in reason for reason in result.reasons)
    assert not any(reason.startswith("The reference agrees:") for reason in result.reasons)
    reached(result, points)


def test_two_points_vouch_for_a_file_of_which_the_sound_knows_nothing():
    points = [(30.0, 31.0), (110.0, 111.5)]
    alone = sync_subtitles(RIGHT, OTHER, points=points)
    assert alone.status == "unsure"
    assert alone.confidence < 0.3
    assert "The map runs through the 2 points alone" in alone.reasons[1]
    assert alone.unmatched == ()
    reached(alone, points)
    once = sync_subtitles(RIGHT, OTHER, points=points[:1])
    assert once.status == "refused"
    assert "One point does not vouch for a whole file; two would." in once.reasons


def test_a_subtitle_of_two_cues_can_be_placed_by_hand(tmp_path):
    few = tmp_path / "few.srt"
    few.write_text("1\n00:00:10,000 --> 00:00:11,000\nA\n\n2\n00:01:00,000 --> 00:01:02,000\nB\n")
    result = sync_subtitles(RIGHT, few, points=[(10.0, 12.0), (60.0, 62.0)])
    assert result.status == "unsure"
    assert result.starts.tolist() == pytest.approx([12.0, 62.0])


def test_the_largest_move_holds_for_points(tmp_path):
    points = [(30.0, 31.0), (110.0, 111.5)]
    assert sync_subtitles(RIGHT, OTHER, points=points, max_offset=1.2).status == "refused"


def test_a_points_file(tmp_path):
    starts = read_subtitles(LATE).starts
    path = tmp_path / "points.txt"
    path.write_text(f"@5 {starts[4] - 12.65:.3f}  # the door\n")
    result = sync_subtitles(RIGHT, LATE, points=path)
    assert result.offset == pytest.approx(-12.65, abs=1e-6)
    path.write_text("10 9\n20 8\n")
    with pytest.raises(FormatError, match="contradicts line 1"):
        sync_subtitles(RIGHT, LATE, points=path)


def test_points_that_cross_are_a_wrong_value():
    with pytest.raises(ParameterError, match="rise on both clocks"):
        sync_subtitles(RIGHT, LATE, points=[(10.0, 9.0), (20.0, 8.0)])
