"""Frames come upright, in the order of showing, at the times of the container's clock."""

from __future__ import annotations

import threading
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from numbered import HEIGHT, WIDTH, numbers, painted, write_numbered

from syncalign.errors import MediaError, ParameterError
from syncalign.media import read_frames, stream_starts

H264 = ("-c:v", "libx264", "-bf", 3, "-g", 12, "-pix_fmt", "yuv420p")


@pytest.mark.parametrize("rate", ["24000/1001", "24", "25", "30000/1001", "50"])
@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts"])
def test_b_frames_of_any_rate_come_in_order_at_their_times(tmp_path, ffmpeg, rate, ending):
    path = write_numbered(ffmpeg, tmp_path / f"film.{ending}", *H264, rate=rate)
    reader = read_frames(path)
    frames = list(reader)

    assert numbers(frames) == list(range(30))
    step = 1 / Fraction(rate)
    tick = 0.00101 if ending == "mkv" else 0.00005  # what the container rounds to
    assert [frame.time for frame in frames] == pytest.approx(
        [float(number * step) for number in range(30)], abs=tick
    )
    assert all(one.end == next_.time for one, next_ in pairwise(frames))
    assert frames[-1].end - frames[-1].time == pytest.approx(float(step), abs=tick)
    assert (reader.damaged, reader.misplaced) == (0, 0)


@pytest.mark.parametrize("b_frames", [0, 2])
@pytest.mark.parametrize(("codec", "ending"), [("mpeg4", "avi"), ("h264", "avi"), ("h264", "h264")])
def test_files_without_stamps_of_showing_are_counted(tmp_path, ffmpeg, codec, ending, b_frames):
    options = ("-c:v", codec, "-bf", b_frames, "-pix_fmt", "yuv420p")
    path = write_numbered(ffmpeg, tmp_path / f"film.{ending}", *options)
    frames = list(read_frames(path))

    assert numbers(frames) == list(range(30))
    assert [frame.time for frame in frames] == pytest.approx(np.arange(30) / 25, abs=1e-6)


