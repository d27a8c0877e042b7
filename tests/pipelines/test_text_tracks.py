"""Embedded text tracks as the reference: full ones stand for the speech, stubs never do."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest

from syncalign.cache import Cache
from syncalign.errors import MediaError, ParameterError
from syncalign.formats import read_subtitles, write_timeline
from syncalign.media import MediaInfo, StreamInfo, probe
from syncalign.pipelines import kept_tracks, text_reference
from syncalign.pipelines.subtitles import sync_subtitles
from syncalign.results.extraction import ExtractedTrack, SubtitleExtraction
from syncalign.timebase import Cue, Segment, Timeline

TEXTS = Path(__file__).parents[2] / "samples" / "texts"
LATE = TEXTS / "harbour.shifted.srt"


def written(path: Path, cues) -> Path:
    path.write_bytes(write_timeline(Timeline(tuple(cues)), format="srt"))
    return path


@pytest.fixture(scope="module")
def media(tmp_path_factory) -> Path:
    """Media of the sample's length: with silence or no sound, and with text tracks."""
    folder = tmp_path_factory.mktemp("media")
    right = read_subtitles(TEXTS / "harbour.srt")
    length = float(right.ends.max())
    written(folder / "stub.srt", list(right.timeline)[:4])
    sparse = [Cue(Segment(t, t + 1), "Sign") for t in np.arange(0, length, length / 9)]
    written(folder / "sparse.srt", sparse)
    stub, sparse, full = (
        ("-i", "stub.srt"),
        ("-i", "sparse.srt"),
        ("-i", str(TEXTS / "harbour.srt")),
    )
    silence = ("-f", "lavfi", "-i", f"anullsrc=r=16000:cl=mono:d={length}")
    forced = ("-disposition:s:0", "forced")
    wanted = {
        "both.mkv": (*silence, *stub, *full, "-map", "0", "-map", "1", "-map", "2", *forced,
                     "-metadata:s:s:0", "language=fre", "-metadata:s:s:1", "language=eng"),
        "stub.mkv": (*silence, *stub, "-map", "0", "-map", "1", "-metadata:s:s:0", "language=fre"),
        "flagged.mkv": (*silence, *full, "-map", "0", "-map", "1", *forced),
        "mute.mkv": (*stub, *full, "-map", "0", "-map", "1"),
        "stub-mute.mkv": (*stub, "-map", "0"),
        "plain.mkv": (*silence, "-map", "0"),
    }  # fmt: skip
    program = imageio_ffmpeg.get_ffmpeg_exe()
    for name, options in wanted.items():
        command = [program, "-v", "error", *options, "-c:s", "copy", name]
        subprocess.run(command, check=True, cwd=folder, stdin=subprocess.DEVNULL)
    return folder


def is_home(result) -> bool:
    right = read_subtitles(TEXTS / "harbour.srt")
    return result.offset == pytest.approx(-12.7, abs=0.02) and len(right) > 0


def test_the_full_track_decides_where_the_sound_does_not(media):
    result = sync_subtitles(media / "both.mkv", LATE)
    assert result.status == "synced"
    assert is_home(result)
    assert result.reasons[-1] == (
        "The sound did not decide; embedded text track 1 (eng) was the reference: its cues stand"
        " for the speech."
    )


def test_a_medium_without_sound_is_told_so(media):
    result = sync_subtitles(media / "mute.mkv", LATE)
    assert is_home(result)
    assert result.reasons[-1].startswith("The medium has no sound; embedded text track 1")


@pytest.mark.parametrize(
    ("name", "track"), [("both.mkv", 1), ("both.mkv", "auto"), ("flagged.mkv", 0)]
)
def test_a_track_asked_for_is_the_reference_and_nothing_is_decoded(media, name, track, monkeypatch):
    monkeypatch.setattr("syncalign.pipelines.subtitles.read_evidence", None)
    result = sync_subtitles(media / name, LATE, text_track=track)
    assert is_home(result)
    assert result.reasons[-1].startswith("Embedded text track")


@pytest.mark.parametrize("name", ["stub.mkv", "stub-mute.mkv"])
@pytest.mark.parametrize("query", [LATE, TEXTS / "harbour.srt", "stub.srt", "sparse.srt"])
def test_a_stub_is_named_as_ignored_and_nothing_fits_it(media, name, query):
    result = sync_subtitles(media / name, media / query)
    assert result.status == "refused"
    assert any("ignored" in reason and "track 0" in reason for reason in result.reasons)


def test_a_stub_asked_for_is_refused(media):
    result = sync_subtitles(media / "both.mkv", LATE, text_track=0)
    assert result.status == "refused"
    assert result.reasons[0] == "No embedded text track stands for the speech."
    assert "track 0 (fre) was ignored" in result.reasons[1]


