"""``syncalign align``: what it asks for, prints, writes and refuses. The listening is replaced."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from types import SimpleNamespace

import jsonschema
import pytest
from formats.books import plain, write
from formats.readings import READING, unit

from syncalign.errors import DependencyError, FormatError, MediaError
from syncalign.formats.transcript_formats import TRANSCRIPT_FORMATS
from syncalign.results import TextAlignment, load_schema

REFUSED = replace(
    READING, status="refused", confidence=0.01, reasons=("It is no reading of this text.",)
)


class Listener:
    """Stands for the pipeline: gives an answer or an error, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answer: TextAlignment | Exception = READING
        self.asked: list[tuple] = []

    def __call__(self, audio, text, **options) -> TextAlignment:
        self.asked.append((audio, text, options))
        if isinstance(self.answer, Exception):
            raise self.answer
        options["progress"].start("listening", 10.0)
        options["progress"].advance(10.0)
        options["progress"].finish()
        return self.answer


@pytest.fixture
def listener(work, monkeypatch) -> Listener:
    """A recording and a text in the folder, and somebody who knows how they go together."""
    (work / "part1.mp3").write_bytes(b"not decoded")
    (work / "part2.mp3").write_bytes(b"not decoded")
    (work / "chapter.txt").write_text("The old harbour sleeps.\n", encoding="utf-8")
    given = Listener()
    module = SimpleNamespace(align_text=given)
    monkeypatch.setitem(sys.modules, "syncalign.pipelines.text", module)
    return given


class TestAnswers:
    def test_a_file_is_written_beside_the_text(self, listener, work, call):
        done = call("align", "part1.mp3", "chapter.txt", writes=("chapter.aligned.json",))
        assert done.code == 0
        assert done.text.endswith("written: chapter.aligned.json\n")
        document = json.loads((work / "chapter.aligned.json").read_bytes())
        jsonschema.Draft202012Validator(load_schema("text-alignment")).validate(document)
        assert done.stderr == ""

    def test_people_are_told_what_to_look_at(self, listener, call):
        text = call("align", "part1.mp3", "chapter.txt", writes=("chapter.aligned.json",)).text
        assert text.splitlines()[:3] == [
            "aligned (confidence 0.99)",
            "  4 of 5 lines are read.",
            "  5 lines: 2 ok, 1 low, 1 interpolated, 1 not spoken",
        ]
        low = text.index('00:00:03.200  low 0.40  He said "go" -- & <left> {now}.')
        assert low < text.index("interpolated 0.60") < text.index("not spoken 0.99  Nobody reads")
        assert "00:00:00.000 - 00:00:01.001  intro" in text

    def test_long_lists_are_cut_and_odd_texts_are_harmless(self, listener, call):
        listener.answer = replace(
            READING,
            units=tuple(
                unit(str(n), "\x1b[31m" + 90 * "x", 1.0 * n, n + 0.5, status="low")
                for n in range(30)
            ),
            audio_gaps=READING.audio_gaps * 10,
        )
        text = call("align", "part1.mp3", "chapter.txt", writes=("chapter.aligned.json",)).text
        assert "\x1b" not in text
        assert "and 20 more (--json shows all)" in text
        assert text.count("\u2026") == 10
        assert len(text.splitlines()) < 32

    def test_json_is_one_object(self, listener, call):
        done = call("align", "part1.mp3", "chapter.txt", "--json", writes=("chapter.aligned.json",))
        assert done.json["status"] == "aligned"
        assert done.json["output"] == "chapter.aligned.json"
        assert done.json["units"][2]["status"] == "not_spoken"
        assert done.json["sound"][1]["start"] == 6.5

    def test_the_question_is_handed_on(self, listener, call):
        call("align", "part1.mp3", "part2.mp3", "chapter.txt", "--level", "word", "--language",
             "de", "--backend", "phones", "--track", "1", "--text-format", "md", "--encoding",
             "latin-1", "--model", "base", "--retakes", "first", "--no-cache", "--device", "cpu",
             writes=("chapter.aligned.json",))  # fmt: skip
        ((audio, text, options),) = listener.asked
        assert (audio, text) == (["part1.mp3", "part2.mp3"], "chapter.txt")
        del options["progress"]
        assert options == {
            "level": "word", "language": "de", "backend": "phones", "track": 1,
            "text_format": "md", "encoding": "latin-1", "model": "base", "retakes": "first",
            "cache": None, "device": "cpu",
        }  # fmt: skip

    def test_by_default_lines_are_timed_and_the_rest_is_found(self, listener, call):
        call("align", "part1.mp3", "chapter.txt", writes=("chapter.aligned.json",))
        options = listener.asked[0][2]
        assert (options["level"], options["backend"]) == ("line", "auto")
        assert options["language"] is options["track"] is options["text_format"] is None

    def test_a_refusal_is_exit_4_and_writes_nothing(self, listener, call):
        listener.answer = REFUSED
        done = call("align", "part1.mp3", "chapter.txt", "--force")
        assert done.code == 4
        assert done.text.startswith("refused (confidence 0.01)\n  It is no reading of this text.")
        assert done.text.endswith("nothing was written\n")
        told = call("align", "part1.mp3", "chapter.txt", "--accept", "unsure", "--json")
        assert (told.code, told.json["status"], told.json["output"]) == (4, "refused", None)

    def test_a_guess_is_written_only_if_it_is_accepted(self, listener, call):
        listener.answer = replace(READING, status="unsure")
        done = call("align", "part1.mp3", "chapter.txt", "--json")
        assert (done.code, done.json["status"], done.json["output"]) == (4, "unsure", None)
        done = call("align", "part1.mp3", "chapter.txt", "--accept", "unsure", "--json",
                    writes=("chapter.aligned.json",))  # fmt: skip
        assert (done.code, done.json["status"]) == (0, "unsure")

    def test_progress_goes_to_standard_error(self, listener, call):
        done = call("align", "part1.mp3", "chapter.txt", "--json", "--progress",
                    writes=("chapter.aligned.json",))  # fmt: skip
        assert done.json["status"] == "aligned"


