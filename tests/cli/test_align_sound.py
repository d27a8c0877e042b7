"""``syncalign align`` on real sound: exit codes, the JSON, and nothing half-written."""

from __future__ import annotations

import json
import shutil
import wave

import pytest

from cli.conftest import ROOT, TEXTS

POEM = ROOT / "samples" / "media" / "windy-nights.opus"
ENGLISH = ("--language", "en", "--backend", "synth")
WHISPER = ("--language", "en", "--backend", "whisper")


@pytest.fixture
def poem(work):
    """A reading of a poem, the poem, another text, and nine seconds of silence."""
    shutil.copy(POEM, work / "poem.opus")
    shutil.copy(TEXTS / "windy-nights.txt", work / "poem.txt")
    (work / "empty.txt").write_text("\n \n")
    (work / "russian.txt").write_text("Старый смотритель маяка поднялся по лестнице.\n", "utf-8")
    with wave.open(str(work / "silence.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16000)
        file.writeframes(bytes(2 * 9 * 16000))
    return work


def test_a_reading_is_aligned_and_the_same_each_time(poem, call):
    done = call("align", "poem.opus", "poem.txt", *ENGLISH, "--json", writes=("poem.aligned.json",))
    assert done.code == 0
    answer = done.json
    assert (answer["status"], answer["backend"], answer["output"]) == (
        "aligned", "synth", "poem.aligned.json",
    )  # fmt: skip
    assert [unit["status"] for unit in answer["units"]].count("not_spoken") == 1
    first = (poem / "poem.aligned.json").read_bytes()
    assert json.loads(first)["units"] == answer["units"]
    again = call("align", "poem.opus", "poem.txt", *ENGLISH, "-o", "-")
    assert again.code == 0
    assert again.stdout == first


@pytest.mark.parametrize(
    ("audio", "text", "options", "code", "told"),
    [
        ("poem.opus", "other.srt", ENGLISH, 4, "not this text"),
        ("silence.wav", "poem.txt", ENGLISH, 4, "Nobody speaks"),
        ("poem.opus", "empty.txt", ENGLISH, 3, "no words"),
        ("poem.opus", "russian.txt", ENGLISH, 3, "Cyrillic"),
        ("poem.opus", "none.txt", ENGLISH, 3, "does not exist"),
        ("none.opus", "poem.txt", ENGLISH, 3, "no such file"),
        ("poem.txt", "poem.txt", ENGLISH, 3, "poem.txt"),
        ("right.srt", "poem.txt", ENGLISH, 3, "right.srt"),
        ("poem.opus", "poem.txt", ("--language", "en", "--backend", "ctc"), 5, "wav2vec2-en"),
        ("poem.opus", "poem.txt", WHISPER, 5, "syncalign models fetch whisper-tiny.en"),
        ("poem.opus", "poem.txt", (*WHISPER, "--model", "base"), 5, "models fetch whisper-base"),
    ],
)
def test_what_cannot_be_aligned_has_its_exit_code(
    audio, text, options, code, told, poem, call, monkeypatch, tmp_path
):
    monkeypatch.setenv("SYNCALIGN_MODELS", str(tmp_path / "no models"))
    done = call("align", audio, text, *options, "-o", "out.srt", "--json")
    assert done.code == code
    assert any(told in reason for reason in done.json["reasons"])
    assert done.json["status"] == ("refused" if code == 4 else "error")


@pytest.mark.parametrize(
    "options", [("--language", "xx"), ("--language", "it", "--backend", "phones"), ("--track", "7")]
)
def test_a_wrong_parameter_is_exit_2_or_3(options, poem, call):
    done = call("align", "poem.opus", "poem.txt", *options)
    assert done.code == (3 if "--track" in options else 2)
    assert len(done.stderr.strip().splitlines()) <= 4
    assert done.stdout == b""


def test_a_refused_text_leaves_the_file_that_was_there(poem, call):
    (poem / "out.srt").write_text("mine")
    done = call("align", "poem.opus", "other.srt", *ENGLISH, "-o", "out.srt", "--force")
    assert done.code == 4
    assert (poem / "out.srt").read_text() == "mine"
