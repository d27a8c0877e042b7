"""Feature files are read with their own rate, or refused with what is wrong."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from syncalign.errors import FormatError, ParameterError
from syncalign.formats.feature_file import is_feature_file, read_features
from syncalign.timebase import Grid


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_an_array_needs_a_rate():
    np.save("a.npy", np.arange(6.0).reshape(3, 2))
    read = read_features("a.npy", rate=12.5)
    assert read.grid == Grid(Fraction(25, 2), 0.0, 3)
    assert read.values.tolist() == [[0, 1], [2, 3], [4, 5]]
    with pytest.raises(ParameterError, match=r"a\.npy does not say its rate: give it \(--rate\)"):
        read_features("a.npy")


def test_one_dimension_is_one_value_a_frame():
    np.save("a.npy", np.arange(5, dtype=np.int16))
    assert read_features("a.npy", rate=1).values.shape == (5, 1)


def test_an_archive_says_its_rate_and_its_start():
    np.savez("a.npz", values=np.ones((4, 3), np.float32), rate=50, start=-0.5)
    assert read_features("a.npz").grid == Grid(Fraction(50), -0.5, 4)
    with pytest.raises(ParameterError, match="has its own rate"):
        read_features("a.npz", rate=50)


@pytest.mark.parametrize("head", ["", "time,x,y\n", "\ufefftime,x,y\n"])
def test_a_table_begins_with_times(head, tmp_path):
    (tmp_path / "a.csv").write_text(head + "1.0,5,6\n1.1,7,8\n\n1.2,9,10\n", encoding="utf-8")
    read = read_features("a.csv")
    assert read.grid == Grid(Fraction(10), 1.0, 3)
    assert read.values == pytest.approx(np.array([[5, 6], [7, 8], [9, 10]]))


def test_missing_rows_are_interpolated(tmp_path):
    (tmp_path / "a.tsv").write_text("0\t0\n1\t10\n2\t20\n5\t50\n6\t60\n")
    assert read_features("a.tsv").values[:, 0] == pytest.approx([0, 10, 20, 30, 40, 50, 60])


ARCHIVES = {
    "holds nothing": {},
    "holds rate; an .npz holds `values`": {"rate": 1},
    "its rate is no number": {"values": [1.0], "rate": "fast"},
    "its start is no number": {"values": [1.0], "rate": 1, "start": np.nan},
    "its rate is 0; it has to be positive": {"values": [1.0], "rate": 0},
    "holds values of the shape (0, 2)": {"values": np.ones((0, 2)), "rate": 1},
    "holds values of the shape (1, 1, 1)": {"values": np.ones((1, 1, 1)), "rate": 1},
    "holds complex128": {"values": [1j], "rate": 1},
    "holds nan in frame 1": {"values": [0.0, np.nan], "rate": 1},
    "holds inf in frame 0": {"values": [np.inf, np.nan], "rate": 1},
    "is not a numpy file": {"values": np.array([{}], object), "rate": 1},
}


@pytest.mark.parametrize("sentence", ARCHIVES)
def test_a_wrong_archive_is_refused(sentence):
    np.savez("a.npz", **ARCHIVES[sentence])
    expected = "is damaged" if sentence == "is not a numpy file" else sentence
    with pytest.raises(FormatError) as error:
        read_features("a.npz")
    assert expected in str(error.value)


TABLES = {
    "has 0 rows of numbers": "",
    "has 1 rows of numbers": "0,1\n",
    "line 2: holds something that is no number": "0,1\n1,x\n",
    "line 3: has 3 values where 2 are needed": "0,1\n1,2\n2,3,4\n",
    "line 1: has 1 values where 2 are needed": "0\n1\n",
    "do not rise": "0,1\n0,2\n",
    "has a gap of 1e+06 s": "0,1\n1,1\n2,1\n1000002,1\n",
    "holds nan in frame 1": "0,1\n1,nan\n2,1\n",
}


@pytest.mark.parametrize("sentence", TABLES)
def test_a_wrong_table_is_refused(sentence, tmp_path):
    (tmp_path / "a.csv").write_text(TABLES[sentence])
    with pytest.raises(FormatError) as error:
        read_features("a.csv")
    assert sentence in str(error.value)


@pytest.mark.parametrize("name", ["a.npy", "a.npz", "a.csv"])
@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("missing", "no such file"), ("folder", "cannot be read: Is a directory"), ("bytes", "is no")],
)
def test_what_is_no_such_file_is_refused(name, kind, sentence, tmp_path):
    path = tmp_path / name
    if kind == "folder":
        path.mkdir()
    elif kind == "bytes":
        path.write_bytes(np.random.default_rng(1).bytes(500))
    with pytest.raises(FormatError, match=sentence):
        read_features(name, rate=1 if name == "a.npy" else None)


def test_code_in_a_file_is_not_run(tmp_path):
    np.save("a.npy", np.array([print], object), allow_pickle=True)
    with pytest.raises(FormatError, match="is not a numpy file of plain numbers"):
        read_features("a.npy", rate=1)


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf")])
def test_a_rate_is_a_positive_number(rate):
    with pytest.raises(ParameterError, match="positive number of frames"):
        read_features("a.npy", rate=rate)


def test_names_tell():
    assert [is_feature_file(n) for n in ("a.NPY", "b.csv", "c.wav", "npy")] == [
        True,
        True,
        False,
        False,
    ]
