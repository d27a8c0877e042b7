"""What standard output says, and the exit code, of answers that are no errors."""

from __future__ import annotations

import pytest

from cli.conftest import FILM


@pytest.mark.usefixtures("heard")
class TestKinds:
    def test_a_late_subtitle_is_synced(self, call):
        done = call("sync", "film.mkv", "late.srt", "--json", writes=("late.synced.srt",))
        assert done.code == 0
        assert done.json["status"] == "synced"
        assert done.json["kind"] == "offset"
        assert done.json["offset"] == pytest.approx(-12.7, abs=0.05)  # it has to move earlier
        assert done.json["rate"] == 1
        assert done.json["output"] == "late.synced.srt"
        assert done.json["confidence"] > 0.9

    def test_another_frame_rate_is_a_rate(self, call):
        done = call("check", "film.mkv", "pal.srt", "--json").json
        assert done["kind"] == "rate"
        assert done["rate"] == pytest.approx(25 * 1001 / 24000, abs=1e-5)

    def test_a_missing_scene_is_pieces_without_offset_and_rate(self, call):
        done = call("check", "film.mkv", "cut.srt", "--json").json
        assert done["kind"] == "pieces"
        assert done["offset"] is None
        assert done["rate"] is None
        assert len(done["time_map"]) == 2

    def test_a_right_subtitle_is_in_sync(self, call):
        done = call("sync", "film.mkv", "right.srt", "--json")
        assert done.code == 0
        assert done.json["status"] == "in_sync"
        assert done.json["kind"] == "identity"
        assert done.json["output"] is None

    def test_another_films_subtitle_is_refused(self, call):
        done = call("sync", "film.mkv", "other.srt", "--json")
        assert done.code == 4
        assert done.json["status"] == "refused"
        assert done.json["output"] is None
        assert done.json["kind"] is None
        assert done.json["time_map"] == []

    @pytest.mark.parametrize(
        ("name", "code"), [("late", 0), ("right", 0), ("cut", 0), ("other", 4)]
    )
    def test_check_writes_nothing(self, name, code, call):
        assert call("check", "film.mkv", f"{name}.srt").code == code
        assert call("check", "film.mkv", f"{name}.srt", "--json").json["output"] is None


@pytest.mark.usefixtures("doubtful")
class TestUnsure:
    @pytest.mark.parametrize("command", ["sync", "check"])
    def test_writes_nothing_and_exits_4(self, command, call):
        done = call(command, "film.mkv", "late.srt", "--json")
        assert done.code == 4
        assert done.json["status"] == "unsure"
        assert done.json["offset"] == pytest.approx(-12.7, abs=0.05)
        assert "nothing was written" in call("sync", "film.mkv", "late.srt").text

    def test_is_written_where_that_is_accepted(self, call):
        done = call("sync", "film.mkv", "late.srt", "--accept", "unsure", "--json",
                    writes=("late.synced.srt",))  # fmt: skip
        assert done.code == 0
        assert done.json["status"] == "unsure"
        assert done.json["output"] == "late.synced.srt"

    def test_accepting_it_does_not_accept_a_refusal(self, call):
        assert call("sync", "film.mkv", "other.srt", "--accept", "unsure").code == 4


@pytest.mark.usefixtures("heard")
class TestText:
    def test_tells_status_reasons_and_output(self, call):
        done = call("sync", "film.mkv", "late.srt", writes=("late.synced.srt",))
        first, *_, last = done.text.splitlines()
        assert first.startswith("synced (confidence ")
        assert "earlier" in done.text
        assert last == "written: late.synced.srt"
        assert done.stderr == ""

    def test_pieces_are_listed(self, call):
        assert call("check", "film.mkv", "cut.srt").text.count(" s (confidence ") == 2

    def test_explain_tells_what_was_tried(self, call):
        assert "tried:" not in call("check", "film.mkv", "late.srt").text
        assert "rate 1.000000" in call("check", "film.mkv", "late.srt", "--explain").text
        told = call("check", "film.mkv", "late.srt", "--explain", "--json").json["explanation"]
        assert any("sign: held_out" in line for line in told)
        told = call("sync", "film.mkv", "other.srt", "--explain", "--json").json["explanation"]
        assert any(line.startswith("reference: ") for line in told)

    def test_quiet_keeps_the_answer(self, call):
        done = call("check", "film.mkv", "late.srt", "-q")
        assert done.text.startswith("synced")
        assert done.stderr == ""

    def test_verbose_keeps_the_answer_clean(self, call):
        assert call("check", "film.mkv", "late.srt", "-vv", "--json").json["status"] == "synced"

    def test_progress_stays_off_standard_output(self, call):
        done = call("check", "film.mkv", "late.srt", "--progress", "--json")
        assert done.json["status"] == "synced"


@pytest.mark.usefixtures("heard")
class TestMaxOffset:
    @pytest.mark.parametrize(
        ("name", "limit", "code"), [("late", "12", 4), ("late", "13", 0), ("cut", "23", 4),
                                    ("right", "0", 0), ("pal", "1", 4)]
    )  # fmt: skip
    def test_bounds_the_move_of_every_cue(self, name, limit, code, call):
        done = call("check", "film.mkv", f"{name}.srt", "--max-offset", limit, "--json")
        assert done.code == code
        assert (done.json["status"] == "refused") == (code == 4)

    def test_a_refusal_says_why_and_still_shows_the_map(self, call):
        done = call("sync", "film.mkv", "late.srt", "--max-offset", "5", "--json").json
        assert done["reasons"][0].startswith("Cue 27 would move by 12.7")
        assert done["offset"] == pytest.approx(-12.7, abs=0.05)
        assert done["output"] is None

    @pytest.mark.parametrize("value", ["-1", "nan", "many"])
    def test_must_be_a_length_of_time(self, value, call):
        assert call("check", "film.mkv", "late.srt", "--max-offset", value).code == 2


class TestProbe:
    def test_tells_container_streams_and_chapters(self, call):
        done = call("probe", FILM, "--json")
        assert done.code == 0
        assert done.json["status"] == "ok"
        assert done.json["confidence"] is None
        assert done.json["container"] == "matroska,webm"
        assert done.json["duration"] == pytest.approx(174.2, abs=0.2)
        assert {stream["kind"] for stream in done.json["streams"]} >= {"audio", "video"}

    def test_tells_people_the_same(self, call):
        assert "matroska,webm, duration 00:02:54" in call("probe", FILM).text


def test_the_real_film_end_to_end(call):
    done = call("sync", FILM, "late.srt", "--json", writes=("late.synced.srt",))
    assert done.code == 0
    assert done.stderr == ""
    assert done.json["offset"] == pytest.approx(-12.7, abs=0.05)


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda"])
def test_device_and_seed_are_taken_by_every_command(device, call):
    assert call("probe", FILM, "--device", device, "--seed", "7").code == 0
