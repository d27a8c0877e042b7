"""Following: words in their order, each where it is said; and words found elsewhere."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from synthetic_readings import LINES, OTHERS, VOICE, spoken

from syncalign.media import AudioBlock
from syncalign.pipelines.reading import following as following_module
from syncalign.pipelines.reading.following import Following, follow, follow_part
from syncalign.pipelines.reading.free_speech import speech_without_text
from syncalign.pipelines.reading.gaps import named_gaps
from syncalign.pipelines.reading.hearing import hear
from syncalign.pipelines.reading.moved import find, with_moved
from syncalign.pipelines.reading.passages import READ, heard_phrases, without_doubtful
from syncalign.pipelines.reading.saying import say
from syncalign.pipelines.reading.script import read_script
from syncalign.streams.sound import Sound

SAMPLES = Path(__file__).parents[3] / "samples"


class Case:
    """A text that was followed in a recording of it."""

    def __init__(self, text, hearing, language="en", voice="en-us"):
        self.script = read_script(text, "line", language=language)
        self.hearing = hearing
        self.saying = say(self.script.tokens, voice)
        self.following = follow(hearing, self.saying, self.script.phrase_numbers)

    @property
    def both(self):
        return self.hearing, self.saying

    def gaps(self):
        return speech_without_text(self.following, self.hearing, self.script.phrases)


@pytest.fixture
def case_of(write):
    def made(pieces, lines, **options):
        samples, times = spoken(
            0.5,
            *(part for piece in pieces for part in (piece, 0.5)),
            voice=options.pop("by", VOICE),
        )
        case = Case(write(*lines), hear([AudioBlock(samples, 0.0)]), **options)
        return case, np.array(times)

    return made


def places(*starts, seconds=0.3, nats=10.0) -> Following:
    begins = np.array(starts, float)
    found = np.where(np.isnan(begins), 0.0, nats)
    return Following(begins, begins + seconds, found, np.full(len(begins), 4), None)


class TestPlaces:
    def test_words_can_be_forgotten(self):
        following = places(1, 2, 3).without(np.array([False, True, False]))
        assert following.is_found.tolist() == [True, False, True]
        assert following.nats.tolist() == [10, 0, 10]
        assert np.isnan(following.ends[1])

    def test_words_found_elsewhere_are_taken_over(self):
        joined = places(1, np.nan, 3).joined(places(np.nan, 9, 8, nats=5.0))
        assert joined.starts.tolist() == [1, 9, 8]
        assert joined.nats.tolist() == [10, 5, 5]


class TestFollowing:
    def test_a_long_recording_is_searched_more_coarsely_first(self, case_of, monkeypatch):
        case, _ = case_of([*LINES[:4], *OTHERS[:2], *LINES[4:]], LINES)
        warped = []
        whole = following_module.dtw_multiscale

        def noted(*frames, **options):
            warped.append(whole(*frames, **options))
            return warped[-1]

        monkeypatch.setattr(following_module, "dtw_multiscale", noted)
        monkeypatch.setattr(following_module, "_COARSE_CELLS", 30_000)
        monkeypatch.setattr(following_module, "_COARSE_MARGIN", 20)
        again = follow(*case.both, case.script.phrase_numbers)
        assert warped[0].within_band
        assert np.array_equal(again.starts, case.following.starts, equal_nan=True)

    def test_words_are_where_they_are_said_and_in_order(self, case_of):
        case, times = case_of(LINES[:6], LINES[:6])
        following = case.following
        assert following.is_found.mean() > 0.95
        starts = following.starts[following.is_found]
        assert (np.diff(starts) > 0).all()
        assert (following.ends >= following.starts)[following.is_found].all()
        lines = case.script.phrase_numbers
        for number, (start, end) in enumerate(times):
            mine = following.starts[(lines == number) & following.is_found]
            assert (mine >= start - 0.2).all()
            assert (mine <= end).all()
        assert following.nats.sum() > 100

    def test_words_that_are_not_read_are_skipped(self, case_of):
        case, _ = case_of(LINES[:6], [*LINES[:3], OTHERS[1], *LINES[3:6]])
        found, lines = case.following.is_found, case.script.phrase_numbers
        assert found[lines == 3].mean() < 0.5
        assert found[lines != 3].mean() > 0.95

    def test_the_same_recording_has_the_same_places(self, case_of):
        one, two = (case_of(LINES[:4], LINES[:4])[0].following for _ in range(2))
        np.testing.assert_array_equal(one.starts, two.starts)
        np.testing.assert_array_equal(one.nats, two.nats)

    def test_another_language_is_followed_too(self, case_of):
        lines = [
            "Il vecchio guardiano del faro salì le scale.",
            "Ogni sera accendeva la lampada.",
            "Le navi passavano lente nella nebbia.",
            "Nessuno visitava più quell'isola.",
        ]
        case, times = case_of(lines, lines, language="it", voice="it", by="it+m7")
        firsts = [np.flatnonzero(case.script.phrase_numbers == number)[0] for number in range(4)]
        np.testing.assert_allclose(case.following.starts[firsts], times[:, 0], atol=0.25)

    def test_a_text_that_is_not_read_has_less_evidence(self, case_of):
        right, wrong = case_of(LINES[:6], LINES[:6])[0], case_of(LINES[:6], OTHERS[:6])[0]
        assert right.following.nats.sum() > 3 * max(1, wrong.following.nats.sum())

    def test_a_human_like_voice_is_followed(self):
        import json

        truth = json.loads((SAMPLES / "texts" / "windy-nights.truth.json").read_text("utf-8"))
        case = Case(
            SAMPLES / "texts" / "windy-nights.txt",
            hear(Sound(SAMPLES / truth["media"]).blocks()),
        )
        lines = np.array([token.line for token in case.script.tokens])
        errors = []
        for number, line in enumerate(truth["lines"]):
            mine = (lines == number) & case.following.is_found
            if line["start"] is not None:
                errors.append(abs(case.following.starts[mine].min() - line["start"]))
        assert np.median(errors) < 0.06
        assert max(errors) < 0.25

    def test_a_part_is_followed_by_itself(self, case_of):
        case, times = case_of(LINES[:5], LINES[:5])
        words = np.flatnonzero(case.script.phrase_numbers == 3)
        frames = (round(times[2][1] * 100) + 10, round(times[4][0] * 100) - 10)
        which = case.script.phrase_numbers == 3
        part = follow_part(*case.both, case.following, which, np.arange(*frames))
        assert set(np.flatnonzero(part.is_found)) <= set(words)
        assert abs(np.nanmin(part.starts) - times[3][0]) < 0.2


class TestMovedAndGaps:
    def test_a_moved_passage_is_found(self, case_of):
        case, times = case_of([*LINES[8:10], *LINES[:8]], LINES[:10])
        phrases = case.script.phrases
        following = without_doubtful(case.following, case.hearing, phrases)
        assert not following.is_found[case.script.phrase_numbers >= 8].any()
        moved = with_moved(following, *case.both, phrases)
        mine = moved.starts[(case.script.phrase_numbers == 8) & moved.is_found]
        assert abs(mine[0] - times[0][0]) < 0.25
        assert moved.is_found[case.script.phrase_numbers >= 8].mean() > 0.8
        rest = case.script.phrase_numbers < 8
        np.testing.assert_array_equal(moved.starts[rest], following.starts[rest])

    def test_too_little_is_not_looked_for(self, case_of):
        case, _ = case_of(LINES[:3], LINES[:3])
        assert find(case.following, *case.both, (0, 1), (0, 500)) is None
        assert find(case.following, *case.both, (0, 8), (0, 50)) is None

    def test_phrases_without_a_place_have_no_chance(self, case_of):
        case, _ = case_of(LINES[:4], LINES[:4])
        phrases = case.script.phrases
        none = case.following.without(np.ones(len(case.script.tokens), bool))
        assert (heard_phrases(none, case.hearing, phrases) == 0).all()
        assert (heard_phrases(case.following, case.hearing, phrases) >= READ).all()

    def test_each_gap_has_its_kind(self, case_of):
        pieces = [*OTHERS[:2], 1.5, *LINES[:4], 1.5, *OTHERS[2:4], 1.5, *LINES[4:8], 1.5,
                  *LINES[6:10], 1.5, *OTHERS[4:6]]  # fmt: skip
        case, _ = case_of(pieces, LINES[:10])
        kinds = [gap.kind for gap in named_gaps(case.following, *case.both, case.gaps())]
        assert kinds[0] == "intro"
        assert kinds[-1] == "outro"
        assert set(kinds[1:-1]) == {"speech", "retake"}

    def test_without_speech_beside_the_text_there_is_no_gap(self, case_of):
        case, _ = case_of([*LINES[:3], 8.0, *LINES[3:6]], LINES[:6])
        assert case.gaps() == ()

    def test_where_nothing_is_found_all_speech_is_free(self, case_of):
        case, times = case_of(LINES[:4], LINES[:4])
        none = case.following.without(np.ones(len(case.script.tokens), bool))
        ((first, stop),) = speech_without_text(none, case.hearing, case.script.phrases)
        assert abs(first / 100 - times[0][0]) < 0.3
        assert abs(stop / 100 - times[-1][1]) < 0.3
        (gap,) = named_gaps(none, *case.both, [(first, stop)])
        assert (gap.start, gap.end) == (first / 100, stop / 100)
