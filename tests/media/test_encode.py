"""Sound for every player: on the source's clock, and the same bytes every time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from syncalign.errors import MediaError
from syncalign.media import MediaInfo, StreamInfo, probe, read_audio
from syncalign.media.encode import encode_m4a, portable_type

SAMPLES = Path(__file__).parents[2] / "samples" / "media"


def samples_of(path: Path) -> np.ndarray:
    blocks = list(read_audio(path, rate=16_000))
    late = np.zeros(round(blocks[0].start * 16_000))
    return np.concatenate([late, *(block.samples for block in blocks)])


def test_the_sound_stays_where_it_is(tmp_path):
    source, target = SAMPLES / "windy-nights.opus", tmp_path / "a.m4a"
    encode_m4a(source, target)
    assert portable_type(probe(target)) == "audio/mp4"
    one, other = samples_of(source), samples_of(target)
    size = min(len(one), len(other))
    assert abs(len(one) - len(other)) < 1600
    spectrum = np.fft.rfft(one[:size]) * np.conj(np.fft.rfft(other[:size]))
    lag = int(np.argmax(np.fft.irfft(spectrum)))
    assert min(lag, size - lag) <= 16  # 1 ms
    again = tmp_path / "b.m4a"
    encode_m4a(source, again)
    assert again.read_bytes() == target.read_bytes()


@pytest.mark.parametrize(
    ("container", "codecs", "expected"),
    [
        ("mp3", ["mp3"], "audio/mpeg"),
        ("mp3", ["mp3float"], "audio/mpeg"),
        ("mov,mp4,m4a,3gp,3g2,mj2", ["aac"], "audio/mp4"),
        ("mov,mp4,m4a,3gp,3g2,mj2", ["alac"], None),
        ("mov,mp4,m4a,3gp,3g2,mj2", ["aac", "aac"], None),
        ("ogg", ["opus"], None),
        ("wav", ["pcm_s16le"], None),
    ],
)
def test_which_sound_every_player_plays(container, codecs, expected):
    streams = tuple(
        StreamInfo(index=n, kind="audio", codec=codec) for n, codec in enumerate(codecs)
    )
    assert portable_type(MediaInfo("a", container, 1.0, streams)) == expected
    film = (*streams, StreamInfo(index=9, kind="video", codec="h264"))
    assert portable_type(MediaInfo("a", container, 1.0, film)) is None


def test_what_is_no_sound_is_refused(tmp_path):
    (tmp_path / "a.opus").write_bytes(b"no sound")
    with pytest.raises(MediaError):
        encode_m4a(tmp_path / "a.opus", tmp_path / "a.m4a")
