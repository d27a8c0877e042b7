"""The espeak-ng library, shared by all threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from syncalign.errors import ParameterError
from syncalign.streams.espeak import load_library, phonemes, using_voice


def test_it_is_loaded_once():
    assert load_library() is load_library()


def test_a_text_of_several_clauses_is_pronounced_whole():
    assert phonemes("One, two. Three! Four", "en-us").count(" ") == 3


@pytest.mark.parametrize("text", ["", " ", "\0", "—"])
def test_nothing_to_say_is_no_phone(text):
    assert phonemes(text, "en-us") == ""


def test_an_unknown_voice_is_told():
    with pytest.raises(ParameterError, match="no voice 'xx'"), using_voice("xx"):
        pass


def test_threads_do_not_change_each_others_voice():
    asked = [("chat", voice) for voice in ("en-us", "fr", "it", "de")] * 50
    expected = {voice: phonemes(text, voice) for text, voice in asked}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda pair: phonemes(*pair), asked))
    assert answers == [expected[voice] for _, voice in asked]
    assert len(set(expected.values())) > 2
