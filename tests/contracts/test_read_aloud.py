"""Read-aloud books: what epubcheck says, what is heard when, and what stays as it was."""

from __future__ import annotations

import re
import shutil
import subprocess
import wave
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from formats.books import BOOKS, book3, nested, old, page, plain, write

from syncalign.errors import FormatError, MediaError, OutputError, ParameterError
from syncalign.formats.document import read_document
from syncalign.formats.epub.read_aloud import ensure_can_speak
from syncalign.pipelines.read_aloud import make_read_aloud
from syncalign.results import AlignedUnit, SoundFile, TextAlignment
from syncalign.streams.text import read_tokens, text_units

ROOT = Path(__file__).parents[2]
_PAR = re.compile(
    r'<par id="\w+"><text src="([^"]+)#([^"]+)"/>'
    r'<audio src="([^"]+)" clipBegin="([\d.]+)s" clipEnd="([\d.]+)s"/></par>'
)


def complaints(book: Path) -> str:
    """Return what epubcheck finds in a book: errors and warnings."""
    program = shutil.which("epubcheck")
    if program is None or shutil.which("java") is None:
        pytest.skip("epubcheck is not installed (tests/apt-packages.txt)")
    done = subprocess.run(
        ["java", "-jar", str(Path(program).resolve()), str(book)],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert "EPUBCheck completed" in done.stdout
    found = [line for line in done.stderr.splitlines() if line.strip()]
    return "\n".join(found if done.returncode or "WARNING" in done.stderr else [])


@pytest.fixture(scope="session")
def sound(tmp_path_factory) -> Path:
    """A sound that has to be encoded: 20 s of noise at 8 kHz."""
    path = tmp_path_factory.mktemp("sound") / "a.wav"
    noise = np.random.default_rng(0).integers(-2000, 2000, 160_000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(noise.tobytes())
    return path


def alignment(book: Path, sound: Path, level: str = "sentence") -> TextAlignment:
    """Return an alignment in which unit n is heard from 0.3 n + 0.1 s on, for a quarter second."""
    document = read_document(book)
    units = text_units(document, read_tokens(document, "en"), level)
    return TextAlignment(
        status="aligned", confidence=0.99, reasons=("It is.",), language="en", backend="synth",
        level=level, sound=(SoundFile(str(sound), 0.0, 20.0),),
        units=tuple(
            AlignedUnit(
                u.id, level, u.text, 0.3 * n + 0.1, 0.3 * n + 0.35, "ok", 0.9, place=u.place
            )
            for n, u in enumerate(units)
        ),
    )  # fmt: skip


def made(tmp_path: Path, members: dict[str, bytes], sound: Path, level: str = "sentence") -> Path:
    book = write(tmp_path / "book.epub", members)
    make_read_aloud(alignment(book, sound, level), book, tmp_path / "out.epub")
    return tmp_path / "out.epub"


def members_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def pars(path: Path) -> list[tuple[str, ...]]:
    return [
        match.groups()
        for name, data in members_of(path).items()
        if name.endswith(".smil")
        for match in _PAR.finditer(data.decode())
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "level"), [*((name, "sentence") for name in BOOKS), ("inline", "word")]
)
def test_epubcheck_finds_nothing(tmp_path, sound, name, level):
    assert complaints(made(tmp_path, BOOKS[name](), sound, level)) == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", BOOKS)
def test_epubcheck_found_nothing_before(tmp_path, name):
    assert complaints(write(tmp_path / "book.epub", BOOKS[name]())) == ""


@pytest.mark.slow
def test_epubcheck_does_find_things(tmp_path, sound):
    path = made(tmp_path, plain(), sound)
    members = members_of(path)
    name = "EPUB/read-aloud/chapter1.smil"
    members[name] = members[name].replace(b"#t1", b"#t9")
    assert "Fragment identifier is not defined" in complaints(write(tmp_path / "bad.epub", members))


@pytest.mark.parametrize("name", BOOKS)
def test_the_text_is_the_same_when_it_is_read_again(tmp_path, sound, name):
    path = made(tmp_path, BOOKS[name](), sound)
    before, after = read_document(tmp_path / "book.epub"), read_document(path)
    assert [(s.kind, s.text) for s in after.spans] == [(s.kind, s.text) for s in before.spans]
    assert (after.language, after.left_out) == (before.language, before.left_out)


@pytest.mark.parametrize("name", [name for name in BOOKS if name != "old"])
def test_only_tags_are_inserted(tmp_path, sound, name):
    """Members keep their order; chapters and the package lose nothing; all others are equal."""
    before = BOOKS[name]()
    after = members_of(made(tmp_path, before, sound))
    assert list(after)[: len(before)] == list(before)
    for member, data in before.items():
        if after[member] != data:
            assert member.endswith((".xhtml", ".opf"))
            rest = iter(after[member])
            assert all(byte in rest for byte in data)  # a subsequence


def test_times_are_those_of_the_alignment(tmp_path, sound):
    path = made(tmp_path, plain(), sound)
    expected = alignment(tmp_path / "book.epub", sound).units
    times = [(float(begin), float(end)) for *_, begin, end in pars(path)]
    assert times == [(round(u.start, 3), round(u.end, 3)) for u in expected]
    package = members_of(path)["EPUB/package.opf"].decode()
    durations = [float(s) for s in re.findall(r'media:duration"[^>]*>([\d.]+)s<', package)]
    assert sum(durations[:-1]) == pytest.approx(durations[-1])
    assert durations[-1] == pytest.approx(0.25 * len(expected))


def test_ids_are_on_the_text_of_their_units(tmp_path, sound):
    etree = pytest.importorskip("lxml.etree", reason="lxml reads the marked pages")
    path = made(tmp_path, plain(), sound)
    pages = {n: etree.fromstring(d) for n, d in members_of(path).items() if n.endswith(".xhtml")}
    said = []
    for address, name, *_ in pars(path):
        (element,) = pages["EPUB/" + address.removeprefix("../")].xpath("//*[@id=$n]", n=name)
        said.append(" ".join("".join(element.itertext()).split()))
    assert said == [u.text for u in alignment(tmp_path / "book.epub", sound).units]


def test_overlays_are_nested_as_the_chapters_are(tmp_path, sound):
    overlay = members_of(made(tmp_path, nested(), sound))[
        "OEBPS/content/read-aloud/chapter1.smil"
    ].decode()
    assert re.findall(r'epub:type="(\w+)"', overlay) == ["bodymatter", "part", "chapter"]
    assert overlay.count("<seq") == overlay.count("</seq>") == 3


def test_what_is_not_spoken_has_no_time(tmp_path, sound):
    book = write(tmp_path / "book.epub", plain())
    given = alignment(book, sound)
    units = list(given.units)
    units[1] = replace(units[1], start=None, end=None, status="not_spoken")
    make_read_aloud(replace(given, units=tuple(units)), book, tmp_path / "out.epub")
    assert len(pars(tmp_path / "out.epub")) == len(units) - 1
    text = members_of(tmp_path / "out.epub")["EPUB/one.xhtml"].decode()
    assert "<p>The boats came in. <span" in text


def test_clips_lie_in_the_file_that_has_most_of_them(tmp_path, sound):
    """Of files that nobody reads in, none is put in; a clip does not run out of its file."""
    book = write(tmp_path / "book.epub", plain())
    given = alignment(book, sound)
    files = tuple(SoundFile(str(sound), n, n + 1.0) for n in (0.0, 1.0, 2.0, 3.0))
    ends = [(0.9, 1.2), (1.9, 3.0)]  # most in the second file; in the second and whole third
    units = [replace(u, start=a, end=b) for u, (a, b) in zip(given.units, ends, strict=False)]
    make_read_aloud(replace(given, units=tuple(units), sound=files), book, tmp_path / "out.epub")
    assert [p[2:] for p in pars(tmp_path / "out.epub")] == [
        ("sound1.m4a", "0.000", "0.200"),
        ("sound2.m4a", "0.000", "1.000"),
    ]
    assert sum(name.endswith(".m4a") for name in members_of(tmp_path / "out.epub")) == 2


def test_sound_that_every_player_plays_is_put_in_as_it_is(tmp_path, sound):
    first = members_of(made(tmp_path, plain(), sound))["EPUB/read-aloud/sound1.m4a"]
    (tmp_path / "a.m4a").write_bytes(first)
    book = tmp_path / "book.epub"
    make_read_aloud(alignment(book, tmp_path / "a.m4a"), book, tmp_path / "again.epub")
    assert members_of(tmp_path / "again.epub")["EPUB/read-aloud/sound1.m4a"] == first


@pytest.fixture
def portable(tmp_path, sound) -> Path:
    """A sound that readers of books play as it is."""
    path = tmp_path / "chapter one.m4a"
    path.write_bytes(members_of(made(tmp_path, plain(), sound))["EPUB/read-aloud/sound1.m4a"])
    return path


def test_sound_elsewhere_is_referred_to_and_not_put_in(tmp_path, portable):
    book, output = tmp_path / "book.epub", tmp_path / "referring.epub"
    make_read_aloud(alignment(book, portable), book, output, audio_url="https://example.org/a b/")
    members = members_of(output)
    assert not any(name.endswith(".m4a") for name in members)
    address = "https://example.org/a%20b/chapter%20one.m4a"
    assert {src for _, _, src, *_ in pars(output)} == {address}
    assert f'href="{address}"' in members["EPUB/package.opf"].decode()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["plain", "old"])
