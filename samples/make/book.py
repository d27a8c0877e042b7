"""The poem of the reading as a book of EPUB 3, with what a book has beside its text.

There are contents, a cover and a note, which nobody reads, and markup within words.
"""

from __future__ import annotations

import io
import zipfile
from html import escape

from reading import READING, Gap, Line

_DATE = (2026, 1, 1, 0, 0, 0)
_INITIAL = "Whenever the moon"
_NOTED = "tossed"
_CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
  <rootfiles>
    <rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
  </rootfiles>
</container>
"""
_PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:identifier id="id">urn:uuid:5d3f7b1e-2d0c-4a6e-9f4b-51a3c0de0009</dc:identifier>
    <dc:title>Windy Nights</dc:title>
    <dc:language>en</dc:language>
    <dc:creator>Robert Louis Stevenson</dc:creator>
    <meta property="dcterms:modified">2026-01-01T00:00:00Z</meta>
  </metadata>
  <manifest>
    <item id="nav" href="contents.xhtml" media-type="application/xhtml+xml" properties="nav"/>
    <item id="cover" href="cover.svg" media-type="image/svg+xml" properties="cover-image"/>
    <item id="style" href="book.css" media-type="text/css"/>
    <item id="poem" href="text/poem.xhtml" media-type="application/xhtml+xml"/>
  </manifest>
  <spine>
    <itemref idref="nav"/>
    <itemref idref="poem"/>
  </spine>
</package>
"""
_PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"
      lang="en" xml:lang="en">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="{style}"/></head>
<body>
{body}
</body>
</html>
"""
_CONTENTS = """<nav epub:type="toc"><h1>Contents</h1>
<ol><li><a href="text/poem.xhtml">IX. Windy Nights</a></li></ol></nav>"""
_COVER = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 90">
<title>Windy Nights</title><rect width="60" height="90" fill="#1d2740"/>
<circle cx="44" cy="18" r="8" fill="#f3e9c4"/><path d="M0 74 Q30 62 60 76 V90 H0 Z"/></svg>
"""
_STYLE = "body { margin: 2em; }\n.initial { font-size: 150%; }\n"
_NOTE = (
    '<aside epub:type="footnote" id="note"><p>Ships that are tossed are thrown about by the '
    "waves.</p></aside>"
)


def make_book() -> bytes:
    """Return the book, the same bytes every time."""
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": _CONTAINER,
        "EPUB/package.opf": _PACKAGE,
        "EPUB/contents.xhtml": _PAGE.format(title="Contents", style="book.css", body=_CONTENTS),
        "EPUB/text/poem.xhtml": _PAGE.format(
            title="Windy Nights", style="../book.css", body=_poem()
        ),
        "EPUB/book.css": _STYLE,
        "EPUB/cover.svg": _COVER,
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in members.items():
            entry = zipfile.ZipInfo(name, _DATE)  # not packed: packers differ
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, text.encode())
    return file.getvalue()


def _poem() -> str:
    lines = [beat for beat in READING if isinstance(beat, Line)]
    title, author, caption = (escape(line.text) for line in lines[:3])
    rest = READING[READING.index(lines[3]) :]
    stanzas: list[list[str]] = [[]]
    for beat in rest:
        if isinstance(beat, Gap):
            stanzas.append([])
        else:
            stanzas[-1].append(_verse(beat.text))
    return "\n".join(
        [
            '<section epub:type="chapter" id="poem">',
            f"<h1>{title}</h1>",
            f"<p>{author}</p>",
            f"<p><i>{caption}</i></p>",
            *("<p>" + "<br/>\n".join(stanza) + "</p>" for stanza in stanzas),
            _NOTE,
            "</section>",
        ]
    )


def _verse(text: str) -> str:
    shown = escape(text)
    if text.startswith(_INITIAL):
        shown = f'<span class="initial">{shown[0]}</span>{shown[1:]}'
    return shown.replace(_NOTED, f'{_NOTED}<a epub:type="noteref" href="#note">1</a>')
