"""The reading judge: signs in, probabilities out, each sign with the sense that it has."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.models.reading_judge import Odds, ReadingJudge, built_in_judge
from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.signs import text_signs, unit_signs, word_signs

SPEECH = np.full(3000, 5.0)


def following(nats_a_phone: float, found: float = 1.0, words: int = 60) -> Following:
    """Words of five phones, half a second each; the first of them were found."""
    starts = np.where(np.arange(words) < found * words, np.arange(words) * 0.5, np.nan)
    nats = np.where(np.isnan(starts), 0, 5 * nats_a_phone)
    return Following(starts, starts + 0.4, nats, np.full(words, 5), None)


def test_a_regression_is_a_logistic_function():
    odds = Odds((2.0, -1.0), 0.5)
    found = odds.probability(np.array([[0, 0], [1, 0], [0, 1], [1000, 0], [0, 1000]]))
    expected = 1 / (1 + np.exp(-np.array([0.5, 2.5, -0.5, 30, -30])))
    np.testing.assert_allclose(found, expected)
    assert odds.probability(np.zeros((0, 2))).shape == (0,)


def test_the_judge_of_the_package_knows_the_signs():
    judge = built_in_judge()
    assert isinstance(judge, ReadingJudge)
    heard = following(1.0)
    assert judge.text.probability(text_signs(heard)).shape == (1,)
    assert judge.unit.probability(unit_signs(heard, [(0, 5), (5, 60)], SPEECH)).shape == (2,)
    assert judge.word.probability(word_signs(heard)).shape == (60,)


@pytest.mark.parametrize(("better", "worse"), [((2.0, 1.0), (0.2, 1.0)), ((2.0, 1.0), (2.0, 0.3))])
def test_more_evidence_and_more_text_make_it_surer(better, worse):
    text = built_in_judge().text
    sure, unsure = (text.probability(text_signs(following(*given)))[0] for given in (better, worse))
    assert sure > unsure


def test_a_text_that_was_not_found_is_none():
    assert built_in_judge().text.probability(text_signs(following(0, 0)))[0] < 0.1


def test_units_and_words_with_evidence_are_surer():
    judge, heard = built_in_judge(), following(2.0)
    poor = Following(heard.starts, heard.ends, np.where(np.arange(60) < 30, -5.0, heard.nats),
                     heard.phones, None)  # fmt: skip
    units = judge.unit.probability(unit_signs(poor, [(0, 30), (30, 60)], SPEECH))
    words = judge.word.probability(word_signs(poor))
    assert units[0] < units[1]
    assert words[:29].max() < words[31:].min()


def test_signs_of_nothing_are_finite():
    none = following(0, 0)
    assert np.isfinite(text_signs(none)).all()
    assert np.isfinite(unit_signs(none, [(0, 60)], SPEECH)).all()
    assert np.isfinite(word_signs(none)).all()
