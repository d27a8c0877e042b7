"""``syncalign lipsync``: what it prints, and its exit codes."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess

import imageio_ffmpeg
import pytest

from cli.conftest import ROOT
from syncalign.models.weights import MODELS, is_at_hand

pytest.importorskip("cv2", reason="needs the extra 'vision'")

HAS_MODEL = is_at_hand(MODELS["face"]) and importlib.util.find_spec("ai_edge_litert") is not None
needs_model = pytest.mark.skipif(
    not HAS_MODEL, reason="needs the extra 'vision' and `syncalign models fetch face`"
)
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


def test_no_face_is_an_answer(call, clip, work):
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i",
         "testsrc=d=2:s=320x240", "-i", clip, "-map", "0:v", "-map", "1:a", "-t", "2", "bare.mkv"],
        check=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    said = call("lipsync", "bare.mkv", "--json")
    assert said.code == 0
    assert said.json["status"] == "no_face"


@needs_model
def test_windows_are_written_as_a_table_and_drawn(call, clip, work):
    pytest.importorskip("matplotlib", reason="needs the extra 'plot'")
    said = call(
        "lipsync", clip, "--csv", "talk.csv", "--plot", "talk.png", writes=("talk.csv", "talk.png")
    )
    assert said.code == 0
    rows = (work / "talk.csv").read_text().splitlines()
    assert rows[0] == "face,start,end,offset,confidence,distance,status"
    assert len(rows) > 10
    assert (work / "talk.png").read_bytes().startswith(b"\x89PNG")
    again = call("lipsync", clip, "--csv", "talk.csv")
    assert again.code == 3  # there is one already
    assert call("lipsync", clip, "--csv", clip).code == 2  # the input


@needs_model
def test_a_fixed_file_has_every_packet_and_is_in_sync(call, clip, work):
    before = (work / clip).read_bytes()
    fields = call("lipsync", clip, "--fix", "fixed.mkv", "--json", writes=("fixed.mkv",)).json
    assert fields["output"] == "fixed.mkv"
    assert fields["fixed"]["status"] == "in_sync"
    assert abs(fields["fixed"]["offset"]) < 0.02
    assert fields["fixed"]["moved"] == pytest.approx(-0.16, abs=0.02)
    assert packets(work / "fixed.mkv") == packets(work / clip)
    assert (work / clip).read_bytes() == before
    assert not list(work.glob(".syncalign-*"))
    same = call("lipsync", "fixed.mkv", "--fix", "same.mkv", "--json", writes=("same.mkv",)).json
    assert same["fixed"]["moved"] == 0
    assert (work / "same.mkv").read_bytes() == (work / "fixed.mkv").read_bytes()


@needs_model
def test_what_cannot_be_fixed_is_not_written(call, clip, work):
    other = str(CLIP.with_name("windy-nights.opus"))
    said = call("lipsync", clip, "--audio", other, "--fix", "fixed.mp4", "--json")
    assert said.code == 4
    assert (said.json["status"], said.json["output"], said.json["fixed"]) == ("unsure", None, None)
    assert not (work / "fixed.mp4").exists()
    wrong = call("lipsync", clip, "--fix", "fixed.wav")
    assert wrong.code == 3  # holds no picture
    assert not (work / "fixed.wav").exists()


@needs_model
@pytest.mark.slow
def test_a_model_is_trained_measured_and_used(call, clip, work):
    pytest.importorskip("torch", reason="needs the extra 'learn'")
    for number, speaker in enumerate("abcd"):
        (work / speaker).mkdir()
        subprocess.run(
            [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-ss", str(2.5 * number), "-i", clip,
             "-t", "3", f"{speaker}/clip.mp4"],
            check=True, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    short = ("--networks", "1", "--epochs", "1")
    written = ("ours.safetensors", "ours.md")
    fields = call("train", "lipsync", ".", "-o", written[0], *short, "--json", writes=written).json
    assert (fields["held_out"], fields["clips"], fields["judged"]) == ("speakers", 4, 1)
    assert "learned from 4 clips" in (work / "ours.md").read_text()
    score = call("lipsync", clip, "--model", "ours.safetensors", "--json").json
    assert score["model"] == "ours.safetensors"
    assert score["offset"] is not None
    assert call("train", "lipsync", ".", "-o", written[0], *short).code == 3  # there is one


def packets(path):
    import av

    found = {}
    with av.open(str(path)) as container:
        for packet in container.demux():
            if packet.size:
                found.setdefault(packet.stream.type, []).append(bytes(packet))
    return found