class TestOutputs:
    @pytest.mark.parametrize("name", [known.name for known in TRANSCRIPT_FORMATS])
    def test_every_format_can_be_asked_for(self, name, listener, work, call):
        done = call("align", "part1.mp3", "chapter.txt", "-o", "out", "--format", name,
                    writes=("out",))  # fmt: skip
        assert done.code == 0
        assert (work / "out").read_bytes() == READING.to_bytes(name)

    @pytest.mark.parametrize(
        ("output", "name"),
        [("a.srt", "srt"), ("a.TextGrid", "textgrid"), ("a.txt", "audacity"), ("a.json", "json")],
    )
    def test_the_ending_decides(self, output, name, listener, work, call):
        call("align", "part1.mp3", "chapter.txt", "-o", output, writes=(output,))
        assert (work / output).read_bytes() == READING.to_bytes(name)

    @pytest.mark.parametrize(
        ("name", "output"),
        [("aeneas", "chapter.aligned.json"), ("karaoke", "chapter.aligned.ass"),
         ("textgrid", "chapter.aligned.TextGrid"), ("audacity", "chapter.aligned.txt")],
    )  # fmt: skip
    def test_a_format_alone_gives_the_name(self, name, output, listener, call):
        assert call("align", "part1.mp3", "chapter.txt", "--format", name,
                    writes=(output,)).code == 0  # fmt: skip

    @pytest.mark.parametrize("format_", ["json", "vtt-words"])
    def test_a_dash_is_standard_output(self, format_, listener, call):
        done = call("align", "part1.mp3", "chapter.txt", "-o", "-", "--format", format_)
        assert done.stdout == READING.to_bytes(format_)
        assert done.stderr.startswith("aligned")
        assert done.stderr.endswith("written to standard output\n")
        assert call("align", "part1.mp3", "chapter.txt", "-o", "-", "-q").stderr == ""
        listener.answer = REFUSED
        refused = call("align", "part1.mp3", "chapter.txt", "-o", "-")
        assert (refused.code, refused.stdout) == (4, b"")

    def test_an_existing_file_is_kept_and_nothing_is_read(self, listener, work, call):
        (work / "chapter.aligned.json").write_text("mine")
        done = call("align", "part1.mp3", "chapter.txt", "--json")
        assert done.code == 3
        assert done.json["error"] == {
            "type": "OutputError", "path": "chapter.aligned.json", "line": None
        }  # fmt: skip
        assert not listener.asked
        done = call("align", "part1.mp3", "chapter.txt", "--force",
                    changes=("chapter.aligned.json",))  # fmt: skip
        assert done.code == 0

    @pytest.mark.parametrize("output", ["part2.mp3", "./chapter.txt"])
    def test_an_input_is_no_output(self, output, listener, call):
        done = call("align", "part1.mp3", "part2.mp3", "chapter.txt", "-o", output, "--force",
                    "--format", "srt")  # fmt: skip
        assert (done.code, listener.asked) == (2, [])

    @pytest.mark.parametrize("output", ["no/such/folder/a.json", "x" * 300 + ".json"])
    def test_what_cannot_be_written_is_found_first(self, output, listener, call):
        done = call("align", "part1.mp3", "chapter.txt", "-o", output, "--json")
        assert (done.code, done.json["error"]["type"], listener.asked) == (3, "OutputError", [])

    def test_a_full_disk_leaves_nothing(self, listener, call, monkeypatch):
        def full(descriptor):
            raise OSError(28, os.strerror(28))

        monkeypatch.setattr("os.fsync", full)
        done = call("align", "part1.mp3", "chapter.txt", "--json")
        assert done.code == 3
        assert "No space left" in done.json["reasons"][0]

    def test_what_a_format_cannot_hold_is_told(self, listener, call):
        listener.answer = replace(READING, units=(unit("a", "late", 36_000.0, 36_001.0),))
        done = call("align", "part1.mp3", "chapter.txt", "-o", "a.ass")
        assert done.code == 2
        assert "ass holds times from 0 to 36000 s" in done.stderr


