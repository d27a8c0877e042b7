"""Keys of words by their sound."""

from __future__ import annotations

import pytest

from syncalign.streams.phonetic_keys import phonetic_key


@pytest.mark.parametrize(
    ("voice", "one", "other"),
    [
        ("en-us", "colour", "color"),
        ("en-us", "been", "bin"),
        ("en-us", "night", "knight"),
        ("en-us", "two", "do"),
        ("it", "asterisco", "asterisko"),
        ("es-419", "valla", "vaya"),
        ("ru", "луг", "лук"),
    ],
)
def test_words_that_are_taken_for_each_other_have_one_key(voice, one, other):
    assert phonetic_key(one, voice) == phonetic_key(other, voice) != ""


@pytest.mark.parametrize(("one", "other"), [("ship", "boat"), ("eel", "lee"), ("map", "mop top")])
def test_other_words_have_others(one, other):
    assert phonetic_key(one, "en-us") != phonetic_key(other, "en-us")


def test_what_is_not_said_has_none():
    assert phonetic_key("--", "en-us") == ""
