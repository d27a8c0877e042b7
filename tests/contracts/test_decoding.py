"""What every reader of sound may rely on: contiguous blocks, one clock, bounded memory."""

from __future__ import annotations

import math
import pickle
import sys
import tracemalloc
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from syncalign.errors import MediaError, ParameterError
from syncalign.media.decode import read_audio

sys.path.insert(0, str(Path(__file__).parents[1] / "media"))
from clicktrack import write_wav

LONG = 45.0


def joined(blocks) -> np.ndarray:
    return np.concatenate([block.samples for block in blocks])


@pytest.fixture(scope="module")
def long_wav(tmp_path_factory) -> Path:
    random = np.random.default_rng(11)
    time = np.arange(int(LONG * 48000)) / 48000
    speech = np.sin(2 * np.pi * 200 * time * (1 + 0.1 * np.sin(time))) * (np.sin(3 * time) > 0)
    sound = 0.4 * speech + random.normal(0, 0.02, len(time))
    return write_wav(tmp_path_factory.mktemp("long") / "long.wav", sound, 0.5 * sound)


def encode(name: str, source: Path, folder: Path, *options: str) -> Path:
    import subprocess

    import imageio_ffmpeg

    out = folder / name
    program = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run(
        [program, "-v", "error", "-y", "-i", str(source), *options, str(out)], check=True
    )
    return out


@pytest.mark.parametrize("rate", [16000, 11025])
@pytest.mark.parametrize(
    ("name", "options", "tolerance"),
    [
        ("a.wav", (), 0),
        ("a.flac", (), 0),
        ("flac.mkv", ("-c:a", "flac"), 0),
        ("flac441.mkv", ("-c:a", "flac", "-ar", "44100"), 0),
        ("a.mp3", ("-c:a", "libmp3lame"), 1e-6),
        ("vbr.mp3", ("-c:a", "libmp3lame", "-q:a", "3"), 1e-6),
        ("a.m4a", ("-c:a", "aac", "-aac_pns", "0"), 1e-6),
        ("a441.m4a", ("-c:a", "aac", "-ar", "44100", "-aac_pns", "0"), 1e-6),
        ("aac.mkv", ("-c:a", "aac", "-aac_pns", "0"), 1e-6),
        ("opus.mkv", ("-c:a", "libopus"), 1e-4),
        ("a.opus", ("-c:a", "libopus"), 1e-4),
        ("ac3.mkv", ("-c:a", "ac3"), 0.02),  # the decoder adds noise of its own
    ],
)
def test_reading_from_the_middle_equals_reading_from_the_start(
    tmp_path, long_wav, name, options, tolerance, rate
):
    path = encode(name, long_wav, tmp_path, *options)
    whole = read_audio(path, rate=rate)
    first = next(whole)
    expected = np.concatenate([first.samples, joined(whole)])
    for start in (11.5, 20.0):
        begin = math.ceil((start - first.start) * rate)
        tail = read_audio(path, rate=rate, start=start)
        found = joined(tail)
        assert len(found) == len(expected) - begin
        assert np.abs(found - expected[begin:]).max() <= tolerance


def test_a_reader_can_be_sent_to_another_process(long_wav):
    reader = read_audio(long_wav, start=20)
    sent = pickle.loads(pickle.dumps(reader))

    assert np.array_equal(joined(sent), joined(reader))


@pytest.mark.parametrize("name", ["a.flac", "a.mp3", "a.ts", "a.ogg"])
def test_a_stretch_equals_that_stretch_of_the_whole(tmp_path, long_wav, name):
    path = encode(name, long_wav, tmp_path)
    whole = joined(read_audio(path))
    blocks = list(read_audio(path, start=12.5, end=31.25))

    assert blocks[0].start == pytest.approx(12.5, abs=1 / 16000)
    first = round((blocks[0].start - next(read_audio(path)).start) * 16000)
    stretch = joined(blocks)
    assert len(stretch) == pytest.approx(18.75 * 16000, abs=1)
    assert np.abs(stretch - whole[first : first + len(stretch)]).max() <= 1e-4


