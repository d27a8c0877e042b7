"""``syncalign extract --features``: what a model hears and sees, as arrays or tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.training.dataset.toy_clips import toy_clip


@pytest.fixture
def clip(monkeypatch):
    held = [toy_clip("two")]
    monkeypatch.setattr("syncalign.pipelines.extract_features.read_clip", lambda *_, **__: held[-1])
    return held


def test_arrays_are_on_one_clock(clip, call, work):
    done = call("extract", "film.mkv", "-o", "out", "--features", "npz", "--json",
                writes=("out/film.features.npz",))  # fmt: skip
    assert done.json["outputs"] == ["out/film.features.npz"]
    with np.load(work / "out" / "film.features.npz", allow_pickle=False) as held:
        samples, levels = held["samples"], held["levels"]
        assert np.abs(samples / 32767 - clip[0].samples).max() < 1e-4
        assert levels.shape == (len(samples) // 160 - 1, 40)
        assert held["level_times"][0] == 0.01
        rows = clip[0].mouths[0].first + np.arange(len(held["mouth0_times"]))
        assert held["mouth0_times"] == pytest.approx((rows + 0.5) / 25)
        assert (held["mouth0_pictures"] == clip[0].mouths[0].pictures).all()
        assert held["mouth0_lips"].shape == (len(rows), 80)
    told = done.json["features"]
    assert (told["samples"], told["levels"]) == (len(samples), len(levels))
    assert told["mouths"][0]["rows"] == len(rows)


def test_tables_hold_the_same(clip, call, work):
    parquet = pytest.importorskip("pyarrow.parquet")
    names = ("out/film.sound.parquet", "out/film.mouths.parquet")
    assert call("extract", "film.mkv", "-o", "out", "--features", "parquet", writes=names).code == 0
    sound, mouths = (parquet.read_table(work / name) for name in names)
    assert sound.column_names == ["time", "levels"]
    assert len(sound["levels"][0]) == 40
    assert len(mouths["picture"][0]) == 32 * 48
    assert mouths["time"][0].as_py() == pytest.approx((clip[0].mouths[0].first + 0.5) / 25)
    again = call("extract", "film.mkv", "-o", "out", "--features", "parquet", "--json")
    assert again.code == 3
    assert again.json["error"]["type"] == "OutputError"


def test_what_is_not_there_is_said(clip, call):
    clip.append(replace(clip[0], samples=None, mouths=()))
    done = call("extract", "film.mkv", "-o", "out", "--features", "npz", "--json",
                writes=("out/film.features.npz",))  # fmt: skip
    assert done.json["reasons"] == ["there is no sound", "no face is seen"]
    assert done.json["features"] == {"samples": 0, "levels": 0, "mouths": []}


def test_features_are_no_text_track(call):
    done = call("extract", "film.mkv", "-o", "out", "--features", "npz", "--track", "0")
    assert done.code == 2
