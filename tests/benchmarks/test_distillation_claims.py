"""What the benchmark of distillation says of answers whose rates are known."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from benchmarks.distillation.run import EQUAL, STRONG, Seed, claims, read_seed, table, write_seed

RATES = {"alone": 0.5, f"distilled {STRONG}": 0.75, f"distilled {EQUAL}": 0.55,
         f"teacher {STRONG}": 0.9, f"teacher {EQUAL}": 0.6, "supervised": 0.8}  # fmt: skip


def seed(number: int) -> Seed:
    labels = np.arange(40) % 35
    said = {name: np.where(np.arange(40) < 40 * rate, labels, -1) for name, rate in RATES.items()}
    clips = (100 * number + np.arange(40) // 2).astype(np.uint64)
    return Seed(said, labels, clips, {"seconds": 1.0})


def test_gains_are_held_to_the_targets(capsys):
    done = [seed(number) for number in range(5)]
    strong, equal = claims(done)
    assert strong["value"] == pytest.approx(25)
    assert strong["met"]
    assert strong["interval"][0] < 25 < strong["interval"][1]
    assert equal["value"] == pytest.approx(5)
    assert not equal["met"]
    assert capsys.readouterr().out.count("MISS") == 1
    rows = {row["row"]: row["accuracy"] for row in table(done)}
    assert rows == pytest.approx({name: 100 * rate for name, rate in RATES.items()})


def test_a_seed_is_kept(tmp_path):
    first = seed(3)
    write_seed(tmp_path / "seed.npz", first)
    again = read_seed(tmp_path / "seed.npz")
    assert again.said.keys() == first.said.keys()
    assert (again.said["supervised"] == first.said["supervised"]).all()
    assert again.counts == first.counts