def test_a_flag_alone_is_reason_enough_where_nobody_asked(media):
    result = sync_subtitles(media / "flagged.mkv", LATE)
    assert result.status == "refused"
    assert "forced: it holds only what every viewer needs" in result.reasons[-1]


def test_a_strangers_subtitle_is_refused_by_sound_and_text(media):
    result = sync_subtitles(media / "both.mkv", TEXTS / "other-film.srt")
    assert result.status == "refused"
    assert any(
        reason.endswith("asked too and does not decide either.") for reason in result.reasons
    )


def test_what_cannot_be_asked_for(media):
    with pytest.raises(MediaError, match="no subtitle track 7"):
        sync_subtitles(media / "both.mkv", LATE, text_track=7)
    with pytest.raises(MediaError, match="no subtitle tracks"):
        sync_subtitles(media / "plain.mkv", LATE, text_track="auto")
    with pytest.raises(ParameterError, match="not both"):
        sync_subtitles(media / "both.mkv", LATE, text_track=1, track=0)
    with pytest.raises(ParameterError, match="no text tracks"):
        sync_subtitles(LATE, LATE, text_track="auto")


def test_a_film_is_gone_through_once_for_its_text(media, tmp_path, monkeypatch):
    cache = Cache(tmp_path / "cache")
    first = sync_subtitles(media / "both.mkv", LATE, cache=cache)
    monkeypatch.setattr(kept_tracks, "read_every_track", None)
    again = sync_subtitles(media / "both.mkv", LATE, cache=cache)
    assert again.reasons == first.reasons
    assert is_home(again)
    refused = sync_subtitles(media / "both.mkv", LATE, text_track=0, cache=cache)
    assert "track 0 (fre) was ignored" in refused.reasons[1]


def test_of_a_damaged_film_nothing_is_kept(media, tmp_path, monkeypatch):
    cache = Cache(tmp_path / "cache")
    whole = kept_tracks.read_every_track(probe(media / "both.mkv"))
    damaged = replace(whole, is_whole=False)
    monkeypatch.setattr(kept_tracks, "read_every_track", lambda info: damaged)
    assert kept_tracks.every_track(probe(media / "both.mkv"), cache) == whole.tracks
    assert cache.entries() == 0


def extracted(number: int, cues: int, spacing: float, **more) -> ExtractedTrack:
    timeline = Timeline(
        tuple(Cue(Segment(i * spacing, i * spacing + 1), "Hi") for i in range(cues))
    )
    data = write_timeline(timeline, format="srt")
    track = {"index": number, "track": number, "codec": "subrip", "cues": cues}
    return ExtractedTrack(**{**track, "name": "x.srt", "data": data, **more})


@pytest.fixture
def holding(monkeypatch):
    """Let every medium hold these tracks, in a film of 90 minutes."""

    def hold(*tracks):
        monkeypatch.setattr(
            kept_tracks, "read_every_track", lambda info: SubtitleExtraction(tracks)
        )
        streams = (StreamInfo(index=one.index, kind="subtitle", codec=one.codec) for one in tracks)
        return MediaInfo("film.mkv", "matroska", 5400.0, tuple(streams))

    return hold


def test_tracks_are_told_apart_by_what_they_hold(holding):
    pictures = "skipped: picture subtitles (PGS), their text is not in the file"
    film = holding(
        extracted(0, 700, 7.5),
        extracted(1, 60, 80.0, forced=True, is_stub=True, reason="forced only, it seems: 60 cues"),
        extracted(2, 80, 67.0),
        extracted(3, 400, 5.0),
        extracted(4, 0, 1.0, name=None, data=b"", codec="hdmv_pgs_subtitle", reason=pictures),
        extracted(5, 900, 6.0, language="eng"),
    )
    tracks = text_reference.read_text_tracks(film)
    assert list(tracks.full) == [
        "embedded text track 5 (eng)",
        "embedded text track 0 (unknown language)",
    ]
    said = dict(zip((3, 2, 1, 4), tracks.ignored, strict=True))
    assert "4 of 10 parts" in said[3]
    assert "too few of its cues are spoken: 80 in 90 minutes" in said[2]
    assert "forced only" in said[1]
    assert "picture subtitles (PGS)" in said[4]
    # The flag of a track that was asked for is overruled only where the track is full.
    assert not text_reference.read_text_tracks(film, track=1).full


def test_not_every_language_of_a_medium_is_asked(holding):
    film = holding(*(extracted(number, 900, 6.0) for number in range(9)))
    refused = sync_subtitles(TEXTS / "harbour.srt", TEXTS / "other-film.srt")
    asked = []

    def search(evidence):
        asked.append(evidence)
        return refused

    text_reference.sync_by_text(film, refused.subtitles, search)
    assert len(asked) == text_reference._MOST_TRIED
