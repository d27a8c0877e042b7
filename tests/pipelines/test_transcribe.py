"""Transcripts by an ear that is told what to hear; and by a real one where it is at hand."""

from __future__ import annotations

import difflib
import importlib.util
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from syncalign.cache import Cache
from syncalign.errors import ParameterError
from syncalign.models.weights import MODELS, is_at_hand
from syncalign.models.whisper import RATE, Heard
from syncalign.pipelines import listening, word_refinement
from syncalign.pipelines import transcribe as pipeline
from syncalign.pipelines.hearing_words import Ear, HeardRegion
from syncalign.pipelines.transcript_lines import transcript_lines
from syncalign.timebase import Cue, Segment

SAMPLES = Path(__file__).parents[2] / "samples"
READING = SAMPLES / "media" / "windy-nights.opus"


def spread(text: str, seconds: float, start: float = 0.0) -> tuple[Cue, ...]:
    """Return words of the same length."""
    words = re.findall(r"\s*\S+", text)
    edges = np.linspace(start, start + seconds, len(words) + 1)
    return tuple(Cue(Segment(edges[n], edges[n + 1]), word, 0.5) for n, word in enumerate(words))


@dataclass
class Parrot:
    """Hears the same in every region, or what its rule says; keeps what it was asked."""

    text: str = " Hello there. How are you?"
    compression: float = 1.0
    silence: float = 0.0
    log_probability: float = -0.2
    backend: str = "whisper"
    device: str = "cpu"
    codes: frozenset = frozenset({"en", "it"})
    asked: list = field(default_factory=list)

    def languages(self, samples):
        return {"en": 0.25, "it": 0.75}

    def hear(self, samples, language):
        seconds = len(samples) / RATE
        self.asked.append((seconds, language))
        words = spread(self.text, seconds)
        is_long = seconds > 10
        compression = self.compression if is_long else min(self.compression, 1.0)
        return Heard(words, self.log_probability, self.silence, compression)


@pytest.fixture
def parrot(monkeypatch) -> Parrot:
    given = Parrot()
    monkeypatch.setattr(listening, "load_whisper", lambda model, **options: given)
    monkeypatch.setattr(listening, "_weights_key", lambda model: "parrot")
    monkeypatch.setattr(pipeline, "can_refine", lambda language: False)
    return given


class TestEar:
    def test_silence_has_no_words(self):
        ear = Ear(Parrot(silence=0.9, log_probability=-2.0), "en")
        assert ear.hear(np.zeros(5 * RATE, np.float32)) == HeardRegion()

    def test_a_loop_is_cut_where_it_is_quietest_until_it_is_none(self):
        noise = np.random.default_rng(0).normal(0, 0.1, 16 * RATE).astype(np.float32)
        noise[9 * RATE : int(9.2 * RATE)] = 0
        parrot = Parrot(compression=9.0)
        heard = Ear(parrot, "en").hear(noise)
        assert [round(seconds) for seconds, _ in parrot.asked] == [16, 9, 7]
        assert len(heard.words) == 10
        assert heard.words[5].start == pytest.approx(9.1, abs=0.11)
        assert heard.words[-1].end == pytest.approx(16)
        assert heard.lost == 0

    def test_what_stays_a_loop_is_lost_and_counted(self):
        class Stubborn(Parrot):
            def hear(self, samples, language):
                return Heard(spread(" a a a", 1.0), -0.1, 0.0, 30.0)

        heard = Ear(Stubborn(), "en").hear(np.zeros(20 * RATE, np.float32))
        assert heard.words == ()
        assert heard.lost == pytest.approx(20.0)

    def test_what_was_heard_is_kept_by_sound_language_and_weights(self, tmp_path):
        parrot, cache = Parrot(), Cache(tmp_path)
        one, other = np.zeros(RATE, np.float32), np.ones(RATE, np.float32)
        first = Ear(parrot, "en", "weights", cache).hear(one)
        assert Ear(parrot, "en", "weights", cache).hear(one) == first
        assert len(parrot.asked) == 1
        Ear(parrot, "en", "weights", cache).hear(other)
        Ear(parrot, "it", "weights", cache).hear(one)
        Ear(parrot, "en", "others", cache).hear(one)
        Ear(parrot, "en", None, cache).hear(one)
        assert len(parrot.asked) == 5


class TestLines:
    def test_sentences_and_pauses_end_lines(self):
        words = [*spread(" Hello there. How are you?", 2.0), *spread(" and then", 1.0, 5.0)]
        lines = transcript_lines(words)
        assert [cue.text for cue in lines] == ["Hello there.", "How are you?", "and then"]
        assert [part.text for part in lines[1].parts] == ["How", "are", "you?"]
        assert (lines[2].start, lines[2].end, lines[2].score) == (5.0, 6.0, 0.5)

    def test_long_sentences_are_broken_at_clauses(self):
        text = " " + " ".join(["word"] * 9) + ", " + " ".join(["more"] * 11) + "."
        lines = transcript_lines(spread(text, 8.0))
        assert lines[0].text.endswith("word,")
        assert all(len(cue.text) <= 84 and cue.end - cue.start <= 7.0 for cue in lines)
        assert " ".join(cue.text for cue in lines) == text.strip()

    def test_a_language_without_blanks_stays_without(self):
        words = [Cue(Segment(n, n + 1), text) for n, text in enumerate("\u98a8\u304c\u3002\u597d")]
        assert [cue.text for cue in transcript_lines(words)] == ["\u98a8\u304c\u3002", "\u597d"]
        assert len(transcript_lines([])) == 0


