"""Document: text to be read aloud, in blocks whose every character has its place in the file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from syncalign.errors import FormatError, ParameterError
from syncalign.formats import docx_text, html_text, markdown_text, plain_text
from syncalign.formats.archive import Archive
from syncalign.formats.cue_text import read_cues
from syncalign.formats.encoding import decode
from syncalign.formats.epub.book import read_epub
from syncalign.formats.foreign import binary_kind
from syncalign.formats.registry import FORMATS
from syncalign.formats.source import read_bytes
from syncalign.formats.traced_text import Place, Span

__all__ = [
    "DOCUMENT_FORMATS",
    "PACKED_FORMATS",
    "Document",
    "Place",
    "Span",
    "parse_document",
    "read_document",
]

LARGEST_DOCUMENT = 32 * 2**20  # bytes; pictures inside a page take some
#: Some 150 hours of reading aloud: a text beyond it is a list or a mistake, not a book.
MOST_CHARACTERS = 8_000_000


@dataclass(frozen=True, slots=True)
class Document:
    """A text to be read aloud.

    Parameters
    ----------
    spans : tuple of Span
        Its blocks, in the order of reading.
    name : str
        The file.
    language : str or None
        The language that the file says it is in, such as "en" or "pt-br".
    left_out : tuple of str
        What is in the file and not in the blocks, as nobody reads it aloud; in sentences.

    Raises
    ------
    FormatError
        It holds more than :data:`MOST_CHARACTERS`.
    """

    spans: tuple[Span, ...] = field(repr=False)
    name: str
    language: str | None = None
    left_out: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what nobody reads aloud."""
        if self.size > MOST_CHARACTERS:
            raise FormatError(
                self.name,
                f"holds more than {MOST_CHARACTERS:,} characters, over 150 hours of reading; "
                "align its parts one by one",
            )

    @property
    def size(self) -> int:
        """Count the characters."""
        return sum(len(span.text) for span in self.spans)


#: How a format reads: the text and the name of its file to the blocks in it.
Reader = Callable[[str, str], Iterable[Span]]

DOCUMENT_FORMATS: dict[str, Reader] = {
    "txt": plain_text.read_paragraphs,
    "md": markdown_text.read_markdown,
    "html": html_text.read_page,
    "plain": plain_text.read_line_fragments,
    "parsed": plain_text.read_parsed_fragments,
    "subtitles": plain_text.read_subtitle_fragments,
    "unparsed": html_text.read_page_fragments,
}
#: The same for files of files: an archive to its blocks, its language and what is left out.
PACKED_FORMATS: dict[
    str, Callable[[Archive], tuple[tuple[Span, ...], str | None, tuple[str, ...]]]
] = {"epub": read_epub, "docx": docx_text.read_docx}
_TIMED = tuple(format_.name for format_ in FORMATS)
_ENDINGS = {
    **{ending: format_.name for format_ in FORMATS for ending in format_.extensions},
    ".txt": "txt", ".text": "txt", ".md": "md", ".markdown": "md", ".mkd": "md",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".xht": "html",
}  # fmt: skip
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)
_TIMES = re.compile(r"^[\d:.,]{5,15} --> [\d:.,]{5,15}", re.MULTILINE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def read_document(
    path: str | os.PathLike[str], *, format: str | None = None, encoding: str | None = None
) -> Document:
    """Read a text that is read aloud.

    Parameters
    ----------
    path : path-like
        The file.
    format : str, optional
        A name from :data:`DOCUMENT_FORMATS` or :data:`PACKED_FORMATS`, or one of timed text, such
        as "srt"; found if not given.
    encoding : str, optional
        Its encoding; found if not given.

    Raises
    ------
    FormatError
        The file cannot be read, is no text, is too large, or holds nothing to read.
    ParameterError
        There is no such format or encoding.
    """
    _ensure_known(format, (*DOCUMENT_FORMATS, *PACKED_FORMATS, *_TIMED))
    name = os.fspath(path)
    head = read_bytes(path, what="text", most=4)
    if format in PACKED_FORMATS or (format is None and head == b"PK\3\4"):
        return _read_packed(name, format)
    data = read_bytes(path, what="text", most=LARGEST_DOCUMENT + 1)
    try:
        return parse_document(data, name, format=format, encoding=encoding)
    except FormatError as exc:
        raise FormatError(path, exc.message, exc.line) from exc


def parse_document(
    data: bytes, name: str, *, format: str | None = None, encoding: str | None = None
) -> Document:
    """Read the bytes of a text that is no archive; as :func:`read_document`, with its errors."""
    _ensure_known(format, (*DOCUMENT_FORMATS, *_TIMED))
    text = _checked_text(data, encoding)
    chosen = format or _detected(text, name)
    if chosen in DOCUMENT_FORMATS:
        spans = tuple(DOCUMENT_FORMATS[chosen](text, name))
    else:
        spans = tuple(read_cues(data, name, format=format, encoding=encoding))
    _ensure_words(spans, chosen)
    is_page = chosen in ("html", "unparsed")
    return Document(spans, name, html_text.declared_language(text) if is_page else None)


def _read_packed(name: str, format: str | None) -> Document:
    try:
        with Archive(name) as archive:
            chosen = format or _packed_format(archive)
            spans, language, left_out = PACKED_FORMATS[chosen](archive)
        _ensure_words(spans, chosen)
    except FormatError as exc:
        raise FormatError(name, exc.message, exc.line) from exc
    return Document(spans, name, language, left_out)


def _packed_format(archive: Archive) -> str:
    if "META-INF/container.xml" in archive or "mimetype" in archive:
        return "epub"
    if docx_text.MAIN in archive:
        return "docx"
    raise FormatError(
        archive.path, "is a ZIP file, but neither EPUB nor DOCX; unpack it and name a text in it"
    )


def _ensure_known(format: str | None, known: tuple[str, ...]) -> None:
    if format is not None and format not in known:
        raise ParameterError(
            f"there is no format of texts named {format!r}; known are {', '.join(known)}"
        )


def _ensure_words(spans: tuple[Span, ...], format: str) -> None:
    if not any(character.isalnum() for span in spans for character in span.text):
        raise FormatError(None, f"holds no words to read (read as {format})")


def _detected(text: str, name: str) -> str:
    """Return the format of a text: by what it begins with, then by the name of its file."""
    named = _ENDINGS.get(Path(name).suffix.lower(), "txt")
    head = text[:65_536]
    if named != "md" and _PAGE.match(head):
        return "html"
    if named == "txt" and len(_TIMES.findall(head)) > 1:
        return "srt"
    return named


def _checked_text(data: bytes, encoding: str | None) -> str:
    if not data:
        raise FormatError(None, "is empty")
    kind = binary_kind(data)
    if kind is not None:
        raise FormatError(None, f"is not a text: binary data (looks like {kind})")
    if len(data) > LARGEST_DOCUMENT:
        raise FormatError(
            None, f"is larger than {LARGEST_DOCUMENT // 2**20} MiB; align its parts one by one"
        )
    text = decode(data, encoding).text
    head = text[:4096]
    if len(_CONTROL.findall(head)) * 20 > len(head):
        raise FormatError(None, "is not a text: binary data")
    return text
