"""A word is placed in the form in which it was read."""

from dataclasses import replace

import numpy as np
import pytest

from syncalign.pipelines.reading import variants
from syncalign.pipelines.reading.saying import Saying
from syncalign.pipelines.reading.script import read_script
from syncalign.pipelines.reading.variants import as_read
from tests.pipelines.reading_aloud import LASTING, found, heard, phones_of

NAMES = tuple("abcdefghijkl")
#: What the words around the second one, and its forms, sound like.
SAID = {"Anna": [0, 1, 2], "lives": [3, 4], "professor": [5, 6, 7, 8, 9, 5], "Prof": [5, 6, 10]}


def saying_of(forms):
    words = phones_of([SAID[form] for form in forms])
    owners = np.repeat(np.arange(len(words)), [len(word) for word in words])
    times = np.arange(len(owners), dtype=np.float64)
    nothing = np.zeros((0, 24), np.float16)
    return Saying(
        NAMES, np.concatenate(words), times, times + 1, owners, nothing, np.zeros(0, bool)
    )


@pytest.fixture
def script(tmp_path, monkeypatch):
    monkeypatch.setattr(
        variants, "say", lambda tokens, voice: saying_of([token.spoken[0] for token in tokens])
    )
    file = tmp_path / "a.txt"
    file.write_text("Anna Prof. lives")
    return read_script(file, "line", language="en")


@pytest.mark.parametrize("form", ["Prof", "professor"])
def test_the_form_that_was_read_is_chosen(script, form):
    assert script.tokens[1].spoken[:2] == ("professor", "Prof")
    hearing = heard([50, SAID["Anna"], SAID[form], SAID["lives"], 50])
    begin = 0.5 + 3 * LASTING / 100
    end = begin + len(SAID[form]) * LASTING / 100
    # As the likeliest form is followed: the word behind it lost some of its sound.
    places = [(0.5, begin), (begin, end + 0.05), (end + 0.05, end + 0.16)]
    before = found(places, phones_of([SAID["Anna"], SAID["professor"], SAID["lives"]]))
    saying = saying_of(["Anna", "professor", "lives"])
    following, chosen = as_read(before, saying, hearing, script, "en-us")
    assert chosen.tokens[1].spoken[0] == form
    assert set(chosen.tokens[1].spoken) == set(script.tokens[1].spoken)
    if form == "professor":
        assert (following.starts == before.starts).all()
    else:
        assert following.starts[2] == pytest.approx(end, abs=0.02)
        assert following.phones[1] == len(SAID["Prof"])


def test_a_word_that_was_filled_in_is_heard_in_its_true_form(script):
    hearing = heard([50, SAID["Anna"], SAID["Prof"], SAID["lives"], 50])
    before = found(
        [(0.5, 0.74), (0.74, 0.9), (0.98, 1.14)],
        phones_of([SAID["Anna"], SAID["professor"], SAID["lives"]]),
    )
    before = replace(
        before,
        filled=np.array([False, True, False]),
        nats=before.nats * np.array([1, 0, 1]),
    )
    saying = saying_of(["Anna", "professor", "lives"])
    following, _ = as_read(before, saying, hearing, script, "en-us")
    assert not following.filled.any()
    assert following.nats[1] > 0


def test_without_a_choice_nothing_is_said(script, monkeypatch):
    monkeypatch.setattr(variants, "say", lambda *_: pytest.fail("said something"))
    places = [(0.5, 0.74), None, (0.98, 1.14)]
    before = found(places, phones_of([SAID["Anna"], SAID["professor"], SAID["lives"]]))
    hearing = heard([200])
    saying = saying_of(["Anna", "professor", "lives"])
    assert as_read(before, saying, hearing, script, "en-us") == (before, script)
