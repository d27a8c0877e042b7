"""SignalAlignment: what it says as JSON, and what it may write."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest

from syncalign.errors import OutputError, ParameterError
from syncalign.results import SignalAlignment, load_schema
from syncalign.results.signal_alignment import Tie
from syncalign.timebase import Segment, TimeMap

LATE = SignalAlignment(
    status="aligned",
    confidence=0.98765,
    reasons=("The query moves 1.500 s later.",),
    kind="offset",
    offset=1.50001,
    rate=1.0,
    time_map=TimeMap.linear(Segment(0, 60), offset=1.50001),
    piece_confidence=(0.97,),
    skipped_reference=(Segment(0, 1.5),),
    ties=(Tie(30.0, 31.5, Segment(31.48, 31.54)),),
)


def test_numbers_are_rounded_and_segments_are_pairs():
    fields = LATE.to_json()
    assert (fields["confidence"], fields["offset"], fields["rate"]) == (0.9877, 1.5, 1.0)
    assert fields["time_map"][0]["target"] == [1.5, 61.5]
    assert fields["skipped_reference"] == [[0, 1.5]]
    assert fields["ties"] == [{"source": 30.0, "target": 31.5, "interval": [31.48, 31.54]}]


def test_the_file_fits_its_schema(tmp_path):
    LATE.save(tmp_path / "map.json")
    document = json.loads((tmp_path / "map.json").read_bytes())
    jsonschema.Draft202012Validator(load_schema("time-map")).validate(document)
    with pytest.raises(OutputError):
        LATE.save(tmp_path / "map.json")
    LATE.save(tmp_path / "map.json", overwrite=True)


def test_a_refusal_is_not_written(tmp_path):
    refused = SignalAlignment(status="refused", confidence=0.01, reasons=("Nothing in common.",))
    with pytest.raises(ParameterError, match=r"Nothing in common\."):
        refused.save(tmp_path / "map.json")
    assert not list(tmp_path.iterdir())
    assert not refused.is_trusted


def test_only_an_aligned_one_is_trusted():
    assert LATE.is_trusted
    assert not replace(LATE, status="unsure").is_trusted
