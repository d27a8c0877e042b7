"""What a doubtful answer says of the track that was heard."""

from syncalign.media import MediaInfo, StreamInfo
from syncalign.pipelines import subtitles


def info_of(count):
    streams = tuple(
        StreamInfo(index=number, kind="audio", codec="aac", default=number == 1)
        for number in range(count)
    )
    return MediaInfo("film.mkv", "matroska", 60.0, streams)


def test_of_several_tracks_the_one_that_was_heard_is_named(monkeypatch):
    monkeypatch.setattr(subtitles, "probe", lambda path: info_of(3))
    (sentence,) = subtitles._other_tracks("film.mkv", None, None)
    assert sentence.startswith("Sound track 1 of 3 was listened to")
    (sentence,) = subtitles._other_tracks("film.mkv", 2, None)
    assert "track 2 of 3" in sentence


def test_a_single_track_needs_no_word(monkeypatch):
    monkeypatch.setattr(subtitles, "probe", lambda path: info_of(1))
    assert subtitles._other_tracks("film.mkv", None, None) == ()
