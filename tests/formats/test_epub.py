"""Books: what is read of them, what is not and is said, and where every character stands."""

from __future__ import annotations

import pytest

from formats.books import BOOKS, book3, nested, old, page, plain, with_cover, write
from syncalign.errors import FormatError
from syncalign.formats.archive import Archive
from syncalign.formats.document import Document, read_document
from syncalign.formats.html_text import read_page


def read(path, members: dict[str, bytes]) -> Document:
    return read_document(write(path / "book.epub", members))


def texts(document: Document) -> list[str]:
    return [span.text for span in document.spans]


def test_chapters_are_read_in_the_order_of_the_spine(tmp_path):
    document = read(tmp_path, plain())
    assert texts(document) == [
        "The harbour", "The boats came in. Nobody spoke.", "It was dark.",
        "The road", "We left at noon.\nThe road was long.",
    ]  # fmt: skip
    assert [span.kind for span in document.spans][:2] == ["heading", "paragraph"]
    assert document.spans[0].place.file == "EPUB/one.xhtml"
    assert document.spans[0].id == "t1"
    assert (document.language, document.left_out) == ("en", ())


def test_the_order_of_the_manifest_says_nothing(tmp_path):
    spine = '<itemref idref="c2"/><itemref idref="c1"/>'
    pages = {n: page(f"<body><p>{n}</p></body>") for n in ("a.xhtml", "b.xhtml")}
    assert texts(read(tmp_path, book3(pages, spine=spine))) == ["b.xhtml", "a.xhtml"]


def test_what_nobody_reads_is_left_out_and_said(tmp_path):
    document = read(tmp_path, nested())
    assert texts(document) == [
        "Part one", "Chapter one", "He read the letter. Then he slept. And dreamt again.",
    ]  # fmt: skip
    (said,) = document.left_out
    assert "notes (1), page numbers (1), title pages (1)" in said


@pytest.mark.parametrize(
    "markup",
    [
        '<nav epub:type="toc"><p>no</p></nav>',
        '<section role="doc-endnotes"><p>no</p></section>',
        '<section epub:type="backmatter index"><p>no</p></section>',
        '<p hidden="">no</p>',
        '<p style="display:none">no</p>',
        '<aside epub:type="rearnote">no</aside>',
    ],
)
def test_marked_elements_are_not_read(tmp_path, markup):
    members = book3({"a.xhtml": page(f"<body><p>yes</p>{markup}<p>too</p></body>")})
    assert texts(read(tmp_path, members)) == ["yes", "too"]


def test_prefaces_and_mottos_are_read(tmp_path):
    body = '<body epub:type="frontmatter preface"><p epub:type="epigraph">yes</p></body>'
    assert texts(read(tmp_path, book3({"a.xhtml": page(body)}))) == ["yes"]


def test_pictures_and_pages_outside_the_main_text_are_not_read(tmp_path):
    document = read(tmp_path, with_cover())
    assert texts(document) == ["One", "A short text."]
    assert "pictures (1), the cover (1)" in document.left_out[0]
    spine = '<itemref idref="c1"/><itemref idref="c2" linear="no"/>'
    pages = {n: page(f"<body><p>{n}</p></body>") for n in ("a.xhtml", "b.xhtml")}
    assert texts(read(tmp_path, book3(pages, spine=spine))) == ["a.xhtml"]


def test_books_of_epub_2_and_their_entities(tmp_path):
    document = read(tmp_path, old())
    assert texts(document) == ["One", "It was late.\xa0The café — shut.", "Two", "Nobody came."]
    assert "the cover (1)" in document.left_out[0]  # the guide says so


@pytest.mark.parametrize("name", BOOKS)
def test_every_character_says_where_it_stands(tmp_path, name):
    """The text of a slice of a chapter, read as a page, is the text that names the slice."""
    path = write(tmp_path / "book.epub", BOOKS[name]())
    with Archive(path) as archive:
        for span in read_document(path).spans:
            source = archive.text(span.place.file).text
            for at in range(len(span.text)):
                place = span.place_of(at, at + 1)
                written = source[place.start : place.end]
                shown = "".join(part.text for part in read_page(f"<pre>x{written}x</pre>", "a"))
                assert shown[1:-1] in (span.text[at], "") or written.startswith("<br")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_chapters_are_in_the_encoding_that_they_say(tmp_path, encoding):
    declared = encoding.removesuffix("-sig")
    text = page("<body><p>Café à la crème</p></body>").replace('"UTF-8"', f'"{declared}"', 1)
    members = {**book3({"a.xhtml": ""}), "EPUB/a.xhtml": text.encode(encoding)}
    (span,) = read(tmp_path, members).spans
    assert span.text == "Café à la crème"
    assert text[span.place.start : span.place.end] == span.text


