"""A subtitle file that is in sync serves as the reference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from syncalign.errors import FormatError, MediaError, ParameterError
from syncalign.formats import parse_subtitles, read_subtitles
from syncalign.pipelines.speech_evidence import cue_evidence
from syncalign.pipelines.subtitles import sync_subtitles

TEXTS = Path(__file__).parents[2] / "samples" / "texts"
RIGHT = TEXTS / "harbour.srt"


@pytest.mark.parametrize(
    "name", ["harbour.shifted.srt", "harbour.shifted.vtt", "harbour.shifted.ass",
             "harbour.25fps.srt", "harbour.cut.srt"]
)  # fmt: skip
def test_every_cue_comes_home(name):
    result = sync_subtitles(RIGHT, TEXTS / name)
    right = read_subtitles(RIGHT)
    home = {cue.text: start for cue, start in zip(right.timeline, right.starts, strict=True)}
    texts = [cue.text for cue in result.subtitles.timeline]
    error = [
        start - home[text]
        for text, start in zip(texts, result.starts, strict=True)
        if text in home and texts.count(text) == 1
    ]
    assert result.status == "synced"
    assert len(error) > 20
    assert np.mean(np.abs(error) < 0.05) >= 0.95
    assert result.reasons[-1].startswith("The reference is a subtitle file")


def test_a_strangers_subtitle_is_refused():
    assert sync_subtitles(RIGHT, TEXTS / "other-film.srt").status == "refused"
    assert sync_subtitles(TEXTS / "other-film.srt", RIGHT).status == "refused"


def test_the_file_itself_is_in_sync():
    assert sync_subtitles(RIGHT, RIGHT).kind == "identity"


@pytest.mark.parametrize("wish", [{"track": 0}, {"language": "en"}])
def test_it_has_no_sound_track_to_choose(wish):
    with pytest.raises(ParameterError, match="no sound track"):
        sync_subtitles(RIGHT, RIGHT, **wish)


def test_what_is_neither_medium_nor_subtitle_is_told_as_a_medium(tmp_path):
    reference = tmp_path / "film.txt"
    reference.write_text("Once upon a time.\n")
    with pytest.raises(MediaError):
        sync_subtitles(reference, RIGHT)


@pytest.mark.parametrize(
    ("name", "text", "told", "line"),
    [
        ("film.en.srt", "1\n00:00:01,000 --> never\nA\n", "not a time", 2),
        ("film.en.srt", "", "is empty", None),
        ("film.en.txt", "WEBVTT\n\n00:01.000 --> soon\nA\n", "not a time", 3),
        ("film.en.sub", "{24}{48}A\n{72}{96}B\n", "give --fps", None),
        ("film.en.ttml", "<tt><body><p begin='1s'>A</tt>", "not well-formed XML", 1),
    ],
)
def test_a_reference_that_is_a_broken_subtitle_is_told_as_one(tmp_path, name, text, told, line):
    reference = tmp_path / name
    reference.write_text(text)
    with pytest.raises(FormatError, match=told) as caught:
        sync_subtitles(reference, RIGHT)
    assert (caught.value.path, caught.value.line) == (str(reference), line)


def frames(name: Path, rate: float, head: str = "") -> Path:
    cues = read_subtitles(RIGHT).timeline
    lines = [
        f"{{{round(cue.start * rate)}}}{{{round(cue.end * rate)}}}" + cue.text.replace("\n", "|")
        for cue in cues
    ]
    name.write_text("\n".join([head, *lines]).lstrip())
    return name


def test_a_reference_in_frames_takes_the_rate_given_but_for_its_own(tmp_path):
    silent = frames(tmp_path / "silent.sub", 24)
    result = sync_subtitles(silent, RIGHT, frame_rate=24)
    assert result.status == "in_sync"
    telling = frames(tmp_path / "telling.sub", 25, head="{1}{1}25")
    assert sync_subtitles(telling, silent, frame_rate=24).status == "in_sync"


def test_the_reasons_speak_of_no_sound():
    for query in (RIGHT, TEXTS / "harbour.cut.srt", TEXTS / "other-film.srt"):
        result = sync_subtitles(RIGHT, query)
        assert not any("sound" in reason for reason in result.reasons)


def test_evidence_is_where_the_cues_are():
    evidence = cue_evidence(parse_subtitles(b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"))
    activity, onset = evidence.log_odds.values.T
    assert activity[150] > 0 > activity[50]
    assert onset.argmax() == 100
    assert onset[94] > 0 > onset[80]


def test_a_stray_cue_fills_no_memory():
    text = (
        b"1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\n99999:00:00,000 --> 99999:00:01,000\nHi\n"
    )
    assert cue_evidence(parse_subtitles(text)).duration < 3


def test_cues_before_the_beginning_and_without_a_length_are_no_trouble():
    text = b"1\n-00:00:05,000 --> 00:00:02,000\nA\n\n2\n00:00:03,000 --> 00:00:03,000\nB\n"
    assert np.isfinite(cue_evidence(parse_subtitles(text)).log_odds.values).all()


@pytest.mark.parametrize(("limit", "status"), [(12.6, "refused"), (12.8, "synced")])
def test_the_largest_move_can_be_bounded(limit, status):
    result = sync_subtitles(RIGHT, TEXTS / "harbour.shifted.srt", max_offset=limit)
    assert result.status == status
    assert result.offset == pytest.approx(-12.7, abs=0.02)


@pytest.mark.parametrize("limit", [-1.0, float("nan")])
def test_a_bound_must_be_a_length_of_time(limit):
    with pytest.raises(ParameterError):
        sync_subtitles(RIGHT, RIGHT, max_offset=limit)
