"""``--retime``: single lines too, off by default."""

from __future__ import annotations

import numpy as np
import pytest

from syncalign.formats import read_subtitles

pytestmark = pytest.mark.usefixtures("heard")


@pytest.fixture
def scattered(work):
    """A subtitle whose lines scatter by 0.3 s about their speech."""
    right = read_subtitles("right.srt")
    scatter = np.random.default_rng(3).normal(0, 0.3, len(right)) + 2
    data = right.retimed(right.starts + scatter, right.ends + scatter)
    (work / "scattered.srt").write_bytes(data)


@pytest.mark.usefixtures("scattered")
class TestScatteredLines:
    def test_sync_writes_them_nearer_to_their_speech(self, call):
        def error(name):
            return np.median(
                np.abs(read_subtitles(name).starts - read_subtitles("right.srt").starts)
            )

        done = call("sync", "film.mkv", "scattered.srt", "--retime", "--json",
                    writes=("scattered.synced.srt",))  # fmt: skip
        assert done.code == 0
        assert (done.json["status"], done.json["kind"]) == ("synced", "offset")
        assert len(done.json["retimed"]) > 8
        assert all(0.04 <= abs(line["move"]) <= 1 for line in done.json["retimed"])
        call("sync", "film.mkv", "scattered.srt", "-o", "rigid.srt", writes=("rigid.srt",))
        assert error("scattered.synced.srt") < 0.6 * error("rigid.srt")

    def test_check_says_what_would_move(self, call):
        done = call("check", "film.mkv", "scattered.srt", "--retime", "--explain")
        assert "onto the speech found for them" in done.text
        assert "lines: scatter" in done.text

    def test_by_default_none_moves(self, call):
        assert call("check", "film.mkv", "scattered.srt", "--json").json["retimed"] == []


def test_a_right_subtitle_stays_byte_identical(work, call):
    done = call("sync", "film.mkv", "right.srt", "--retime", "--json")
    assert (done.json["status"], done.json["retimed"]) == ("in_sync", [])
    assert done.json["output"] is None
    call("sync", "film.mkv", "right.srt", "--retime", "-o", "out.srt", writes=("out.srt",))
    assert (work / "out.srt").read_bytes() == (work / "right.srt").read_bytes()


def test_a_subtitle_in_sync_as_a_whole_is_written_where_lines_move(work, call):
    right = read_subtitles("right.srt")
    scatter = np.random.default_rng(0).normal(0, 0.3, len(right))
    (work / "right.srt").write_bytes(right.retimed(right.starts + scatter, right.ends + scatter))
    assert call("check", "film.mkv", "right.srt", "--json").json["status"] == "in_sync"
    done = call("sync", "film.mkv", "right.srt", "--retime", "--in-place", "--json",
                writes=("right.srt.bak",), changes=("right.srt",))  # fmt: skip
    assert (done.json["status"], done.json["kind"]) == ("synced", "identity")


def test_another_films_subtitle_stays_refused(call):
    done = call("sync", "film.mkv", "other.srt", "--retime", "--json")
    assert done.code == 4
    assert done.json["retimed"] == []
