"""Judging: what is said of units that were found, of those between them, and of the others."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.hearing import Hearing
from syncalign.pipelines.reading.judging import judged_units, text_confidence
from syncalign.pipelines.reading.script import read_script
from syncalign.timebase import Features, Grid

LINE = "one two three four five"


@pytest.fixture
def script_of(write):
    def made(*lines, level="line"):
        return read_script(write(*lines), level, language="en")

    return made


def heard(starts, nats_a_phone=3.0) -> Following:
    """Words of five phones, 0.4 s each, at these seconds; NaN: not found."""
    begins = np.array(starts, float)
    found = np.isfinite(begins)
    return Following(begins, begins + 0.4, np.where(found, 5 * nats_a_phone, 0.0),
                     np.full(len(begins), 5), None)  # fmt: skip


def hearing(seconds=40.0, *speech) -> Hearing:
    """A recording with speech from one second to another."""
    odds = np.full(round(seconds * 100), -5, np.float16)
    for start, end in speech:
        odds[round(start * 100) : round(end * 100)] = 5
    values = np.zeros((len(odds), 24), np.float16)
    return Hearing(Features(values, Grid(100, 0.0, len(odds))), odds)


def in_order(count, begin=1.0, step=0.5):
    return begin + np.arange(count) * step


def test_what_was_found_is_ok_and_where_its_words_are(script_of):
    script = script_of(*[LINE] * 4)
    following = heard(in_order(20))
    units = judged_units(following, script, hearing(40, (1, 11)))
    assert [unit.status for unit in units] == ["ok"] * 4
    assert [unit.start for unit in units] == [1.0, 3.5, 6.0, 8.5]
    assert [unit.end for unit in units] == pytest.approx([3.4, 5.9, 8.4, 10.9])
    assert units[0].words[2].start == 2.0
    assert all(unit.confidence >= 0.9 for unit in units)
    assert text_confidence(following) > text_confidence(heard(in_order(20), 0.1))


def test_what_was_found_by_chance_is_not_spoken(script_of):
    script = script_of(*[LINE] * 4)
    following = heard(in_order(20))
    following.nats[5:10] = -40.0
    following = following.without(np.isin(np.arange(20), [7, 8, 9]))
    units = judged_units(following, script, hearing(40, (1, 3.4), (6, 11)))
    assert [unit.status for unit in units] == ["ok", "not_spoken", "ok", "ok"]
    assert units[1].start is units[1].end is None
    assert all(word.start is None and word.confidence == 0 for word in units[1].words)
    assert units[1].confidence > 0.6


def test_a_unit_between_others_is_put_where_speech_is_left(script_of):
    starts = in_order(20)
    starts[5:10] = np.nan
    units = judged_units(heard(starts), script_of(*[LINE] * 4), hearing(40, (1, 11)))
    assert units[1].status == "interpolated"
    assert units[0].status in ("ok", "low")
    assert units[3].status == "ok"
    assert 3.4 <= units[1].start < units[1].end <= 6.0
    assert units[1].confidence < 0.5


@pytest.mark.parametrize("speech", [[(1, 3.4), (6, 11)], [(1, 3.4), (3.6, 3.9), (6, 11)]])
def test_without_speech_nothing_is_put_between(speech, script_of):
    starts = in_order(20)
    starts[5:10] = np.nan
    units = judged_units(heard(starts), script_of(*[LINE] * 4), hearing(40, *speech))
    assert units[1].status == "not_spoken"


def test_a_word_may_be_a_unit(script_of):
    starts = in_order(10)
    starts[4] = np.nan
    units = judged_units(
        heard(starts), script_of(*[LINE] * 2, level="word"), hearing(40, (1, 2.95), (3.5, 6))
    )
    assert [unit.text for unit in units] == LINE.split() * 2
    assert units[0].start == 1.0
    assert units[4].status == "not_spoken"


def test_where_nothing_was_found_nothing_is_placed(script_of):
    following = heard([np.nan] * 20)
    units = judged_units(following, script_of(*[LINE] * 4), hearing(40, (1, 11)))
    assert {unit.status for unit in units} == {"not_spoken"}
    assert all(unit.confidence > 0.9 for unit in units)
    assert text_confidence(following) < 0.1


def test_a_unit_whose_parts_are_read_in_another_order_still_ends_after_it_starts(script_of):
    starts = np.concatenate([in_order(5, 11.0), in_order(5, 1.0), in_order(10, 20.0)])
    script = script_of("one two three four five. six seven eight nine ten.", LINE, LINE)
    for unit in judged_units(heard(starts), script, hearing(40, (1, 4), (11, 14), (20, 25))):
        assert unit.start <= unit.end
