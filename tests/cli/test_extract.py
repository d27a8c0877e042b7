"""``syncalign extract``: text tracks become files, with their times, styles and names."""

import subprocess
from pathlib import Path

import pytest

from syncalign.formats import read_subtitles

SRT = (
    "1\n00:00:01,234 --> 00:00:02,500\n<i>Hello</i>\nsecond\n\n"
    "2\n00:00:03,000 --> 00:00:04,000\né\n"
)
ASS = (
    "[Script Info]\nScriptType: v4.00+\nTitle: T\n\n[V4+ Styles]\n"
    "Format: Name, Fontname, Fontsize\n"
    "Style: Fancy,Arial,20\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    "Dialogue: 0,0:00:03.00,0:00:04.00,Fancy,Ann,0,0,0,,{\\k20}kara{\\k30}oke\n"
    "Dialogue: 1,0:00:01.23,0:00:02.50,Fancy,,0,0,0,,{\\an8}top, comma\n"
)


@pytest.fixture
def media(work: Path) -> Path:
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")
    (work / "s.srt").write_text(SRT, encoding="utf-8")
    (work / "s.ass").write_text(ASS, encoding="utf-8")

    def make(name: str, *options: str) -> None:
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi"]
        command += ["-i", "sine=d=5", "-i", "s.srt", "-i", "s.ass", *options, name]
        subprocess.run(command, check=True, cwd=work)

    both = ("-map", "0", "-map", "1", "-map", "2", "-c:s", "copy", "-disposition:s:1", "forced")
    make("two.mkv", *both, "-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=fre")
    make("one.mp4", "-map", "0", "-map", "1", "-c:s", "mov_text")
    make("none.mkv", "-map", "0")
    return work


def test_text_tracks_become_files(call, media: Path) -> None:
    files = ("out/two.0.eng.srt", "out/two.1.fre.forced.ass")
    done = call("extract", "two.mkv", "-o", "out", "--json", writes=files)
    assert done.code == 0
    tracks = done.json["tracks"]
    assert [track["output"] for track in tracks] == list(files)
    assert [(t["index"], t["codec"], t["language"], t["forced"], t["cues"]) for t in tracks] == [
        (1, "subrip", "eng", False, 2),
        (2, "ass", "fre", True, 2),
    ]
    srt = read_subtitles(media / files[0])
    assert srt.starts.tolist() == [1.234, 3.0]
    assert b"<i>Hello</i>\nsecond" in srt.data
    assert (media / files[1]).read_text(encoding="utf-8").split() == ASS.split()
    assert call("extract", "two.mkv", "-o", "out").code == 3
    assert call("extract", "two.mkv", "-o", "out", "--force").code == 0


def test_webvtt_keeps_names_and_places(call, media: Path) -> None:
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")
    (media / "s.vtt").write_text(
        "WEBVTT\n\nfirst\n00:00:01.000 --> 00:00:02.000 line:10% align:start\nHello\n\n"
        "00:00:03.000 --> 00:00:04.000\n<i>B</i>\n"
    )
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", "s.vtt", "-c", "copy", "v.mkv"]
    subprocess.run(command, check=True, cwd=media, stdin=subprocess.DEVNULL)
    call("extract", "v.mkv", "-o", ".", writes=("v.0.und.vtt",))
    assert (media / "v.0.und.vtt").read_text() == (media / "s.vtt").read_text()


def test_mp4_text_keeps_its_italics(call, media: Path) -> None:
    assert call("extract", "one.mp4", "-o", ".", writes=("one.0.und.srt",)).code == 0
    file = read_subtitles(media / "one.0.und.srt")
    assert file.starts.tolist() == [1.234, 3.0]
    assert b"<i>Hello</i>" in file.data
    assert [cue.text for cue in file.timeline] == ["Hello\nsecond", "é"]


def test_one_track_can_be_chosen(call, media: Path) -> None:
    chosen = call("extract", "two.mkv", "-o", "a", "--track", "0", writes=("a/two.0.eng.srt",))
    assert chosen.code == 0
    french = ("b/two.1.fre.forced.ass",)
    assert call("extract", "two.mkv", "-o", "b", "--language", "fr", writes=french).code == 0
    assert call("extract", "two.mkv", "-o", "c", "--track", "7").code == 3
    assert call("extract", "none.mkv", "-o", "c").code == 3
    assert call("extract", "s.srt", "-o", "c").code == 3


def test_a_stub_is_known_for_one_beside_the_tracks_that_were_not_asked_for(call, media) -> None:
    imageio_ffmpeg = pytest.importorskip("imageio_ffmpeg")
    full = "\n".join(
        f"{n}\n00:00:{n // 30:02d},{n % 30:03d} --> 00:00:09,000\nHi\n" for n in range(120)
    )
    (media / "full.srt").write_text(full, encoding="utf-8")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", "full.srt", "-i", "s.srt"]
    command += ["-map", "0", "-map", "1", "-c", "copy", "many.mkv"]
    subprocess.run(command, check=True, cwd=media)
    stub = ("a/many.1.und.forced.srt",)
    assert call("extract", "many.mkv", "-o", "a", "--track", "1", writes=stub).code == 0


def test_probe_counts_as_the_options_that_choose_a_track_do(call, media) -> None:
    lines = call("probe", "two.mkv").text.splitlines()
    assert [line.split()[:2] + line.split()[3:5] for line in lines[1:]] == [
        ["0:", "audio", "track", "0"],
        ["1:", "subtitle", "track", "0"],
        ["2:", "subtitle", "track", "1"],
    ]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--text-track", "0"), 4),
        (("--text-track", "auto"), 4),
        (("--text-track", "7"), 3),
        (("--text-track", "-1"), 2),
        (("--text-track", "0", "--track", "0"), 2),
    ],
)
@pytest.mark.parametrize("command", ["sync", "check"])
def test_a_text_track_as_the_reference(call, deaf, media, command, options, code) -> None:
    assert call(command, "two.mkv", "late.srt", *options).code == code
