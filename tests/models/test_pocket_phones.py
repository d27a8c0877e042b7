"""The backend ``phones``, on words that a synthesizer spoke at known moments."""

from __future__ import annotations

import shutil
import subprocess
import sys

import numpy as np
import pytest

from syncalign.errors import DependencyError, ParameterError
from syncalign.models import pocket_phones
from syncalign.models.pocket_phones import RATE, PlacedWord, PocketPhones, assign, split_phrase
from syncalign.streams.pronunciation import arpabet

WORDS = [
    "please",
    "remember",
    "to",
    "bring",
    "seven",
    "copies",
    "of",
    "zorblax",
    "agreement",
    "tomorrow",
    "morning",
]
OTHERS = [
    "judges",
    "rarely",
    "fish",
    "under",
    "purple",
    "thunder",
    "although",
    "cheese",
    "makes",
    "good",
    "soup",
]


@pytest.fixture(scope="module")
def phones() -> PocketPhones:
    pytest.importorskip("pocketsphinx", reason="needs the extra 'phones'")
    return PocketPhones()


@pytest.fixture(scope="module")
def reading(tmp_path_factory) -> tuple[np.ndarray, list[float]]:
    """The words in a robot's voice, 0.1 s apart, and where each begins."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("needs the program espeak-ng")
    path = tmp_path_factory.mktemp("words") / "word.wav"
    pieces, starts, size = [np.zeros(RATE // 2)], [], RATE // 2
    for word in WORDS:
        subprocess.run(["espeak-ng", "-v", "en-us", "-s", "150", "-w", path, word], check=True)
        data = np.frombuffer(path.read_bytes()[44:], "<i2") / 32768
        loud = np.flatnonzero(np.abs(data) > 0.01)
        data = data[loud[0] : loud[-1]]
        times = np.arange(0, len(data), 22050 / RATE)
        starts.append(size / RATE)
        pieces += [np.interp(times, np.arange(len(data)), data), np.zeros(RATE // 10)]
        size += len(times) + RATE // 10
    pieces.append(np.zeros(RATE // 2))
    noise = np.random.default_rng(0).normal(0, 1e-3, size + RATE // 2)
    return (np.concatenate(pieces) + noise).astype(np.float32), starts


def ways(words: list[str]) -> list[tuple[str, ...]]:
    return [(word,) for word in words]


def test_words_are_placed_where_they_are_spoken(phones, reading):
    samples, starts = reading
    placed = phones.align_words(samples, ways(WORDS))
    errors = np.array([word.start for word in placed]) - starts
    # What is loud of a word begins after a plosive's closure, so some are placed a little early.
    assert np.abs(errors).max() < 0.2
    assert np.median(np.abs(errors)) < 0.05
    assert all(word.start < word.end for word in placed)


def test_the_same_region_is_placed_the_same_whatever_was_heard_before(phones, reading):
    samples, _ = reading
    first = phones.align_words(samples, ways(WORDS))
    noise = np.random.default_rng(1).normal(0, 0.2, 5 * RATE).astype(np.float32)
    phones.align_words(noise, ways(OTHERS))
    assert phones.align_words(samples, ways(WORDS)) == first


def test_the_way_a_word_was_spoken_is_found(phones, reading):
    samples, _ = reading
    exact = phones.align_words(samples, ways(WORDS))
    words = [*ways(WORDS[:4]), ("nineteen eighty-four", "seven", "one"), *ways(WORDS[5:])]
    found = phones.align_words(samples, words)
    for word, same in zip(found, exact, strict=True):
        assert word.start == pytest.approx(same.start, abs=0.03)


def test_a_word_that_is_not_spoken_gets_no_place(phones, reading):
    samples, _ = reading
    words = [*ways(WORDS[:4]), (), ("—",), *ways(WORDS[4:])]
    placed = phones.align_words(samples, words)
    assert placed[4:6] == (None, None)
    assert [word for word in placed if word] == list(phones.align_words(samples, ways(WORDS)))


def test_a_long_pause_moves_nothing(phones, reading):
    samples, starts = reading
    cut = round((starts[6] - 0.05) * RATE)
    pause = np.random.default_rng(2).normal(0, 1e-3, 10 * RATE).astype(np.float32)
    placed = phones.align_words(np.concatenate([samples[:cut], pause, samples[cut:]]), ways(WORDS))
    expected = np.array(starts) + np.where(np.arange(len(starts)) >= 6, 10.0, 0.0)
    assert np.abs([word.start for word in placed] - expected).max() < 0.3


def test_another_text_scores_lower_or_finds_no_way(phones, reading):
    samples, _ = reading
    right = phones.align_words(samples, ways(WORDS))
    wrong = phones.align_words(samples, ways(OTHERS))
    assert wrong is None or mean(wrong) < mean(right) - 1


def mean(words: tuple[PlacedWord, ...]) -> float:
    return float(np.mean([word.score for word in words]))


@pytest.mark.parametrize("samples", [0, 1, 500, RATE // 10])
def test_more_text_than_sound_is_no_way(phones, samples):
    assert phones.align_words(np.zeros(samples, np.float32), ways(WORDS)) is None


def test_nothing_to_place_is_an_answer(phones):
    assert phones.align_words(np.zeros(RATE, np.float32), []) == ()
    assert phones.align_words(np.zeros(RATE, np.float32), [(), ("...",)]) == (None, None)


def test_a_region_beyond_two_minutes_is_refused(phones):
    with pytest.raises(ParameterError, match="two minutes"):
        phones.align_words(np.zeros(121 * RATE, np.float32), ways(WORDS))


def test_without_the_extra_the_command_that_adds_it_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "pocketsphinx", None)
    with pytest.raises(DependencyError, match=r"pip install 'syncalign\[phones\]'"):
        pocket_phones.PocketPhones()


def test_hyphens_part_words_and_apostrophes_do_not():
    assert split_phrase("Feed\N{RIGHT SINGLE QUOTATION MARK}st thy self-substantial") == [
        "feed'st", "thy", "self", "substantial",
    ]  # fmt: skip
    assert split_phrase("(2) <s> [NOISE]") == ["2", "s", "noise"]
    assert split_phrase("-- ' —") == []


def test_what_was_heard_is_assigned_to_its_words():
    phrases = [(("a",), ("a", "b")), (("b", "c"), ("c",)), (), (("d",),)]
    assert assign(list("abcd"), phrases) in ([(0, 1), (1, 3), (3, 3), (3, 4)],
                                             [(0, 2), (2, 3), (3, 3), (3, 4)])  # fmt: skip
    assert assign(list("acd"), phrases) == [(0, 1), (1, 2), (2, 2), (2, 3)]
    assert assign(list("abd"), phrases) is None
    assert assign([], [(), ()]) == [(0, 0), (0, 0)]


def test_pronunciations_are_phones_of_the_model(phones):
    known = {
        phone
        for word in [
            "hello",
            "judge",
            "church",
            "thing",
            "this",
            "measure",
            "yes",
            "wash",
            "boy",
            "cow",
            "fire",
            "go",
            "you",
            "up",
            "pen",
            "book",
            "bird",
            "cat",
            "sad",
            "zoo",
            "van",
            "hat",
            "key",
            "low",
            "may",
            "say",
            "run",
            "song",
            "dog",
            "tie",
            "five",
            "father",
            "caught",
        ]
        for phone in phones._decoder.lookup_word(word).split()
    }
    words = [
        "Gutenberg",
        "button",
        "jalapeño",
        "zeitgeist",
        "flower",
        "façade",
        "Tchaikovsky",
        "Бог",
        "naïve",
        "loch",
    ]
    for word in words:
        assert arpabet(word)
        assert set(arpabet(word)) <= known
    assert arpabet("church") == ("CH", "ER", "CH")
    assert arpabet("—") == ()
