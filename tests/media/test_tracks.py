"""The track that a viewer would hear is chosen, never a commentary by accident."""

from __future__ import annotations

from fractions import Fraction

import pytest

from syncalign.errors import MediaError
from syncalign.media.info import MediaInfo, StreamInfo
from syncalign.media.tracks import choose_audio


def medium(*facts: dict) -> MediaInfo:
    picture = StreamInfo(index=0, kind="video", codec="h264")
    tracks = [
        StreamInfo(**{"index": n, "kind": "audio", "codec": "aac", "rate": Fraction(48000), **fact})
        for n, fact in enumerate(facts, 1)
    ]
    return MediaInfo("film.mkv", "matroska,webm", 60.0, (picture, *tracks))


def test_a_commentary_first_and_default_is_passed_over():
    info = medium({"commentary": True, "default": True}, {"channels": 2}, {"channels": 6})

    assert choose_audio(info).index == 3


def test_a_commentary_alone_is_taken():
    assert choose_audio(medium({"commentary": True})).index == 1


def test_default_beats_channels():
    assert choose_audio(medium({"channels": 6}, {"channels": 2, "default": True})).index == 2


def test_the_first_of_equals_is_taken():
    assert choose_audio(medium({"channels": 2}, {"channels": 2})).index == 1


@pytest.mark.parametrize("wish", ["fr", "fra", "fre", "French", "fr-CA"])
def test_a_language_is_known_by_all_its_names(wish):
    info = medium({"language": "eng", "default": True}, {"language": "fre"})

    assert choose_audio(info, language=wish).index == 2


def test_a_track_without_language_stands_in():
    assert choose_audio(medium({"language": "eng"}, {}), language="fr").index == 2


def test_a_missing_language_lists_what_exists():
    info = medium({"language": "eng"}, {"language": "ger", "title": "Synchro"})

    with pytest.raises(MediaError, match=r"no sound in 'fr'.*0: eng aac; 1: ger aac \"Synchro\""):
        choose_audio(info, language="fr")


def test_a_missing_track_lists_what_exists():
    with pytest.raises(MediaError, match=r"no sound track 2; it has 0: eng aac; 1: "):
        choose_audio(medium({"language": "eng"}, {}), track=2)


def test_a_track_asked_for_is_taken_whatever_it_is():
    assert choose_audio(medium({}, {"commentary": True}), track=1).index == 2


def test_no_sound_says_what_there_is():
    with pytest.raises(MediaError, match="has no sound; it holds: video"):
        choose_audio(medium())
