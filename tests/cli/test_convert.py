"""``syncalign convert``: another format, a copy of the same one, and what was lost."""

from pathlib import Path

import pytest

SUB = b"{24}{48}Hello|there\n{72}{96}{y:i}again\n"


def test_a_file_becomes_another_format_and_losses_are_said(call, work: Path) -> None:
    (work / "a.ass").write_text(
        "[Script Info]\n\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,"
        "{\\an8\\k20}ka{\\k30}ra{\\c&HFF&}oke\n"
    )
    done = call("convert", "a.ass", "a.srt", "--json", writes=("a.srt",))
    assert done.code == 0
    assert done.json["input_format"] == "ass"
    assert (done.json["output_format"], done.json["cues"]) == ("srt", 1)
    assert "Lost: times of words of 1 cue." in done.json["reasons"]
    assert "Lost: colours of 1 cue." in done.json["reasons"]
    assert b"{\\an8}karaoke" in (work / "a.srt").read_bytes()
    assert "Lost: colours" in call("convert", "a.ass", "b.srt", writes=("b.srt",)).text


def test_what_stands_in_the_columns_of_ass_is_told_as_lost(call, work: Path) -> None:
    (work / "a.ass").write_text(
        "[Script Info]\n; by hand\n\n[Events]\n"
        "Dialogue: 5,0:00:01.00,0:00:02.00,D,Ann,0,0,0,Banner;9,karaoke, in two\n"
    )
    done = call("convert", "a.ass", "a.srt", "--json", writes=("a.srt",))
    assert done.json["reasons"] == ["Lost: comments, effects, layers, names of speakers."]
    (work / "b.ass").write_text(
        "[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,a, b, c, d\n"
    )
    assert call("convert", "b.ass", "b.srt", "--json", writes=("b.srt",)).json["reasons"] == []


def test_the_same_format_is_a_copy(call, work: Path) -> None:
    odd = b"7\r\n00:00:01,0 --> 00:00:02,000  \r\n\xe9t\xe9\r\n"
    (work / "odd.srt").write_bytes(odd)
    assert call("convert", "odd.srt", "copy.srt", writes=("copy.srt",)).code == 0
    assert (work / "copy.srt").read_bytes() == odd


def test_frames_need_a_rate(call, work: Path) -> None:
    (work / "a.sub").write_bytes(SUB)
    done = call("convert", "a.sub", "a.srt", "--json")
    assert done.code == 3
    assert "--fps" in done.json["reasons"][0]
    done = call("convert", "a.sub", "a.srt", "--fps", "24", writes=("a.srt",))
    assert done.code == 0
    assert b"00:00:01,000 --> 00:00:02,000\nHello\nthere" in (work / "a.srt").read_bytes()
    assert call("convert", "late.srt", "b.sub").code == 2
    assert call("convert", "late.srt", "b.sub", "--fps", "x").code == 2
    assert call("convert", "late.srt", "b.sub", "--fps", "23.976", writes=("b.sub",)).code == 0
    assert (work / "b.sub").read_bytes().startswith(b"{1}{1}23.976\n")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("late.srt", "right.srt"), 3),
        (("late.srt", "late.srt", "--force"), 2),
        (("late.srt", "a.doc"), 2),
        (("late.srt", "-"), 2),
        (("late.srt", "-", "--to", "vtt", "--json"), 2),
        (("late.srt", "a.vtt", "--to", "nothing"), 2),
        (("absent.srt", "a.vtt"), 3),
        (("film.mkv", "a.vtt"), 3),
        (("late.srt", "no/such/folder.vtt"), 3),
    ],
)
def test_what_cannot_be_done_writes_nothing(call, arguments: tuple[str, ...], code: int) -> None:
    assert call("convert", *arguments).code == code


def test_an_unknown_ending_is_told_with_each_known_one_once(call) -> None:
    said = call("convert", "late.srt", "a.doc").stderr
    assert "'.doc' names no format; known are .srt .vtt" in said
    assert said.count(".sub") == 1


def test_the_input_is_no_output(call) -> None:
    done = call("convert", "late.srt", "late.srt", "--force")
    assert "is an input; name another file" in done.stderr


def test_standard_output_takes_the_file(call) -> None:
    done = call("convert", "late.srt", "-", "--to", "vtt")
    assert done.code == 0
    assert done.stdout.startswith(b"WEBVTT\n\n")


def test_sync_keeps_a_microdvd_file_in_frames(call, work: Path, heard) -> None:
    call("convert", "late.srt", "late.sub", "--fps", "25", writes=("late.sub",))
    written = (work / "late.sub").read_bytes()
    without = written.partition(b"\n")[2]
    (work / "bare.sub").write_bytes(without)
    assert call("sync", "film.mkv", "bare.sub").code == 3
    done = call(
        "sync", "film.mkv", "bare.sub", "--fps", "25", "--json", writes=("bare.synced.sub",)
    )
    assert (done.code, done.json["status"]) == (0, "synced")
    synced = (work / "bare.synced.sub").read_bytes()
    assert synced != without
    assert [line.rpartition(b"}")[2] for line in synced.splitlines()] == [
        line.rpartition(b"}")[2] for line in without.splitlines()
    ]
    assert call("check", "film.mkv", "bare.synced.sub", "--fps", "25").code == 0
