"""Ids in chapters: each stretch gets one, its element holds it alone, and nothing else changes."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from syncalign.errors import FormatError
from syncalign.formats.epub.chapter import Chapter
from syncalign.formats.epub.edits import edited
from syncalign.formats.epub.marking import Stretch, mark_chapter
from syncalign.formats.html_text import read_page

etree = pytest.importorskip("lxml.etree", reason="lxml reads the marked pages")


def marked(body: str, *texts: str) -> str:
    """Return a body with these texts of it marked a, b, ..."""
    stretches, at = [], 0
    for name, text in zip("abcdef", texts, strict=False):
        start = body.index(text, at)
        at = start + len(text)
        stretches.append(Stretch(start, at, name))
    _, edits = mark_chapter(Chapter(body, "a.xhtml"), stretches)
    assert all(edit.start == edit.end for edit in edits)
    return edited(body, edits)


def test_an_element_that_holds_the_text_alone_gets_the_id():
    assert marked("<p>One</p><p> Two\n</p>", "One", "Two") == (
        '<p id="a">One</p><p id="b"> Two\n</p>'
    )


def test_an_id_that_is_there_is_used():
    body = '<p id="x"><em>One.</em></p>'
    marks, edits = mark_chapter(Chapter(body, "a"), [Stretch(14, 18, "a")])
    assert ([mark.id for mark in marks], edits) == (["x"], [])


def test_a_part_of_an_element_gets_a_span():
    assert marked("<p>One. Two.</p>", "One.", "Two.") == (
        '<p><span id="a">One.</span> <span id="b">Two.</span></p>'
    )


def test_a_span_goes_around_elements_that_begin_or_end_with_the_text():
    assert marked('<p><b class="i">O</b>ne. T<i>wo.</i> End</p>', "O</b>ne.", "T<i>wo.", "End") == (
        '<p><span id="a"><b class="i">O</b>ne.</span> <span id="b">T<i>wo.</i></span> '
        '<span id="c">End</span></p>'
    )


def test_an_element_that_is_crossed_is_closed_and_opened_anew():
    assert marked(
        '<p>A <i id="n" class="k">b. C</i> d.</p>', 'A <i id="n" class="k">b.', "C</i> d."
    ) == (
        '<p><span id="a">A <i id="n" class="k">b.</i></span><i class="k"> </i>'
        '<span id="b"><i class="k">C</i> d.</span></p>'
    )


def test_names_that_are_taken_are_not_given():
    assert 'id="a-2"' in marked('<p id="a">x</p><p>One</p>', "One")


def test_divisions_are_named_from_the_outside():
    body = (
        '<body><section epub:type="part z3998:x" id="p"><div epub:type="chapter">'
        "<p>One</p></div></section></body>"
    )
    start = body.index("One")
    ((mark,), edits) = mark_chapter(Chapter(body, "a"), [Stretch(start, start + 3, "u")])
    assert [division.types for division in mark.divisions] == ["part", "chapter"]
    assert [division.id for division in mark.divisions] == ["p", "u-in"]
    assert '<div id="u-in" epub:type' in edited(body, edits)


def test_blocks_are_never_closed():
    """A stretch that a broken page lets run across blocks is marked up to the first one."""
    assert marked("<div>One <p>two</p> three</div>", "One <p>two") == (
        '<div><span id="a">One </span><p>two</p> three</div>'
    )


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<p>a<b>b</p>", "</p> closes what is not open in a.xhtml, line 1"),
        ("<p>a\n<p>b", "<p> is not closed in a.xhtml, line 2"),
        ("<p>a<br>b</p>", "</p> closes what is not open"),
        ("</p>", "</p> closes"),
    ],
)
def test_what_is_no_xhtml_is_refused(page, said):
    with pytest.raises(FormatError, match=re.escape(said)):
        Chapter(page, "a.xhtml")


_WORDS = st.lists(st.sampled_from(["Oh", "no.", "A&amp;B", "caf&#233;", "<br/>", "It"]), min_size=1)
_LINES = st.recursive(
    _WORDS.map(" ".join),
    lambda inner: st.tuples(st.sampled_from(["i", "b", "a"]), st.lists(inner, min_size=1)).map(
        lambda made: f"<{made[0]}>{' '.join(made[1])}</{made[0]}>"
    ),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(paragraphs=st.lists(st.lists(_LINES, min_size=1, max_size=4), max_size=3), data=st.data())
def test_any_cut_of_any_page(paragraphs, data):
    """Well formed as before, the same text, and each id is on the text that it is for."""
    page = "<body>" + "".join(f"<p>{' '.join(lines)}</p>" for lines in paragraphs) + "</body>"
    stretches, texts = [], []
    for span in read_page(page, "a"):
        words = list(re.finditer(r"\S+", span.text))
        cuts = data.draw(st.sets(st.integers(1, len(words)))) | {0, len(words)}
        for first, last in pairwise(sorted(cuts)):
            start, end = words[first].start(), words[last - 1].end()
            place = span.place_of(start, end)
            stretches.append(Stretch(place.start, place.end, f"u{len(texts)}"))
            texts.append(span.text[start:end].split())
    marks, edits = mark_chapter(Chapter(page, "a"), stretches)
    assert all(edit.start == edit.end for edit in edits)
    made = edited(page, edits)
    assert [span.text for span in read_page(made, "a")] == [s.text for s in read_page(page, "a")]
    root = etree.fromstring(made)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert sorted(ids) == sorted({mark.id for mark in marks})
    for mark, text in zip(marks, texts, strict=True):
        (element,) = root.xpath("//*[@id=$name]", name=mark.id)
        shown = re.sub(
            r"<br\s*/>", " ", etree.tostring(element, encoding="unicode", with_tail=False)
        )
        assert "".join(etree.fromstring(shown).itertext()).split() == text
