"""Synthetic speech: every phone in its place and of its word, and the same each time."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.errors import ParameterError
from syncalign.streams.synthesis import speak

SENTENCE = ["please", "remember", "to", "bring", "seven", "copies"]


def said(*phrases, voice="en-us"):
    return list(speak(phrases, voice))


@pytest.mark.parametrize("voice", ["en-us", "it", "ru", "cmn"])
def test_phones_are_in_order_within_the_samples(voice):
    words = {"ru": ["добрый", "день", "друзья"], "cmn": ["早上", "好"]}.get(voice, SENTENCE)
    ((samples, phones),) = said(words, voice=voice)
    assert len(phones.names) == len(phones.starts) == len(phones.ends) == len(phones.words) > 0
    assert all(phones.names)
    assert (phones.starts < phones.ends).all()
    assert (phones.ends[:-1] <= phones.starts[1:]).all()
    assert (phones.starts[0] >= 0) & (phones.ends[-1] <= len(samples))
    assert samples.dtype == np.float32
    assert 0.1 < np.abs(samples).max() <= 1.2


def test_every_word_has_its_own_phones():
    ((_, phones),) = said(SENTENCE)
    assert set(phones.words.tolist()) == set(range(len(SENTENCE)))
    assert (np.diff(phones.words) >= 0).all()
    of_seven = [name for name, word in zip(phones.names, phones.words, strict=True) if word == 4]
    assert (of_seven[0], of_seven[-1]) == ("s", "n")


def test_a_word_may_be_a_phrase():
    ((_, phones),) = said(["in", "nineteen eighty-five", "then"])
    counts = np.bincount(phones.words, minlength=3)
    assert counts[1] > 2 * max(counts[0], counts[2])


@pytest.mark.parametrize("words", [["most", "of", "the", "time"], ["I", "would", "have", "been"]])
def test_words_said_in_one_breath_share_its_phones(words):
    ((_, phones),) = said(words)
    assert set(phones.words.tolist()) == set(range(len(words)))
    assert (np.diff(phones.words) >= 0).all()


def test_phones_have_no_marks_of_stress_and_length():
    ((_, phones),) = said(["Thursday", "evening", "readily"])
    assert not set("".join(phones.names)) & set("ˈˌː_|")


@pytest.mark.parametrize("words", [[], [""], ["..."]])
def test_where_nothing_is_said_there_is_no_phone(words):
    ((samples, phones),) = said(words)
    assert phones.names == ()
    assert samples.ndim == 1
    assert len(phones.starts) == len(phones.words) == 0


def test_the_length_is_that_at_16_khz():
    ((samples, phones),) = said(SENTENCE)
    # Six words at 160 a minute, and the pause behind them.
    assert 1.5 * 16000 < len(samples) < 4 * 16000
    loud = np.flatnonzero(np.abs(samples) > 0.02)
    assert abs(loud[0] - phones.starts[0]) < 0.05 * 16000
    assert abs(loud[-1] - phones.ends[-1]) < 0.1 * 16000


def test_it_sounds_the_same_whatever_was_said_before():
    phrases = [SENTENCE, ["of", "the", "agreement"]]
    before = said(*phrases)
    said(["buongiorno", "a", "tutti"], voice="it")
    for (samples, phones), (again, others) in zip(before, said(*phrases), strict=True):
        np.testing.assert_array_equal(samples, again)
        np.testing.assert_array_equal(phones.starts, others.starts)


def test_an_odd_word_harms_nothing():
    ((_, phones),) = said(["before", "\0\x1b\U0001f600", "x" * 3000, "behind"])
    assert phones.words.min() == 0
    assert phones.words.max() == 3
    assert (np.diff(phones.words) >= 0).all()


def test_a_voice_that_is_not_there_is_told():
    with pytest.raises(ParameterError, match="no voice 'xx'"):
        said(SENTENCE, voice="xx")
