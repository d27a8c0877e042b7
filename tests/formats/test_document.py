"""Documents: what is read of each format, what is not, and where every character comes from."""

from __future__ import annotations

import contextlib

import pytest

from syncalign.errors import FormatError, ParameterError
from syncalign.formats.document import (
    LARGEST_DOCUMENT,
    MOST_CHARACTERS,
    Document,
    Place,
    Span,
    parse_document,
    read_document,
)


def read(text: str, name: str = "a.txt", **options) -> tuple[Span, ...]:
    return parse_document(text.encode(), name, **options).spans


def texts(text: str, name: str = "a.txt", **options) -> list[str]:
    return [span.text for span in read(text, name, **options)]


def sources(source: str, span: Span) -> list[str]:
    """Return what stands in the file for each character of a span."""
    places = [span.place_of(index, index + 1) for index in range(len(span.text))]
    return [source[place.start : place.end] for place in places]


def test_paragraphs_end_at_empty_lines_and_pages():
    text = "\r\n  One\r\nstill one \r\n \t\r\nTwo\fThree\u2029Four\n\n"
    assert texts(text) == ["One\nstill one", "Two", "Three", "Four"]
    first = read(text)[0]
    assert first.place == Place("a.txt", 4, 18)
    assert sources(text, first) == [*"One", "\r\n", *"still one"]


def test_a_slice_of_the_file_needs_no_runs():
    (span,) = read("\nHello there\n")
    assert span.offsets == ()
    assert span.place_of(6, 11) == Place("a.txt", 7, 12)


def test_fragments_of_aeneas():
    assert texts("One\n\nTwo two\n", format="plain") == ["One", "Two two"]
    assert texts("One\nmore\n\n\nTwo\n", format="subtitles") == ["One\nmore", "Two"]
    parsed = read("f1|One | a\n\nf2| Two\n", format="parsed")
    assert [(span.id, span.text, span.kind) for span in parsed] == [
        ("f1", "One | a", "fragment"),
        ("f2", "Two", "fragment"),
    ]
    page = "<h1>No</h1><p><span id='f1'>O<a id='p9'></a>ne</span> no <b id=f02>Two</b></p>"
    assert [(s.id, s.text) for s in read(page, format="unparsed")] == [
        ("f1", "One"),
        ("f02", "Two"),
    ]
    assert [s.id for s in read("<p id=a>x</p><p>no</p><p id=b>y</p>", format="unparsed")] == [
        "a",
        "b",
    ]


@pytest.mark.parametrize(
    ("text", "line", "said"), [("f1|a\nb\n", 2, r"id\|text"), ("f1|a\nf1|b\n", 2, "second time")]
)
def test_a_line_that_is_no_parsed_fragment_is_named(text, line, said):
    with pytest.raises(FormatError, match=said) as caught:
        read(text, format="parsed")
    assert caught.value.line == line


MARKDOWN = """---
title: Not read
---
# A *new* day #

Al**ic**e &amp; \\*Bob\\* [went *home*](http://x.y/a_(b) "not <read>") ![not](x.png)
by `co de` and <b>b</b>[^1]\x20\x20
slowly, see [ref][r] and [r] (here).

> - 1. 1
>   more

```
not read
```
    nor this

| a | b |
|---|---|
| a | c |

[r]: http://not.read
<div>
not read
</div>

Set
===
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_markdown(end):
    source = MARKDOWN.replace("\n", end)
    spans = read(source, "a.md")
    assert [(span.kind, span.text) for span in spans] == [
        ("heading", "A new day"),
        (
            "paragraph",
            "Alice & *Bob* went home \nby co de and b[^1]\nslowly, see ref and r (here).",
        ),
        ("item", "1\nmore"),
        *[("cell", cell) for cell in "abac"],
        ("heading", "Set"),
    ]
    assert sources(source, spans[0]) == list("A new day")
    found = sources(source, spans[1])
    assert found[:13] == [*"Alice ", "&amp;", " ", "\\*", *"Bob", "\\*"]
    assert [piece for piece in found[13:] if len(piece) > 1] == []
    starts = [span.place.start for span in spans]
    assert starts == sorted(starts)
    assert spans[2].place.start == source.index("1. 1") + 3


PAGE = """<!DOCTYPE html><html lang="pt-BR"><head><title>no</title><style>p{}</style></head>
<body><!-- no <p>no</p> --><h2 id="top">Ti&shy;tle</h2>
<p>Al<b>ice</b> &amp;&nbsp;Bob<sup>2</sup> <a epub:type="noteref">1</a>
   said<br/>hi &lol; <span hidden>no <i>no</i></span><i style="display: none">no</i>there
