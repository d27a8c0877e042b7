"""Aligned texts in every format: as expected letter by letter, and as other readers see them."""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from dataclasses import replace
from pathlib import Path

import pysrt
import pysubs2
import pytest

from formats.readings import READING, unit, words
from syncalign.errors import ParameterError
from syncalign.formats import parse_subtitles
from syncalign.formats.transcript_formats import (
    TRANSCRIPT_FORMATS,
    ending_of_format,
    format_of_name,
)

GOLDEN = Path(__file__).parent / "golden"
NAMES = ["json", *(known.name for known in TRANSCRIPT_FORMATS)]
BY_WORD = replace(
    READING,
    level="word",
    units=tuple(
        unit(f"w{number}", word.text, word.start, word.end, level="word", words=(word,))
        for number, word in enumerate(READING.units[0].words)
    ),
)


def golden(name: str) -> Path:
    return GOLDEN / f"{name}{ending_of_format(name)}"


@pytest.mark.parametrize("name", [name for name in NAMES if name != "json"])
def test_is_as_it_was_checked_by_hand(name):
    assert READING.to_bytes(name).decode() == golden(name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_has_an_ending_that_leads_back_to_its_kind(name):
    found = format_of_name(f"x{ending_of_format(name)}")
    assert ending_of_format(found) == ending_of_format(name)


@pytest.mark.parametrize(
    ("path", "name"),
    [("a.json", "json"), ("a.TEXTGRID", "textgrid"), ("a.txt", "audacity"), ("b/a.x.vtt", "vtt"),
     ("a.lrc", "lrc"), ("a.ass", "ass"), ("a.ctm", "ctm")],
)  # fmt: skip
def test_an_ending_names_a_format(path, name):
    assert format_of_name(path) == name


@pytest.mark.parametrize("path", ["a", "a.mp3", ".srt", "a.", "a.jsonl"])
def test_an_ending_that_names_none_is_told(path):
    with pytest.raises(ParameterError, match=r"names no format; known are \.json \.epub"):
        format_of_name(path)


def test_an_unknown_format_is_told():
    with pytest.raises(
        ParameterError, match="no format named 'smil'; known are json, epub, aeneas"
    ):
        READING.to_bytes("smil")
    with pytest.raises(ParameterError, match="no format named"):
        ending_of_format("smil")


@pytest.mark.parametrize("name", ["srt", "vtt", "vtt-words", "ass", "karaoke", "lrc", "lrc-words"])
def test_we_read_it_ourselves(name):
    file = parse_subtitles(READING.to_bytes(name), name_hint=f"x{ending_of_format(name)}")
    lines = [cue for cue in file.timeline if cue.text]
    step = 0.01 if name[:3] in ("ass", "kar", "lrc") else 0.001
    assert [cue.start for cue in lines] == pytest.approx([1.0005, 3.2, 6.5, 9], abs=step / 2)
    assert lines[2].text == "Ночь."


def test_pysrt_reads_the_srt():
    items = pysrt.from_string(READING.to_bytes("srt").decode())
    times = [(item.start.ordinal, item.end.ordinal) for item in items]
    assert times == [(1001, 3200), (3200, 6500), (6500, 7000), (9000, 10500)]
    assert items[1].text == 'He said "go" -- & <left>\n{now}.'


@pytest.mark.parametrize("name", ["vtt", "ass", "karaoke"])
def test_pysubs2_reads_times_and_words(name):
    file = pysubs2.SSAFile.from_string(READING.to_bytes(name).decode())
    times = [(event.start, event.end) for event in file.events]
    steps = 1 if name == "vtt" else 10
    assert times[0] == (pytest.approx(1001, abs=steps), 3200)
    assert times[1] == (3200, 6500)
    assert file.events[0].plaintext == "The old “harbour” sleeps."


def test_karaoke_lasts_as_long_as_its_line():
    file = pysubs2.SSAFile.from_string(READING.to_bytes("karaoke").decode())
    for event in file.events:
        lengths = [int(length) for length in re.findall(r"\\k(\d+)", event.text)]
        assert sum(lengths) * 10 == event.duration
        assert all(lengths)
    assert file.events[1].text.startswith(r"{\k30}{\k20}He {\k30}said {\k60}")


def test_times_of_words_stand_inside_their_webvtt_cue():
    text = READING.to_bytes("vtt-words").decode()
    inner = parse_subtitles(text.encode()).stamps[1].inner
    assert len(inner) == 6
    assert '<00:00:03.500>He <00:00:03.700>said <00:00:04.000>"go" -- <00:00:04.600>&amp; ' in text
    assert "<00:00:01.001>" not in text  # it begins with its cue


def test_an_aeneas_map_has_what_its_readers_look_for():
    document = json.loads(READING.to_bytes("aeneas"))
    assert list(document) == ["fragments"]
    keys = {"begin", "end", "id", "language", "lines", "children"}
    assert all(set(fragment) == keys for fragment in document["fragments"])
    assert all(
        re.fullmatch(r"\d+\.\d{3}", fragment[key])
        for fragment in document["fragments"]
        for key in ("begin", "end")
    )
    assert [fragment["id"] for fragment in document["fragments"]] == ["l1", "l2", "l4", "l5"]
    assert document["fragments"][1]["lines"] == ['He said "go" -- & <left>', "{now}."]


def test_csv_is_csv():
    rows = list(csv.reader(io.StringIO(READING.to_bytes("csv").decode())))
    assert rows[1] == ["l2", "3.200", "6.500", 'He said "go" -- & <left> {now}.']


def test_the_intervals_of_a_textgrid_fill_the_sound():
    text = READING.to_bytes("textgrid").decode()
    assert re.findall(r'name = "(\w+)"', text) == ["lines", "words"]
    for tier in text.split("item [")[2:]:
        bounds = re.findall(r"xmin = (\S+) \n\s*xmax = (\S+) ", tier)
        (first, *intervals) = bounds
        assert first == ("0.0000", "12.0000")
        assert intervals[0][0] == "0.0000"
        assert intervals[-1][1] == "12.0000"
        assert all(one[1] == other[0] for one, other in itertools.pairwise(intervals))
        assert f"size = {len(intervals)} " in tier
    assert '"He said ""go"" -- & <left> {now}."' in text


def test_a_textgrid_of_words_has_one_tier():
    text = BY_WORD.to_bytes("textgrid").decode()
    assert re.findall(r'name = "(\w+)"', text) == ["words"]


def test_ctm_counts_from_the_start_of_each_file():
    rows = [line.split(" ") for line in READING.to_bytes("ctm").decode().splitlines()]
    assert {len(row) for row in rows} == {6}
    assert [row[0] for row in rows] == ["part_1"] * 10 + ["part_2"]
    assert rows[-1][2:5] == ["0.000", "0.500", "Ночь."]
    late = replace(READING, units=(unit("a", "late", 8.0, 9.0, words=words(("late", 8.0, 9.0))),))
    assert late.to_bytes("ctm") == b"part_2 1 1.500 1.000 late 0.88\n"


@pytest.mark.parametrize(
    ("start", "end", "line"),
    [(6.0, 6.9, "part_1 1 6.000 0.500"), (6.4, 6.9, "part_2 1 0.000 0.400"),
     (11.9, 12.5, "part_2 1 5.400 0.100"), (12.0, 12.0, "part_2 1 5.500 0.001")],
)  # fmt: skip
def test_a_word_ends_with_the_file_that_has_most_of_it(start, end, line):
    over = replace(READING, units=(unit("a", "x", start, end, words=words(("x", start, end))),))
    assert over.to_bytes("ctm").decode() == f"{line} x 0.88\n"


def test_times_of_words_in_lrc_follow_each_other():
    lines = READING.to_bytes("lrc-words").decode().splitlines()
    assert lines[0] == (
        "[00:01.00]<00:01.00>The <00:01.20>old <00:01.75>“harbour” <00:02.40>sleeps.<00:03.20>"
    )
    assert lines[1].startswith("[00:03.20]<00:03.50>He <00:03.70>said ")
    assert "[00:09.00]The end." in lines  # no words, no times of words


def test_words_alone_are_units_and_words():
    assert len(BY_WORD.to_bytes("ctm").splitlines()) == 4
    assert BY_WORD.to_bytes("audacity").splitlines()[1] == b"1.2000\t1.6000\told"
    assert b"<" not in BY_WORD.to_bytes("vtt-words")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_was_read_is_no_error(name):
    silent = replace(READING, units=READING.units[2:3])
    data = silent.to_bytes(name)
    assert b"Nobody" not in data or name == "json"
    assert b"12.0000" in data or name != "textgrid"


@pytest.mark.parametrize("name", ["ass", "karaoke"])
def test_ten_hours_are_too_late_for_ass(name):
    late = replace(READING, units=(unit("a", "late", 36_000.0, 36_001.0),))
    with pytest.raises(ParameterError, match="ass holds times from 0 to 36000 s"):
        late.to_bytes(name)


@pytest.mark.parametrize("name", ["srt", "vtt", "vtt-words", "lrc", "lrc-words", "aeneas", "ctm"])
def test_a_passage_read_sooner_than_it_stands_is_written_sooner(name):
    turned = replace(READING, units=READING.units[::-1])
    assert turned.to_bytes(name) == READING.to_bytes(name)
