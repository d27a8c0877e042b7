"""TextAlignment: what it says as JSON, and what it may write."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
from formats.readings import READING, unit

from syncalign.errors import OutputError, ParameterError
from syncalign.results import load_schema

PRINTED = {
    "schema": "syncalign.align/1",
    "seconds": 1.5,
    "version": "0.1.0",
    **READING.to_json(),
    "output": "chapter.aligned.json",
}


def is_valid(document: dict, name: str = "align") -> bool:
    return jsonschema.Draft202012Validator(load_schema(name)).is_valid(document)


def with_unit(**fields) -> dict:
    return {**PRINTED, "units": [{**PRINTED["units"][0], **fields}]}


def test_numbers_are_rounded_and_what_was_not_spoken_has_no_time():
    fields = READING.to_json()
    assert fields["confidence"] == 0.99
    first, _, unread, *_ = fields["units"]
    assert (first["start"], first["end"], first["confidence"]) == (1.0005, 3.2, 0.9877)
    assert first["words"][0] == {"text": "The", "start": 1.0005, "end": 1.2, "confidence": 0.875}
    assert unread["start"] is unread["end"] is None
    assert fields["audio_gaps"][0] == {"start": 0.0, "end": 1.0005, "kind": "intro"}
    assert fields["sound"][1] == {"path": "parts/part 2.mp3", "start": 6.5, "end": 12.0}


def test_units_are_counted_by_status():
    assert READING.counts == {"ok": 2, "low": 1, "interpolated": 1, "not_spoken": 1}


def test_the_timeline_holds_what_has_a_time_in_the_order_of_the_text():
    turned = replace(READING, units=READING.units[::-1]).timeline()
    assert [cue.text for cue in turned][::3] == ["The end.", "The old “harbour” sleeps."]
    assert turned.name == "line"
    line = READING.timeline()
    assert len(line) == 4
    assert [part.text for part in line[1].parts] == [
        "He", "said", '"go"', "&", "<left>", "{now}."
    ]  # fmt: skip
    assert line[0].score == 0.98765


def test_what_is_printed_fits_its_schema():
    jsonschema.Draft202012Validator(load_schema("align")).validate(PRINTED)
    assert is_valid({**PRINTED, "status": "refused", "units": [], "output": None})


@pytest.mark.parametrize("key", PRINTED)
def test_no_key_may_be_missing(key):
    assert not is_valid({name: value for name, value in PRINTED.items() if name != key})


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "synced"},
        {"confidence": None},
        {"level": "chapter"},
        {"coverage": 1.1},
        {"sound": []},
        {"audio_gaps": [{"start": 1.0, "end": 2.0}]},
        {"units": None},
        {"surprise": 1},
    ],
    ids=str,
)
def test_a_wrong_answer_does_not(wrong):
    assert not is_valid({**PRINTED, **wrong})


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": None},
        {"end": None},
        {"start": -0.1},
        {"status": "not_spoken"},
        {"status": "fine"},
        {"id": ""},
        {"confidence": None},
        {"words": [{"text": "a", "start": 1.0, "end": None, "confidence": 0.5}]},
        {"words": [{"text": "a", "start": None, "end": 1.0, "confidence": 0.5}]},
        {"words": [{"text": "a", "start": 1.0, "end": 2.0}]},
        {"place": 3},
    ],
    ids=str,
)
def test_nor_does_a_wrong_unit(wrong):
    assert is_valid(with_unit())
    assert not is_valid(with_unit(**wrong))


def test_the_file_fits_its_schema_and_is_read_by_people(tmp_path):
    READING.save(tmp_path / "reading.json")
    data = (tmp_path / "reading.json").read_bytes()
    document = json.loads(data)
    jsonschema.Draft202012Validator(load_schema("text-alignment")).validate(document)
    assert "seconds" not in document  # twice the same is the same file
    assert "Ночь." in data.decode()
    assert not is_valid({**document, "status": "refused"}, "text-alignment")


def test_a_file_keeps_what_is_no_text_as_an_escape():
    odd = replace(READING, units=(unit("a", "a\udce4b", 1.0, 2.0),))
    assert json.loads(odd.to_bytes())["units"][0]["text"] == "a\udce4b"
    assert b"a?b" in odd.to_bytes("srt")


def test_the_ending_or_the_format_decides(tmp_path):
    READING.save(tmp_path / "a.vtt")
    assert (tmp_path / "a.vtt").read_bytes() == READING.to_bytes("vtt")
    READING.save(tmp_path / "b.vtt", "vtt-words")
    assert (tmp_path / "b.vtt").read_bytes() == READING.to_bytes("vtt-words")
    READING.save(tmp_path / "a.map", format="aeneas")
    with pytest.raises(ParameterError, match="names no format"):
        READING.save(tmp_path / "b.map")
    assert not (tmp_path / "b.map").exists()


def test_an_existing_file_is_kept(tmp_path):
    (tmp_path / "a.srt").write_bytes(b"mine")
    with pytest.raises(OutputError):
        READING.save(tmp_path / "a.srt")
    READING.save(tmp_path / "a.srt", overwrite=True)
    assert (tmp_path / "a.srt").read_bytes() == READING.to_bytes("srt")


@pytest.mark.parametrize("name", ["json", "srt"])
def test_a_refusal_is_not_written(tmp_path, name):
    refused = replace(READING, status="refused", reasons=("Nothing in common.",))
    with pytest.raises(ParameterError, match=r"Nothing in common\."):
        refused.save(tmp_path / f"a.{name}")
    assert not list(tmp_path.iterdir())
    assert not refused.is_trusted


def test_only_an_aligned_one_is_trusted():
    assert READING.is_trusted
    assert not replace(READING, status="unsure").is_trusted
