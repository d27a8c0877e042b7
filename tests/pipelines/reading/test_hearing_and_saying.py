"""A recording and a text in the same space: frames, phones and words that agree."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic_readings import LINES, VOICE, spoken

from syncalign.media import AudioBlock
from syncalign.pipelines.reading.hearing import active_frames, hear
from syncalign.pipelines.reading.saying import say
from syncalign.pipelines.reading.script import read_script


def heard(*pieces, block_samples=160_000):
    samples, times = spoken(*pieces, voice=VOICE)
    blocks = [
        AudioBlock(samples[first : first + block_samples], first / 16000)
        for first in range(0, len(samples), block_samples)
    ]
    return hear(blocks), times


@pytest.fixture
def saying_of(write):
    def said(*lines, language="en", voice="en-us"):
        return say(read_script(write(*lines), "line", language=language).tokens, voice)

    return said


class TestHearing:
    def test_speech_is_heard_where_it_is(self):
        hearing, ((first, end), (second, last)) = heard(1.0, LINES[0], 2.0, LINES[1], 1.0)
        active = hearing.active
        assert len(hearing) == len(active) == len(np.asarray(hearing.features.values))
        assert active[round(first * 100) : round(end * 100)].mean() > 0.9
        assert active[round(second * 100) : round(last * 100)].mean() > 0.9
        assert not active[: round(first * 100) - 20].any()
        assert not active[round(end * 100) + 30 : round(second * 100) - 30].any()

    def test_blocks_join_without_a_seam(self):
        whole, _ = heard(0.5, LINES[0], 0.5)
        parts, _ = heard(0.5, LINES[0], 0.5, block_samples=7001)
        np.testing.assert_array_equal(whole.odds, parts.odds)
        np.testing.assert_array_equal(
            np.asarray(whole.features.values), np.asarray(parts.features.values)
        )

    @pytest.mark.parametrize("seconds", [0.001, 0.011, 0.03, 1.0])
    def test_little_sound_is_heard(self, seconds):
        hearing, _ = heard(seconds)
        assert len(hearing) <= seconds * 100 + 1
        assert not hearing.active.any()

    def test_nothing_is_heard_in_nothing(self):
        assert len(hear([])) == 0
        assert active_frames(np.zeros(0)).shape == (0,)

    def test_a_part_is_what_is_heard_there(self):
        hearing, _ = heard(0.5, LINES[0], 0.5)
        part = hearing.between(100, 180)
        assert len(part) == 80
        np.testing.assert_array_equal(part.odds, hearing.odds[100:180])

    def test_frames_next_to_speech_are_active(self):
        odds = np.full(40, -1.0)
        odds[20] = 1
        assert np.flatnonzero(active_frames(odds)).tolist() == list(range(15, 26))


class TestSaying:
    def test_every_word_is_said_in_order(self, saying_of):
        saying = saying_of(*LINES[:2])
        assert set(saying.words.tolist()) == set(range(len(" ".join(LINES[:2]).split())))
        assert (np.diff(saying.words) >= 0).all()
        assert (np.diff(saying.starts) > 0).all()
        assert (saying.starts < saying.ends).all()
        assert saying.phones.max() < len(saying.names)
        assert saying.ends[-1] <= len(saying.features) + 1
        assert saying.active[np.rint((saying.starts + saying.ends) / 2).astype(int)].all()

    def test_what_is_not_spoken_has_no_phones(self, saying_of):
        assert set(saying_of("one -- two *** three").words.tolist()) == {0, 2, 4}

    def test_numbers_are_said_in_words(self, saying_of):
        counts = np.bincount(saying_of("in 1985").words)
        assert counts[1] >= 12  # nineteen eighty five

    def test_a_part_is_the_words_of_it(self, saying_of):
        saying = saying_of(*LINES[:3])
        part = saying.of_words((np.arange(100) >= 5) & (np.arange(100) < 12))
        assert set(part.words.tolist()) == set(range(5, 12))
        kept = (saying.words >= 5) & (saying.words < 12)
        np.testing.assert_array_equal(part.phones, saying.phones[kept])
        np.testing.assert_array_equal(part.starts, saying.starts[kept])
        active = np.flatnonzero(part.active)
        assert active[0] >= part.starts[0] - 1
        assert active[-1] <= part.ends[-1] + 1
        nothing = saying.of_words(np.zeros(100, bool))
        assert nothing.active.sum() == len(nothing.phones) == 0

    def test_a_very_long_sentence_is_said_in_parts(self, saying_of):
        words = " ".join(LINES).replace(".", "").lower()
        assert set(saying_of(words).words.tolist()) == set(range(len(words.split())))
