"""The benchmark of references that are subtitles: two edits of one truth, and the truth is kept."""

import numpy as np
import pytest

from benchmarks.subtitles import reference_cues
from benchmarks.subtitles.material import Recording, draw_film_like_times
from benchmarks.subtitles.script import SPOKEN, read_srt_starts, script_of


@pytest.fixture
def pairs(monkeypatch, tmp_path):
    def drawn(speaker, *, minutes, seed=0, **more):
        rng = np.random.default_rng([round(minutes), seed])
        starts, ends = draw_film_like_times(rng, round(minutes * 13))
        texts = tuple(f"line {i}" for i in range(len(starts)))
        return Recording("film", np.zeros(0, np.float32), starts, ends, texts, ("a",) * len(starts))

    monkeypatch.setattr(reference_cues, "build_truth", drawn)
    return reference_cues.Pairs("it", 10, 1, tmp_path)


def test_an_editor_makes_a_version_of_its_own():
    rng = np.random.default_rng(1)
    starts, ends = draw_film_like_times(rng, 400)
    texts = ("x",) * 400
    script = script_of(Recording("f", np.zeros(0), starts, ends, texts, texts), rng)
    edited = reference_cues.OTHER.edit(script, rng)
    heard = edited.roles == SPOKEN
    error = edited.starts[heard] - edited.truth[heard]
    assert 0.6 * 400 < heard.sum() < 0.9 * 400
    assert -0.12 < np.median(error) <= 0.01
    assert 0.04 < np.std(error) < 0.08
    np.testing.assert_allclose(np.std(error - edited.scatter[heard]), 0, atol=1e-9)


def test_cases_are_the_same_in_every_run_and_their_references_are_written(pairs):
    cases = list(pairs.cases())
    assert len({case.id for case in cases}) == len(cases)
    again = list(pairs.cases())
    assert [c.script.starts.tolist() for c in cases] == [c.script.starts.tolist() for c in again]
    for case in cases[:3]:
        assert len(read_srt_starts(case.medium)[0]) > 50
        assert not case.must_refuse


def test_foreign_cue_lists_must_be_refused(pairs):
    wrong = list(pairs.wrong(4))
    assert all(case.must_refuse and np.isnan(case.script.truth).all() for case in wrong)
    assert len({len(case.script) for case in wrong}) > 1


@pytest.mark.slow
def test_a_case_is_scored(pairs, tmp_path):
    (case,) = [c for c in pairs.cases() if c.row == "offset: another language"]
    score = reference_cues.run(case, tmp_path)
    assert score.map_right
    assert not reference_cues.run(next(iter(pairs.wrong(1))), tmp_path).accepted
