"""Feature files are read with their own rate, or refused with what is wrong."""

from __future__ import annotations

import zipfile
from fractions import Fraction

import numpy as np
import pytest

from syncalign.errors import FormatError, ParameterError
from syncalign.formats import feature_file
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
    "begins at 1e+300 s: its frames, 0.02 s apart": {"values": [0, 1], "rate": 50, "start": 1e300},
    "holds inf in frame 0": {"values": [np.inf, np.nan], "rate": 1},
    "is not a whole numpy file": {"values": np.array([{}], object), "rate": 1},
}


@pytest.mark.parametrize("sentence", ARCHIVES)
def test_a_wrong_archive_is_refused(sentence):
    np.savez("a.npz", **ARCHIVES[sentence])
    with pytest.raises(FormatError) as error:
        read_features("a.npz")
    assert sentence in str(error.value)


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


def with_header(shape: str) -> bytes:
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()


@pytest.mark.parametrize("shape", ["(10**6,)", "(1000000000000, 5)", "(-5, 5)", "((((", "(5"])
@pytest.mark.parametrize("name", ["a.npy", "a.npz"])
def test_what_claims_to_be_larger_than_it_is_is_refused(name, shape, tmp_path):
    content = with_header(shape) + bytes(800)
    if name == "a.npy":
        (tmp_path / name).write_bytes(content)
    else:
        with zipfile.ZipFile(name, "w") as archive:
            archive.writestr("values.npy", content)
            archive.writestr("rate.npy", with_header("()") + np.float64(1).tobytes())
    with pytest.raises(FormatError, match="is not a whole numpy file"):
        read_features(name, rate=1 if name == "a.npy" else None)


def test_what_unpacks_to_more_than_there_is_room_for_is_refused(monkeypatch):
    np.savez_compressed("a.npz", values=np.zeros(10**6), rate=1)
    monkeypatch.setattr(feature_file, "memory_to_fill", lambda: 2.0**20)
    with pytest.raises(FormatError, match=r"unpacks to 0\.0 GiB, more than the 0\.0 GiB"):
        read_features("a.npz")


@pytest.mark.parametrize("name", ["a.npy", "a.npz", "b.npz"])
def test_damage_is_told_and_never_a_crash(name, tmp_path):
    rng = np.random.default_rng(3)
    values = rng.normal(size=(40, 3))
    np.save("a.npy", values)
    np.savez("a.npz", values=values, rate=50, start=1)
    np.savez_compressed("b.npz", values=values, rate=50, start=1)
    whole = (tmp_path / name).read_bytes()
    refused = 0
    for _ in range(200):
        damaged = bytearray(whole)
        for at in rng.integers(0, min(len(whole), 400), 2):
            damaged[at] = rng.integers(256)
        (tmp_path / name).write_bytes(damaged)
        try:
            read_features(name, rate=50 if name == "a.npy" else None)
        except FormatError:
            refused += 1
    assert refused > 50


def test_a_single_array_is_no_archive(tmp_path):
    np.save("a.npy", np.zeros(3))
    (tmp_path / "a.npy").rename("a.npz")
    with pytest.raises(FormatError, match="is a single array, not an archive"):
        read_features("a.npz")


def test_code_in_a_file_is_not_run(tmp_path):
    np.save("a.npy", np.array([print], object), allow_pickle=True)
    with pytest.raises(FormatError, match="is not a whole numpy file of plain numbers"):
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
