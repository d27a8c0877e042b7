"""What a doubtful answer says of the track that was heard."""

from fractions import Fraction

import numpy as np

from syncalign.alignment.evidence import SpeechEvidence
from syncalign.media import MediaInfo, StreamInfo
from syncalign.pipelines import subtitles
from syncalign.timebase import Features, Grid


def info_of(count):
    streams = tuple(
        StreamInfo(index=number, kind="audio", codec="aac", default=number == 1)
        for number in range(count)
    )
    return MediaInfo("film.mkv", "matroska", 60.0, streams)


def test_of_several_tracks_the_one_that_was_heard_is_named():
    (sentence,) = subtitles._other_tracks(info_of(3), None, None)
    assert sentence.startswith("Sound track 1 of 3 was listened to")
    (sentence,) = subtitles._other_tracks(info_of(3), 2, None)
    assert "track 2 of 3" in sentence


def test_a_single_track_needs_no_word():
    assert subtitles._other_tracks(info_of(1), None, None) == ()


def test_a_sound_that_ends_long_before_the_medium_is_told_of():
    def heard(seconds):
        values = np.zeros((seconds * 100, 2), np.float32)
        return SpeechEvidence(Features(values, Grid(Fraction(100), 0.0, len(values))))

    (sentence,) = subtitles._cut_short(info_of(1), heard(20))
    assert sentence.startswith("The sound ends at 20 s of the 60 s")
    assert subtitles._cut_short(info_of(1), heard(59)) == ()
