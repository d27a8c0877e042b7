"""Tokens and units: nothing is lost, and each has its place."""

from __future__ import annotations

import pytest

from syncalign.errors import ParameterError
from syncalign.formats.document import Document, parse_document
from syncalign.streams.text import LEVELS, Unit, read_tokens, text_units
from syncalign.streams.words import word_ranges

TEXT = """Dr. Lee came late. "Is it so?" she said;
nobody knew -- not
even I.

THE END"""


def document_of(text: str, name: str = "a.txt", **options) -> Document:
    return parse_document(text.encode(), name, **options)


def units_of(document: Document, level: str, language: str = "en") -> tuple[Unit, ...]:
    return text_units(document, read_tokens(document, language), level)


def test_tokens_know_their_paragraph_line_sentence_and_place():
    tokens = read_tokens(document_of(TEXT), "en")
    assert "".join(token.text for token in tokens) == "".join(TEXT.split())
    assert all(TEXT[token.place.start : token.place.end] == token.text for token in tokens)
    marked = {token.text: (token.paragraph, token.line, token.sentence) for token in tokens}
    assert marked["Dr."] == marked["late."] == (0, 0, 0)
    assert marked['"Is'] == (0, 0, 1)
    assert marked["nobody"][:2] == (0, 1)
    assert marked["even"][1] == 2
    assert marked["even"][2] == marked["not"][2]
    assert marked["THE"][:2] == (1, 3)
    assert [token.spoken for token in tokens if token.text == "--"] == [()]


def test_units_of_each_level():
    document = document_of(TEXT)
    assert [unit.text for unit in units_of(document, "paragraph")] == [
        'Dr. Lee came late. "Is it so?" she said; nobody knew -- not even I.',
        "THE END",
    ]
    assert [unit.text for unit in units_of(document, "line")] == TEXT.replace("\n\n", "\n").split(
        "\n"
    )
    assert units_of(document, "sentence")[0].text == "Dr. Lee came late."
    assert [unit.text for unit in units_of(document, "word")] == TEXT.split()
    assert [unit.id for unit in units_of(document, "line")] == [f"f{n:06d}" for n in range(1, 5)]
    with pytest.raises(ParameterError, match="'chapter'; known are paragraph, line"):
        units_of(document, "chapter")


def test_the_ids_of_a_file_are_kept_and_none_is_given_twice():
    document = document_of("f1|One. Two.\nf1-2|Three.\nf000003|Four.\n", format="parsed")
    assert [unit.id for unit in units_of(document, "paragraph")] == ["f1", "f1-2", "f000003"]
    ids = [unit.id for unit in units_of(document, "sentence")]
    assert ids[-2:] == ["f1-2", "f000003"]
    assert len(set(ids)) == 4


def test_a_word_with_markup_inside_is_one_word():
    source = "<p>Al<b>ice</b> &amp; B&shy;ob"
    tokens = read_tokens(document_of(source, "a.html"), "en")
    assert [token.text for token in tokens] == ["Alice", "&", "B\u00adob"]
    assert [token.spoken[0] for token in tokens] == ["Alice", "and", "Bob"]
    assert [source[t.place.start : t.place.end] for t in tokens] == [
        "Al<b>ice",
        "&amp;",
        "B&shy;ob",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我爱「北京」，天安门。", ["我", "爱", "「北", "京」，", "天", "安", "门。"]),
        ("コーヒーを飲みます。ok 12", ["コーヒー", "を", "飲", "みます。", "ok", "12"]),
        ("ภาษาไทย", ["ภา", "ษา", "ไท", "ย"]),
        ("ភាសា ខ្មែរ", ["ភា", "សា", "ខ្មែ", "រ"]),
        ("저는 학생입니다.", ["저는", "학생입니다."]),
        ("10\u00a0000 l'État", ["10\u00a0000", "l'État"]),
    ],
)
def test_words_of_scripts_with_and_without_blanks(text, words):
    assert [text[start:end] for start, end in word_ranges(text)] == words


def test_sentences_where_no_library_knows_the_language():
    document = document_of("Tha mi sgìth. Dè tha dol? Ceart. 好。是！")
    assert [unit.text for unit in units_of(document, "sentence", "gd")] == [
        "Tha mi sgìth.", "Dè tha dol?", "Ceart.", "好。", "是！",
    ]  # fmt: skip


def test_a_long_paragraph_is_cut_into_all_its_sentences():
    text = "Mr. Poe said so. " * 2_000
    units = units_of(document_of(text), "sentence")
    assert [unit.text for unit in units] == ["Mr. Poe said so."] * 2_000


@pytest.mark.parametrize("level", LEVELS)
def test_every_token_is_in_one_unit_of_each_level(level):
    document = document_of(
        "# A\n\n- b **c** 1\n\n> d. E f\n\n| g | h |\n|---|---|\n| i | j |", "a.md"
    )
    tokens = read_tokens(document, "en")
    units = text_units(document, tokens, level)
    assert [n for unit in units for n in range(unit.first, unit.last)] == list(range(len(tokens)))
    assert len({unit.id for unit in units}) == len(units)
