"""Both models find by how much a sound was moved; what cannot be compared is worth nothing."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources

import numpy as np
import pytest

from syncalign.errors import FormatError
from syncalign.models.lipsync.band import OFFSET_STEP, offset_at_peak
from syncalign.models.lipsync.builtin import built_in_model, load_model
from syncalign.models.lipsync.envelope import EnvelopeModel
from syncalign.models.model_file import read_model
from syncalign.timebase import Features
from tests.models.lipsync.spoken_lips import opening, shapes_of, sound_of

REACH = 30
COURSE = opening(8, 1)
MODELS = [
    pytest.param(built_in_model(), id="builtin"),
    pytest.param(EnvelopeModel(), id="envelope"),
]


def found(model, shapes, sound) -> float:
    band = model.band_of_shapes(shapes, sound, REACH)
    return offset_at_peak(band.values.sum(axis=0, dtype=np.float64))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("later", [-0.4, -0.1, 0.0, 0.06, 0.3])
def test_a_sound_that_was_moved_later_has_to_come_earlier(model, later):
    shapes = shapes_of(COURSE)
    still = found(model, shapes, sound_of(COURSE))
    assert abs(still) < 0.06  # a mouth that opens as such is nobody's
    assert found(model, shapes, sound_of(COURSE, later)) - still == pytest.approx(-later, abs=0.02)


@pytest.mark.parametrize("model", MODELS)
def test_the_sound_of_another_fits_less(model):
    shapes = shapes_of(COURSE)
    own, other = (
        model.band_of_shapes(shapes, sound, REACH).values.sum(axis=0).max()
        for sound in (sound_of(COURSE), sound_of(opening(8, 2)))
    )
    assert own > 1.3 * other


@pytest.mark.parametrize("model", MODELS)
def test_rows_without_the_face_say_nothing(model):
    shapes = shapes_of(COURSE)
    values = shapes.values.copy()
    values[40:60] = np.nan
    band = model.band_of_shapes(Features(values, shapes.grid), sound_of(COURSE), REACH)
    assert not band.values[40:60].any()
    assert not band.seen[42:58].any()
    assert np.isfinite(band.values).all()
    assert abs(offset_at_peak(band.values.sum(axis=0, dtype=np.float64))) < 0.06


@pytest.mark.parametrize("model", MODELS)
def test_offsets_at_which_there_is_no_sound_say_nothing(model):
    sound = replace(sound_of(COURSE), start=1.0, end=6.0)
    band = model.band_of_shapes(shapes_of(COURSE), sound, REACH)
    times = band.grid.times[:, None] - band.offsets
    assert not band.values[(times < 0.95) | (times > 6.05)].any()
    assert band.values[(times > 1.1) & (times < 5.9)].any()


@pytest.mark.parametrize("model", MODELS)
def test_no_sound_at_all_is_no_evidence(model):
    silent = replace(sound_of(COURSE), levels=np.zeros((0, 40), np.uint8), end=0.0)
    band = model.band_of_shapes(shapes_of(COURSE), silent, REACH)
    assert not band.values.any()
    assert not band.seen.any()
    assert band.distance_at(0.0) is None


def test_the_distance_is_least_where_it_fits():
    band = built_in_model().band_of_shapes(shapes_of(COURSE), sound_of(COURSE), REACH)
    best = offset_at_peak(band.values.sum(axis=0, dtype=np.float64))
    everywhere = [band.distance_at(k * OFFSET_STEP) for k in range(-REACH, REACH + 1)]
    assert band.distance_at(best) == min(everywhere)


def test_a_long_face_is_scored_as_its_beginning_is():
    course = opening(90, 3)
    whole = built_in_model().band_of_shapes(shapes_of(course), sound_of(course), REACH)
    part = built_in_model().band_of_shapes(shapes_of(course[:2000]), sound_of(course), REACH)
    assert whole.values[:400] == pytest.approx(part.values[:400], abs=1e-4)


def test_something_else_is_no_model(tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"no model")
    with pytest.raises(FormatError):
        load_model(tmp_path / "model.safetensors")
    with pytest.raises(FormatError):
        load_model(tmp_path / "missing.safetensors")


@pytest.mark.parametrize(
    ("networks", "name", "change", "why"),
    [
        (0, "0.lips.0.bias", lambda array: array, "no network"),
        (3, "0.lips.0.bias", lambda array: array, "2.lips"),
        (2, "0.lips.0.bias", lambda array: array * np.nan, "numbers that are none"),
        (2, "1.sound.2.weight", lambda array: array[:, :3], "shape"),
    ],
)
def test_a_model_with_other_weights_is_refused(tmp_path, networks, name, change, why):
    built_in = resources.files("syncalign.models.lipsync") / "builtin.safetensors"
    model = read_model(str(built_in), "lipsync", 1)
    weights = {**model.weights, name: change(model.weights[name])}
    path = tmp_path / "model.safetensors"
    replace(model, settings={"networks": networks}, weights=weights).save(path)
    with pytest.raises(FormatError, match=why):
        load_model(path)
