"""What the benchmark of fusion says of answers whose rates are known."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from benchmarks.fusion.run import (
    CLEAN,
    MAIN,
    TOGETHER,
    Answers,
    claims,
    draws,
    interval,
    joined,
    read_answers,
    write_answers,
)

CLIPS = np.repeat(np.arange(60).astype(np.uint64), 2)  # two words each


def answers(rates: dict[tuple[str, str | None], float]) -> Answers:
    labels = np.arange(120) % 35
    said = {}
    for key, rate in rates.items():
        is_right = np.arange(120) < round(120 * rate)
        said[key] = np.broadcast_to(np.where(is_right, labels, -1), (3, 5, 120)).copy()
    return Answers(said, labels, CLIPS)


RATES = {("audio", None): 0.7, (CLEAN, None): 0.5, ("video", None): 0.75, (MAIN, None): 0.95,
         (MAIN, "audio"): 0.74, (MAIN, "video"): 0.6, (TOGETHER, None): 0.9,
         ("table", None): 0.93}  # fmt: skip


def test_claims_are_held_to_what_was_said(capsys):
    found = {claim["claim"]: claim for claim in claims(answers(RATES))}
    assert not found[f"{TOGETHER}, clean, at least 92 %"]["met"]
    assert found[f"{TOGETHER}, -5, at least 84 %"]["met"]
    against = found[f"{MAIN} against video, 0, not below 0"]
    assert against["value"] == pytest.approx(20)
    assert against["interval"][0] < 20 < against["interval"][1]
    assert found[f"{MAIN} without audio against video, 0, at least -3"]["met"]
    assert not found[f"{MAIN} without video against audio, 0, at least -3"]["met"]
    assert found[f"table against {MAIN}, 10, at least -3"]["met"]
    assert capsys.readouterr().out.count("MISS") == 1 + 5


def test_an_interval_knows_that_two_words_of_a_clip_are_one_draw():
    together = np.repeat(np.arange(60) % 2, 2).astype(float)
    weights = draws(CLIPS)
    assert (weights.sum(axis=1) == 120).all()
    low, high = interval(together, weights)
    by_words = interval(together, draws(np.arange(120).astype(np.uint64)))
    assert high - low == pytest.approx(100 * 2 * 1.96 * 0.5 / np.sqrt(60), rel=0.1)
    assert high - low > 1.3 * (by_words[1] - by_words[0])


def test_folds_are_kept_and_joined(tmp_path):
    first = answers(RATES)
    write_answers(tmp_path / "fold.npz", [first, first])
    again, _ = read_answers(tmp_path / "fold.npz")
    both = joined([first, again])
    assert both.said[MAIN, "audio"].shape == (3, 5, 240)
    assert (both.said[MAIN, None][:, :, 120:] == first.said[MAIN, None]).all()
