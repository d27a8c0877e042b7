"""Training lip-sync from a folder or a table: what is used, skipped, held out and written."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

pytest.importorskip("cv2", reason="needs the extra 'vision'")
pytest.importorskip("torch", reason="needs the extra 'learn'")

from syncalign import train_lipsync
from syncalign.errors import FormatError
from syncalign.models.weights import MODELS, is_at_hand
from syncalign.training.sync_reading import Recording, read_clips, recordings_in

CLIP = Path(__file__).parents[2] / "samples" / "media" / "talking-face.mp4"
HAS_MODEL = is_at_hand(MODELS["face"]) and importlib.util.find_spec("ai_edge_litert") is not None
needs_model = pytest.mark.skipif(
    not HAS_MODEL, reason="needs the extra 'vision' and `syncalign models fetch face`"
)


def made(out: Path, *options: object) -> Path:
    out.parent.mkdir(exist_ok=True)
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *options, out]
    subprocess.run([*map(str, command)], check=True, stdin=subprocess.DEVNULL)
    return out


def test_speakers_are_the_folders_or_a_column(tmp_path):
    for name in ("ann/one.mkv", "bob/two.mp4", "bob/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert recordings_in(tmp_path) == (
        Recording(tmp_path / "ann/one.mkv", "ann"),
        Recording(tmp_path / "bob/two.mp4", "bob"),
    )
    table = tmp_path / "clips.csv"
    table.write_text("path,speaker\nann/one.mkv,Ann\n")
    assert recordings_in(table) == (Recording(tmp_path / "ann/one.mkv", "Ann"),)
    table.write_text("file,speaker\nann/one.mkv,Ann\n")
    with pytest.raises(FormatError, match="lacks the column path"):
        recordings_in(table)
    table.write_text("speaker,path\nann\n")
    with pytest.raises(FormatError, match="line 2"):
        recordings_in(table)
    for nothing in (tmp_path / "missing", tmp_path / "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(FormatError):
            recordings_in(nothing)


@needs_model
def test_what_cannot_be_used_is_skipped_and_told(tmp_path):
    bare = made(tmp_path / "bare.mkv", "-f", "lavfi", "-i", "testsrc=d=3:s=320x240", "-i", CLIP,
                "-map", "0:v", "-map", "1:a", "-t", 3)  # fmt: skip
    short = made(tmp_path / "short.mp4", "-i", CLIP, "-t", 1)
    mute = made(tmp_path / "mute.mp4", "-i", CLIP, "-t", 3, "-an")
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"nothing")
    clips, skipped = read_clips([Recording(one, "") for one in (bare, short, mute, broken)])
    assert not clips
    assert [Path(one.path).stem for one in skipped] == ["bare", "short", "mute", "broken"]
    with pytest.raises(FormatError, match="0 videos that can be used"):
        train_lipsync(tmp_path)
