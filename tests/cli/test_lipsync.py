"""``syncalign lipsync``: what it prints, and its exit codes."""

from __future__ import annotations

import shutil

import pytest

from cli.conftest import ROOT

pytest.importorskip("cv2", reason="needs the extra 'vision'")

CLIP = ROOT / "samples" / "media" / "talking-face.mp4"


@pytest.fixture
def clip(work):
    shutil.copy(CLIP, "talk.mp4")
    return "talk.mp4"


def test_the_answer_is_said_in_words_and_as_json(call, clip):
    said = call("lipsync", clip, "--model", "envelope")
    assert said.code == 0
    assert said.text.startswith("out_of_sync (confidence ")
    assert "ms late: it would have to come" in said.text
    fields = call("lipsync", clip, "--model", "envelope", "--json").json
    assert fields["status"] == "out_of_sync"
    assert fields["offset"] == pytest.approx(-0.16, abs=0.06)
    (track,) = fields["tracks"]
    assert len(track["windows"]) >= 10


def test_what_cannot_be_used_is_told(call, clip, work):
    for arguments in (["missing.mp4"], [clip, "--audio", "missing.wav"], [clip, "--model", "no"]):
        refused = call("lipsync", *arguments, "--json")
        assert refused.code == 3
        assert refused.json["status"] == "error"
    assert call("lipsync", clip, "--window", "0").code == 2
    assert call("lipsync", clip, "--max-lag", "7").code == 2


def test_no_face_is_an_answer(call, work):
    from cli.conftest import FILM

    said = call("lipsync", str(FILM), "--json")
    assert said.code == 0
    assert said.json["status"] == "no_face"
