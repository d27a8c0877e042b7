"""What a doubtful answer says of the track that was heard, and of files joined from two."""

from syncalign.formats import parse_subtitles
from syncalign.media import MediaInfo, StreamInfo
from syncalign.pipelines import subtitles
from syncalign.timebase import format_timecode


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


def test_a_run_begins_where_the_times_jump_back_by_a_minute():
    times = [1, 100, 99, 300, 5, 20]
    text = "\n".join(
        f"{n}\n{format_timecode(t, separator=',')} --> {format_timecode(t + 1, separator=',')}\nx\n"
        for n, t in enumerate(times, 1)
    )
    file = parse_subtitles(text.encode())
    assert subtitles._runs_of(file).tolist() == [0, 0, 0, 0, 1, 1]
