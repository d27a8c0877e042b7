"""``align_text`` along a transcript: an ear that is told what to hear, and a real one."""

from __future__ import annotations

import json
from dataclasses import dataclass

import jsonschema
import numpy as np
import pytest
from synthetic_readings import LINES, OTHERS, Reading

from syncalign.cache import Cache
from syncalign.errors import DependencyError, ParameterError
from syncalign.models.weights import MODELS, is_at_hand
from syncalign.pipelines import reading_by_ear
from syncalign.pipelines.listening import HeardWords
from syncalign.pipelines.reading import kept_stages
from syncalign.pipelines.reading_by_ear import ByEar
from syncalign.pipelines.text import align_text
from syncalign.results import load_schema
from syncalign.timebase import Cue, Segment

#: How a recogniser may spell what it hears.
MISSPELLED = {"keeper": "keaper", "lamp": "lampe", "fog": "phog", "treasure": "tressure"}


@dataclass
class Network:
    backend: str = "whisper"
    device: str = "cpu"


@dataclass
class Told:
    """Hears lines at the times of the pieces of a reading, roughly."""

    reading: Reading
    lines: tuple[str, ...]
    whisper: Network = None

    def hear(self, sound, speech, progress=None):
        words = []
        for line, (start, end) in zip(self.lines, self.reading.pieces, strict=True):
            said = line.split()
            edges = np.linspace(start, end, len(said) + 1)
            words += [
                Cue(Segment(edges[n], edges[n + 1]), " " + MISSPELLED.get(word, word), 0.9)
                for n, word in enumerate(said)
            ]
        return HeardWords(tuple(words), (), 0.0, "en", None)


@pytest.fixture
def align(read_aloud, write, monkeypatch):
    """Align lines to what is read, while other lines, or the same, are heard."""

    def aligned(read, text, heard=None, **options):
        reading = read_aloud(*read)
        told = Told(reading, tuple(heard or read), Network())
        retakes = options.get("retakes", "last")
        takes = "first" if retakes == "first" else "last"
        monkeypatch.setattr(
            ByEar, "load", lambda *a, **k: ByEar(told, "tiny.en", takes, retakes == "all")
        )
        result = align_text(reading.path, write(*text), language="en", backend="whisper", **options)
        return reading, result

    return aligned


def offs(result, reading, order):
    return [
        abs(unit.start - reading.pieces[piece][0])
        for unit, piece in zip(result.units, order, strict=True)
    ]


def test_lines_are_placed_however_their_words_are_spelled(align):
    reading, result = align(LINES, LINES)
    assert (result.status, result.backend) == ("aligned", "whisper")
    assert max(offs(result, reading, range(12))) < 0.2
    assert any("of the text are among them" in reason for reason in result.reasons)


def test_passages_that_change_places_are_found(align):
    reading, result = align([*LINES[:3], *LINES[7:], *LINES[3:7]], LINES)
    assert result.status == "aligned"
    assert max(offs(result, reading, [0, 1, 2, 8, 9, 10, 11, 3, 4, 5, 6, 7])) < 0.2


@pytest.mark.parametrize(("retakes", "take"), [("last", 6), ("first", 4)])
def test_of_two_takes_the_one_that_is_asked_for_is_kept(retakes, take, align):
    read = [*LINES[:6], *LINES[4:]]
    reading, result = align(read, LINES, retakes=retakes)
    assert result.status == "aligned"
    assert abs(result.units[4].start - reading.pieces[take][0]) < 0.2
    assert abs(result.units[9].start - reading.pieces[11][0]) < 0.2
    assert [gap.kind for gap in result.audio_gaps] == ["retake"]


