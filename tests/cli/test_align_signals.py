"""``syncalign align-signals``: what it prints, writes and refuses."""

from __future__ import annotations

import json
import os

import jsonschema
import numpy as np
import pytest

from cli.conftest import FILM
from syncalign.results import load_schema


def course(seconds: float, seed: int, bands: int = 8) -> np.ndarray:
    """Bursts in random bands at 50 Hz."""
    rng = np.random.default_rng(seed)
    values = np.zeros((round(seconds * 50), bands))
    at = 5
    while at < len(values) - 30:
        length = int(rng.integers(5, 25))
        values[at : at + length] += np.hanning(length)[:, None] * rng.gamma(1.0, 1.0, bands)
        at += length + int(rng.integers(0, 12))
    return values


COURSE = course(60, 1)


def save(name: str, values: np.ndarray) -> str:
    np.savez(name, values=values, rate=50)
    return name


@pytest.fixture
def files(work):
    """A reference, a query that begins 4 s later, a re-cut one, a stranger."""
    save("reference.npz", COURSE)
    save("late.npz", COURSE[200:])
    save("cut.npz", np.delete(COURSE, slice(1500, 2000), axis=0))
    save("other.npz", course(60, 2))
    return work


@pytest.fixture
def doubtful(monkeypatch):
    monkeypatch.setattr("syncalign.pipelines.signals.TRUSTED", 2.0)


@pytest.mark.usefixtures("files")
class TestAnswers:
    def test_an_offset_is_told_and_nothing_is_written(self, call):
        done = call("align-signals", "reference.npz", "late.npz", "--json")
        assert done.code == 0
        assert done.json["status"] == "aligned"
        assert done.json["kind"] == "offset"
        assert done.json["offset"] == pytest.approx(4, abs=0.005)
        assert done.json["rate"] == 1.0
        assert done.json["output"] is None
        assert done.json["skipped_reference"] == [[0.0, pytest.approx(4, abs=0.005)]]
        assert done.stderr == ""

    def test_people_are_told_in_words(self, call):
        done = call("align-signals", "reference.npz", "late.npz")
        assert done.text.startswith("aligned (confidence ")
        assert "The query moves 4.000 s later." in done.text
        assert "written" not in done.text
        cut = call("align-signals", "reference.npz", "cut.npz").text
        assert "The query fits in 2 pieces" in cut
        assert "+10.000 s (confidence " in cut

    def test_strangers_are_refused(self, call):
        done = call("align-signals", "reference.npz", "other.npz", "--json")
        assert done.code == 4
        assert done.json["status"] == "refused"
        assert done.json["kind"] is done.json["offset"] is done.json["rate"] is None
        assert done.json["time_map"] == []
        assert call("align-signals", "reference.npz", "other.npz").text.startswith("refused")

    @pytest.mark.usefixtures("doubtful")
    def test_a_guess_is_exit_4_unless_it_is_accepted(self, call):
        done = call("align-signals", "reference.npz", "late.npz", "-o", "map.json", "--json")
        assert done.code == 4
        assert done.json["status"] == "unsure"
        assert done.json["output"] is None
        accepted = call("align-signals", "reference.npz", "late.npz", "-o", "map.json", "--accept",
                        "unsure", "--json", writes=("map.json",))  # fmt: skip
        assert accepted.code == 0
        assert accepted.json["status"] == "unsure"

    def test_progress_goes_to_standard_error(self, call):
        done = call("align-signals", "reference.npz", "late.npz", "--json", "--progress")
        assert done.json["status"] == "aligned"


@pytest.mark.usefixtures("files")
class TestOutputs:
    def test_the_map_is_a_file_with_a_schema(self, work, call):
        done = call(
            "align-signals", "reference.npz", "cut.npz", "-o", "map.json", writes=("map.json",)
        )
        assert done.text.endswith("written: map.json\n")
        document = json.loads((work / "map.json").read_text())
        jsonschema.Draft202012Validator(load_schema("time-map")).validate(document)
        assert document["schema"] == "syncalign.time-map/1"
        assert [p["confidence"] > 0.9 for p in document["time_map"]] == [True, True]
        assert document["skipped_reference"][0] == pytest.approx([30, 40], abs=0.4)

    def test_a_dash_is_standard_output(self, work, call):
        done = call("align-signals", "reference.npz", "late.npz", "-o", "-")
        assert json.loads(done.stdout)["kind"] == "offset"
        assert done.stderr.startswith("aligned")
        refused = call("align-signals", "reference.npz", "other.npz", "-o", "-")
        assert (refused.code, refused.stdout) == (4, b"")

    def test_a_refusal_writes_nothing_even_by_force(self, work, call):
        (work / "map.json").write_text("mine")
        done = call("align-signals", "reference.npz", "other.npz", "-o", "map.json", "--force")
        assert done.code == 4
        assert done.text.endswith("nothing was written\n")

    def test_an_existing_map_is_kept_and_nothing_is_read(self, work, call, monkeypatch):
        (work / "map.json").write_text("mine")
        monkeypatch.setattr("syncalign.pipelines.signals.align_signals", None)
        done = call("align-signals", "reference.npz", "late.npz", "-o", "map.json", "--json")
        assert done.code == 3
        assert done.json["error"] == {"type": "OutputError", "path": "map.json", "line": None}

    def test_force_replaces_it(self, work, call):
        (work / "map.json").write_text("mine")
        done = call("align-signals", "reference.npz", "late.npz", "-o", "map.json", "--force",
                    changes=("map.json",))  # fmt: skip
        assert done.code == 0

    @pytest.mark.parametrize("output", ["reference.npz", "./late.npz"])
    def test_an_input_is_no_output(self, output, call):
        assert call("align-signals", "reference.npz", "late.npz", "-o", output, "--force").code == 2

    @pytest.mark.parametrize("output", [".", "no/such/folder/map.json", "x" * 300])
    def test_what_cannot_be_written_is_found_first(self, output, call, monkeypatch):
        monkeypatch.setattr("syncalign.pipelines.signals.align_signals", None)
        done = call("align-signals", "reference.npz", "late.npz", "-o", output, "--json")
        assert done.code == 3
        assert done.json["error"]["type"] == "OutputError"

    def test_a_full_disk_leaves_nothing(self, call, monkeypatch):
        def full(descriptor):
            raise OSError(28, os.strerror(28))

        monkeypatch.setattr("os.fsync", full)
        done = call("align-signals", "reference.npz", "late.npz", "-o", "map.json", "--json")
        assert done.code == 3
        assert "No space left" in done.json["reasons"][0]


