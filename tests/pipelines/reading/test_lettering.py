"""Lettering: words at the times at which a network hears their letters."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from synthetic_readings import LINES

from syncalign.cache import Cache
from syncalign.errors import ParameterError
from syncalign.models.alphabet import Alphabet
from syncalign.pipelines.reading.emissions import emissions_of
from syncalign.pipelines.reading.following import Following
from syncalign.pipelines.reading.lettering import LetterEar, spell_words
from syncalign.streams.text import Token

ALPHABET = Alphabet(tuple("-|ETAONIHSRDLUMWCFGYPBVK'XJQZ"))


class Network:
    """Hears what it is told to; where it is, it knows by the loudness of the sound, which rises."""

    alphabet = ALPHABET
    device = "cpu"

    def __init__(self, columns):
        self.columns, self.asked = columns, 0

    def emissions(self, samples):
        self.asked += 1
        frames = -(-len(samples) // 320)
        values = np.full((frames, len(ALPHABET.labels)), np.log(0.1 / 28), np.float32)
        clock = np.abs(samples[::320]) * len(self.columns)
        at = np.minimum(np.round(clock).astype(int), len(self.columns) - 1)
        values[np.arange(frames), self.columns[at]] = np.log(0.9)
        return values


class Rising:
    """A sound whose samples tell their place."""

    def __init__(self, frames):
        self.size = frames * 320
        self.samples = np.repeat(np.arange(frames, dtype=np.float32) / frames, 320)

    def read(self, start, end):
        return self.samples[max(start, 0) : end]


def case(apart=0.2, pause_before=4):
    """Eight words read from 1 s on, each of its letters for two frames, and a pause of 2 s."""
    words = LINES[0].rstrip(".").split()
    columns, starts, ends = [0] * 50, [], []
    for number, word in enumerate(words):
        if number == pause_before:
            columns += [0] * 100
        starts.append(len(columns) * 0.02)
        for letter in ALPHABET.spell(word):
            columns += [letter, 0]
        ends.append(len(columns) * 0.02 - 0.02)
        columns += [1, 0] if number + 1 != pause_before else [0] * 2
    columns = np.array([*columns, *[0] * 60])
    truth, size = np.array(starts), len(words)
    rough = truth + np.where(np.arange(size) < pause_before, -apart, apart)
    following = Following(rough, np.array(ends), np.ones(size), np.full(size, 4), None)
    return following, tokens_of(*LINES[:1]), columns, truth, np.array(ends)


def tokens_of(*lines):
    words = [re.sub(r"\W", "", word) for line in lines for word in line.split()]
    return [Token(word, None, (word.lower(),), 0, 0, 0) for word in words]


def test_words_are_placed_where_their_letters_are_heard():
    following, tokens, columns, truth, ends = case()
    placed = LetterEar(Network(columns), "toy").placed(following, tokens, Rising(len(columns)))
    np.testing.assert_allclose(placed.starts, truth, atol=1e-9)
    np.testing.assert_allclose(placed.ends, ends, atol=0.021)


def test_a_word_that_is_not_heard_keeps_its_place_and_moves_no_other():
    following, tokens, columns, truth, _ = case(apart=0.1)
    tokens.insert(2, replace(tokens[2], spoken=("quixotic",)))
    between = (following.ends[1] + following.starts[2]) / 2
    starts, ends = (np.insert(a, 2, between) for a in (following.starts, following.ends))
    following = replace(following, starts=starts, ends=ends)
    placed = LetterEar(Network(columns), "toy").placed(following, tokens, Rising(len(columns)))
    assert placed.starts[2] == between
    others = np.arange(len(tokens)) != 2
    np.testing.assert_allclose(placed.starts[others], truth, atol=1e-9)


def test_words_that_were_found_elsewhere_keep_their_places():
    following, tokens, columns, _, _ = case(apart=0.4)
    placed = LetterEar(Network(columns), "toy").placed(following, tokens, Rising(len(columns)))
    np.testing.assert_array_equal(placed.starts, following.starts)


def test_more_letters_than_frames_leave_all_as_it_was():
    following, tokens, columns, _, _ = case()
    tokens = [replace(token, spoken=(200 * "ab",)) for token in tokens]
    ear = LetterEar(Network(columns), "toy")
    placed = ear.placed(following, tokens, Rising(len(columns)))
    np.testing.assert_array_equal(placed.starts, following.starts)


def test_words_are_spelled_in_the_order_of_time_with_stars_in_pauses():
    following, tokens, _, _, _ = case(apart=0)
    starts = following.starts.copy()
    starts[[0, 1]], starts[5] = starts[[1, 0]], np.nan
    spelling = spell_words(replace(following, starts=starts), tokens, ALPHABET)
    assert spelling.words.tolist() == [1, 0, 2, 3, 4, 6, 7]
    assert (spelling.tokens == -1).sum() >= 3
    first = spelling.tokens[spelling.firsts[0] : spelling.stops[0]]
    assert first.tolist() == ALPHABET.spell(tokens[1].spoken[0])


def test_a_text_in_other_letters_is_refused():
    ear = LetterEar(Network(np.zeros(9, int)), "toy")
    with pytest.raises(ParameterError, match="has not the letters of this text"):
        ear.ensure_spells([Token("жук", None, ("жук",), 0, 0, 0)])
    ear.ensure_spells(tokens_of(*LINES))


def test_windows_meet_without_a_seam_and_are_kept(tmp_path):
    columns = np.random.default_rng(0).integers(0, 29, 5000)
    sound, cache = Rising(5000), Cache(tmp_path)
    for asked in (4, 0):
        network = Network(columns)
        with emissions_of(sound, network, "weights", cache) as heard:
            assert np.array_equal(heard.argmax(axis=1), columns)
        assert network.asked == asked
    network = Network(columns)
    with emissions_of(sound, network, "other weights", cache):
        assert network.asked == 4
    with emissions_of(sound, Network(columns), None, cache) as heard:
        assert heard.shape == (5000, 29)


def test_a_random_network_from_a_file_does_no_harm(read_aloud, write, tmp_path):
    pytest.importorskip("torchaudio")
    from models.toy_ctc import write_checkpoint

    from syncalign.pipelines.text import align_text

    write_checkpoint(tmp_path / "toy.pt")
    reading = read_aloud(*LINES[:6])
    options = {"language": "en", "level": "line", "cache": Cache(tmp_path / "cache")}
    result = align_text(
        reading.path, write(*LINES[:6]), backend="ctc", model=tmp_path / "toy.pt", device="cpu",
        **options,
    )  # fmt: skip
    assert (result.status, result.backend) == ("aligned", "ctc")
    assert any("letters that toy.pt heard (cpu)" in reason for reason in result.reasons)
    found = [unit.start for unit in result.units]
    assert found == pytest.approx([start for start, _ in reading.pieces], abs=0.35)
    assert Cache(tmp_path / "cache").entries() >= 1