def test_a_variable_rate_stays_one(tmp_path, ffmpeg):
    late = "setpts='(N*0.04+0.11*floor(N/7)+0.007*mod(N,3))/TB'"
    options = (
        "-vf",
        f"settb=1/1000,{late}",
        "-fps_mode",
        "passthrough",
        "-enc_time_base",
        "1/1000",
        *H264,
    )
    path = write_numbered(ffmpeg, tmp_path / "film.mkv", *options)
    frames = list(read_frames(path))

    assert numbers(frames) == list(range(30))
    right = [n * 0.04 + 0.11 * (n // 7) + 0.007 * (n % 3) for n in range(30)]
    assert [frame.time for frame in frames] == pytest.approx(right, abs=0.0011)
    assert frames[6].end - frames[6].time > 0.13  # shown until the next one


def test_an_edit_list_that_cuts_the_beginning_counts(tmp_path, ffmpeg):
    whole = write_numbered(ffmpeg, tmp_path / "whole.mp4", *H264)
    cut = tmp_path / "cut.mp4"
    ffmpeg("-ss", 0.32, "-i", whole, "-c", "copy", cut)
    frames = list(read_frames(cut))

    # Frame 8 is not a key frame: what the decoder needs before it is in the file, but not shown.
    assert numbers(frames) == list(range(8, 30))
    assert frames[0].time == pytest.approx(0, abs=1e-3)
    assert frames[-1].time == pytest.approx(21 / 25, abs=1e-3)


def test_a_picture_that_begins_late_is_late(tmp_path, ffmpeg):
    whole = write_numbered(ffmpeg, tmp_path / "whole.mp4", *H264)
    late = tmp_path / "late.mp4"
    tone = ("-f", "lavfi", "-i", "sine=duration=2:sample_rate=48000")
    ffmpeg("-itsoffset", 0.5, "-i", whole, *tone, "-c:v", "copy", "-c:a", "aac", late)

    assert next(read_frames(late)).time == pytest.approx(0.5, abs=1e-3)
    starts = stream_starts(late)
    assert starts.picture == pytest.approx(0.5, abs=1e-3)
    assert starts.difference == pytest.approx(-0.5, abs=1e-3)


@pytest.mark.parametrize("degrees", [90, -90, 180])
def test_rotation_is_undone_as_a_player_does(tmp_path, ffmpeg, degrees):
    stored = write_numbered(ffmpeg, tmp_path / "stored.mp4", *H264, count=3)
    turned = tmp_path / "turned.mp4"
    ffmpeg("-display_rotation", degrees, "-i", stored, "-c", "copy", turned)
    shown = tmp_path / "shown.rgb"
    ffmpeg("-i", turned, "-frames:v", 1, "-f", "rawvideo", "-pix_fmt", "rgb24", shown)

    reader = read_frames(turned)
    picture = next(reader).picture
    assert picture.shape == ((HEIGHT, WIDTH, 3) if degrees == 180 else (WIDTH, HEIGHT, 3))
    assert reader.displayed == (picture.shape[1], picture.shape[0])
    expected = np.frombuffer(shown.read_bytes(), np.uint8).reshape(picture.shape)
    assert np.abs(picture.astype(int) - expected).mean() < 4


def test_pixels_that_are_not_square_are_put_right(tmp_path, ffmpeg):
    path = write_numbered(ffmpeg, tmp_path / "film.mp4", "-vf", "setsar=16/11", *H264)
    reader = read_frames(path)

    assert reader.displayed == (round(WIDTH * 16 / 11), HEIGHT)
    assert next(reader).picture.shape == (HEIGHT, round(WIDTH * 16 / 11), 3)


def test_large_pictures_are_scaled_down_and_small_ones_left(tmp_path, ffmpeg):
    path = write_numbered(ffmpeg, tmp_path / "film.mp4", *H264)
    small = read_frames(path, longest_side=64)

    assert (small.displayed, small.size) == ((WIDTH, HEIGHT), (64, 36))
    assert numbers(list(small)) == list(range(30))
    assert read_frames(path, longest_side=1000).size == (WIDTH, HEIGHT)
    with pytest.raises(ParameterError):
        read_frames(path, longest_side=0)


@pytest.mark.parametrize(
    "pixels", ["gray", "gray10le", "yuv410p", "yuv422p10le", "yuva444p", "gbrp", "rgb48le", "bgra"]
)
def test_odd_pixel_formats(tmp_path, ffmpeg, pixels):
    options = ("-c:v", "ffv1", "-pix_fmt", pixels)
    frames = list(read_frames(write_numbered(ffmpeg, tmp_path / "film.mkv", *options, count=4)))

    assert numbers(frames) == [0, 1, 2, 3]
    if not pixels.startswith("gray"):
        assert np.abs(frames[2].picture.astype(int) - painted(2)).mean() < 6


def test_a_palette(tmp_path, ffmpeg):
    options = ("-c:v", "png", "-pix_fmt", "pal8")
    path = write_numbered(ffmpeg, tmp_path / "film.mkv", *options, count=4)

    assert numbers(list(read_frames(path))) == [0, 1, 2, 3]


def test_a_truncated_file_gives_what_it_has(tmp_path, ffmpeg):
    path = write_numbered(ffmpeg, tmp_path / "film.mkv", *H264, count=60)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    frames = list(read_frames(path))

    assert 10 < len(frames) < 60
    assert numbers(frames)[:10] == list(range(10))


def test_damaged_frames_are_skipped_and_counted_and_move_no_other(tmp_path, ffmpeg, caplog):
    path = write_numbered(ffmpeg, tmp_path / "film.mkv", "-c:v", "png", count=40)
    pictures = path.read_bytes().split(b"IDAT")
    for number in (11, 26):
        pictures[number] = pictures[number][:20] + bytes(30) + pictures[number][50:]
    path.write_bytes(b"IDAT".join(pictures))
    reader = read_frames(path)
    frames = list(reader)

    assert reader.damaged == 2
    assert "2 damaged pictures were skipped" in caplog.text
    assert len(frames) == 38
    assert [frame.time for frame in frames] == pytest.approx(
        [number / 25 for number in numbers(frames)], abs=0.0011
    )


def test_a_stream_whose_clock_is_set_back_goes_on(tmp_path, ffmpeg):
    one = write_numbered(ffmpeg, tmp_path / "one.ts", *H264, "-output_ts_offset", 100)
    two = write_numbered(ffmpeg, tmp_path / "two.ts", *H264)
    both = tmp_path / "both.ts"
    both.write_bytes(one.read_bytes() + two.read_bytes())
    frames = list(read_frames(both))

    assert len(frames) >= 55  # the last ones before the seam may be lost
    assert all(one.time < two.time for one, two in pairwise(frames))
    assert frames[-1].time < 3


def test_a_single_still(tmp_path, ffmpeg):
    path = write_numbered(ffmpeg, tmp_path / "still.mp4", *H264, count=1)
    (frame,) = read_frames(path)

    assert (frame.time, frame.end) == pytest.approx((0, 0.04))


def test_what_has_no_moving_picture_is_refused(tmp_path, ffmpeg, click_wav):
    picture = write_numbered(ffmpeg, tmp_path / "cover.png", count=1)
    song = tmp_path / "song.m4a"
    ffmpeg("-i", click_wav, "-i", picture, "-map", 0, "-map", 1, "-c:a", "aac", "-c:v", "png",
           "-disposition:v:0", "attached_pic", song)  # fmt: skip

    with pytest.raises(MediaError, match="has no moving picture; it holds: audio"):
        read_frames(click_wav)
    with pytest.raises(MediaError, match="has no moving picture; it holds: attachment, audio"):
        read_frames(song)
    with pytest.raises(MediaError, match="not a sound or video file"):
        read_frames(picture)


def test_a_picture_that_is_asked_for_by_number(tmp_path, ffmpeg):
    one = write_numbered(ffmpeg, tmp_path / "one.mkv", *H264, count=5)
    two = write_numbered(ffmpeg, tmp_path / "two.mkv", *H264, count=9)
    both = tmp_path / "both.mkv"
    ffmpeg("-i", one, "-i", two, "-map", 0, "-map", 1, "-c", "copy", both)

    assert len(list(read_frames(both, track=1))) == 9
    with pytest.raises(MediaError, match=r"no picture track 2; it has 0: .*; 1: "):
        read_frames(both, track=2)


def test_closing_early_leaves_no_thread(tmp_path, ffmpeg):
    path = write_numbered(ffmpeg, tmp_path / "film.mp4", *H264)
    before = threading.active_count()
    reader = read_frames(path)
    next(reader)
    reader.close()

    assert threading.active_count() == before
    assert list(reader) == []
