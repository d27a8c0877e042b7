"""Every container's clicks are heard when the container says they are."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from clicktrack import CLICKS, PICTURE, RATE, SECONDS, clicks, find_click, write_wav

from syncalign.media.clock import SampleClock, SoundOrigin
from syncalign.media.container import probe
from syncalign.media.decode import read_audio

# What the encoder puts before the first sample and the format declares nowhere, in seconds: these
# media are late by it in every player (measured here; ffplay and ffmpeg show the same).
AAC = 1024 / RATE
UNDECLARED = {"a.aac": AAC, "a.flv": AAC, "a.ts": AAC, "mp2.ts": 0.010, "mp3.avi": 0.023}


def hear(path, times=CLICKS, **options):
    blocks = list(read_audio(path, **options))
    sound = np.concatenate([block.samples for block in blocks])
    start = blocks[0].start
    return np.array([start + find_click(sound, 16000, time - start) for time in times])


@pytest.mark.parametrize("picture", [False, True])
@pytest.mark.parametrize(
    ("name", "encoder"),
    [
        ("a.wav", "pcm_s16le"),
        ("a.flac", "flac"),
        ("a.mp3", "libmp3lame"),
        ("a.opus", "libopus"),
        ("a.m4b", "aac"),
        ("a.mp4", "aac"),
        ("a.mkv", "aac"),
        ("flac.mkv", "flac"),
        ("opus.mkv", "libopus"),
        ("opus.webm", "libopus"),
        ("pcm.avi", "pcm_s16le"),
        ("mp3.avi", "libmp3lame"),
        ("a.ts", "aac"),
        ("mp2.ts", "mp2"),
        ("a.flv", "aac"),
        ("a.aac", "aac"),
    ],
)
def test_clicks_are_heard_within_two_milliseconds(
    tmp_path, ffmpeg, click_wav, name, encoder, picture
):
    holds_pictures = name.endswith((".mp4", ".mkv", ".avi", ".ts"))
    if picture and not holds_pictures:
        pytest.skip("this container is tested with sound alone")
    out = tmp_path / name
    ffmpeg("-i", click_wav, *(PICTURE if picture else ()), "-c:a", encoder, "-c:v", "mpeg4", out)

    late = hear(out) - np.array(CLICKS)

    assert np.abs(late - UNDECLARED.get(name, 0.0)).max() < 0.002


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_late_sound_stays_late(tmp_path, ffmpeg, click_wav, suffix):
    out = tmp_path / f"late.{suffix}"
    sound = ("-itsoffset", "1.5", "-i", click_wav)
    ffmpeg(*PICTURE, *sound, "-map", "0:v", "-map", "1:a", "-c:v", "mpeg4", "-c:a", "aac", out)

    assert probe(out).audio[0].start == pytest.approx(1.5, abs=0.03)  # priming included
    assert next(read_audio(out)).start == pytest.approx(1.5, abs=0.03)
    assert hear(out, np.array(CLICKS) + 1.5) == pytest.approx(np.array(CLICKS) + 1.5, abs=0.002)


def test_an_edit_list_that_skips_the_beginning_is_obeyed(tmp_path, ffmpeg, click_wav):
    whole, cut = tmp_path / "whole.mp4", tmp_path / "cut.mp4"
    ffmpeg("-i", click_wav, "-c:a", "aac", whole)
    ffmpeg("-ss", "1.0", "-i", whole, "-c", "copy", cut)  # the cut is an edit, packets stay whole

    times = np.array(CLICKS[1:]) - 1.0
    assert hear(cut, times) == pytest.approx(times, abs=0.002)


def test_a_transport_stream_from_one_hour_starts_at_zero(tmp_path, ffmpeg, click_wav):
    out = tmp_path / "hour.ts"
    ffmpeg("-i", click_wav, "-c:a", "mp2", "-output_ts_offset", "3600", out)

    assert probe(out).audio[0].start == 0
    assert hear(out) == pytest.approx(np.array(CLICKS) + UNDECLARED["mp2.ts"], abs=0.002)


def test_a_gap_in_the_stamps_becomes_silence(tmp_path, ffmpeg, click_wav):
    out = tmp_path / "gap.mkv"
    without = r"between(pts*tb\,2\,3)"
    ffmpeg("-i", click_wav, "-c:a", "flac", "-bsf:a", f"noise=drop={without}", out)
    blocks = list(read_audio(out))
    sound = np.concatenate([block.samples for block in blocks])

    assert hear(out) == pytest.approx(np.array(CLICKS), abs=0.002)
    assert not sound[int(2.2 * 16000) : int(2.8 * 16000)].any()
    assert len(sound) == pytest.approx(SECONDS * 16000, abs=20)


def test_resampling_keeps_the_time_at_any_rate(tmp_path):
    for rate in (8000, 11025, 22050, 44100):
        wav = write_wav(tmp_path / f"{rate}.wav", clicks(rate), rate=rate)
        assert hear(wav) == pytest.approx(np.array(CLICKS), abs=0.001)


def origin(**changes):
    facts = {
        "start": Fraction(0),
        "zero": Fraction(0),
        "tick": Fraction(1, 1000),
        "rate": 48000,
        "first_samples": 1024,
        "frame_samples": 1024,
        "end": 100.0,
    }
    return SoundOrigin(**{**facts, **changes})


def test_rounded_stamps_never_break_a_run():
    clock = SampleClock(origin(), 48000, resets=False)
    stamps = [round(n * 1024 * 1000 / 48000) for n in range(5000)]

    assert [n for n, stamp in enumerate(stamps) if clock.breaks_at(stamp, 1024)] == [0]


def test_a_rounded_stamp_names_the_exact_sample():
    place = origin().place

    assert all(place(round(n * 1024 * 1000 / 48000), 48000) == n * 1024 for n in range(5000))


def test_a_slow_clock_is_followed():
    clock = SampleClock(origin(tick=Fraction(1, 48000)), 48000, resets=False)
    for n in range(20000):
        truth = round(n * 1024 * 1.0002)
        if clock.breaks_at(truth, 1024):
            begin, since = clock.position, n
        assert abs(begin + (n - since) * 1024 - truth) <= 0.0051 * 48000


def test_a_broadcast_clock_that_is_reset_runs_on():
    clock = SampleClock(origin(tick=Fraction(1, 48000), end=None), 48000, resets=True)
    stamps = [0, 1024, 2048, 90_000_000, 90_001_024, 0, 1024]

    assert [clock.breaks_at(stamp, 1024) for stamp in stamps] == [True] + [False] * 6
