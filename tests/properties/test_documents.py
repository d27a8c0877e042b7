"""Whatever a document holds, no character is lost, and each says where it comes from."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncalign.errors import FormatError
from syncalign.formats.document import Document, parse_document
from syncalign.streams.spoken_forms import spoken_forms
from syncalign.streams.text import LEVELS, read_tokens, text_units

PIECES = [
    "the", "Dr.", "1984", "$5.50", "10:30", "3/4", "XIV", "Chapter ", "*", "_", "**", "`", "\\*",
    "[a](b)", '![x](y "t")', "<b>", "</b>", "<p>", "<p id=f1>", "&amp;", "&#x41;", "&nbsp",
    "\u00ad", "\u200b", "é", "e\u0301", "我", "あ", "ก็", "हि", "\n", "\n\n", "\r\n", "\t", "  \n",
    "- ", "> ",
    "1. ", "| a | b |\n|---|---|\n", "# ", "---\n", "<!--", "-->", "<script>", "</script>", ".",
    "!",
    "’", "“", "(", ")", "[", "]", "—", "%", "²", "½", "٣", "Ⅳ", "🙂", "\x00", "x@y.z", "NATO",
    "007",
    "1.234.567,89", "'80s", "3º", "z. B.", "10\u00a0000", "\u2028", "\x0c", "|", "<br>",
    "<sup>2</sup>",
]  # fmt: skip
sources = st.lists(
    st.one_of(st.sampled_from(PIECES), st.just(" "), st.text(max_size=3)), min_size=1, max_size=40
).map(lambda pieces: "a " + "".join(pieces).replace("\ufeff", ""))
formats = st.sampled_from(["txt", "md", "html", "unparsed", "plain", "subtitles"])
languages = st.sampled_from(["en", "it", "es", "fr", "de", "pt", "ru", "sv", "zh", "gd", "hi"])
relaxed = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def document_of(source: str, format: str) -> Document | None:
    try:
        data = source.encode()
    except UnicodeEncodeError:  # half of a pair of surrogates is no text
        return None
    try:
        return parse_document(data, "a", format=format, encoding="utf-8")
    except FormatError:
        return None


@relaxed
@given(sources, formats)
def test_every_character_stands_where_it_says(source, format):
    document = document_of(source, format)
    for span in document.spans if document else ():
        assert span.text == span.text.strip() != ""
        for index, character in enumerate(span.text):
            place = span.place_of(index, index + 1)
            assert span.place.start <= place.start < place.end <= span.place.end <= len(source)
            written = source[place.start : place.end]
            is_raised = character in "⁰¹²³⁴⁵⁶⁷⁸⁹" and written.isdecimal()
            if len(written) == 1 and not character.isspace() and not is_raised:
                assert written in (character, "\0")


@relaxed
@given(sources, formats, languages)
def test_no_character_of_a_text_is_lost_in_its_tokens_and_units(source, format, language):
    document = document_of(source, format)
    if document is None:
        return
    tokens = read_tokens(document, language)
    spans = "".join("".join(span.text.split()) for span in document.spans)
    assert "".join("".join(token.text.split()) for token in tokens) == spans
    for level in LEVELS:
        units = text_units(document, tokens, level)
        covered = [number for unit in units for number in range(unit.first, unit.last)]
        assert covered == list(range(len(tokens)))
        assert len({unit.id for unit in units}) == len(units)
    for name in ("paragraph", "line", "sentence"):
        numbers = [getattr(token, name) for token in tokens]
        assert all(0 <= after - before <= 1 for before, after in pairwise(numbers))


@relaxed
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=8), languages)
def test_what_has_letters_is_spoken_and_in_letters(pieces, language):
    words = "".join(pieces).split()
    for word, forms in zip(words, spoken_forms(words, language), strict=True):
        assert len(set(forms)) == len(forms) <= 6
        assert all(form and form == " ".join(form.split()) for form in forms)
        if word.isalpha():
            assert forms
        if language not in ("sv", "zh", "gd", "hi"):
            odd = {c for form in forms for c in form if not (c.isalpha() or c in "' \u200c\u200d")}
            assert not [c for c in odd if unicodedata.category(c)[0] != "M"]


@pytest.mark.parametrize("number", [0, 7, 21, 100, 1905, 1984, 2012, 123_456, 10**9, 10**20])
@pytest.mark.parametrize("language", ["en", "it", "es", "fr", "de", "pt", "ru"])
def test_every_number_is_spoken_in_several_words_or_ways(number, language):
    (forms,) = spoken_forms([str(number)], language)
    assert forms
    assert not any(character.isdigit() for form in forms for character in form)
    assert number < 100 or len(forms) > 1 or number > 10**15
