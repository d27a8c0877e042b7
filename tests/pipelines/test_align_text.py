"""``align_text`` from end to end: what is read is placed, what is not is said to be so."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pytest
from synthetic_readings import LINES, OTHERS

from syncalign.errors import FormatError, MediaError, ParameterError
from syncalign.pipelines.text import align_text
from syncalign.results import load_schema


def align(sound, text, **options):
    return align_text(sound, text, **{"language": "en", "backend": "synth", **options})


def statuses(result):
    return [unit.status for unit in result.units]


def errors_of(result, times):
    """Seconds by which the start of each unit that is read is off."""
    units = [unit for unit in result.units if unit.start is not None]
    assert len(units) == len(times)
    return np.array([abs(unit.start - time[0]) for unit, time in zip(units, times, strict=True)])


def ensure_sound(result, duration):
    """Whatever the answer, it is one: times in the sound, in order within a unit, valid JSON."""
    for unit in result.units:
        assert (unit.start is None) == (unit.end is None) == (unit.status == "not_spoken")
        assert 0 <= unit.confidence <= 1
        if unit.start is not None:
            assert 0 <= unit.start <= unit.end <= duration + 0.05
        for word in unit.words:
            assert word.start is None or 0 <= word.start <= word.end <= duration + 0.05
    assert all(0 <= gap.start < gap.end <= duration + 0.05 for gap in result.audio_gaps)
    assert 0 <= result.coverage <= 1
    if result.status == "refused":
        return
    document = json.loads(result.to_bytes("json"))
    jsonschema.Draft202012Validator(load_schema("text-alignment")).validate(document)


class TestRightText:
    def test_every_line_is_placed(self, read_aloud, write):
        reading = read_aloud(*LINES)
        result = align(reading.path, write(*LINES))
        ensure_sound(result, len(reading.samples) / 16000)
        assert result.status == "aligned"
        assert statuses(result) == ["ok"] * len(LINES)
        assert errors_of(result, reading.pieces).max() < 0.2
        ends = [unit.end - end for unit, (_, end) in zip(result.units, reading.pieces, strict=True)]
        assert np.abs(ends).max() < 0.3
        assert (result.backend, result.level, result.language) == ("synth", "line", "en")
        assert result.audio_gaps == ()
        assert result.coverage > 0.95

    def test_the_same_question_has_the_same_answer(self, read_aloud, write):
        reading, text = read_aloud(*LINES[:6]), write(*LINES[:6])
        first = align(reading.path, text)
        align(reading.path, write("Ciao a tutti, buongiorno.", name="ciao.txt"), language="it")
        assert align(reading.path, text).to_bytes("json") == first.to_bytes("json")

    @pytest.mark.parametrize(
        ("level", "count"), [("paragraph", 3), ("sentence", 12), ("word", None)]
    )
    def test_each_level_has_its_units(self, level, count, read_aloud, write):
        reading = read_aloud(*LINES)
        pairs = [" ".join(LINES[k : k + 2]) for k in range(0, 12, 2)]
        text = write(*(line for k in range(0, 6, 2) for line in (*pairs[k : k + 2], "")))
        result = align(reading.path, text, level=level)
        ensure_sound(result, len(reading.samples) / 16000)
        assert result.status == "aligned"
        words = " ".join(LINES).split()
        assert len(result.units) == (count or len(words))
        assert [word.text for unit in result.units for word in unit.words] == words
        if count:
            step = 12 // count
            assert errors_of(result, reading.pieces[::step]).max() < 0.2
        else:
            placed = [unit for unit in result.units if unit.start is not None]
            assert len(placed) >= 0.95 * len(words)
            starts = [unit.start for unit in placed]
            assert starts == sorted(starts)

    def test_words_follow_each_other_in_their_unit(self, read_aloud, write):
        reading = read_aloud(*LINES)
        for unit in align(reading.path, write(*LINES)).units:
            words = [word for word in unit.words if word.start is not None]
            assert words[0].start == unit.start
            times = [time for word in words for time in (word.start, word.end)]
            assert times == sorted(times)

    def test_several_files_are_one_recording(self, read_aloud, write):
        one, two = read_aloud(*LINES[:5], name="1.wav"), read_aloud(*LINES[5:], name="2.wav")
        result = align([one.path, two.path], write(*LINES))
        begin = len(one.samples) / 16000
        assert [part.start for part in result.sound] == [0, begin]
        later = [(start + begin, end + begin) for start, end in two.pieces]
        assert errors_of(result, [*one.pieces, *later]).max() < 0.2

    def test_a_long_line_is_placed(self, read_aloud, write):
        line = " ".join([*LINES, *OTHERS]).replace(".", "").lower()
        reading = read_aloud(*LINES, *OTHERS)
        result = align(reading.path, write(line))
        (unit,) = result.units
        assert len(unit.words) == len(line.split()) > 180
        assert (result.status, unit.status) == ("aligned", "ok")
        assert abs(unit.start - reading.pieces[0][0]) < 0.15
        assert abs(unit.end - reading.pieces[-1][1]) < 0.3

    def test_numbers_are_timed(self, read_aloud, write):
        numbers = ["nineteen eighty-five", "four hundred and twelve", "seventy-three", "eleven"]
        reading = read_aloud(*LINES[:4], *numbers, *LINES[4:])
        result = align(reading.path, write(*LINES[:4], "1985", "412", "73", "XI.", *LINES[4:]))
        digits = result.units[4:8]
        assert [unit.text for unit in digits] == ["1985", "412", "73", "XI."]
        assert all(unit.start is not None for unit in digits[:3])
        assert errors_of(result, reading.pieces)[4:7].max() < 0.5

    @pytest.mark.parametrize("lines", [("lighthouse",), ("1985", "412", "73"), LINES[:1]])
    def test_little_text_has_an_answer(self, lines, read_aloud, write):
        reading = read_aloud(*(line if line.isalpha() else LINES[0] for line in lines))
        ensure_sound(align(reading.path, write(*lines)), len(reading.samples) / 16000)


class TestTextAndSoundThatDiffer:
    def test_an_unread_line_is_not_spoken(self, read_aloud, write):
        reading = read_aloud(*LINES)
        result = align(
            reading.path, write(*LINES[:4], OTHERS[2], *LINES[4:8], OTHERS[5], *LINES[8:])
        )
        assert [k for k, s in enumerate(statuses(result)) if s == "not_spoken"] == [4, 9]
        assert errors_of(result, reading.pieces).max() < 0.2
        assert any("2 of 14 units are not read" in reason for reason in result.reasons)

    def test_speech_around_the_text_is_told(self, read_aloud, write):
        reading = read_aloud(*OTHERS[:3], 2.0, *LINES, 2.0, *OTHERS[3:6])
        result = align(reading.path, write(*LINES))
        assert [gap.kind for gap in result.audio_gaps] == ["intro", "outro"]
        intro, outro = result.audio_gaps
        assert abs(intro.end - reading.pieces[2][1]) < 0.7
        assert abs(outro.start - reading.pieces[-3][0]) < 0.7
        assert errors_of(result, reading.pieces[3:-3]).max() < 0.25

    def test_a_line_that_is_missing_in_the_text_is_told(self, read_aloud, write):
        reading = read_aloud(*LINES[:6], *OTHERS[:2], *LINES[6:])
        result = align(reading.path, write(*LINES))
        assert [gap.kind for gap in result.audio_gaps] == ["speech"]
        (gap,) = result.audio_gaps
        assert abs(gap.start - reading.pieces[6][0]) < 0.5
        assert abs(gap.end - reading.pieces[7][1]) < 0.5

    def test_what_is_read_twice_is_placed_once(self, read_aloud, write):
        reading = read_aloud(*LINES[:6], *LINES[4:])
        result = align(reading.path, write(*LINES))
        assert [gap.kind for gap in result.audio_gaps] == ["retake"]
        assert "not_spoken" not in statuses(result)

    def test_a_passage_that_is_read_elsewhere_is_found(self, read_aloud, write):
        reading = read_aloud(*LINES[9:], *LINES[:9])
        result = align(reading.path, write(*LINES))
        ensure_sound(result, len(reading.samples) / 16000)
        assert result.status == "aligned"
        moved = [*reading.pieces[3:], *reading.pieces[:3]]
        assert errors_of(result, moved).max() < 0.25

    def test_a_long_pause_is_no_matter(self, read_aloud, write):
        reading = read_aloud(*LINES[:6], 20.0, *LINES[6:])
        result = align(reading.path, write(*LINES))
        assert result.status == "aligned"
        assert errors_of(result, reading.pieces).max() < 0.2


class TestRefusals:
    @pytest.mark.parametrize(
        ("lines", "language"),
        [
            (OTHERS, "en"),
            (("Il vecchio guardiano del faro salì le scale.", "Ogni sera accendeva la lampada.",
              "Le navi passavano lente nella nebbia.", "Nessuno visitava l'isola da anni."), "it"),
            (("Старый смотритель маяка поднялся по лестнице.", "Каждый вечер он зажигал лампу.",
              "Корабли медленно плыли в тумане.", "Никто не бывал на острове."), "ru"),
            (("xylophone",), "en"),
            (OTHERS * 2, "en"),
        ],
        ids=["other text", "Italian", "Russian", "one word", "long text"],
    )  # fmt: skip
    def test_what_is_not_read_is_refused(self, lines, language, read_aloud, write):
        reading = read_aloud(*LINES)
        result = align(reading.path, write(*lines), language=language)
        ensure_sound(result, len(reading.samples) / 16000)
        assert result.status == "refused"
        assert result.confidence < 0.1
        assert set(statuses(result)) == {"not_spoken"}
        assert (result.coverage, result.audio_gaps) == (0, ())
        assert result.reasons

    @pytest.mark.parametrize("seconds", [0.01, 0.3, 20.0])
    def test_silence_is_refused(self, seconds, read_aloud, write):
        result = align(read_aloud(seconds).path, write(*LINES))
        assert result.status == "refused"
        assert result.reasons == ("Nobody speaks in the recording.",)

    def test_little_sound_for_much_text_is_refused(self, read_aloud, write):
        result = align(read_aloud(LINES[3]).path, write(*LINES, *OTHERS))
        assert result.status == "refused"

    def test_little_text_in_much_sound_is_no_bug(self, read_aloud, write):
        reading = read_aloud(*OTHERS, *LINES, *OTHERS)
        ensure_sound(align(reading.path, write(LINES[4])), len(reading.samples) / 16000)


class TestBadInput:
    @pytest.mark.parametrize(
        ("line", "options", "error", "told"),
        [
            ("", {}, FormatError, "no words"),
            ("-- *** ...", {}, FormatError, "no words"),
            ("Старый смотритель маяка.", {}, FormatError, "Cyrillic"),
            ("ab", {"language": None}, ParameterError, "language"),
            (LINES[0], {"language": "xx"}, ParameterError, "'xx'"),
            (LINES[0], {"language": "../en"}, ParameterError, "language"),
            (LINES[0], {"level": "letter"}, ParameterError, "letter"),
            (LINES[0], {"backend": "ears"}, ParameterError, "ears"),
            (LINES[0], {"text_format": "odt"}, ParameterError, "odt"),
        ],
        ids=lambda given: str(given)[:20],
    )
    def test_is_told_in_one_sentence(self, line, options, error, told, read_aloud, write):
        with pytest.raises(error, match=told) as caught:
            align(read_aloud(0.1).path, write(line), **options)
        assert len(str(caught.value).splitlines()) == 1

    def test_phones_know_english_alone(self, read_aloud, write):
        with pytest.raises(ParameterError, match="English"):
            align(read_aloud(0.1).path, write("Ciao a tutti."), language="it", backend="phones")

    def test_a_sound_that_is_not_there_is_told(self, write, tmp_path):
        with pytest.raises(MediaError, match="no such file"):
            align(tmp_path / "none.wav", write(*LINES))

    def test_a_text_that_makes_no_sound_is_refused(self, read_aloud, write, monkeypatch):
        monkeypatch.setattr(
            "syncalign.pipelines.reading.saying.speak",
            lambda phrases, voice: iter(()),
        )
        monkeypatch.setattr("syncalign.pipelines.reading.saying._phrases", lambda tokens: iter(()))
        assert align(read_aloud(LINES[0]).path, write(*LINES)).status == "refused"