def test_the_language_is_what_the_package_says(tmp_path):
    pages = {"a.xhtml": page("<body><p>a</p></body>")}
    assert read(tmp_path, book3(pages, language="pt-BR")).language == "pt-BR"
    assert read(tmp_path, book3(pages, language="und")).language is None


class TestBroken:
    """A book that cannot be read is refused in one sentence that names it."""

    def refused(self, tmp_path, members: dict[str, bytes], said: str) -> None:
        with pytest.raises(FormatError, match=said) as caught:
            read(tmp_path, members)
        assert caught.value.path == str(tmp_path / "book.epub")
        assert "\n" not in str(caught.value)

    def test_without_a_container(self, tmp_path):
        self.refused(tmp_path, {"mimetype": b"application/epub+zip"}, "lacks META-INF/container")

    @pytest.mark.parametrize("name", ["../x.opf", "/etc/passwd", "http://a.example/x.opf", ""])
    def test_a_package_elsewhere(self, tmp_path, name):
        members = plain()
        text = members["META-INF/container.xml"].replace(b"EPUB/package.opf", name.encode())
        self.refused(
            tmp_path, {**members, "META-INF/container.xml": text}, "names no package in it"
        )

    def test_without_its_package_or_a_chapter(self, tmp_path):
        members = plain()
        del members["EPUB/one.xhtml"]
        self.refused(tmp_path, members, "the chapter c1 is missing")
        del members["EPUB/package.opf"]
        self.refused(tmp_path, members, "lacks EPUB/package.opf")

    def test_a_chapter_elsewhere(self, tmp_path):
        members = plain()
        text = members["EPUB/package.opf"].replace(b'"one.xhtml"', b'"../../one.xhtml"')
        self.refused(tmp_path, {**members, "EPUB/package.opf": text}, "the chapter c1 is missing")

    def test_a_package_that_is_none(self, tmp_path):
        self.refused(tmp_path, {**plain(), "EPUB/package.opf": b"\x89PNG"}, "is no package")

    def test_nothing_to_read(self, tmp_path):
        self.refused(tmp_path, book3({"a.xhtml": page("<body><hr/></body>")}), "holds no words")

    def test_nested_too_deep(self, tmp_path):
        body = "<body>" + "<div>" * 2000 + "x" + "</div>" * 2000 + "</body>"
        self.refused(tmp_path, book3({"a.xhtml": page(body)}), "a.xhtml is nested more than 256")


class TestEntities:
    """Entities that a file declares are not resolved, and nothing outside is opened."""

    def test_in_a_chapter(self, tmp_path):
        secret = tmp_path / "secret.txt"
        secret.write_text("the secret", encoding="utf-8")
        text = page("<body><p>A &x; &y; b</p></body>").replace(
            "<!DOCTYPE html>",
            f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}"> <!ENTITY y "laugh">]>',
        )
        assert texts(read(tmp_path, book3({"a.xhtml": text}))) == ["A &x; &y; b"]

    def test_a_billion_laughs_in_the_package(self, tmp_path):
        members = plain()
        laughs = '<!ENTITY a0 "ha">' + "".join(
            f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
        )
        text = members["EPUB/package.opf"].decode()
        text = text.replace("<package", f"<!DOCTYPE package [{laughs}]>\n<package", 1)
        text = text.replace("A book", "&a11;")
        document = read(tmp_path, {**members, "EPUB/package.opf": text.encode()})
        assert texts(document)[0] == "The harbour"


class TestProtection:
    METHOD = (
        '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
        'xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
        '<enc:EncryptionMethod Algorithm="{}"/></enc:EncryptedData></encryption>'
    )
    AES = METHOD.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc").encode()

    @pytest.mark.parametrize(
        ("members", "maker"),
        [
            ({"META-INF/encryption.xml": AES}, "an unknown maker"),
            ({"META-INF/encryption.xml": AES, "META-INF/license.lcpl": b"{}"}, "Readium LCP"),
            ({"META-INF/sinf.xml": b"<sinf/>"}, "Apple FairPlay"),
            (
                {
                    "META-INF/encryption.xml": AES,
                    "META-INF/rights.xml": b'<rights xmlns="http://ns.adobe.com/adept"/>',
                },
                "Adobe ADEPT",
            ),
            ({"META-INF/encryption.xml": AES, "META-INF/rights.xml": b"<kdrm/>"}, "Kobo"),
        ],
    )
    def test_is_named_and_refused(self, tmp_path, members, maker):
        with pytest.raises(FormatError, match=rf"protected against copying \({maker}\)"):
            read(tmp_path, {**plain(), **members})

    @pytest.mark.parametrize(
        "algorithm", ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"]
    )
    def test_garbled_fonts_do_not_matter(self, tmp_path, algorithm):
        data = self.METHOD.format(algorithm).encode()
        assert read(tmp_path, {**plain(), "META-INF/encryption.xml": data}).spans