class TestWrongUse:
    @pytest.mark.parametrize(
        "arguments",
        [
            (),
            ("chapter.txt",),
            ("part1.mp3", "chapter.txt", "-o", ""),
            ("part1.mp3", "chapter.txt", "-o", "-", "--json"),
            ("part1.mp3", "chapter.txt", "-o", "a.mp4"),
            ("part1.mp3", "chapter.txt", "-o", "a"),
            ("part1.mp3", "chapter.txt", "--format", "smil"),
            ("part1.mp3", "chapter.txt", "-o", "a.srt", "--format", "SRT!"),
            ("part1.mp3", "chapter.txt", "--level", "letter"),
            ("part1.mp3", "chapter.txt", "--backend", "guess"),
            ("part1.mp3", "chapter.txt", "--accept", "refused"),
            ("part1.mp3", "chapter.txt", "--track", "-1"),
        ],
        ids=" ".join,
    )
    def test_is_exit_2_before_anything_is_read(self, arguments, listener, call):
        done = call("align", *arguments)
        assert (done.code, done.stdout, listener.asked) == (2, b"", [])
        assert done.stderr

    def test_the_help_tells_formats_exit_code_and_examples(self, call):
        text = call("align", "--help").text
        assert all(known.name in text for known in TRANSCRIPT_FORMATS)
        assert "exit code is 4" in text
        assert "chapter1.aligned.json" in text


class TestBadInput:
    @pytest.mark.parametrize(
        ("error", "code"),
        [
            (MediaError("part1.mp3", "has no sound"), 3),
            (FormatError("chapter.txt", "is empty: only blank space"), 3),
            (DependencyError("backend phones needs pocketsphinx", "pip install pocketsphinx"), 5),
            (RuntimeError("oops"), 1),
        ],
        ids=lambda given: type(given).__name__,
    )
    def test_has_its_exit_code_and_writes_nothing(self, error, code, listener, call):
        listener.answer = error
        done = call("align", "part1.mp3", "chapter.txt", "--json")
        assert done.code == code
        assert done.json["status"] == "error"
        assert done.json["error"]["path"] == getattr(error, "path", None)

    @pytest.mark.parametrize("arguments", [("-", "chapter.txt"), ("part1.mp3", "-")])
    def test_standard_input_is_not_read(self, arguments, listener, call):
        done = call("align", *arguments, "-o", "a.json", "--json")
        assert (done.code, listener.asked) == (3, [])
        assert "standard input cannot be read" in done.json["reasons"][0]


class TestBooks:
    """A book is written by its own pipeline, after the same checks."""

    @pytest.fixture
    def shelf(self, listener, work, monkeypatch) -> list[tuple]:
        """A book in the folder, and the calls of what would write it."""
        write(work / "book.epub", plain())
        asked: list[tuple] = []

        def make(alignment, book, output, **options):
            asked.append((alignment, book, output, options))
            (work / output).write_bytes(b"a book")

        module = SimpleNamespace(make_read_aloud=make)
        monkeypatch.setitem(sys.modules, "syncalign.pipelines.read_aloud", module)
        return asked

    @pytest.mark.parametrize("options", [("-o", "out.epub"), ("--format", "epub", "-o", "out.zip")])
    def test_the_book_and_the_track_are_handed_on(self, shelf, call, options):
        output = options[-1]
        done = call("align", "part1.mp3", "book.epub", *options, "--track", "1", writes=(output,))
        assert (done.code, done.text.splitlines()[-1]) == (0, f"written: {output}")
        ((given, book, written, handed),) = shelf
        assert (given, book, written) == (READING, "book.epub", output)
        assert (handed["track"], handed["overwrite"]) == (1, False)

    def test_a_refusal_writes_no_book(self, shelf, listener, call):
        listener.answer = REFUSED
        assert call("align", "part1.mp3", "book.epub", "-o", "out.epub").code == 4
        assert not shelf

    @pytest.mark.parametrize(
        ("arguments", "code", "said"),
        [
            (("chapter.txt", "-o", "out.epub"), 3, "chapter.txt: is no EPUB book"),
            (("book.epub", "--format", "epub", "-o", "-"), 2, "a book is no text"),
            (("book.epub", "-o", "book.epub", "--force"), 2, "is an input"),
        ],
    )
    def test_what_cannot_be_is_said_before_the_long_work(
        self, shelf, listener, call, arguments, code, said
    ):
        done = call("align", "part1.mp3", *arguments)
        assert (done.code, listener.asked, shelf) == (code, [], [])
        assert said in done.stderr


@pytest.mark.parametrize(
    ("output", "said"),
    [("out.json", "--audio is for read-aloud books"), ("out.epub", "an address such as")],
)
def test_sound_is_referred_to_by_books_and_by_addresses_alone(output, said, listener, work, call):
    write(work / "book.epub", plain())
    done = call("align", "part1.mp3", "book.epub", "-o", output, "--audio", "sound/")
    assert done.code == 2
    assert said in done.stderr
    assert listener.asked == []
