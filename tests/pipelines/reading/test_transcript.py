"""What a transcript says of a text: order, doubts, takes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from synthetic_readings import LINES

from syncalign.pipelines.reading.doubts import transcript_likeness
from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.script import Script, read_script
from syncalign.pipelines.reading.transcript import match_transcript
from syncalign.timebase import Cue, Segment

VOICE = "en-us"


def script(tmp_path: Path) -> Script:
    path = tmp_path / "text.txt"
    path.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return read_script(path, "line", language="en")


def words_of(*lines: str) -> list[Cue]:
    """Return words of half a second each."""
    said = " ".join(lines).split()
    return [Cue(Segment(n / 2, (n + 1) / 2), word) for n, word in enumerate(said)]


def test_words_are_matched_by_their_sound_in_whatever_order(tmp_path):
    given = script(tmp_path)
    heard = " ".join([*LINES[6:], *LINES[:6]]).replace("grandfather", "grand father")
    match = match_transcript(words_of(heard.replace("keeper", "keaper")), given, VOICE)
    assert match.is_guide
    assert not match.is_foreign
    known = match.known("last")
    assert len(known) > 0.9 * len(given.tokens)
    assert (np.diff(known[:, 0]) > 0).all()
    assert known[0, 1] == given.units[6].first


def test_another_text_is_foreign_to_it(tmp_path):
    other = "Please bring seven copies of that agreement to our office by Friday noon " * 6
    match = match_transcript(words_of(other), script(tmp_path), VOICE)
    assert match.is_foreign
    assert not match_transcript([], script(tmp_path), VOICE).is_guide


@pytest.mark.parametrize("takes", ["first", "last"])
def test_the_takes_that_are_not_kept_are_told(takes, tmp_path):
    words = words_of(*LINES[:6], *LINES[4:])
    match = match_transcript(words, script(tmp_path), VOICE)
    sizes = [len(line.split()) for line in LINES]
    begin = sum(sizes[:4]) if takes == "last" else sum(sizes[:6])
    frames = {50 * (begin + n) for n in range(sizes[4] + sizes[5])}
    others = {first for first, _ in match.other_takes(takes)}
    assert len(others & frames) > 0.8 * len(frames)
    assert len(others - frames) <= 2


def test_a_phrase_is_like_its_own_words_and_unlike_others(tmp_path):
    given = script(tmp_path)
    words = words_of(*LINES)
    starts = np.array([word.start for word in words])
    ones = np.ones(len(words))
    right = Following(starts, starts + 0.5, 5 * ones, np.full(len(words), 4), None)
    assert transcript_likeness(right, given, words, VOICE).min() > 0.9
    shift = given.units[5].first - given.units[0].first
    moved = np.roll(starts, -shift)
    wrong = Following(moved, moved + 0.5, 5 * ones, np.full(len(words), 4), None)
    first_phrases = transcript_likeness(wrong, given, words, VOICE)[:4]
    assert first_phrases.max() < 0.6
    assert np.isnan(transcript_likeness(right, given, [], VOICE)).all()
