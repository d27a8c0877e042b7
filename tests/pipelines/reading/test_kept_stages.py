"""What is remembered of hearing and saying is what was heard and said."""

from __future__ import annotations

from dataclasses import astuple, replace

import numpy as np
import pytest
from synthetic_readings import LINES, OTHERS

from syncalign.cache import Cache
from syncalign.errors import ParameterError
from syncalign.pipelines.reading import kept_stages
from syncalign.pipelines.reading.following import follow
from syncalign.pipelines.reading.kept_stages import kept_following, kept_hearing, kept_saying
from syncalign.pipelines.reading.script import read_script
from syncalign.streams.sound import Sound


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(kept_stages, "_WORTH_KEEPING", 100)
    return Cache(tmp_path / "cache")


def refuse(*given, **options):
    raise AssertionError("it was remembered")


def test_a_recording_is_heard_once(cache, read_aloud, monkeypatch):
    paths = [read_aloud(*LINES[:2]).path, read_aloud(*LINES[2:4], name="second.wav").path]
    first = Sound(paths)
    heard = kept_hearing(first, cache, None)
    with monkeypatch.context() as patch:
        patch.setattr(kept_stages, "hear", refuse)
        patch.setattr(Sound, "blocks", refuse)
        again = Sound(paths)
        remembered = kept_hearing(again, cache, None)
        assert again.parts == first.parts
    assert np.array_equal(remembered.odds, heard.odds)
    assert np.array_equal(remembered.features.values, heard.features.values)
    assert remembered.features.grid == heard.features.grid
    assert np.array_equal(again.read(0, again.size), first.read(0, first.size))
    assert len(kept_hearing(Sound(paths[::-1]), cache, None)) == len(heard)
    assert cache.entries() == 2


def test_a_text_is_said_once(cache, write, monkeypatch):
    script = read_script(write(*LINES), "line", language="en")
    said = kept_saying(script, "en-us", cache, None)
    other = read_script(write(*OTHERS, name="other.txt"), "line", language="en")
    kept_saying(other, "en-us", cache, None)
    assert cache.entries() == 2
    monkeypatch.setattr(kept_stages, "say", refuse)
    remembered = kept_saying(script, "en-us", cache, None)
    assert remembered.names == said.names
    for name in ("phones", "starts", "ends", "words", "features", "active"):
        mine, theirs = getattr(remembered, name), getattr(said, name)
        assert mine.dtype == theirs.dtype
        assert np.array_equal(mine, theirs)


def test_short_ones_and_those_without_a_cache_are_not_kept(tmp_path, read_aloud, write):
    cache = Cache(tmp_path / "cache")
    sound = read_aloud(*LINES[:2]).path
    script = read_script(write(*LINES[:2]), "line", language="en")
    kept_saying(script, "en-us", cache, None)
    kept_hearing(Sound(sound), cache, None)
    kept_hearing(Sound(sound), None, None)
    assert cache.entries() == 0


def test_sizes_of_other_files_are_refused(read_aloud):
    with pytest.raises(ParameterError, match="2 sizes are not those of 1 files"):
        Sound(read_aloud(LINES[0]).path).recall([1, 2])


def test_words_are_found_once(cache, read_aloud, write):
    lines = LINES[:4]
    script = read_script(write(*lines), "line", language="en")
    hearing = kept_hearing(Sound(read_aloud(*lines).path), None, None)
    saying = kept_saying(script, "en-us", None, None)
    phrases = script.phrase_numbers
    given = (hearing, saying, phrases)
    found = kept_following(*given, cache=cache, make=lambda: follow(*given))
    remembered = kept_following(*given, cache=cache, make=refuse)
    for name in ("starts", "ends", "nats", "phones"):
        np.testing.assert_array_equal(getattr(remembered, name), getattr(found, name))
    assert remembered.filled is None
    for mine, theirs in zip(astuple(remembered.shapes), astuple(found.shapes), strict=True):
        assert mine.dtype == theirs.dtype
        assert np.array_equal(mine, theirs)
    for other in (
        (replace(hearing, odds=hearing.odds + 1), saying, phrases),
        (hearing, saying, phrases + 1),
        (*given, np.zeros((0, 2), np.int64)),
    ):
        with pytest.raises(AssertionError, match="it was remembered"):
            kept_following(*other, cache=cache, make=refuse)
    nothing = replace(found, shapes=None)
    given = (*given, np.ones(1))
    kept_following(*given, cache=cache, make=lambda: nothing)
    assert kept_following(*given, cache=cache, make=refuse).shapes is None