def test_epubcheck_finds_nothing_in_books_that_refer_to_their_sound(tmp_path, portable, name):
    book, output = write(tmp_path / "it.epub", BOOKS[name]()), tmp_path / "referring.epub"
    make_read_aloud(alignment(book, portable), book, output, audio_url="https://example.org/a")
    assert complaints(output) == ""


@pytest.mark.parametrize("url", ["sound/", "file:///sound", "https:///x", "https://a.org/?n=1", ""])
def test_sound_is_elsewhere_on_the_web_alone(tmp_path, portable, url):
    given = alignment(tmp_path / "book.epub", portable)
    with pytest.raises(ParameterError, match="an address such as"):
        make_read_aloud(given, tmp_path / "book.epub", tmp_path / "new.epub", audio_url=url)
    assert not (tmp_path / "new.epub").exists()


def test_sound_that_is_not_played_cannot_be_referred_to(tmp_path, portable, sound):
    given = alignment(tmp_path / "book.epub", sound)
    with pytest.raises(MediaError, match="neither MP3 nor AAC"):
        make_read_aloud(
            given, tmp_path / "book.epub", tmp_path / "n.epub", audio_url="https://a.org"
        )


def test_the_same_bytes_every_time(tmp_path, sound):
    one = made(tmp_path, nested(), sound).read_bytes()
    make_read_aloud(
        alignment(tmp_path / "book.epub", sound), tmp_path / "book.epub", tmp_path / "b.epub"
    )
    assert (tmp_path / "b.epub").read_bytes() == one


