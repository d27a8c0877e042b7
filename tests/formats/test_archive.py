"""Archives that mean harm, and damaged ones, are refused; memory stays bounded."""

from __future__ import annotations

import contextlib
import struct
import subprocess
import sys
import zipfile

import pytest

from formats.books import plain, write
from syncalign.errors import FormatError
from syncalign.formats import archive as archives
from syncalign.formats.archive import Archive
from syncalign.formats.document import read_document


def refused(path, said: str) -> None:
    with pytest.raises(FormatError, match=said) as caught:
        read_document(path)
    assert caught.value.path == str(path)
    assert "\n" not in str(caught.value)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    members = {**plain(), "EPUB/one.xhtml": b"<p>" + b" " * 40 * 2**20}
    refused(write(tmp_path / "bomb.epub", members), "one.xhtml unpacks to 41,943,043 bytes")


def test_many_members_that_are_too_much_together(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_ARCHIVE", 2**21)
    members = {**plain(), **{f"{n}.bin": b"x" * 2**20 for n in range(3)}}
    refused(write(tmp_path / "big.epub", members), "unpacks to more than")


def test_a_text_that_no_book_has(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_TEXT", 100)
    path = write(tmp_path / "a.epub", plain())
    with Archive(path) as archive, pytest.raises(FormatError, match="is larger than"):
        archive.read("EPUB/one.xhtml", most=100)


def test_too_many_members(tmp_path):
    path = tmp_path / "many.epub"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20_001):
            archive.writestr(zipfile.ZipInfo(str(number)), b"")
    refused(path, "holds more than 20,000 files")


def test_a_directory_that_lies_about_its_length(tmp_path):
    """Many members, and an end that says there is one: the size of the list tells."""
    path = tmp_path / "many.epub"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(20_001):
            archive.writestr(zipfile.ZipInfo(str(number)), b"")
    data = bytearray(path.read_bytes())
    struct.pack_into("<HH", data, len(data) - 14, 1, 1)
    path.write_bytes(data)
    refused(path, "holds more than 20,000 files")


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "a/../../evil", "a\\..\\evil", "C:/evil", "a//b", "./a"]
)
def test_names_that_lead_elsewhere(tmp_path, name):
    refused(write(tmp_path / "a.epub", {**plain(), name: b"x"}), "it has a file with the name")


def test_two_members_of_one_name(tmp_path):
    path = write(tmp_path / "a.epub", plain())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr("EPUB/one.xhtml", "<p>other</p>")
    refused(path, "holds EPUB/one.xhtml twice")


def test_encrypted_members(tmp_path):
    path = write(tmp_path / "a.epub", plain())
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\1\2")
    data[at + 8] |= 1
    path.write_bytes(data)
    refused(path, "is encrypted with a password")


def test_other_packings(tmp_path):
    path = tmp_path / "a.epub"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, data in plain().items():
            archive.writestr(name, data)
    refused(path, "in a way that books may not")


def test_every_cut_and_many_flipped_bytes(tmp_path):
    """Damage gives an answer or one sentence, never another error."""
    data = write(tmp_path / "whole.epub", plain()).read_bytes()
    path = tmp_path / "damaged.epub"
    for size in range(4, len(data), 97):
        path.write_bytes(data[:size])
        refused(path, "cannot be read")
    for at in range(4, len(data), 11):
        damaged = bytearray(data)
        damaged[at] ^= 0xFF
        path.write_bytes(damaged)
        with contextlib.suppress(FormatError):
            read_document(path)


def test_a_zip_of_something_else(tmp_path):
    refused(write(tmp_path / "a.epub", {"a.txt": b"Hello"}), "neither EPUB nor DOCX")


@pytest.mark.slow
def test_memory_stays_bounded(tmp_path):
    """A book with large pictures is read in the memory of its largest chapter."""
    members = {**plain(), **{f"{n}.png": bytes(range(256)) * 2**16 for n in range(8)}}
    path = tmp_path / "pictures.epub"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    assert path.stat().st_size > 2**27
    program = (
        "import resource, sys; from syncalign.formats.document import read_document\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "read_document(sys.argv[1])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True, check=True
    )
    assert int(done.stdout) * (1 if sys.platform == "darwin" else 1024) < 2**25
