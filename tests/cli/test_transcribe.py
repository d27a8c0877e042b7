"""``syncalign transcribe``: what it asks for, prints and writes. The listening is replaced."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from types import SimpleNamespace

import jsonschema
import pytest

from syncalign.errors import DependencyError, MediaError
from syncalign.results import Transcription, load_schema
from syncalign.timebase import Cue, Segment, Timeline

WORDS = (Cue(Segment(1.0, 1.4), "Hello", 0.9), Cue(Segment(1.5, 2.0), "\x1bthere.", 0.7))
HEARD = Transcription(
    status="transcribed",
    reasons=("3.0 of 9.0 s are speech.",),
    path="talk.mp3",
    duration=9.0,
    language="en",
    language_probability=0.98,
    model="base",
    backend="faster-whisper",
    device="cpu",
    lines=Timeline((Cue(Segment(1.0, 2.0), "Hello \x1bthere.", 0.8, WORDS),), "line"),
)
STILL = replace(HEARD, status="no_speech", reasons=("Nobody speaks.",), lines=Timeline())


class Listener:
    """Stands for the pipeline."""

    def __init__(self) -> None:
        self.answer: Transcription | Exception = HEARD
        self.asked: list[tuple] = []

    def __call__(self, media, **options) -> Transcription:
        self.asked.append((media, options))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def listener(work, monkeypatch) -> Listener:
    (work / "talk.mp3").write_bytes(b"not decoded")
    given = Listener()
    module = SimpleNamespace(transcribe=given)
    monkeypatch.setitem(sys.modules, "syncalign.pipelines.transcribe", module)
    return given


def test_subtitles_are_written_beside_the_medium(listener, work, call):
    done = call("transcribe", "talk.mp3", writes=("talk.transcript.srt",))
    assert done.code == 0
    assert done.text.splitlines() == [
        "transcribed (en; base by faster-whisper on cpu)",
        "  3.0 of 9.0 s are speech.",
        "  1 lines, 2 words",
        "written: talk.transcript.srt",
    ]
    assert b"00:00:01,000 --> 00:00:02,000" in (work / "talk.transcript.srt").read_bytes()


def test_the_question_is_handed_on(listener, call):
    call("transcribe", "talk.mp3", "--model", "tiny.en", "--language", "en", "--backend", "whisper",
         "--device", "cuda", "--track", "1", "--no-cache",
         writes=("talk.transcript.srt",))  # fmt: skip
    ((media, options),) = listener.asked
    del options["progress"]
    assert media == "talk.mp3"
    assert options == {
        "model": "tiny.en", "language": "en", "backend": "whisper", "device": "cuda", "track": 1,
        "cache": None,
    }  # fmt: skip


def test_json_is_one_object_and_so_is_the_file(listener, work, call):
    done = call("transcribe", "talk.mp3", "-o", "talk.json", "--json", writes=("talk.json",))
    assert done.json["lines"][0]["words"][1]["start"] == 1.5
    assert done.json["confidence"] is None
    assert done.json["output"] == "talk.json"
    document = json.loads((work / "talk.json").read_bytes())
    jsonschema.Draft202012Validator(load_schema("transcript")).validate(document)


@pytest.mark.parametrize(
    ("format_", "begins"),
    [("vtt-words", b"WEBVTT"), ("ctm", b"talk"), ("json", b"{"), ("lrc-words", b"[00:01.00]")],
)
def test_standard_output_takes_any_format(format_, begins, listener, call):
    done = call("transcribe", "talk.mp3", "-o", "-", "--format", format_)
    assert done.code == 0
    assert done.stdout.startswith(begins)
    assert done.stderr.startswith("transcribed")


def test_silence_is_an_answer(listener, work, call):
    listener.answer = STILL
    done = call("transcribe", "talk.mp3", "--json", writes=("talk.transcript.srt",))
    assert (done.code, done.json["status"], done.json["lines"]) == (0, "no_speech", [])
    assert (work / "talk.transcript.srt").read_bytes() == b""


def test_an_output_in_the_way_is_kept(listener, work, call):
    (work / "talk.transcript.srt").write_text("mine")
    assert call("transcribe", "talk.mp3").code == 3
    assert listener.asked == []
    done = call("transcribe", "talk.mp3", "--force", changes=("talk.transcript.srt",))
    assert done.code == 0


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (DependencyError("the model", "syncalign models fetch whisper-base"), 5),
        (MediaError("talk.mp3", "is no medium"), 3),
    ],
)
def test_errors_have_their_exit_code(error, code, listener, call):
    listener.answer = error
    assert call("transcribe", "talk.mp3", "--json").code == code


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("talk.mp3", "-o", ""),
        ("talk.mp3", "-o", "-", "--json"),
        ("talk.mp3", "-o", "talk.xyz"),
        ("talk.mp3", "--format", "nonsense"),
        ("talk.mp3", "--backend", "parrot"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2(arguments, listener, call):
    done = call("transcribe", *arguments)
    assert done.code == 2
    assert listener.asked == []


def test_the_output_may_not_be_the_medium(listener, call):
    assert call("transcribe", "talk.mp3", "-o", "talk.mp3", "--format", "srt", "--force").code == 2


def test_help_says_that_the_device_counts(call):
    told = " ".join(call("transcribe", "--help").text.split())
    assert "auto takes a CUDA device" in told
    assert "always runs on the CPU" not in told
