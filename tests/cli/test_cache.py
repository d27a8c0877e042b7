"""``syncalign cache``, and what the cache does for ``sync``."""

import pytest

FILM = "film.wav"


@pytest.fixture
def film(work):
    """A medium with a few seconds of noise: enough to be decoded, too little to be matched."""
    import wave

    import numpy as np

    noise = np.random.default_rng(3).normal(0, 1000, 16000 * 20).astype("<i2")
    with wave.open(str(work / FILM), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(noise.tobytes())
    return FILM


@pytest.fixture
def decodings(monkeypatch):
    """Count how often sound is decoded."""
    from syncalign.pipelines import speech_evidence

    listened = []
    original = speech_evidence._listen

    def counted(*given):
        listened.append(given)
        return original(*given)

    monkeypatch.setattr(speech_evidence, "_listen", counted)
    return listened


def test_a_second_run_does_not_decode(film, call, decodings):
    first = call("check", film, "late.srt", "--json")
    second = call("check", film, "right.srt", "--json")
    again = call("check", film, "late.srt", "--json")
    assert len(decodings) == 1
    assert (first.code, second.code, again.code) == (4, 4, 4)
    assert {**first.json, "seconds": 0} == {**again.json, "seconds": 0}


def test_another_track_or_no_cache_decodes_again(film, call, decodings):
    for options in ((), ("--track", "0"), ("--no-cache",), ("--no-cache",)):
        call("check", film, "late.srt", *options)
    assert len(decodings) == 4


def test_info_and_clear_tell_what_is_kept(film, call):
    assert call("cache", "info", "--json").json["entries"] == 0
    call("check", film, "late.srt")
    told = call("cache", "info", "--json")
    assert told.code == 0
    assert (told.json["entries"], told.json["bytes"]) == (1, 4 * 2000 + 16)
    assert "1 entry," in call("cache", "info").text
    assert call("cache", "clear", "--json").json["deleted"] == 1
    assert call("cache", "info", "--json").json["bytes"] == 0


def test_a_damaged_entry_is_made_again(film, call, work, decodings, tmp_path):
    call("check", film, "late.srt")
    (entry,) = (tmp_path / "cache").glob("*.cached")
    entry.write_bytes(b"odd")
    assert call("check", film, "late.srt").code == 4
    assert len(decodings) == 2
