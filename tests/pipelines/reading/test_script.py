"""Script: what is read of a text, and which texts cannot be."""

from __future__ import annotations

import pytest

from syncalign.errors import FormatError, ParameterError
from syncalign.pipelines.reading.script import read_script
from syncalign.pipelines.reading.voices import voice_of


def test_phrases_cover_all_tokens_each_of_one_line_and_sentence(write):
    text = write("One. Two three.", "Four", "five six. Seven!", "", "-- eight")
    script = read_script(text, "line", language="en")
    ranges = [list(range(*phrase)) for phrase in script.phrases]
    assert [k for members in ranges for k in members] == list(range(len(script.tokens)))
    texts = [" ".join(script.tokens[k].text for k in members) for members in ranges]
    assert texts == ["One.", "Two three.", "Four", "five six.", "Seven!", "-- eight"]
    assert script.phrase_numbers.tolist() == [0, 1, 1, 2, 3, 3, 4, 5, 5]
    assert len(script.units) == 4


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("The lighthouse keeper has climbed the narrow stairs of the old tower again.", "en"),
        ("Il vecchio guardiano del faro ha salito ancora una volta le scale della torre.", "it"),
    ],
)
def test_the_language_is_found(line, language, write):
    assert read_script(write(*[line] * 9), "line").language == language


def test_a_language_that_cannot_be_told_is_asked_for(write):
    with pytest.raises(ParameterError, match="--language en"):
        read_script(write("mm"), "line")


@pytest.mark.parametrize(
    ("line", "language", "told"),
    [
        ("Старый смотритель маяка поднялся.", "en", "is in Cyrillic letters"),
        ("The lighthouse keeper climbed the stairs.", "ru", "is in Latin letters"),
        ("... -- ***", "en", "no words"),
    ],
)
def test_what_cannot_be_read_aloud_is_told(line, language, told, write):
    with pytest.raises(FormatError, match=told):
        read_script(write(line), "line", language=language)


def test_a_level_that_is_not_there_is_told(write):
    with pytest.raises(ParameterError, match="letter"):
        read_script(write("One."), "letter", language="en")


@pytest.mark.parametrize(
    ("language", "voice"),
    [("en", "en-us"), ("en-GB", "en"), ("EN_us", "en-us"), ("it", "it"), ("de-AT", "de"),
     ("pt", "pt-br"), ("pt-PT", "pt"), ("zh", "cmn"), ("no", "nb"), ("es-MX", "es-419")],
)  # fmt: skip
def test_a_language_has_a_voice(language, voice):
    assert voice_of(language) == voice


@pytest.mark.parametrize("language", ["xx", "", "../../etc", "en us", "e" * 500])
def test_a_language_that_nobody_speaks_is_told(language):
    with pytest.raises(ParameterError, match="no voice speaks"):
        voice_of(language)
