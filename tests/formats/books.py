"""Books for tests, each built otherwise; as bytes and as files in archives."""

from __future__ import annotations

import zipfile
from pathlib import Path
from urllib.parse import unquote

CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
 <rootfiles>
  <rootfile full-path="{}" media-type="application/oebps-package+xml"/>
 </rootfiles>
</container>
"""
_HTML5 = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="en"
 xml:lang="en">
<head><title>{}</title></head>
{}
</html>
"""
_XHTML11 = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN"
  "http://www.w3.org/TR/xhtml11/DTD/xhtml11.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en">
<head><title>{}</title></head>
{}
</html>
"""
_PACKAGE3 = """<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="uid" xml:lang="en">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:identifier id="uid">urn:uuid:6d1a2a5c-0c1e-4f0c-8b53-2f3b0d6f9a01</dc:identifier>
    <dc:title>{title}</dc:title>
    <dc:language>{language}</dc:language>
    <meta property="dcterms:modified">2020-01-01T00:00:00Z</meta>
  </metadata>
  <manifest>
{items}
  </manifest>
  <spine{spine_attributes}>
{spine}
  </spine>
</package>
"""
_NAV = _HTML5.format(
    "Contents", '<body>\n<nav epub:type="toc"><h1>Contents</h1>\n<ol>\n{}\n</ol></nav>\n</body>'
)
PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>A cover</title>'
    b'<rect width="9" height="9"/></svg>'
)


def page(body: str, title: str = "A chapter") -> str:
    """Return a page of EPUB 3."""
    return _HTML5.format(title, body)


def book3(
    pages: dict[str, str], *, folder: str = "EPUB", language: str = "en", spine: str = ""
) -> dict[str, bytes]:
    """Return the members of a book of EPUB 3 with these pages, by their addresses."""
    links = [f'<li><a href="{name}">{number}</a></li>' for number, name in enumerate(pages, 1)]
    files = {
        name: text.encode()
        for name, text in {"nav.xhtml": _NAV.format("\n".join(links)), **pages}.items()
    }
    items = [
        '    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    ]
    items += [
        f'    <item id="c{number}" href="{name}" media-type="application/xhtml+xml"'
        + (' properties="svg"' if "<svg" in text else "")
        + "/>"
        for number, (name, text) in enumerate(pages.items(), 1)
    ]
    refs = spine or "\n".join(f'    <itemref idref="c{n}"/>' for n in range(1, len(pages) + 1))
    package = _PACKAGE3.format(
        title="A book", language=language, items="\n".join(items), spine=refs, spine_attributes=""
    )
    return _members(f"{folder}/package.opf".lstrip("/"), package, files)


def _members(member: str, package: str, files: dict[str, bytes]) -> dict[str, bytes]:
    folder = member.rpartition("/")[0]
    within = f"{folder}/" if folder else ""
    return {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": CONTAINER.format(member).encode(),
        member: package.encode(),
        **{within + unquote(name): data for name, data in files.items()},
    }


def write(path: Path, members: dict[str, bytes]) -> Path:
    """Write an archive, its first member not packed."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, (name, data) in enumerate(members.items()):
            packing = zipfile.ZIP_DEFLATED if number else zipfile.ZIP_STORED
            archive.writestr(zipfile.ZipInfo(name, (2021, 5, 4, 3, 2, 0)), data, packing)
    return path


def plain() -> dict[str, bytes]:
    """Return a book with a navigation document: two chapters of a heading and paragraphs."""
    return book3(
        {
            "one.xhtml": page(
                '<body><section epub:type="chapter"><h1 id="t1">The harbour</h1>\n'
                "<p>The boats came in. Nobody spoke.</p>\n<p>It was dark.</p></section></body>"
            ),
            "two.xhtml": page(
                '<body><section epub:type="chapter" id="ch2"><h1>The road</h1>\n'
                "<p>We left at noon.<br/>\nThe road was long.</p></section></body>"
            ),
        }
    )


def nested() -> dict[str, bytes]:
    """Return a book in folders, with headings, notes, page numbers, contents and a title page."""
    return book3(
        {
            "text/front%2Dmatter/title.xhtml": page(
                '<body epub:type="frontmatter"><section epub:type="titlepage"><h1>A book</h1>'
                "<p>by Nobody</p></section></body>"
            ),
            "text/part1/one.xhtml": page(
                '<body epub:type="bodymatter"><section epub:type="part" id="p"><h1>Part one</h1>'
                '<section epub:type="chapter"><h2>Chapter <span>one</span></h2>'
                '<p>He read<a epub:type="noteref" href="#n1">1</a> the letter. '
                '<span epub:type="pagebreak" role="doc-pagebreak" id="pg7" title="7">7</span>'
                "Then he <em>slept. And dreamt</em> again.</p>"
                '<aside epub:type="footnote" id="n1"><p>A note that nobody reads.</p></aside>'
                "</section></section></body>"
            ),
        },
        folder="OEBPS/content",
    )


