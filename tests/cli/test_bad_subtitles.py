"""Subtitles that are no use or only odd: an error, a refusal, or the right answer all the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cli.conftest import FILM
from syncalign.formats import read_subtitles

pytestmark = pytest.mark.usefixtures("heard")


def stamp(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3600000:02d}:{ms // 60000 % 60:02d}:{ms // 1000 % 60:02d},{ms % 1000:03d}"


def srt(starts, ends, texts=None) -> str:
    return "".join(
        f"{index + 1}\n{stamp(start)} --> {stamp(end)}\n"
        f"{texts[index] if texts else f'line number {index} is spoken'}\n\n"
        for index, (start, end) in enumerate(zip(starts, ends, strict=True))
    )


@pytest.fixture
def late(work):
    """Starts, ends and texts of the subtitle that comes 12.7 s late."""
    file = read_subtitles("late.srt")
    return list(file.starts), list(file.ends), [cue.text for cue in file.timeline]


@pytest.mark.parametrize("command", ["sync", "check"])
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, "does not exist"),
        (b"", "is empty"),
        (b"\n\n  \n", "is empty: only blank space"),
        (b"Once upon a time.\n", "has no cues"),
        (b"1\n00:00:01,000 --> soon\nHello\n\n", "not a time"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary data (looks like PNG)"),
        (np.random.default_rng(3).bytes(5000), "binary data"),
    ],
    ids=["missing", "empty", "blank", "prose", "no times", "picture", "bytes"],
)
def test_what_is_no_subtitle_is_an_error_that_says_so(data, sentence, command, work, call):
    if data is not None:
        (work / "bad.srt").write_bytes(data)
    done = call(command, "film.mkv", "bad.srt", "--json")
    assert done.code == 3
    assert done.json["error"]["type"] == "FormatError"
    assert done.json["error"]["path"] == "bad.srt"
    assert sentence in done.json["reasons"][0]
    assert done.stderr == f"syncalign: {done.json['reasons'][0]}\n"


def test_the_line_that_cannot_be_read_is_told(work, call):
    (work / "bad.srt").write_text("1\n00:00:01,000 --> soon\nHello\n")
    assert call("check", "film.mkv", "bad.srt", "--json").json["error"]["line"] == 2


def test_a_medium_is_no_subtitle(call):
    done = call("sync", "film.mkv", FILM, "-o", "out.srt", "--json")
    assert done.code == 3
    assert "looks like Matroska" in done.json["reasons"][0]


@pytest.mark.usefixtures("deaf")
def test_swapped_arguments_are_told_so(call):
    done = call("sync", "late.srt", FILM, "-o", "out.srt", "--json")
    assert done.code == 3
    sentence = "the reference is a subtitle file and the subtitle is a medium: swap them"
    assert done.json["reasons"] == [f"{FILM}: {sentence}"]


@pytest.mark.parametrize("count", [1, 2, 7])
def test_few_cues_are_refused(count, late, work, call):
    (work / "few.srt").write_text(srt(*(part[:count] for part in late)))
    done = call("sync", "film.mkv", "few.srt", "--json")
    assert done.code == 4
    assert done.json["confidence"] == 0
    assert "too few" in done.json["reasons"][0]


@pytest.mark.parametrize("start", [0.0, 5.0, 36.3])
def test_cues_all_at_one_moment_are_refused(start, work, call):
    (work / "same.srt").write_text(srt([start] * 40, [start + 2] * 40))
    done = call("sync", "film.mkv", "same.srt", "--json")
    assert done.code == 4
    assert "1 moment" in done.json["reasons"][0]


class TestOddButUsable:
    """The times that can be trusted still tell; the rest is kept as it is, and said."""

    @pytest.fixture
    def synced(self, work, call):
        def synced(text: str) -> tuple[np.ndarray, np.ndarray, dict]:
            (work / "odd.srt").write_text(text)
            done = call("sync", "film.mkv", "odd.srt", "--json", writes=("odd.synced.srt",))
            assert done.code == 0
            assert done.json["offset"] == pytest.approx(-12.7, abs=0.05)
            file = read_subtitles("odd.synced.srt")
            return file.starts, file.ends, done.json

        return synced

    def test_out_of_order(self, late, synced):
        starts, _, told = synced(srt(*(part[20:] + part[:20] for part in late)))
        assert starts[0] == pytest.approx(late[0][20] - 12.7, abs=0.05)
        assert "The times jump back by more than a minute at cue 27." in told["reasons"]

    def test_negative_durations_are_written_back(self, late, synced):
        starts, ends = list(late[0]), list(late[1])
        ends[3] = starts[3] - 0.5
        new_starts, new_ends, told = synced(srt(starts, ends, late[2]))
        assert new_ends[3] - new_starts[3] == pytest.approx(-0.5, abs=0.002)
        assert "1 cue ends before it starts." in told["reasons"]

    def test_overlaps(self, late, synced):
        starts, ends, _ = synced(srt(late[0], [end + 10 for end in late[1]], late[2]))
        assert np.allclose(ends - starts, np.array(late[1]) - late[0] + 10, atol=0.002)

    @pytest.mark.parametrize("hours", [99, 999, 999_998])
    def test_a_stray_time_is_unmatched_and_costs_nothing(self, hours, late, synced):
        far = hours * 3600 + 3599.0
        starts, _, told = synced(srt([*late[0], far], [*late[1], far + 0.9], [*late[2], "Far"]))
        assert len(late[0]) in told["unmatched"]
        assert starts[-1] == pytest.approx(far - 12.7, abs=0.05)
        assert told["seconds"] < 20  # it was 370, for the time of 999 hours

    def test_a_time_too_late_to_be_moved_stays(self, late, work, synced):
        far = 999_999 * 3600 + 3599.0
        synced(srt([*late[0], far], [*late[1], far], [*late[2], "Far"]))
        assert "\n999999:59:59,000 --> 999999:59:59,000\n" in (work / "odd.synced.srt").read_text()

    def test_a_million_characters(self, late, work, synced):
        texts = [*late[2][:-1], "a" * 1_000_000]
        synced(srt(late[0], late[1], texts))
        assert "a" * 1_000_000 in (work / "odd.synced.srt").read_text()

    def test_a_cue_that_would_start_before_the_film_stays_where_it_was(self, late, synced):
        starts, ends, told = synced(srt([2.0, *late[0]], [4.0, *late[1]], ["♪", *late[2]]))
        assert (starts[0], ends[0]) == (2.0, 4.0)
        assert told["unmatched"] == [0]

    def test_far_too_many_cues_for_the_film(self, late, synced):
        more = [late[1][-1] + 100 + 3.0 * k for k in range(300)]
        _, _, told = synced(
            srt([*late[0], *more], [*late[1], *(start + 2 for start in more)])
        )  # fmt: skip
        assert len(told["unmatched"]) >= 295


def test_a_subtitle_of_nothing_but_music_is_refused(work, call):
    starts = [3.0 * k for k in range(40)]
    Path("music.srt").write_text(srt(starts, [s + 2 for s in starts], ["♪"] * 40))
    assert call("sync", "film.mkv", "music.srt").code == 4
