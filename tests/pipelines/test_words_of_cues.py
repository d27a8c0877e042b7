"""``sync --words``: cues whose words are heard, by an ear that is told what to hear."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from syncalign.errors import DependencyError, ParameterError
from syncalign.formats import read_subtitles
from syncalign.pipelines import subtitles
from syncalign.pipelines.heard_cues import WordSearch
from syncalign.pipelines.listening import HeardWords
from syncalign.pipelines.speech_evidence import cue_evidence
from syncalign.pipelines.subtitles import sync_subtitles
from syncalign.timebase import Cue, Segment

SAMPLES = Path(__file__).parents[2] / "samples"
FILM, TEXTS = SAMPLES / "media" / "harbour.mkv", SAMPLES / "texts"
RIGHT = read_subtitles(TEXTS / "harbour.srt")


@dataclass
class Network:
    backend: str = "whisper"


@dataclass
class Told:
    """Hears the dialogue of the sample film where it is, a little late; or other words."""

    words: str | None = None
    whisper: Network = field(default_factory=Network)

    def hear(self, sound, speech, progress=None):
        heard = []
        for cue in RIGHT.timeline:
            said = (self.words or cue.text).split()
            edges = np.linspace(cue.start + 0.1, cue.end, len(said) + 1)
            heard += [
                Cue(Segment(edges[n], edges[n + 1]), f" {word}", 0.9) for n, word in enumerate(said)
            ]
        return HeardWords(tuple(heard), (), 0.0, "en", None)


@pytest.fixture
def hears(monkeypatch):
    """Hear what is told, with the evidence of the film's own subtitle as its sound."""

    def told(words=None):
        monkeypatch.setattr(WordSearch, "load", lambda *a, **k: WordSearch(Told(words), "tiny.en"))
        evidence = cue_evidence(RIGHT)
        monkeypatch.setattr(subtitles, "read_evidence", lambda *a, **k: evidence)

    return told


@pytest.mark.parametrize("name", ["harbour.shifted.srt", "harbour.25fps.srt", "harbour.cut.srt"])
def test_cues_that_are_heard_go_where_they_are(name, hears):
    hears()
    result = sync_subtitles(FILM, TEXTS / name, words=True)
    assert result.status == "synced"
    assert any("spoken cues in their words" in reason for reason in result.reasons)
    home = {cue.text: cue.start for cue in RIGHT.timeline}
    texts = [cue.text for cue in result.subtitles.timeline]
    errors = [
        abs(start - home[text])
        for text, start in zip(texts, result.starts, strict=True)
        if text in home and texts.count(text) == 1
    ]
    assert len(errors) > 20
    assert np.mean(np.array(errors) < 0.05) >= 0.95


def test_of_a_translation_nothing_is_heard_and_the_sound_decides(hears):
    hears("uno due tre quattro cinque sei sette")
    result = sync_subtitles(FILM, TEXTS / "harbour.shifted.srt", words=True)
    assert result.status == "synced"
    assert any("the sound alone decides" in reason for reason in result.reasons)
    assert result.offset == pytest.approx(-12.7, abs=0.05)


def test_a_strangers_subtitle_is_refused_all_the_same(hears):
    hears()
    assert sync_subtitles(FILM, TEXTS / "other-film.srt", words=True).status == "refused"


def test_words_need_a_sound_and_a_model(monkeypatch, tmp_path):
    monkeypatch.setenv("SYNCALIGN_MODELS", str(tmp_path))
    late = TEXTS / "harbour.shifted.srt"
    with pytest.raises(ParameterError, match="listened to"):
        sync_subtitles(TEXTS / "harbour.srt", late, words=True)
    with pytest.raises(ParameterError, match="ask for them"):
        sync_subtitles(FILM, late, model="base")
    with pytest.raises(DependencyError, match="fetch whisper-base"):
        sync_subtitles(FILM, late, words=True)
