"""Several sound files as one clock."""

from __future__ import annotations

import itertools
import os
import subprocess
import tracemalloc
import wave
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from syncalign.errors import MediaError, ParameterError
from syncalign.media import read_audio
from syncalign.streams.sound import RATE, Sound, SoundPart

NOISE = np.random.default_rng(5).uniform(-0.5, 0.5, 130 * RATE)


def write_wav(path: Path, samples: np.ndarray, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes((samples * 32767).round().astype("<i2").tobytes())
    return path


def encode(*arguments: object) -> None:
    program = imageio_ffmpeg.get_ffmpeg_exe()
    command = [program, "-v", "error", "-y", *map(str, arguments)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def whole(sound: Sound) -> np.ndarray:
    blocks = list(sound.blocks())
    ends = itertools.accumulate(len(block.samples) for block in blocks)
    assert [round(block.start * RATE) for block in blocks] == [0, *list(ends)[:-1]]
    return np.concatenate([block.samples for block in blocks])


@pytest.fixture(scope="module")
def wavs(tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("wavs")
    cuts = [0, 20 * RATE + 1, 20 * RATE + 2, 31 * RATE + 7777, 40 * RATE + 3]
    return [
        write_wav(folder / f"{number}.wav", NOISE[start:end])
        for number, (start, end) in enumerate(itertools.pairwise(cuts))
    ]


def test_files_follow_each_other_to_the_sample(wavs):
    sound = Sound(wavs)
    expected = (NOISE[: 40 * RATE + 3] * 32767).round() / 32768
    assert np.array_equal(whole(sound), expected.astype(np.float32))
    assert sound.size == 40 * RATE + 3
    assert [part.start for part in sound.parts] == [0, 320001, 320002, 503777]
    assert sound.parts[1] == SoundPart(str(wavs[1]), 320001, 320002)


def test_no_rounding_adds_up_over_500_files(tmp_path):
    paths = []
    for number in range(500):
        part = NOISE[number * 1601 : number * 1601 + 1601 + number % 2]
        paths.append(write_wav(tmp_path / f"{number}.wav", part))
    sound = Sound(paths)
    assert sound.size == 500 * 1601 + 250
    assert [part.start for part in sound.parts] == [1601 * k + k // 2 for k in range(500)]
    path, seconds = sound.locate(sound.parts[499].start / RATE)
    assert (path, seconds) == (str(paths[499]), 0.0)


def test_the_clock_stays_true_over_500_files_of_another_rate(tmp_path):
    path = write_wav(tmp_path / "a.wav", NOISE[:4321], rate=44100)
    exact = 500 * 4321 / 44100
    assert abs(Sound([path] * 500).size / RATE - exact) < 500 * 0.5 / RATE + 1e-9


@pytest.mark.parametrize("order", ["forwards", "backwards", "across"])
def test_a_stretch_is_what_the_blocks_give_there(wavs, order):
    sound = Sound(wavs)
    expected = whole(sound)
    ranges = [(first, first + 90_000) for first in range(0, sound.size, 70_001)]
    if order == "across":
        ranges = [(0, sound.size), (319_999, 320_003), (503_776, 503_778), (5, 5)]
    for first, last in ranges if order != "backwards" else reversed(ranges):
        assert np.array_equal(sound.read(first, last), expected[first:last])


def test_what_lies_outside_is_left_out(wavs):
    sound = Sound(wavs)
    assert np.array_equal(sound.read(-5, 3), sound.read(0, 3))
    assert len(sound.read(sound.size - 2, sound.size + 10)) == 2
    assert len(sound.read(sound.size, sound.size + 10)) == 0


@pytest.mark.parametrize(
    ("name", "options", "tolerance"),
    [
        ("a.flac", (), 0),
        ("a.mp3", ("-c:a", "libmp3lame", "-q:a", "4"), 1e-6),
        ("a.m4b", ("-c:a", "aac", "-aac_pns", "0", "-f", "mp4"), 1e-6),
        ("a441.m4a", ("-c:a", "aac", "-ar", "44100", "-aac_pns", "0"), 1e-6),
        ("a.ogg", ("-c:a", "libvorbis"), 1e-4),
        ("a.opus", ("-c:a", "libopus"), 1e-4),
        ("a.mkv", ("-c:a", "flac"), 0),
        ("a.ts", ("-c:a", "aac", "-aac_pns", "0"), 1e-4),
    ],
)
def test_a_stretch_of_any_format_is_in_its_place(tmp_path, name, options, tolerance):
    source = write_wav(tmp_path / "source.wav", NOISE)
    encode("-i", source, *options, tmp_path / name)
    sound = Sound([source, tmp_path / name])
    expected = whole(sound)
    assert abs(len(expected) - 2 * len(NOISE)) < 0.15 * RATE  # TS does not tell the padding
    for first in (240 * RATE, 131 * RATE, 131 * RATE + 16001, 215 * RATE, 129 * RATE):
        found = sound.read(first, first + 2 * RATE)
        assert np.abs(found - expected[first : first + 2 * RATE]).max() <= tolerance


def test_a_stream_that_begins_late_keeps_its_place(tmp_path):
    source = write_wav(tmp_path / "source.wav", NOISE[: 10 * RATE])
    picture = ("-f", "lavfi", "-i", "color=size=16x16:rate=5:duration=40")
    late = tmp_path / "late.mkv"
    maps = ("-map", "0:v", "-map", "1:a", "-c:a", "flac")
    encode(*picture, "-itsoffset", "12.5", "-i", source, *maps, late)
    sound = Sound([source, late, source])
    samples = whole(sound)

    begin = 22.5 * RATE
    assert [part.start for part in sound.parts] == [0, 10 * RATE, 10 * RATE + 22.5 * RATE]
    assert not samples[10 * RATE : int(begin)].any()
    assert np.array_equal(samples[int(begin) : int(begin) + 10 * RATE], samples[: 10 * RATE])
    assert np.array_equal(sound.read(20 * RATE, 25 * RATE), samples[20 * RATE : 25 * RATE])
    assert np.array_equal(sound.read(11 * RATE, 12 * RATE), np.zeros(RATE, np.float32))


def test_a_stream_half_a_sample_late_is_read_the_same_in_every_place(tmp_path):
    # The fourth sample of 96 kHz lies in the middle between two of 16 kHz.
    source = write_wav(tmp_path / "source.wav", NOISE[: 10 * 96000], rate=96000)
    late = tmp_path / "late.mov"
    encode("-i", source, "-af", "asetpts=PTS+3", "-c:a", "pcm_s16le", late)
    assert next(read_audio(late, rate=RATE)).start == 1.5 / 48000
    sound = Sound(late)
    samples = whole(sound)
    for first in range(9 * RATE, 0, -9999):  # backwards: each is sought anew
        assert np.abs(sound.read(first, first + 50) - samples[first : first + 50]).max() < 1e-6


def test_damaged_packets_are_silence(tmp_path):
    source = write_wav(tmp_path / "source.wav", NOISE[: 30 * RATE])
    book = tmp_path / "book.m4a"
    encode("-i", source, "-c:a", "aac", book)
    sound = Sound(book)
    size = sound.size
    assert sound.damaged_packets == 0
    data = bytearray(book.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 8000] = b"\xff" * 8000
    book.write_bytes(data)
    hurt = Sound([book, source])
    samples = whole(hurt)
    assert hurt.damaged_packets > 0
    assert hurt.parts[1].start == size
    assert np.array_equal(samples[size:], whole(Sound(source)))


def test_chapters_are_on_the_joined_clock(tmp_path, wavs):
    notes = tmp_path / "notes.txt"
    notes.write_text(
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=4000\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=4000\nEND=9000\ntitle=Two\n"
    )
    book = tmp_path / "book.m4b"
    encode("-i", wavs[3], "-i", notes, "-map_metadata", "1", "-c:a", "aac", "-f", "mp4", book)
    sound = Sound([wavs[0], book, book])
    second = sound.parts[2].start / RATE
    found = [(chapter.title, chapter.start) for chapter in sound.chapters]
    offset = 320001 / RATE
    assert found == [
        ("One", offset), ("Two", 4 + offset), ("One", second), ("Two", 4 + second),
    ]  # fmt: skip


def test_a_moment_is_found_in_its_file(wavs):
    sound = Sound(wavs)
    border = 503777 / RATE
    assert sound.locate(1.5) == (str(wavs[0]), 1.5)
    assert sound.locate(border) == (str(wavs[3]), 0.0)
    path, seconds = sound.locate(border - 1e-6)
    assert path == str(wavs[2])
    assert seconds == pytest.approx((503777 - 320002) / RATE - 1e-6)
    assert sound.locate(100.0) == (str(wavs[3]), 100.0 - border)
    assert sound.locate(-1.0) == (str(wavs[0]), -1.0)


def test_a_folder_is_its_sound_files_in_natural_order(tmp_path):
    for name in ("Part 10.wav", "part 2.wav", "Part 1.WAV", "._Part 1.wav"):
        write_wav(tmp_path / name, NOISE[:1600])
    (tmp_path / "cover.jpg").write_bytes(b"\xff\xd8\xff")
    (tmp_path / "below").mkdir()
    names = [Path(path).name for path in Sound(tmp_path).paths]
    assert names == ["Part 1.WAV", "part 2.wav", "Part 10.wav"]
    with pytest.raises(MediaError, match="below: is a folder without sound files"):
        Sound(tmp_path / "below")


def test_the_order_given_is_the_order(wavs):
    assert [part.path for part in Sound(wavs[::-1]).parts] == [str(path) for path in wavs[::-1]]


def test_one_path_need_not_be_a_list(wavs):
    assert Sound(str(wavs[1])).paths == (str(wavs[1]),)


def test_bad_input_is_told_with_its_path_before_anything_is_decoded(tmp_path, wavs):
    (tmp_path / "text.wav").write_text("this is no sound")
    encode("-f", "lavfi", "-i", "color=size=16x16:rate=5:duration=1", tmp_path / "mute.mp4")
    for name, message in (
        ("none.wav", "no such file"),
        ("text.wav", "not a sound or video"),
        ("mute.mp4", "has no sound"),
    ):
        with pytest.raises(MediaError, match=message) as caught:
            Sound([wavs[0], tmp_path / name])
        assert caught.value.path == str(tmp_path / name)
    with pytest.raises(MediaError, match="no sound track 1"):
        Sound(wavs, track=1)
    with pytest.raises(ParameterError, match="no sound file"):
        Sound([])
    with pytest.raises(ParameterError, match="before the start"):
        Sound(wavs).read(5, 4)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user without all rights")
def test_a_file_without_permission_is_told(wavs, tmp_path):
    secret = write_wav(tmp_path / "secret.wav", NOISE[:100])
    secret.chmod(0)
    with pytest.raises(MediaError, match="permission denied"):
        Sound(secret)


def test_a_file_that_changes_meanwhile_is_told(tmp_path):
    path = write_wav(tmp_path / "a.wav", NOISE[:RATE])
    sound = Sound(path)
    assert sound.size == RATE
    write_wav(path, NOISE[: 2 * RATE])
    with pytest.raises(MediaError, match="changed"):
        whole(sound)


def test_progress_is_told_in_seconds_of_all_files(wavs):
    told = []

    class Listener:
        def start(self, task, total):
            told.append((task, total))

        def advance(self, amount):
            told.append(amount)

        def finish(self):
            told.append("finish")

    list(Sound(wavs).blocks(Listener()))
    assert told[0] == ("decode", pytest.approx(40.0, abs=0.01))
    assert sum(told[1:-1]) == pytest.approx(40 + 3 / RATE)
    assert told[-1] == "finish"


@pytest.mark.slow
def test_memory_does_not_depend_on_the_length(tmp_path):
    path = write_wav(tmp_path / "a.wav", NOISE)
    read_audio(path)
    tracemalloc.start()
    sound = Sound([path] * 10)
    for _ in sound.blocks():
        pass
    for first in range(0, sound.size, 5 * RATE):
        sound.read(first, first + 5 * RATE)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 8_000_000
