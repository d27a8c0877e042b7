"""Media are opened as plain local files, and what is not a medium is refused with its reason."""

from __future__ import annotations

import json
import os
import shutil
from fractions import Fraction

import pytest
from clicktrack import PICTURE, clicks, write_wav

from syncalign.errors import MediaError
from syncalign.media.container import mentions_commentary, probe
from syncalign.media.decode import read_audio


def test_probe_tells_streams_and_chapters(tmp_path, ffmpeg, click_wav):
    chapters = tmp_path / "chapters.txt"
    chapters.write_text(
        ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=3000\ntitle=One\n"
        "[CHAPTER]\nTIMEBASE=1/1000\nSTART=3000\nEND=8000\ntitle=Two\n"
    )
    out = tmp_path / "film.mkv"
    video = ("-f", "lavfi", "-i", "testsrc=size=64x64:rate=24000/1001:duration=8")
    ffmpeg(
        *video,
        "-i",
        click_wav,
        "-i",
        chapters,
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-map_metadata",
        "2",
        "-metadata:s:a:0",
        "language=eng",
        "-metadata:s:a:0",
        "title=Main",
        "-c:v",
        "mpeg4",
        "-c:a",
        "flac",
        out,
    )
    info = probe(out)

    assert [stream.kind for stream in info.streams] == ["video", "audio"]
    assert info.video[0].rate == Fraction(24000, 1001)
    sound = info.audio[0]
    assert (sound.language, sound.title, sound.rate, sound.channels) == ("eng", "Main", 48000, 2)
    assert [(c.start, c.end, c.title) for c in info.chapters] == [(0, 3, "One"), (3, 8, "Two")]
    assert info.duration == pytest.approx(8, abs=0.05)
    told = json.loads(json.dumps(info.as_dict()))
    assert list(told) == ["container", "duration", "streams", "chapters"]
    assert told["streams"][0]["rate"] == pytest.approx(24000 / 1001)


@pytest.mark.parametrize(
    "name",
    ["a\nb.wav", "🎬.wav", "-i.wav", "http:x.wav", "file:x.wav", "%03d.wav", "concat:a|b.wav"],
)
def test_any_name_is_a_plain_file(tmp_path, monkeypatch, click_wav, name):
    monkeypatch.chdir(tmp_path)
    shutil.copy(click_wav, name)

    assert probe(name).duration == 8
    assert len(next(read_audio(name)).samples) == 128000


def test_what_is_not_a_medium_is_refused(tmp_path, ffmpeg):
    text, empty, noise = tmp_path / "a.mp4", tmp_path / "b.mp4", tmp_path / "c.mp3"
    text.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n" * 50)
    empty.touch()
    noise.write_bytes(__import__("random").Random(3).randbytes(100_000))
    picture = tmp_path / "d.png"
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x64", "-frames:v", "1", picture)

    for path, reason in [
        (tmp_path / "none.mkv", "no such file"),
        (tmp_path, "is a folder"),
        (empty, "is empty"),
        (text, "is not a sound or video file"),
        (picture, "is not a sound or video file"),
    ]:
        with pytest.raises(MediaError, match=reason):
            probe(path)
    with pytest.raises(MediaError):
        read_audio(noise)


def test_a_truncated_mp4_says_so(tmp_path, ffmpeg, click_wav):
    whole, part = tmp_path / "whole.mp4", tmp_path / "part.mp4"
    ffmpeg("-i", click_wav, "-c:a", "aac", whole)
    part.write_bytes(whole.read_bytes()[:20_000])

    with pytest.raises(MediaError, match="truncated or damaged"):
        probe(part)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\nsecret.ts\n#EXT-X-ENDLIST\n"),
        ("a.ffconcat", "ffconcat version 1.0\nfile 'secret.ts'\n"),
        ("a.sdp", "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n"),
        ("a.m3u8.mp4", "#EXTM3U\n#EXTINF:8,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n"),
    ],
)
def test_lists_of_other_files_are_never_followed(tmp_path, ffmpeg, click_wav, name, text):
    ffmpeg("-i", click_wav, "-c:a", "mp2", tmp_path / "secret.ts")
    (tmp_path / name).write_text(text)

    with pytest.raises(MediaError, match="is not a sound or video file"):
        probe(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads anything")
def test_a_forbidden_file_is_named(tmp_path):
    wav = write_wav(tmp_path / "a.wav", clicks())
    wav.chmod(0)

    with pytest.raises(MediaError, match="permission denied"):
        probe(wav)


def test_a_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(MediaError, match="not a regular file"):
        probe(tmp_path / "pipe")


def test_cover_art_is_not_a_picture_stream(tmp_path, ffmpeg, click_wav):
    cover, out = tmp_path / "cover.png", tmp_path / "a.m4a"
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x64", "-frames:v", "1", cover)
    ffmpeg(
        "-i",
        click_wav,
        "-i",
        cover,
        "-map",
        "0",
        "-map",
        "1",
        "-c:a",
        "aac",
        "-c:v",
        "copy",
        "-disposition:v:0",
        "attached_pic",
        out,
    )

    assert [stream.kind for stream in probe(out).streams] == ["audio", "attachment"]


def test_titles_of_commentaries_are_known():
    for title in ("Director's Commentary", "Audio Description", "AD", "Audiokommentar", "DVS"):
        assert mentions_commentary(title), title
    for title in ("English 5.1", "Stereo", "Radio", "Main"):
        assert not mentions_commentary(title), title


def test_picture_only_is_probed_but_has_no_sound(tmp_path, ffmpeg):
    out = tmp_path / "silent.mp4"
    ffmpeg(*PICTURE, "-c:v", "mpeg4", out)

    assert [stream.kind for stream in probe(out).streams] == ["video"]
    with pytest.raises(MediaError, match="has no sound; it holds: video"):
        read_audio(out)