def test_the_type_comes_first_and_is_not_packed(tmp_path, sound):
    members = plain()
    members["mimetype"] = members.pop("mimetype")  # last, and packed
    with zipfile.ZipFile(made(tmp_path, members, sound)) as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type, first.extra) == ("mimetype", 0, b"")


def test_a_book_of_epub_2_becomes_one_of_epub_3(tmp_path, sound):
    members = members_of(made(tmp_path, old(), sound))
    package = members["OEBPS/content.opf"].decode()
    assert '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"' in package
    assert "<dc:date>1999-05-01</dc:date>" in package
    assert "2001-02-03" not in package
    assert '<meta refines="#said1" property="file-as">Body, No</meta>' in package
    contents = members["OEBPS/read-aloud/contents.xhtml"].decode()
    assert '<li><a href="../Text/one.xhtml">One &amp; only</a>\n<ol>\n<li><a' in contents
    assert "The caf&#233;" in re.sub("<[^>]+>", "", members["OEBPS/Text/one.xhtml"].decode())


def test_the_narrator_is_who_the_book_says(tmp_path, sound):
    members = plain()
    said = (
        '<dc:contributor id="r">Ann Reader</dc:contributor>'
        '<meta refines="#r" property="role" scheme="marc:relators">nrt</meta></metadata>'
    )
    name = "EPUB/package.opf"
    members[name] = members[name].replace(b"</metadata>", said.encode())
    path = made(tmp_path, members, sound)
    assert '<meta property="media:narrator">Ann Reader</meta>' in members_of(path)[name].decode()
    assert complaints(path) == ""