def test_all_takes_are_told(align):
    reading, result = align([*LINES[:6], *LINES[4:]], LINES, retakes="all")
    assert abs(result.units[4].start - reading.pieces[6][0]) < 0.2
    assert [len(unit.takes) for unit in result.units] == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]
    first = result.units[5].takes[0]
    assert (first.start, first.end) == pytest.approx(reading.pieces[5], abs=0.3)
    document = json.loads(result.to_bytes("json"))
    jsonschema.Draft202012Validator(load_schema("text-alignment")).validate(document)
    assert document["units"][5]["takes"] == [[round(first.start, 4), round(first.end, 4)]]


def test_what_is_remembered_is_the_same_answer(align, tmp_path, monkeypatch):
    monkeypatch.setattr(kept_stages, "_WORTH_KEEPING", 100)
    cache = Cache(tmp_path / "cache")
    _, plain = align([*LINES[:3], *LINES[7:], *LINES[3:7]], LINES)
    _, first = align([*LINES[:3], *LINES[7:], *LINES[3:7]], LINES, cache=cache)
    assert cache.entries() >= 3
    monkeypatch.setattr(ByEar, "follow", None)  # not asked again
    _, again = align([*LINES[:3], *LINES[7:], *LINES[3:7]], LINES, cache=cache)
    assert plain.units == first.units == again.units
    assert plain.audio_gaps == again.audio_gaps


def test_lines_that_nobody_reads_are_told(align):
    _, result = align([*LINES[:4], *LINES[8:]], LINES)
    assert [unit.status for unit in result.units[4:8]] == ["not_spoken"] * 4


def test_another_text_is_refused(align):
    _, result = align(LINES, OTHERS)
    assert result.status == "refused"
    assert result.confidence < 0.3


def test_what_hears_nothing_of_the_text_leaves_it_to_the_sound(align):
    reading, result = align(LINES, LINES, heard=["hm"] * 12)
    assert result.status == "aligned"
    assert any("by its sound alone" in reason for reason in result.reasons)
    assert max(offs(result, reading, range(12))) < 0.2


def test_a_model_that_is_not_there_is_told_with_its_command(
    read_aloud, write, monkeypatch, tmp_path
):
    monkeypatch.setenv("SYNCALIGN_MODELS", str(tmp_path))
    reading = read_aloud(*LINES[:2])
    for language, command in (("en", "fetch whisper-tiny.en"), ("it", "fetch whisper-base")):
        with pytest.raises(DependencyError, match=command):
            align_text(reading.path, write(*LINES), language=language, backend="whisper")


def test_a_model_for_a_backend_without_one_is_a_wrong_parameter(read_aloud, write):
    with pytest.raises(ParameterError, match="takes no model"):
        align_text(
            read_aloud(*LINES[:2]).path, write(*LINES), language="en", backend="synth", model="base"
        )


def test_the_smallest_model_at_hand_is_taken(monkeypatch):
    monkeypatch.setattr(reading_by_ear, "is_at_hand", lambda model: model.name == "whisper-base")
    assert reading_by_ear.default_model("en") == "base"
    monkeypatch.setattr(reading_by_ear, "is_at_hand", lambda model: True)
    assert reading_by_ear.default_model("en") == "tiny.en"
    assert reading_by_ear.default_model("it") == "base"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # openai-whisper leaves a file open
@pytest.mark.skipif(
    not is_at_hand(MODELS["whisper-tiny.en"]), reason="syncalign models fetch whisper-tiny.en"
)
@pytest.mark.parametrize("package", ["faster_whisper", "whisper"])
def test_a_real_whisper_follows_a_reading(package, read_aloud, write, monkeypatch):
    pytest.importorskip(package)
    if package == "whisper":
        import importlib.util

        find = importlib.util.find_spec
        monkeypatch.setattr(
            importlib.util,
            "find_spec",
            lambda name, *a: None if name == "faster_whisper" else find(name, *a),
        )
    reading = read_aloud(*LINES[6:], *LINES[:6])
    result = align_text(
        reading.path, write(*LINES), language="en", backend="whisper", model="tiny.en", device="cpu"
    )
    assert result.status == "aligned"
    assert max(offs(result, reading, [*range(6, 12), *range(6)])) < 0.25