<script>if (a < b) { document.write("<p>no</p>") }</script>
<ul><li>one<li>two <ruby>kan<rt>no</rt></ruby></ul>
<table><tr><td>c1<td>c2</table><pre>a
  b</pre><select><option>no</select><svg><text>no</text></svg>1 < 2 <3</body>"""


def test_a_page():
    document = parse_document(PAGE.encode(), "a.html")
    assert document.language == "pt-BR"
    assert [(span.kind, span.text) for span in document.spans] == [
        ("heading", "Ti\u00adtle"),
        ("paragraph", "Alice &\u00a0Bob² said\nhi &lol; there"),
        ("item", "one"),
        ("item", "two kan"),
        ("cell", "c1"),
        ("cell", "c2"),
        ("paragraph", "a\n  b"),
        ("paragraph", "1 < 2 <3"),
    ]
    assert sources(PAGE, document.spans[0]) == ["T", "i", "&shy;", *"tle"]
    assert sources(PAGE, document.spans[1])[:8] == [*"Alice ", "&amp;", "&nbsp;"]
    assert document.spans[0].place.element == "top"
    assert document.spans[3].place.element == "html[1]/body[1]/ul[1]/li[2]"


def test_a_page_is_known_by_its_content_whatever_its_name():
    assert texts("<?xml version='1.0'?>\n<html><p>a</p></html>", "a.xml") == ["a"]
    assert texts("<!doctype HTML><p>a", "a.txt") == ["a"]
    assert texts("<p>a</p>", "a.txt") == ["<p>a</p>"]


TIMED = {
    "a.srt": (
        "1\r\n00:00:01,000 --> 00:00:02,000\r\n{\\an8}<i>Tw</i>o &amp;\r\n3 < 4\r\n\r\n"
        "2\r\n00:00:03,000 --> 00:00:04,000\r\nnext\r\n",
        ["Two &amp;\n3 < 4", "next"],
    ),
    "a.vtt": (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Tom &amp; <i>I</i>\n\nNOTE no\n",
        ["Tom & I"],
    ),
    "a.ttml": (
        '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2s">One<br/>\n'
        "  wor<span>d</span> &lt;</p></div></body></tt>",
        ["One\nword <"],
    ),
    "a.lrc": ("[00:01.00]<00:01.00>Al <00:02.00>b\n[00:03.00]next\n", ["Al b", "next"]),
    "a.ass": (
        "[Script Info]\n[Events]\nFormat: Layer, Start, End, Text\n"
        "Comment: 0,0:00:00.00,0:00:01.00,no\n"
        "Dialogue: 0,0:00:01.00,0:00:02.00,{\\i1}a\\Nb{\\i0}c\n",
        ["a\nbc"],
    ),
    "a.sub": ("{25}{50}{y:i}one|two\n", ["one\ntwo"]),
    "named.txt": (
        "1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:03,000 --> 00:00:04,000\nb\n",
        ["a", "b"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", TIMED)
def test_timed_text_is_read_without_its_times(name, encoding):
    source, expected = TIMED[name]
    spans = parse_document(source.encode(encoding), name).spans
    assert [span.text for span in spans] == expected
    for span in spans:
        for character, written in zip(span.text, sources(source, span), strict=True):
            meant = {"&amp;": "&", "&lt;": "<", "\\N": "\n", "|": "\n", "\r\n": "\n"}
            assert (meant.get(written, written) == character) or written.startswith("<br")


def test_where_escapes_hide_the_text_the_whole_stands_for_each_character():
    source = '{"start":1,"end":2,"text":"Caf\\u00e9"}\n'
    (span,) = read(source, "a.jsonl")
    assert span.text == "Café"
    assert "Caf\\u00e9" in sources(source, span)[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_the_encoding_is_found(encoding, tmp_path):
    path = tmp_path / "a.txt"
    text = "Perché così? È già là, più in giù: c'è un po' di città.\n" * 3
    path.write_bytes(text.encode(encoding))
    document = read_document(path)
    assert document.spans[0].text == text.strip()
    path.write_bytes(text.encode("cp1252"))
    assert read_document(path, encoding="cp1252").spans == document.spans
    assert document.spans[0].place.file == str(path)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "no words"),
        (b"-- *** --\n", "no words"),
        (b"\x1aE\xdf\xa3" + b"x" * 50, "Matroska"),
        (b"PK\x03\x04" + b"x" * 50, "ZIP"),
        (bytes(range(32)) * 50, "binary"),
        (b"a\0" * 10 + b"\0\0\0" * 40, "binary"),
    ],
)
def test_what_is_no_text_is_refused_in_a_sentence(data, said, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=said) as caught:
        read_document(path)
    assert "\n" not in str(caught.value)


def test_a_missing_file_a_folder_a_wrong_encoding_and_a_wrong_format(tmp_path):
    with pytest.raises(FormatError, match="does not exist"):
        read_document(tmp_path / "no.txt")
    with pytest.raises(FormatError, match="folder"):
        read_document(tmp_path)
    with pytest.raises(FormatError, match="is not utf-8"):
        parse_document(b"caf\xe9", "a.txt", encoding="utf-8")
    with pytest.raises(ParameterError, match="'docx'; known are txt, md"):
        parse_document(b"a", "a.txt", format="docx")


def test_stray_zero_bytes_are_kept_out_of_the_way():
    assert texts("Hello\0 you" + " and you" * 20)[0].startswith("Hello")


def test_a_text_that_nobody_reads_aloud_is_refused_at_once(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"word " * (LARGEST_DOCUMENT // 5 + 2))
    with pytest.raises(FormatError, match="larger than 32 MiB"):
        read_document(path)
    with pytest.raises(FormatError, match="hours of reading"):
        Document((Span("a" * (MOST_CHARACTERS + 1), Place("a", 0, 1)),), "a")


HOSTILE = ["<!--", "<a ", "</a", "<![CDATA[", "<?", "&#x", "&a", "<a b='", "<a b='x' c=",
           "<script>",
           "<", "<b>", "<b id=x>", "a&amp;b", "<a/ / /", "<div>", "<p>", "<p id=q>x ", "<sup>1",
           "<!ENTITY a '&b;&b;'>&a;", "<td>x", "&#99999999;", "<pre>x"]  # fmt: skip

REFUSED = {"<a ", "</a", "<a b='", "<a b='x' c=", "<b id=x>", "<a/ / /", "<div>", "<sup>1",
           "<pre>x"}  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_pages_end_soon_in_an_answer_or_a_sentence(piece):
    page = f"<html>word {piece * 20_000}"
    if piece in REFUSED:
        with pytest.raises(FormatError, match=r"nested more than|never end"):
            texts(page)
    else:
        assert texts(page)[0].startswith("word")


@pytest.mark.parametrize(
    "piece", ["> ", "- ", "*a ", "**", "[", "![", "[a](", "`", "<", "&", "\\", "| ", "_a_ ", "  "]
)
def test_hostile_markdown_ends_soon(piece):
    assert texts(f"word {piece * 5_000}", "a.md")[0].startswith("word")

    with contextlib.suppress(FormatError):  # all of it may be a block of code
        parse_document(f"{piece * 5_000}word\n\nword".encode(), "a.md")
