"""Extensions built from other sources: told of once, and done without."""

import logging
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from syncalign.alignment import dtw, placement_native
from syncalign.alignment.compiled import load_compiled
from syncalign.alignment.evidence import SpeechEvidence
from syncalign.alignment.placement import place_cues
from syncalign.alignment.placement_clock import Prices
from syncalign.alignment.warping import kernels, native
from syncalign.alignment.warping.question import read_question
from syncalign.timebase import Features, Grid

CALLERS = {"_placement.cpp": placement_native, "warping/_native.cpp": native}


@pytest.fixture(autouse=True)
def _loaded_anew():
    load_compiled.cache_clear()
    yield
    load_compiled.cache_clear()


@pytest.mark.parametrize("source", CALLERS)
def test_an_extension_and_its_caller_go_by_the_same_number(source):
    text = (Path(placement_native.__file__).parent / source).read_text()
    (number,) = re.findall(r"interface_number\(void\) \{ return (\d+); \}", text)
    assert int(number) == CALLERS[source]._INTERFACE


@pytest.mark.skipif(not placement_native.is_there(), reason="the kernel was not built")
def test_cues_are_placed_without_a_stale_extension(monkeypatch, caplog):
    odds = np.random.default_rng(3).normal(0, 2, (6000, 2)).astype(np.float32)
    evidence = SpeechEvidence(Features(odds, Grid(Fraction(100), 0.0, len(odds))))
    starts = np.arange(2.0, 50.0, 3.0)
    found = place_cues(evidence, starts, starts + 1, Prices())
    load_compiled.cache_clear()
    monkeypatch.setattr(placement_native, "_INTERFACE", 10**6)
    for _ in range(2):
        again = place_cues(evidence, starts, starts + 1, Prices())
        np.testing.assert_array_equal(again.bins, found.bins)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "_placement was built from other sources" in caplog.text


@pytest.mark.skipif(native.library() is None, reason="the extension was not built")
def test_signals_are_warped_without_a_stale_extension(monkeypatch, caplog):
    walk = np.cumsum(np.random.default_rng(4).normal(size=(80, 3)), axis=0)
    found = dtw(walk, walk[::2])
    load_compiled.cache_clear()
    monkeypatch.setattr(native, "_INTERFACE", 10**6)
    assert dtw(walk, walk[::2]).cost == pytest.approx(found.cost, rel=1e-6)
    options = {"metric": "euclidean", "steps": "symmetric1", "ends": "closed"}
    question = read_question(walk, walk, **options, skip=None, skip_entry=0.0, band=None)
    assert kernels.choose_kernel(question.prepared()[0]) == "numba-strip"
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


def test_an_extension_without_a_number_is_not_called(caplog):
    assert load_compiled("numpy._core._multiarray_umath", 1) is None
    assert "cannot be used" in caplog.text


def test_an_extension_that_was_not_built_is_no_news(caplog):
    assert load_compiled("syncalign.alignment._not_there", 1) is None
    assert not caplog.records
