"""Layouts are told apart; what cannot be used is skipped with its reason, or refused as a whole."""

from __future__ import annotations

import pytest

from syncalign.errors import FormatError
from syncalign.timebase import Segment
from syncalign.training.dataset import read_collection

MARKS = (
    "0 12250 sil\n12250 19250 bin\n19250 25250 blue\n"
    "25250 28250 at\n28250 32000 {}\n32000 40500 {}\n40500 47000 now\n47000 74500 sil\n"
)


def laid(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_grid_gives_the_letter_and_the_digit_of_each_sentence(tmp_path):
    files = {}
    for speaker, clip, letter, digit in (
        ("s1", "bbaf2n", "f", "two"),
        ("s2", "bbag4n", "g", "four"),
    ):
        files[f"video/{speaker}/{clip}.mpg"] = ""
        files[f"align/{speaker}/{clip}.align"] = MARKS.format(letter, digit)
    found = read_collection(laid(tmp_path, files))
    assert (found.layout, found.classes, found.speakers) == (
        "grid",
        ("f", "four", "g", "two"),
        ("s1", "s2"),
    )
    letter = found.examples[0]
    assert (letter.label, letter.speaker, letter.segment) == ("f", "s1", Segment(1.13, 1.28))


def test_the_manifest_says_the_split_and_which_marks_to_distrust(tmp_path):
    files = {
        "manifest.csv": "clip,speaker,split,align_r\na,s1,train,0.9\nb,s1,dev,0.8\nc,s1,train,0.4\n"
    }
    for clip in "abc":
        files |= {f"s1/{clip}.mkv": "", f"s1/{clip}.align": MARKS.format("f", "two")}
    found = read_collection(laid(tmp_path, files))
    assert [example.part for example in found.examples] == ["train", "train", "val", "val"]
    assert [skipped.reason for skipped in found.skipped] == [
        "its marks don't agree with its sound (align_r 0.4)"
    ]


@pytest.mark.parametrize(
    ("marks", "reason"),
    [
        ("0 1 sil\nx 2 bin\n", "line 2 is no mark"),
        ("0 100 bin\n100 200 blue\n", "marks 2 words"),
        ("0 100 bin\n200 100 blue\n", "line 2 is no mark"),
    ],
)
def test_a_bad_file_of_marks_is_skipped(tmp_path, marks, reason):
    files = {"s1/a.mkv": "", "s1/a.align": MARKS.format("f", "two")}
    files |= {"s1/b.mkv": "", "s1/b.align": marks, "s1/c.align": MARKS.format("g", "one")}
    found = read_collection(laid(tmp_path, files))
    assert len(found.examples) == 2
    assert reason in found.skipped[0].reason
    assert found.skipped[1].reason == "there is no video of this name and speaker"


def test_lrw_has_the_word_mid_way_and_its_own_split(tmp_path):
    files = {}
    for word in ("ABOUT", "ABSENCE"):
        for part in ("train", "val", "test"):
            files[f"{word}/{part}/{word}_00001.mp4"] = ""
            files[f"{word}/{part}/{word}_00001.txt"] = "Disk reference: 1\nDuration: 0.40 seconds\n"
    files["ABOUT/train/ABOUT_00002.mp4"] = ""
    found = read_collection(laid(tmp_path, files))
    assert (found.layout, len(found.examples), len(found.skipped)) == ("lrw", 6, 1)
    first = found.examples[0]
    assert (first.label, first.part) == ("ABOUT", "train")
    assert (first.segment.start, first.segment.end) == pytest.approx((0.38, 0.78))


def test_a_folder_a_class_may_have_folders_of_speakers(tmp_path):
    found = read_collection(
        laid(tmp_path, {"no/ann/1.mp4": "", "yes/2.MP4": "", "yes/notes.txt": ""})
    )
    assert [(e.label, e.speaker, e.segment) for e in found.examples] == [
        ("no", "ann", None),
        ("yes", "", None),
    ]


def test_a_table_gives_times_speakers_and_further_columns(tmp_path):
    text = "path,start,end,label,speaker,snr\na.mp4,0.5,1.25,yes,ann,12\nb.mp4,,,no,bob,\n"
    text += "c.mp4,2,1,no,bob,3\n,1,2,no,bob,3\nd.mp4,1,,no,bob,3\n"
    found = read_collection(laid(tmp_path, {"data.csv": text}) / "data.csv")
    first, second = found.examples
    assert (first.path, first.segment) == (str(tmp_path / "a.mp4"), Segment(0.5, 1.25))
    assert (first.columns, second.columns) == ({"snr": "12"}, {"snr": ""})
    assert [one.reason.split(":")[0] for one in found.skipped] == ["line 4", "line 5", "line 6"]


@pytest.mark.parametrize(
    ("name", "files", "message"),
    [
        ("nowhere", {}, "no such folder"),
        (".", {}, "no example that can be used"),
        (".", {"yes/a.mp4": "", "yes/b.mp4": ""}, "one class alone, 'yes'"),
        ("a.csv", {"a.csv": "file,class\nx,y\n"}, "path and label are needed"),
        ("a.csv", {"a.csv": "path,label\n"}, "no example that can be used"),
        ("missing.csv", {}, "cannot be read as a table"),
    ],
)
def test_what_is_no_data_set_is_refused(tmp_path, name, files, message):
    laid(tmp_path, files)
    with pytest.raises(FormatError, match=message):
        read_collection(tmp_path / name)


def test_the_parts_of_a_split_are_not_taken_for_classes(tmp_path):
    for name in ("train/one/a.mp4", "train/two/b.mp4", "test/one/c.mp4"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(FormatError, match="parts of a split"):
        read_collection(tmp_path)
