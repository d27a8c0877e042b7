"""A face keeps its track while it is in sight; cuts and long absences end it."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.models.faces.shots import CutDetector
from syncalign.models.faces.tracking import FaceTracker
from tests.models.faces.drawn_boxes import RATE, SquareFinder, film


def track(frames, finder=None):
    tracker = FaceTracker(finder or SquareFinder())
    for frame in frames:
        tracker.look(frame)
    return tracker


def moving(first, last, start, step):
    return {n: (start[0] + step[0] * (n - first), start[1], start[2]) for n in range(first, last)}


def test_a_face_that_moves_is_one_track():
    (one,) = track(film(moving(0, 50, (10, 20, 30), (2, 0)))).tracks()

    assert one.id == 0
    assert one.times == pytest.approx(np.arange(50) / RATE)
    assert one.boxes[:, 0] == pytest.approx(10 + 2 * np.arange(50))
    assert one.mouths.shape == (50, 32, 48)
    assert one.points is None


def test_the_detector_runs_at_intervals_only():
    finder = SquareFinder(interval=0.4)
    track(film({0: (10, 20, 30), 99: (10, 20, 30)}), finder)

    assert finder.asked == pytest.approx(100 / RATE / 0.4, abs=1)


def test_two_faces_are_two_tracks_in_the_order_of_beginning():
    tracks = track(film({0: (100, 20, 30)}, {0: (0, 0, 0), 20: (10, 20, 30), 60: (10, 20, 30)}))
    first, second = tracks.tracks()

    assert (first.boxes[0, 0], first.start) == (100, 0)
    assert second.boxes[0, 0] == 10
    assert 20 / RATE <= second.start <= 20 / RATE + 0.4


def test_a_face_out_of_sight_for_a_few_frames_is_taken_up_again():
    seen = {0: (10, 20, 30), 20: (0, 0, 0), 24: (16, 22, 30), 40: (16, 22, 30)}
    (one,) = track(film(seen)).tracks()

    assert len(one) == 41 - 4
    assert np.diff(one.times).max() == pytest.approx(5 / RATE)
    assert one.ends[19] == pytest.approx(20 / RATE)  # what was not seen is not covered


def test_a_face_that_is_away_for_longer_comes_back_as_another_track():
    seen = {0: (10, 20, 30), 20: (0, 0, 0), 35: (10, 20, 30), 60: (10, 20, 30)}
    first, second = track(film(seen)).tracks()

    assert (first.end, second.start) == pytest.approx((20 / RATE, 35 / RATE), abs=0.401)
    assert second.start >= 35 / RATE - 1e-9


def test_a_cut_ends_all_tracks_even_where_a_face_takes_the_place_of_another():
    tracker = track(film({0: (10, 20, 30), 40: (12, 20, 30)}, walls={0: 60, 21: 120}))
    first, second = tracker.tracks()

    assert tracker.cuts == pytest.approx([21 / RATE])
    assert first.end == second.start == pytest.approx(21 / RATE)


def test_what_is_seen_for_an_instant_is_no_track():
    assert track(film({0: (10, 20, 30), 4: (0, 0, 0), 30: (0, 0, 0)})).tracks() == ()


def test_two_tracks_that_run_onto_one_face_are_one_from_then_on():
    meeting = moving(0, 40, (10, 20, 30), (2, 0)), moving(0, 40, (125, 20, 30), (-1, 0))
    tracks = track(film(*meeting)).tracks()

    assert len(tracks[0]) == 40
    assert all(len(other) < 40 for other in tracks[1:])


def test_shaking_that_goes_on_and_fading_are_no_cuts():
    shots = CutDetector()
    scene = np.random.default_rng(3).integers(0, 255, (90, 400, 3)).astype(np.uint8)
    scene = np.repeat(np.repeat(scene[::15, ::15], 15, axis=0), 15, axis=1)
    shaken = [scene[:, 50 + 9 * (n % 3) : 210 + 9 * (n % 3)] for n in range(40)]
    fading = [(picture * (1 - n / 50)).astype(np.uint8) for n, picture in enumerate(shaken)]

    assert sum(shots.cuts_before(picture) for picture in shaken + fading) <= 3
    assert shots.cuts_before(255 - shaken[0])
