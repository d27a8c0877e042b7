"""Every word of a phrase that is read gets a time."""

import numpy as np
import pytest

from syncalign.pipelines.reading.filling import filled
from syncalign.pipelines.reading.fitting import fit
from syncalign.pipelines.reading.strays import without_strays
from tests.pipelines.reading_aloud import found, heard, known_shapes, phones_of

WORDS = phones_of([[0, 1, 2], [3, 4], [5, 6, 7, 8], [9, 10, 11]])
#: Three phones of eight frames and so on, behind half a second of quiet.
STARTS = [0.50, 0.74, 0.90, 1.22]
ENDS = [0.74, 0.90, 1.22, 1.46]
READ = heard([50, *(word.tolist() for word in WORDS), 50])
PLACES = list(zip(STARTS, ENDS, strict=True))


def test_words_are_laid_where_they_are_heard():
    laid = fit(READ, known_shapes(), WORDS, (0, len(READ)))
    assert laid is not None
    assert laid.starts == pytest.approx(STARTS, abs=0.015)
    assert laid.ends == pytest.approx(ENDS, abs=0.015)
    assert (laid.nats > 0).all()


def test_words_do_not_fit_where_half_their_phones_have_no_frame():
    halves = 2 * sum(len(word) for word in WORDS)
    assert fit(READ, known_shapes(), WORDS, (50, 50 + halves + 1)) is None
    assert fit(READ, known_shapes(), WORDS, (50, 50 + halves + 2)) is not None


@pytest.mark.parametrize("missing", [[0], [1], [1, 2], [3], [0, 3]])
def test_a_word_that_was_skipped_gets_its_time(missing):
    places = [None if k in missing else place for k, place in enumerate(PLACES)]
    # A word beside a hole took the sound of the word that was skipped.
    for k in missing:
        if k and places[k - 1]:
            places[k - 1] = (places[k - 1][0], ENDS[k])
    following = filled(found(places, WORDS), WORDS, READ, [(0, 4)])
    assert following.starts == pytest.approx(STARTS, abs=0.03)
    assert following.ends == pytest.approx(ENDS, abs=0.03)
    assert np.flatnonzero(following.filled).tolist() == missing
    assert np.flatnonzero(~following.heard.is_found).tolist() == missing
    assert (following.nats[missing] == 0).all()


def test_too_many_words_share_what_room_there_is():
    places = [(0.5, 0.54), None, None, (0.55, 0.60)]
    following = filled(found(places, WORDS), WORDS, READ, [(0, 4)])
    assert following.starts[0] == 0.5
    assert following.ends[-1] == pytest.approx(0.6)
    assert (following.ends - following.starts > 0.01).all()
    assert (following.starts[1:] >= following.ends[:-1] - 1e-9).all()


def test_a_phrase_of_which_nothing_was_found_stays_without_times():
    places = [*PLACES[:2], None, None]
    following = filled(found(places, WORDS), WORDS, READ, [(0, 2), (2, 4)])
    assert np.isnan(following.starts[2:]).all()
    assert not following.filled.any()


def test_a_word_without_phones_gets_no_time():
    words = [*WORDS[:1], np.zeros(0, np.int64), *WORDS[1:]]
    places = [PLACES[0], None, None, *PLACES[2:]]
    following = filled(found(places, words), words, READ, [(0, 5)])
    assert np.isnan(following.starts[1])
    assert following.starts[2] == pytest.approx(STARTS[1], abs=0.02)


def test_a_word_far_from_its_phrase_comes_back_to_it():
    early = heard([50, [0, 1], 400, *(word.tolist() for word in WORDS), 50])
    places = [(0.5, 0.66), *((a + 4.16, b + 4.16) for a, b in PLACES[1:])]
    kept = without_strays(found(places, WORDS), early, [(0, 4)])
    following = filled(kept, WORDS, early, [(0, 4)])
    assert following.starts[0] == pytest.approx(STARTS[0] + 4.16, abs=0.03)
    assert following.filled.tolist() == [True, False, False, False]
