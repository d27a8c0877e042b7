"""Copy protection of books: named, and refused."""

from __future__ import annotations

from syncalign.errors import FormatError
from syncalign.formats.archive import Archive
from syncalign.formats.markup import Tag, read_markup

_LICENCES = {  # a file, what stands in it, and whose it is
    "META-INF/license.lcpl": ("", "Readium LCP"),
    "META-INF/sinf.xml": ("", "Apple FairPlay"),
    "META-INF/rights.xml": ("adept", "Adobe ADEPT"),
}
#: Fonts are garbled so that they can't be taken out; the text of the book is not.
_OF_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_ENCRYPTION = "META-INF/encryption.xml"


def ensure_unprotected(archive: Archive) -> None:
    """Refuse a book that only its seller's programs may open.

    Raises
    ------
    FormatError
        It is protected; with the name of what protects it.
    """
    maker = next(
        (name for file, (mark, name) in _LICENCES.items() if _holds(archive, file, mark)), None
    )
    if maker is None and _ENCRYPTION in archive:
        used = {
            tag.attributes.get("algorithm", "")
            for tag in read_markup(archive.text(_ENCRYPTION).text)
            if isinstance(tag, Tag) and tag.name.endswith("encryptionmethod") and not tag.is_end
        }
        others = used - {*_OF_FONTS}
        maker = "Kobo" if others and _holds(archive, "META-INF/rights.xml", "kdrm") else None
        maker = maker or ("an unknown maker" if others else None)
    if maker is not None:
        raise FormatError(
            archive.path,
            f"is protected against copying ({maker}) and cannot be read; "
            "use a copy without protection",
        )


def _holds(archive: Archive, file: str, mark: str) -> bool:
    return file in archive and mark in archive.text(file).text.lower()
