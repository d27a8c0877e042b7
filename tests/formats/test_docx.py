"""Word files: what is read of them, and where it stands."""

from __future__ import annotations

import pytest

from formats.books import write
from syncalign.errors import FormatError
from syncalign.formats.archive import Archive
from syncalign.formats.document import read_document

docx = pytest.importorskip("docx", reason="python-docx writes the files of these tests")

_BODY = (
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/'
    '2006/main"><w:body>{}</w:body></w:document>'
)


def read(tmp_path, body: str, **others: str):
    members = {"[Content_Types].xml": b"<Types/>", "word/document.xml": _BODY.format(body).encode()}
    members |= {f"word/{name}.xml": text.encode() for name, text in others.items()}
    return read_document(write(tmp_path / "a.docx", members))


@pytest.fixture
def letter(tmp_path):
    """A file as python-docx, another program, writes it."""
    file = docx.Document()
    file.add_heading("A letter", level=1)
    paragraph = file.add_paragraph("Dear Tom & ")
    paragraph.add_run("An").bold = True
    paragraph.add_run("na,")
    paragraph.add_run().add_break()
    paragraph.add_run("it rains.\tStill.")
    paragraph.add_run("hidden").font.hidden = True
    table = file.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "One", "Two"
    file.save(tmp_path / "letter.docx")
    return tmp_path / "letter.docx"


def test_paragraphs_headings_and_cells(letter):
    spans = read_document(letter).spans
    assert [(span.kind, span.text) for span in spans] == [
        ("heading", "A letter"),
        ("paragraph", "Dear Tom & Anna,\nit rains. Still."),
        ("cell", "One"),
        ("cell", "Two"),
    ]


def test_every_character_says_where_it_stands(letter):
    with Archive(letter) as archive:
        source = archive.text("word/document.xml").text
    for span in read_document(letter).spans:
        for at, character in enumerate(span.text):
            place = span.place_of(at, at + 1)
            written = source[place.start : place.end]
            shown = {"&amp;": "&", "<w:tab/>": " ", "<w:br/>": "\n"}.get(written, written)
            assert shown == character


def test_what_is_deleted_or_beside_the_text_is_not_read(tmp_path):
    document = read(
        tmp_path,
        "<w:p><w:r><w:t>Yes</w:t></w:r><w:del><w:r><w:delText>no</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>no</w:t></w:r></w:moveFrom>"
        "<w:r><w:instrText>PAGE no</w:instrText></w:r><w:r><w:t>.</w:t></w:r></w:p>"
        '<w:p><w:pPr><w:pStyle w:val="Inhalt1"/></w:pPr><w:r><w:t>Yes 1</w:t></w:r></w:p>',
        styles='<w:style w:styleId="Inhalt1"><w:name w:val="toc 1"/></w:style>',
        footnotes="<w:footnotes/>",
    )
    assert [span.text for span in document.spans] == ["Yes."]
    assert document.left_out == ("Not read aloud: footnotes, contents.",)


def test_a_file_of_nothing_is_refused(tmp_path):
    with pytest.raises(FormatError, match="holds no words"):
        read(tmp_path, "<w:p/>")
    with pytest.raises(FormatError, match="nested more than 256"):
        read(tmp_path, "<w:sdt>" * 1000 + "<w:p><w:r><w:t>x</w:t></w:r></w:p>")
