"""Spelling: English words at the times that a recogniser of phones gives them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from synthetic_readings import LINES

from syncalign.models.pocket_phones import PlacedWord
from syncalign.pipelines.reading import spelling
from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.script import read_script
from syncalign.pipelines.reading.spelling import spelled
from syncalign.streams.sound import Sound


class Recogniser:
    """Stands for pocketsphinx: says of each region what it is told to."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def align_words(self, samples, words):
        self.asked.append((len(samples) / 16000, [variants[:1] for variants in words]))
        return self.answer(samples, words)


@pytest.fixture
def recogniser(monkeypatch):
    def made(answer):
        given = Recogniser(answer)
        monkeypatch.setattr(spelling, "PocketPhones", lambda: given)
        return given

    return made


@pytest.fixture
def case(read_aloud, write):
    """A line at 0.5 s and one 3 s later, found with words 0.3 s long and 0.05 s apart."""
    reading = read_aloud(LINES[0], 3.0, LINES[1])
    tokens = read_script(write(*LINES[:2]), "line", language="en").tokens
    starts = np.array([start + 0.35 * k for start, _ in reading.pieces for k in range(8)])
    assert len(tokens) == len(starts) == 16
    following = Following(starts, starts + 0.3, np.ones(len(starts)), np.full(len(starts), 4), None)
    return following, tokens, Sound(reading.path)


def test_words_are_heard_in_regions_between_pauses(case, recogniser):
    following, tokens, sound = case
    asked = recogniser(lambda samples, words: None)
    same = spelled(following, tokens, sound)
    assert [len(words) for _, words in asked.asked] == [8, 8]
    assert asked.asked[0][1][1] == ("old",)
    np.testing.assert_array_equal(same.starts, following.starts)  # it found no way


def test_times_are_those_of_the_recogniser_on_the_clock_of_the_recording(case, recogniser):
    following, tokens, sound = case
    recogniser(
        lambda samples, words: tuple(
            PlacedWord(0.3 + 0.35 * k + 0.02, 0.3 + 0.35 * k + 0.2, 0.0) for k in range(len(words))
        )
    )
    found = spelled(following, tokens, sound)
    np.testing.assert_allclose(found.starts, following.starts + 0.02, atol=1e-4)
    np.testing.assert_allclose(found.ends, following.starts + 0.2, atol=1e-4)


def test_words_that_it_puts_elsewhere_or_nowhere_stay(case, recogniser):
    following, tokens, sound = case
    recogniser(lambda samples, words: (PlacedWord(2.5, 2.6, 0.0), *(None,) * (len(words) - 1)))
    found = spelled(following, tokens, sound)
    np.testing.assert_array_equal(found.starts, following.starts)
    np.testing.assert_array_equal(found.ends, following.ends)


def test_words_that_were_not_found_are_left_out(case, recogniser):
    following, tokens, sound = case
    asked = recogniser(lambda samples, words: None)
    spelled(following.without(np.arange(len(tokens)) != 3), tokens, sound)
    assert [words for _, words in asked.asked] == [[("keeper",)]]
    nothing = following.without(np.ones(len(tokens), bool))
    assert spelled(nothing, tokens, sound).is_found.sum() == 0


def test_a_word_that_lasts_too_long_to_be_heard_is_no_error(case, recogniser):
    following, tokens, _ = case
    asked = recogniser(lambda samples, words: None)
    following.ends[2] = following.starts[2] + 500
    sound = SimpleNamespace(read=lambda begin, end: np.zeros(end - begin, np.float32))
    assert spelled(following, tokens, sound).is_found.all()
    assert max(seconds for seconds, _ in asked.asked) <= 120
    assert asked.asked


def test_the_real_one_is_near_the_truth(read_aloud, write):
    pytest.importorskip("pocketsphinx", reason="needs the extra 'phones'")
    from syncalign.pipelines.text import align_text

    reading = read_aloud(*LINES[:6])
    text = write(*LINES[:6])
    result = align_text(reading.path, text, language="en", level="line")
    assert result.backend == "phones"
    starts = [unit.start for unit in result.units]
    np.testing.assert_allclose(starts, [start for start, _ in reading.pieces], atol=0.2)
    for unit in result.units:
        words = [word for word in unit.words if word.start is not None]
        assert all(word.start < word.end for word in words)
        begins = [word.start for word in words]
        assert begins == sorted(begins)