@pytest.mark.usefixtures("files")
class TestWrongUse:
    @pytest.mark.parametrize(
        "arguments",
        [
            ("reference.npz",),
            ("reference.npz", "late.npz", "late.npz"),
            ("reference.npz", "late.npz", "-o", ""),
            ("reference.npz", "late.npz", "-o", "-", "--json"),
            ("reference.npz", "film.mkv"),
            ("film.mkv", "film.mkv", "--rate", "50"),
            ("reference.npz", "late.npz", "--rate", "50"),
            ("reference.npz", "late.npz", "--accept", "refused"),
            ("a.npy", "a.npy"),
            ("a.npy", "a.npy", "--rate", "0"),
            ("a.npy", "a.npy", "--rate", "nan"),
            ("a.npy", "reference.npz", "--rate", "50"),
        ],
        ids=" ".join,
    )
    def test_is_exit_2_and_prints_nothing(self, arguments, call, work):
        np.save("a.npy", np.ones((100, 3)))
        done = call("align-signals", *arguments, writes=())
        assert done.code == 2
        assert done.stdout == b""
        assert done.stderr

    def test_the_help_tells_sign_and_exit_code(self, call):
        done = call("align-signals", "--help")
        assert "t_reference = rate * t_query + offset" in done.text
        assert "exit code is 4" in done.text


class TestBadInput:
    @pytest.mark.parametrize(
        ("name", "data", "kind", "sentence"),
        [
            ("missing.wav", None, "MediaError", "no such file"),
            ("text.wav", b"once upon a time\n", "MediaError", "is not a sound or video file"),
            ("empty.mp4", b"", "MediaError", "is empty"),
            ("missing.npz", None, "FormatError", "no such file"),
            ("bytes.npz", b"PK\x03\x04 nonsense", "FormatError", "is not a whole numpy file"),
            ("text.csv", b"a,b\n1,2\n3,x\n", "FormatError", "holds something that is no number"),
        ],
    )
    @pytest.mark.parametrize("place", [0, 1])
    def test_is_exit_3_and_says_which(self, name, data, kind, sentence, place, work, call):
        if data is not None:
            (work / name).write_bytes(data)
        is_features = name.endswith((".npz", ".csv"))
        paths = [save("good.npz", COURSE) if is_features else str(FILM)]
        paths.insert(place, name)
        done = call("align-signals", *paths, "--no-cache", "--json")
        assert done.code == 3
        assert done.json["error"]["type"] == kind
        assert done.json["error"]["path"] == name
        assert sentence in done.json["reasons"][0]
        assert done.stderr.count("\n") == 1

    def test_standard_input_is_not_read(self, call, files):
        done = call("align-signals", "-", "late.npz", "--json")
        assert done.code == 3
        assert "standard input cannot be read" in done.json["reasons"][0]

    def test_different_dimensions_are_told_with_their_numbers(self, call, files):
        save("wide.npz", np.ones((500, 9)))
        done = call("align-signals", "reference.npz", "wide.npz")
        assert done.code == 2
        assert "the reference has 8 values a frame, the query 9" in done.stderr

    @pytest.mark.parametrize("values", [np.zeros((600, 8)), np.ones((1, 8)), COURSE[:30]])
    def test_silence_and_moments_are_refused(self, values, call, files):
        save("nothing.npz", values)
        assert call("align-signals", "reference.npz", "nothing.npz", "--json").code == 4


def test_two_media(work, call):
    done = call("align-signals", FILM, FILM, "--json")
    assert done.code == 0
    assert done.json["kind"] == "identity"
    assert done.json["offset"] == 0.0