class TestPipeline:
    def test_silence_is_not_listened_to(self, parrot):
        result = pipeline.transcribe(READING, language="en")
        listened = sum(seconds for seconds, _ in parrot.asked)
        assert 30 < listened < result.duration - 3
        assert result.status == "transcribed"
        assert result.language_probability is None
        assert all(0 <= cue.start < cue.end <= result.duration for cue in result.lines)
        starts = [word.start for cue in result.lines for word in cue.parts]
        assert starts == sorted(starts)

    def test_the_language_is_found_once_and_told(self, parrot):
        result = pipeline.transcribe(READING)
        assert {language for _, language in parrot.asked} == {"it"}
        assert (result.language, result.language_probability) == ("it", 0.75)

    def test_an_unknown_language_is_refused_before_the_work(self, parrot):
        with pytest.raises(ParameterError, match="2 languages"):
            pipeline.transcribe(READING, language="tlh")
        assert parrot.asked == []

    def test_a_run_that_was_broken_off_goes_on(self, parrot, tmp_path, monkeypatch):
        whole = pipeline.transcribe(READING, language="en")
        count, parrot.asked[:] = len(parrot.asked), []
        assert count >= 2
        hear = parrot.hear

        def killed(samples, language):
            if parrot.asked:
                raise KeyboardInterrupt
            return hear(samples, language)

        monkeypatch.setattr(parrot, "hear", killed)
        with pytest.raises(KeyboardInterrupt):
            pipeline.transcribe(READING, language="en", cache=Cache(tmp_path))
        monkeypatch.setattr(parrot, "hear", hear)
        again = pipeline.transcribe(READING, language="en", cache=Cache(tmp_path))
        assert again == whole
        assert len(parrot.asked) == count

    def test_nobody_speaks(self, parrot, tmp_path):
        import wave

        with wave.open(str(tmp_path / "still.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(bytes(2 * 5 * RATE))
        result = pipeline.transcribe(tmp_path / "still.wav")
        assert (result.status, result.language, len(result.lines)) == ("no_speech", "und", 0)
        assert parrot.asked == []
        assert result.to_bytes("srt") == b""
        assert result.to_bytes("vtt").startswith(b"WEBVTT")


class TestRefinement:
    """The recogniser is replaced: it places each word a tenth of a second before."""

    @pytest.fixture
    def asked(self, monkeypatch):
        asked: list = []

        def spelled(starts, ends, phrases, sound, progress, cache):
            asked.extend(phrases)
            return starts - 0.1, ends - 0.1

        monkeypatch.setattr(word_refinement, "spelled_times", spelled)
        return asked

    def test_what_stands_between_blanks_is_one_word_as_it_is_spoken(self, asked):
        words = [
            *(Cue(Segment(1.0, 1.5), " twenty", 0.9), Cue(Segment(1.5, 2.0), "-one", 0.4)),
            *(Cue(Segment(2.0, 2.5), " \u00a35", 0.8), Cue(Segment(2.5, 2.6), " ", 0.1)),
        ]
        found = word_refinement.refined(words, None)
        assert [(word.text, word.score) for word in found] == [
            (" twenty-one", 0.4),
            (" \u00a35", 0.8),
        ]
        assert [word.start for word in found] == pytest.approx([0.9, 1.9])
        assert any("five" in phrase for phrase in asked[1])

    def test_no_word_begins_before_the_one_in_front_of_it(self, monkeypatch):
        def crossed(starts, ends, phrases, sound, progress, cache):
            return np.array([1.0, 0.5, 2.0]), np.array([1.4, 0.9, 2.5])

        monkeypatch.setattr(word_refinement, "spelled_times", crossed)
        found = word_refinement.refined(spread(" one two three", 3.0), None)
        edges = [edge for word in found for edge in (word.start, word.end)]
        assert edges == sorted(edges)

    def test_nothing_is_nothing(self):
        assert word_refinement.refined([], None) == []

    def test_it_is_for_english(self):
        assert not word_refinement.can_refine("it")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(
    importlib.util.find_spec("faster_whisper") is None, reason="faster-whisper is not installed"
)
@pytest.mark.skipif(
    not is_at_hand(MODELS["whisper-tiny.en"]),
    reason="whisper-tiny.en is not at hand: syncalign models fetch whisper-tiny.en",
)
def test_a_real_ear_writes_the_poem_down():
    result = pipeline.transcribe(READING, model="tiny.en", device="cpu")
    truth = json.loads((SAMPLES / "texts" / "windy-nights.truth.json").read_text("utf-8"))
    spoken = " ".join(line["text"] for line in truth["lines"] if line["start"] is not None)
    heard, said = (re.findall(r"[a-z]+", text.lower()) for text in (result.text, spoken))
    same = difflib.SequenceMatcher(None, heard, said, autojunk=False).get_matching_blocks()
    assert sum(block.size for block in same) >= 0.8 * len(said)
    assert result == pipeline.transcribe(READING, model="tiny.en", device="cpu")