class TestRefusals:
    """Nothing is written where the book or the sound cannot be used."""

    def refused(self, tmp_path, given: TextAlignment, error: type[Exception], said: str) -> None:
        with pytest.raises(error, match=said):
            make_read_aloud(given, tmp_path / "book.epub", tmp_path / "out.epub")
        assert sorted(path.name for path in tmp_path.iterdir()) == ["book.epub"]

    def test_a_book_that_is_read_aloud_already(self, tmp_path, sound):
        path = made(tmp_path, plain(), sound)
        path.replace(tmp_path / "book.epub")
        with pytest.raises(FormatError, match="is read aloud already"):
            ensure_can_speak(str(tmp_path / "book.epub"))
        given = alignment(tmp_path / "book.epub", sound)
        self.refused(tmp_path, given, FormatError, "is read aloud already")

    def test_a_page_that_is_no_xhtml(self, tmp_path, sound):
        book = write(tmp_path / "book.epub", book3({"a.xhtml": page("<body><p>One<b>x</body>")}))
        with pytest.raises(FormatError, match=r"is no XHTML: .* EPUB/a\.xhtml, line 6"):
            ensure_can_speak(str(book))
        self.refused(tmp_path, alignment(book, sound), FormatError, "is no XHTML")

    def test_something_else(self, tmp_path):
        (tmp_path / "a.txt").write_text("Hello", encoding="utf-8")
        with pytest.raises(FormatError, match="is no EPUB book"):
            ensure_can_speak(str(tmp_path / "a.txt"))

    def test_an_alignment_of_another_text_or_of_none(self, tmp_path, sound):
        book = write(tmp_path / "book.epub", plain())
        given = alignment(book, sound)
        other = replace(given.units[0], place=replace(given.units[0].place, file="x.xhtml"))
        self.refused(
            tmp_path, replace(given, units=(other,)), ParameterError, "it is of another text"
        )
        self.refused(tmp_path, replace(given, units=()), FormatError, "has no unit that is heard")
        self.refused(tmp_path, replace(given, status="refused"), ParameterError, "refused")

    def test_sound_that_is_gone(self, tmp_path):
        book = write(tmp_path / "book.epub", plain())
        self.refused(tmp_path, alignment(book, tmp_path / "no.wav"), MediaError, "no such file")

    def test_an_output_that_is_there(self, tmp_path, sound):
        book = write(tmp_path / "book.epub", plain())
        (tmp_path / "out.epub").write_bytes(b"mine")
        with pytest.raises(OutputError, match="exists already"):
            make_read_aloud(alignment(book, sound), book, tmp_path / "out.epub")
        assert (tmp_path / "out.epub").read_bytes() == b"mine"
        with pytest.raises(ParameterError, match="is an input"):
            make_read_aloud(alignment(book, sound), book, book, overwrite=True)


def test_the_sample_is_a_book_that_epubcheck_likes(tmp_path):
    book = ROOT / "samples" / "texts" / "windy-nights.epub"
    assert complaints(book) == ""
    lines = (ROOT / "samples/texts/windy-nights.txt").read_text(encoding="utf-8").splitlines()
    said = [line for span in read_document(book).spans for line in span.text.splitlines()]
    assert [line.strip() for line in said] == [line for line in lines if line]