def inline() -> dict[str, bytes]:
    """Return a book with entities and markup within words, ids of its own, and comments."""
    return book3(
        {
            "a.xhtml": page(
                '<body>\n<p id="f000001"><span class="drop">O</span>nce upon a t<b>i</b>me &amp; '
                "<i>then <b>some.</b> More</i> caf&#xE9;s.<!-- not this --> End</p>\n"
                '<blockquote><p>"<em>Quoted</em>," she said&#8212;<a href="#f000001">so.</a></p>'
                "</blockquote>\n<ul><li>First thing</li><li>Second thing</li></ul>\n"
                '<p id="two">&#160;Alone.&#160;</p>'
                "<p><ruby>漢<rt>kan</rt></ruby> is one.</p></body>"
            )
        },
        folder="",
    )


def with_cover() -> dict[str, bytes]:
    """Return a book with a drawing in its first page and one in the spine by itself."""
    members = book3(
        {
            "cover.xhtml": page(
                '<body epub:type="cover"><div><svg xmlns="http://www.w3.org/2000/svg" '
                'viewBox="0 0 9 9"><title>A cover</title><text>Not read</text></svg></div></body>'
            ),
            "one.xhtml": page("<body><h1>One</h1><div>A short text.</div></body>"),
        }
    )
    name = "EPUB/package.opf"
    text = members[name].decode()
    text = text.replace(
        "  </manifest>",
        '    <item id="pic" href="pic.svg" media-type="image/svg+xml" properties="cover-image"/>\n'
        "  </manifest>",
    ).replace("  </spine>", '    <itemref idref="pic" linear="no"/>\n  </spine>')
    return {**members, name: text.encode(), "EPUB/pic.svg": PICTURE}


def old() -> dict[str, bytes]:
    """Return a book of EPUB 2: an NCX, a guide, roles, old document types and named entities."""
    package = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="2.0" unique-identifier="BookId">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">
    <dc:identifier id="BookId" opf:scheme="ISBN">urn:isbn:9780000000002</dc:identifier>
    <dc:title>An old book</dc:title>
    <dc:creator opf:role="aut" opf:file-as="Body, No">No Body</dc:creator>
    <dc:language>en</dc:language>
    <dc:date opf:event="publication">1999-05-01</dc:date>
    <dc:date opf:event="modification">2001-02-03</dc:date>
    <meta name="cover" content="pic"/>
  </metadata>
  <manifest>
    <item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
    <item id="cover" href="Text/cover.xhtml" media-type="application/xhtml+xml"/>
    <item id="c1" href="Text/one.xhtml" media-type="application/xhtml+xml"/>
    <item id="c2" href="Text/two.xhtml" media-type="application/xhtml+xml"/>
    <item id="pic" href="pic.svg" media-type="image/svg+xml"/>
  </manifest>
  <spine toc="ncx">
    <itemref idref="cover" linear="no"/>
    <itemref idref="c1"/>
    <itemref idref="c2"/>
  </spine>
  <guide>
    <reference type="cover" title="Cover" href="Text/cover.xhtml"/>
    <reference type="text" title="Text" href="Text/one.xhtml#start"/>
  </guide>
</package>
"""
    ncx = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN"
 "http://www.daisy.org/z3986/2005/ncx-2005-1.dtd">
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1">
<head><meta name="dtb:uid" content="urn:isbn:9780000000002"/></head>
<docTitle><text>An old book</text></docTitle>
<navMap>
 <navPoint id="n1" playOrder="1"><navLabel><text>One &amp; only</text></navLabel>
  <content src="Text/one.xhtml"/>
  <navPoint id="n2" playOrder="2"><navLabel><text>Within</text></navLabel>
   <content src="Text/one.xhtml#start"/></navPoint>
 </navPoint>
 <navPoint id="n3" playOrder="3"><navLabel><text>Two</text></navLabel>
  <content src="Text/two.xhtml"/></navPoint>
</navMap>
</ncx>
"""
    files = {
        "toc.ncx": ncx,
        "Text/cover.xhtml": _XHTML11.format(
            "Cover",
            '<body><div><svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="100%" '
            'height="100%" viewBox="0 0 9 9"><rect width="9" height="9"/></svg></div></body>',
        ),
        "Text/one.xhtml": _XHTML11.format(
            "One",
            '<body><h1>One</h1><p id="start">It was late.&nbsp;The caf&eacute; &mdash; shut.</p>'
            "</body>",
        ),
        "Text/two.xhtml": _XHTML11.format("Two", "<body><h1>Two</h1><p>Nobody came.</p></body>"),
    }
    encoded = {name: text.encode() for name, text in files.items()}
    return _members("OEBPS/content.opf", package, {**encoded, "pic.svg": PICTURE})


BOOKS = {"plain": plain, "nested": nested, "inline": inline, "cover": with_cover, "old": old}