def test_blocks_follow_each_other(long_wav):
    blocks = list(read_audio(long_wav))

    assert len(blocks) == 5
    for block, following in pairwise(blocks):
        assert following.start == block.start + len(block.samples) / 16000
    assert all(block.samples.dtype == np.float32 for block in blocks)


def test_the_centre_carries_the_dialogue_and_nothing_clips(tmp_path):
    loud, still = np.ones(48000), np.zeros(48000)
    stereo = write_wav(tmp_path / "stereo.wav", loud, still)
    assert joined(read_audio(stereo))[8000] == pytest.approx(0.5, abs=1e-3)

    six = write_wav(tmp_path / "six.wav", loud, loud, loud, loud, loud, loud)
    surround = encode("six.flac", six, tmp_path, "-af", "channelmap=channel_layout=5.1")
    assert np.abs(joined(read_audio(surround))[4000:-4000]).max() == pytest.approx(1, abs=2e-3)

    only_centre = write_wav(tmp_path / "c.wav", still, still, 0.8 * loud, still, still, still)
    centre = encode("c.flac", only_centre, tmp_path, "-af", "channelmap=channel_layout=5.1")
    assert joined(read_audio(centre))[8000] == pytest.approx(0.4, abs=1e-3)


@pytest.mark.parametrize("channels", [1, 3, 4, 5, 7, 8, 11])
def test_any_number_of_channels_is_mixed(tmp_path, channels):
    loud = 0.5 * np.ones(48000)
    path = write_wav(tmp_path / "many.wav", *[loud] * channels)

    assert joined(read_audio(path))[8000] == pytest.approx(0.5, abs=1e-3)


def test_damage_is_skipped_and_the_time_stays(tmp_path, caplog, long_wav):
    path = encode("a.mkv", long_wav, tmp_path, "-c:a", "flac")
    whole = joined(read_audio(path, rate=48000))
    data = bytearray(path.read_bytes())
    middle = len(data) // 3
    data[middle : middle + 4000] = np.random.default_rng(5).bytes(4000)
    path.write_bytes(data)
    reader = read_audio(path, rate=48000)
    sound = joined(reader)

    assert reader.damaged_packets > 0
    assert "damaged packets of sound were skipped" in caplog.text
    assert len(sound) == len(whole)
    assert np.abs(sound - whole)[30 * 48000 :].max() < 1e-3


def test_a_truncated_file_gives_what_there_is(tmp_path, long_wav):
    for name in ("a.mkv", "a.mp3", "a.flac"):
        path = encode(name, long_wav, tmp_path)
        whole = joined(read_audio(path))
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        sound = joined(read_audio(path))

        assert 0.4 * len(whole) < len(sound) < 0.6 * len(whole)
        same = len(sound) - 16000
        assert np.abs(sound[:same] - whole[:same]).max() < 1e-4


def test_a_medium_of_which_nothing_decodes_is_an_error(tmp_path, long_wav):
    path = encode("a.flac", long_wav, tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[:8192] + b"\x00" * 20000)

    with pytest.raises(MediaError, match="nothing of its sound can be decoded"):
        joined(read_audio(path))


def test_memory_does_not_grow_with_the_length(tmp_path, long_wav):
    peaks = []
    for repeats in ("0", "11"):
        path = tmp_path / f"{repeats}.flac"
        encode(path.name, long_wav, tmp_path, "-af", f"aloop={repeats}:2147483647", "-ar", "8000")
        tracemalloc.start()
        for _ in read_audio(path, rate=8000):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 500_000


def test_wrong_wishes_are_refused(long_wav):
    with pytest.raises(ParameterError):
        read_audio(long_wav, rate=0)
    with pytest.raises(ParameterError):
        read_audio(long_wav, start=5, end=2)
    with pytest.raises(MediaError, match="no sound track 1"):
        read_audio(long_wav, track=1)
